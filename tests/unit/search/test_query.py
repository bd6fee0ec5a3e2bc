"""What a reader typed becomes a safe query."""

from __future__ import annotations

import pytest
from django.test import override_settings

from django_helpcenter.search.query import parse_query


def test_white_space_is_collapsed() -> None:
    assert parse_query("  reset \n\t password ").text == "reset password"


def test_control_characters_separate_words() -> None:
    assert parse_query("reset\x00password\x07now").text == "reset password now"


def test_private_use_marks_cannot_be_smuggled_in() -> None:
    assert parse_query("a\ue000b").text == "a b"


def test_decomposed_accents_are_composed() -> None:
    assert parse_query("cafe\u0301").text == "café"


@override_settings(HELP_CENTER_SEARCH_QUERY_MAX_LENGTH=10)
def test_query_is_cut_to_the_limit() -> None:
    assert parse_query("x" * 100_000).text == "x" * 10


def test_quoted_words_become_phrases() -> None:
    assert parse_query('find "work order" now').phrases == ("work order",)


def test_words_of_a_phrase_stay_in_the_text() -> None:
    assert "work order" in parse_query('find "work order" now').text


def test_curly_quotes_count_as_quotes() -> None:
    assert parse_query("“work order”").phrases == ("work order",)


def test_single_quote_mark_is_no_phrase() -> None:
    assert parse_query('a 5" screen').phrases == ()


@pytest.mark.parametrize("query", ["", "   ", "?!…", '""', "—", "\x00"])
def test_query_without_letters_and_digits_is_empty(query: str) -> None:
    assert parse_query(query).is_empty


@pytest.mark.parametrize("query", ["a", "7", "密码", "🔑 key"])
def test_query_with_a_letter_or_digit_is_not_empty(query: str) -> None:
    assert not parse_query(query).is_empty
