"""How long a text takes to read, and how hard its sentences are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

#: Words a minute that adults read silently, of texts that inform: Brysbaert, "How many words do we
#: read per minute?", Journal of Memory and Language 109 (2019).
WORDS_PER_MINUTE = 238

#: Flesch took samples of this length; what is shorter is judged by its few longest words.
MIN_WORDS = 100

#: "Very difficult": Flesch gives it to scientific texts, Björnsson to the texts of authorities.
HARD_FLESCH = 30
HARD_LIX = 60

# Scripts without spaces between words (Thai, Lao, Myanmar, Khmer, kana, Han): two characters count
# as a word.
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_SPACELESS_CHARACTER = re.compile(f"[{_SPACELESS}]")
_WORD = re.compile(rf"[^\W_{_SPACELESS}]+(?:['’.-][^\W_{_SPACELESS}]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
# Vowels that are written and not spoken: "made", "asked", "miles"; "table", "wanted" and "places"
# have theirs.
_SILENT = re.compile(r"(?<![^aeiouy]l)e$|(?<![td])ed$|(?<![sxzcgh])es$")


@dataclass(frozen=True, slots=True)
class Readability:
    """A score, and whether it is one of the hardest; of Flesch's scale higher is easier."""

    formula: Literal["flesch", "lix"]
    score: float
    is_hard: bool


def count_words(text: str) -> int:
    """Return the number of words; of scripts without spaces, half the number of characters."""
    spaceless = len(_SPACELESS_CHARACTER.findall(text))
    return len(_WORD.findall(text)) + (spaceless + 1) // 2


def reading_minutes(words: int) -> int:
    """Return the minutes that reading takes, at least one."""
    return max(1, round(words / WORDS_PER_MINUTE))


def measure_readability(sentences: Sequence[str], language: str) -> Readability | None:
    """Judge sentences: English by Flesch's reading ease, other languages by LIX.

    ``None`` for less than ``MIN_WORDS`` words, and for scripts without spaces between words.

    Flesch: 206.835 - 1.015 · words per sentence - 84.6 · syllables per word (R. Flesch, "A new
    readability yardstick", Journal of Applied Psychology 32, 1948). LIX: words per sentence + 100 ·
    the share of words of more than six letters (C.-H. Björnsson, "Läsbarhet", Stockholm 1968); it
    needs no syllables, so it serves every alphabet.
    """
    text = " ".join(sentences)
    words = _WORD.findall(text)
    if len(words) < MIN_WORDS or len(_SPACELESS_CHARACTER.findall(text)) > len(words):
        return None
    words_per_sentence = len(words) / len(sentences)
    if language.lower().split("-")[0] == "en":
        syllables = sum(map(count_syllables, words)) / len(words)
        score = 206.835 - 1.015 * words_per_sentence - 84.6 * syllables
        return Readability("flesch", score, score < HARD_FLESCH)
    long_words = sum(len(word) > 6 for word in words)
    score = words_per_sentence + 100 * long_words / len(words)
    return Readability("lix", score, score > HARD_LIX)


def count_syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of spoken vowels."""
    spoken = _SILENT.sub("", word.lower())
    return max(1, len(_VOWELS.findall(spoken)))
