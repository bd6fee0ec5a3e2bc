"""How titles, and what is typed of them, are taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_helpcenter.content.lexemes import plain_words
from django_helpcenter.content.title_words import (
    BEGINNING,
    MAX_BEGINNING,
    MAX_WORD_LENGTH,
    MAX_WORDS,
    NOT_SHOWN,
    Typed,
    known_by,
    title_words,
    typed_words,
)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Reset your PASSWORD", ["^reset your password", "password", "reset", "your"]),
        ("Réglages", ["^reglages", "reglages", "réglages"]),
        ("ERR-1042: what?", ["1042", "^err 1042 what", "err", "what"]),
        ("密码", ["^密码", "密码"]),
        ("重置密码", ["^重置密码", "密码", "置密", "重置"]),
        ("!?", []),
        ("", []),
    ],
)
def test_title_is_found_by_its_words_and_its_beginning(title: str, words: list[str]) -> None:
    assert title_words(title) == words


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("", Typed()),
        (" \x00%_", Typed()),
        ("Res", Typed("res", (), "res", ("res",))),
        ("Reset yo", Typed("reset yo", ("reset",), "yo", ("reset", "yo"))),
        ("Régl", Typed("regl", (), "regl", ("régl",))),
        ("err-10", Typed("err 10", ("err",), "10", ("err", "10"))),
        ("密", Typed("密", (), "密")),
        ("重置密", Typed("重置密", ("重置", "置密"), "")),
        ("reset 密码", Typed("reset 密码", ("reset", "密码"), "")),
        ("密码 res", Typed("密码 res", ("密码",), "res")),
    ],
)
def test_typed_text_is_whole_words_and_one_that_may_go_on(text: str, typed: Typed) -> None:
    assert typed_words(text) == typed


def test_of_many_words_the_first_are_looked_at() -> None:
    typed = typed_words(" ".join(f"w{number}" for number in range(50)))
    assert typed.words == tuple(f"w{number}" for number in range(MAX_WORDS))
    assert typed.last == ""


@pytest.mark.parametrize(
    ("text", "is_short"), [("a", True), ("ab", True), ("abc", False), ("密", False)]
)
def test_one_word_of_a_letter_or_two_is_short(text: str, is_short: bool) -> None:
    assert typed_words(text).is_short is is_short
    assert not typed_words(f"go {text}").is_short


@given(st.text(max_size=300))
def test_everything_found_is_bounded_and_plain(text: str) -> None:
    for word in title_words(text):
        plain = word.removeprefix(BEGINNING)
        assert 0 < len(plain) <= max(MAX_BEGINNING, MAX_WORD_LENGTH)
        assert all(character.isalnum() or character == " " for character in plain) or (
            plain in "".join(plain_words(plain)) or not plain.isascii()
        )


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd", "Zs"]), max_size=60))
def test_title_is_found_by_itself(title: str) -> None:
    typed, words = typed_words(title), title_words(title)
    if typed.last or typed.words:
        assert set(typed.words[:MAX_WORDS]) <= set(words)
        assert any(word.startswith(typed.last) for word in words)


def test_query_is_known_by_its_words_and_its_codes() -> None:
    assert known_by("Write TO a@b.com") == ["a@b.com", "to", "write"]


@pytest.mark.parametrize("sign", ["🅵", "ⓕ", "℡", "\u202e", "\u0363", "ʰ", "𝐟", "ｆ", "²"])
def test_query_with_signs_like_letters_is_not_shown(sign: str) -> None:
    assert NOT_SHOWN in known_by(f"write {sign}")


@pytest.mark.parametrize(
    "query", ["a-b, “c” – d’e?", "パスワード？　再", "รหัส", "पासवर्ड", "re\u0301"]
)
def test_query_in_letters_and_punctuation_may_be_shown(query: str) -> None:
    assert NOT_SHOWN not in known_by(query)
