"""How long a text takes, and how hard it is."""

from __future__ import annotations

import pytest

from django_helpcenter.content.readability import (
    MIN_WORDS,
    count_syllables,
    count_words,
    measure_readability,
    reading_minutes,
)

EASY = ["The cat sat on the mat and ran to me."] * 12
HARD = ["Organizational interoperability necessitates comprehensive documentation."] * 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("– … !", 0),
        ("Hold the power button.", 4),
        ("It’s a re-paired scan-gun, v2.1", 5),
        ("Strauß überprüft Ёлку", 3),
        ("打印机没有反应", 4),
        ("按 Ctrl 键", 2),
    ],
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (238, 1), (600, 3)])
def test_reading_takes_a_minute_at_least(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("the", 1), ("cat", 1), ("made", 1), ("asked", 1), ("wanted", 2), ("table", 2),
        ("button", 2), ("places", 2), ("scanner", 2), ("documentation", 5), ("TV", 1),
    ],
)  # fmt: skip
def test_syllables_are_those_that_are_spoken(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


def test_short_english_sentences_are_easy() -> None:
    found = measure_readability(EASY, "en-gb")
    assert found is not None
    assert (found.formula, found.is_hard) == ("flesch", False)
    # 10 words and 10 syllables a sentence: 206.835 - 1.015 * 10 - 84.6.
    assert found.score == pytest.approx(112.085)


def test_long_english_words_are_hard() -> None:
    found = measure_readability(HARD, "en")
    assert found is not None
    assert found.is_hard


def test_other_languages_are_judged_by_the_length_of_their_words() -> None:
    found = measure_readability(["Die Katze sitzt ungern auf dem Kofferraumdeckel."] * 20, "de")
    assert found is not None
    assert (found.formula, found.is_hard) == ("lix", False)
    # 7 words a sentence, one of them with more than six letters.
    assert found.score == pytest.approx(7 + 100 / 7)


def test_a_few_words_are_not_judged() -> None:
    assert measure_readability(["one two three four five"] * (MIN_WORDS // 5 - 1), "en") is None


def test_text_without_spaces_is_not_judged() -> None:
    assert measure_readability(["打印机没有反应。"] * 200, "zh") is None
