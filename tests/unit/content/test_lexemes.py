"""What is indexed beside the words that PostgreSQL's parser sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_helpcenter.content.lexemes import (
    asked_tokens,
    count_words,
    fold,
    folded_words,
    indexed_tokens,
    run_tokens,
    without_runs,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It says ERR-1042.", "err-1042"),
        ("Call api/v2/users first", "api/v2/users"),
        ("Edit config.ini now", "config.ini"),
        ("Set HELP_CENTER_TENANT_MODEL", "help_center_tenant_model"),
        ("Since v2.3.1,", "v2.3.1"),
        ("C:\\temp\\a.log", "c:\\temp\\a.log"),
        ("Ｅ－１０４２", "e-1042"),
        ("ERR–1042", "err-1042"),
    ],
)
def test_codes_are_kept_as_they_stand(text: str, code: str) -> None:
    assert asked_tokens(text) == [code]
    assert code in indexed_tokens(text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("api/v2/users/me", "api/v2"),
        ("api/v2/users/me", "api/v2/users"),
        ("docs/settings/config.ini", "config.ini"),
        ("v2.3.1", "2.3.1"),
        ("v2.3.1", "2.3"),
        ("https://example.com/docs/a.html", "example.com/docs"),
        ("ERR-1042", "err1042"),
        ("ERR-1042", "1042"),
        ("sku_ab-2077", "skuab2077"),
    ],
)
def test_code_is_found_by_its_beginning_and_its_name(text: str, part: str) -> None:
    assert part in indexed_tokens(text)
    assert part not in asked_tokens(text)


@pytest.mark.parametrize("text", ["a state-of-the-art tool", "plain words", "", "—", "x" * 300])
def test_words_are_no_codes(text: str) -> None:
    assert indexed_tokens(text) == []


@pytest.mark.parametrize("text", ["2024-05-17", "v2.3.1", "e-mail", "covid-19"])
def test_only_numbers_of_codes_stand_alone(text: str) -> None:
    assert not any(token.isdigit() for token in indexed_tokens(text))


def test_long_codes_are_left_out() -> None:
    assert indexed_tokens("a1-" * 60 + "z") == []


def test_runs_are_cut_into_pairs_of_characters() -> None:
    assert run_tokens("重置密码") == ["重置", "置密", "密码"]


def test_marks_stay_with_their_letter() -> None:
    assert run_tokens("รหัส") == ["รหั", "หัส"]


def test_half_width_characters_are_made_normal() -> None:
    assert run_tokens("ﾊﾟｽ") == run_tokens("パス")


def test_single_character_asks_for_itself_and_is_indexed() -> None:
    assert asked_tokens("税") == ["税"]
    assert "税" in indexed_tokens("所得税について")


def test_text_beside_a_run_stays() -> None:
    assert without_runs("Reset 密码 now").split() == ["Reset", "now"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Réglages déjà", "reglages deja"),
        ("cafe\u0301", "cafe"),
        ("Straße", "strasse"),
        ("Øre", "ore"),
        ("مُدَرِّسَة", "مدرسة"),
        ("שָׁלוֹם", "שלום"),
        ("plain words", ""),
        ("密码 ไทย", ""),
    ],
)
def test_words_with_accents_are_indexed_without(text: str, folded: str) -> None:
    assert folded_words(text) == folded


def test_letters_that_only_look_alike_stay() -> None:
    assert fold("йод ёлка") == "йод \N{CYRILLIC SMALL LETTER IE}лка"


def test_accented_words_are_indexed_once() -> None:
    assert folded_words("Été été ÉTÉ") == "ete"


@pytest.mark.parametrize(
    ("text", "words"), [("Two words", 2), ("重置密码", 4), ("Reset 密码", 3), ("", 0)]
)
def test_words_are_counted(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(max_size=300))
def test_any_text_gives_tokens_that_can_be_indexed(text: str) -> None:
    tokens = indexed_tokens(text)
    assert tokens == sorted(set(tokens))
    assert all(tokens)
    assert set(run_tokens(text)) <= set(tokens)
    folded_words(text)
    fold(text)
