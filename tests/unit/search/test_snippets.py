"""Snippets show why something was found, and are safe HTML."""

from __future__ import annotations

import pytest

from django_helpcenter.search.snippets import LEAD_LENGTH, LENGTH, Marker, lead, plain


def mark(text: str, *lexemes: str) -> str:
    return Marker(dict.fromkeys(lexemes, 1.0)).mark(text)


def snippet(text: str, *lexemes: str, **weights: float) -> str:
    return Marker({**dict.fromkeys(lexemes, 1.0), **weights}).snippet(text)


def test_matches_are_marked() -> None:
    assert mark("a word of many", "word") == "a <mark>word</mark> of many"


@pytest.mark.parametrize(
    ("lexeme", "word"),
    [
        ("configur", "Configuration"),
        ("happi", "happy"),
        ("happi", "happiness"),
        ("use", "using"),
        ("instal", "installed"),
        ("auftrag", "Aufträge"),
        ("reglag", "Réglages"),
        ("api", "API"),
        ("err-1042", "ERR-1042"),
        ("密码", "密码"),
    ],
)
def test_words_are_marked_whatever_their_ending_case_and_accents(lexeme: str, word: str) -> None:
    assert mark(word, lexeme) == f"<mark>{word}</mark>"


@pytest.mark.parametrize("written", ["ERR-1042", "ERR_1042", "ERR1042"])
def test_code_typed_without_its_separator_is_marked(written: str) -> None:
    assert mark(f"See {written}.", "err1042") == f"See <mark>{written}</mark>."


def test_word_inside_another_is_not_marked() -> None:
    assert mark("a sword and a password", "word") == "a sword and a password"


@pytest.mark.parametrize(("lexeme", "text"), [("cap", "the capital"), ("use", "USB for us")])
def test_short_stem_marks_no_long_word(lexeme: str, text: str) -> None:
    assert mark(text, lexeme) == text


def test_ideographs_are_marked_inside_a_run() -> None:
    assert mark("重置密码吗", "密码") == "重置<mark>密码</mark>吗"


def test_markup_of_the_text_is_escaped() -> None:
    assert mark("<script>alert(1)</script>") == "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_markup_beside_a_match_is_escaped() -> None:
    assert mark("<b>word</b>", "word") == "&lt;b&gt;<mark>word</mark>&lt;/b&gt;"


def test_entities_are_not_cut_by_marks() -> None:
    assert mark("a&b", "amp") == "a&amp;b"


def test_overlapping_stems_are_marked_once() -> None:
    assert mark("passwords", "pass", "password") == "<mark>passwords</mark>"


def test_snippet_of_a_short_text_is_all_of_it() -> None:
    assert snippet("Reset your word.", "word") == "Reset your <mark>word</mark>."


def test_snippet_is_where_most_of_the_query_is() -> None:
    text = "alpha " + "filler " * 80 + "alpha beta " + "filler " * 80
    assert "<mark>alpha</mark> <mark>beta</mark>" in snippet(text, "alpha", "beta")


def test_snippet_prefers_the_rarer_word() -> None:
    text = "common " + "filler " * 80 + "rare " + "filler " * 80
    assert "<mark>rare</mark>" in snippet(text, common=0.1, rare=5.0)


def test_snippet_from_the_middle_says_so_and_cuts_between_words() -> None:
    text = "filler " * 80 + "word " + "filler " * 80
    found = snippet(text, "word")
    assert (found[:2], found[-2:]) == ("… ", " …")
    words = found[2:-2].replace("<mark>", "").replace("</mark>", "").split()
    assert set(words) == {"filler", "word"}


def test_snippet_is_about_as_long_as_it_should_be() -> None:
    found = snippet("word " * 400, "word")
    assert LENGTH * 0.9 < len(found.replace("<mark>", "").replace("</mark>", "")) < LENGTH + 10


def test_long_word_at_the_edge_is_not_lost() -> None:
    assert "<mark>" in snippet("x" * 900 + " word", "word")


def test_cells_of_a_table_are_separated_by_dots() -> None:
    assert snippet("One | Two word", "word") == "One · Two <mark>word</mark>"


def test_snippet_without_a_match_is_the_beginning() -> None:
    assert snippet("First words. " * 40, "zebra") == lead("First words. " * 40)


def test_lead_is_escaped() -> None:
    assert lead("<b>") == "&lt;b&gt;"


def test_long_lead_is_cut_between_words() -> None:
    text = lead("word " * 200)
    assert text.endswith("word …")
    assert len(text) <= LEAD_LENGTH + 2


@pytest.mark.parametrize("text", ["İstanbul", "ﬃ ligature", "ẞ ß", "한국어", "ไทย", "🔑é"])
def test_plain_text_is_as_long_as_before(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_rows_of_a_table_are_told_apart() -> None:
    table = "See below.\nKeys | Goes to\n/ | Search box\nG then B | Board\nThat is all."
    flat = "See below. Keys · Goes to; / · Search box; G then B · Board That is all."
    assert lead(table) == flat
