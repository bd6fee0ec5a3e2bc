"""Cutting plain text into sentences and pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_helpcenter.content.sentences import cut_text, split_for_embedding, split_sentences

TEXTS = st.text(st.sampled_from("ab.!? \n\t,漢。’)é"), max_size=400)


def without_space(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("One\nTwo", ["One", "Two"]),
        ('He said "stop." Then left.', ['He said "stop."', "Then left."]),
        ("Use e.g. a key, i.e. yours. Done.", ["Use e.g. a key, i.e. yours.", "Done."]),
        ("Ask Dr. Who. Then go.", ["Ask Dr. Who.", "Then go."]),
        ("1. Open it. 2. Close it.", ["1. Open it.", "2. Close it."]),
        ("Version 3.5 is out. Update.", ["Version 3.5 is out.", "Update."]),
        ("See example.com/a.b for more.", ["See example.com/a.b for more."]),
        ("Wait… what?! Yes.", ["Wait…", "what?!", "Yes."]),
        ("設定を開く。保存する。", ["設定を開く。", "保存する。"]),
        ("Öffnen Sie z.B. die Liste. Fertig.", ["Öffnen Sie z.B. die Liste.", "Fertig."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_are_told_apart(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(TEXTS)
def test_sentences_hold_the_whole_text_once(text: str) -> None:
    assert without_space("".join(split_sentences(text))) == without_space(text)


@given(TEXTS, st.integers(5, 60))
def test_pieces_hold_the_whole_text_once(text: str, maximum: int) -> None:
    assert without_space("".join(cut_text(text, maximum=maximum))) == without_space(text)


@given(TEXTS, st.integers(5, 60), st.integers(1, 80))
def test_no_piece_is_longer_than_the_maximum(text: str, maximum: int, target: int) -> None:
    assert all(
        0 < len(piece) <= maximum for piece in cut_text(text, maximum=maximum, target=target)
    )


@given(TEXTS, st.integers(5, 60))
def test_embedding_pieces_hold_the_whole_text_once(text: str, size: int) -> None:
    pieces = split_for_embedding(text, size)
    assert without_space("".join(pieces)) == without_space(text)
    assert all(0 < len(piece) <= size for piece in pieces)


def test_text_is_cut_between_lines_first() -> None:
    assert cut_text("aa. bb\ncc. dd", maximum=8) == ["aa. bb", "cc. dd"]


def test_long_line_is_cut_between_sentences() -> None:
    assert cut_text("aa bb. cc dd.", maximum=8) == ["aa bb.", "cc dd."]


def test_long_sentence_is_cut_between_words() -> None:
    assert cut_text("aaa bbb ccc", maximum=8) == ["aaa bbb", "ccc"]


def test_long_word_is_cut_anywhere() -> None:
    assert cut_text("a" * 10, maximum=4) == ["aaaa", "aaaa", "aa"]


def test_line_after_a_long_line_stays_a_line_of_its_own() -> None:
    assert cut_text("aaaa bbbb cc\ndd", maximum=9) == ["aaaa bbbb", "cc\ndd"]


def test_indentation_of_code_is_kept() -> None:
    assert cut_text("  a\n    b\n  c", maximum=9) == ["  a\n    b", "  c"]


def test_pieces_for_embedding_are_about_equal() -> None:
    text = " ".join(f"Sentence number {number} is here." for number in range(40))
    lengths = [len(piece) for piece in split_for_embedding(text)]
    assert max(lengths) <= 450
    assert min(lengths) > 300


def test_short_text_is_one_piece() -> None:
    assert split_for_embedding("  a. b.\nc ") == ["a. b.\nc"]


def test_empty_text_has_no_pieces() -> None:
    assert split_for_embedding(" \n") == []
