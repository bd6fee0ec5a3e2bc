"""What a title is found by while its reader is still typing.

Titles and what is typed are taken apart alike: lower case, no accents, words cut at everything that
is no letter and no digit, pairs of characters in scripts without spaces.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django_helpcenter.content.lexemes import asked_tokens, plain_words, run_tokens, without_runs

#: Words that are looked at, and letters of each: an index has to hold them.
MAX_WORDS = 12
MAX_WORD_LENGTH = 64
#: Letters of the beginning of a title that are kept in one piece.
MAX_BEGINNING = 60
#: Stands before the beginning of a title, and in no word.
BEGINNING = "^"
#: Stands among the words of a search that is not shown to others as it is written; no word itself.
NOT_SHOWN = "?"

_WORD = re.compile(r"[^\W_]+")
# What is longer is read, cut and normalized for nothing.
_MAX_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed so far: whole words, the last one that may go on, and all of it as it stands.

    ``words`` includes pairs of characters of scripts without spaces. ``spelled`` are the words with
    their accents, in order, when the last of them may go on and none is left out. Nothing in it but
    letters, digits and spaces.
    """

    beginning: str = ""
    words: tuple[str, ...] = ()
    last: str = ""
    spelled: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is no letter and no digit."""
        return not self.beginning

    @property
    def is_short(self) -> bool:
        """Whether this is one word of which so little is known that a great deal begins with it."""
        return not self.words and len(self.last) < 3 and bool(without_runs(self.last).strip())


def title_words(title: str) -> list[str]:
    """Return what a title is found by, sorted: its words, and its beginning behind ``^``.

    Words with accents are there without them too.
    """
    beginning = " ".join(plain_words(title))[:MAX_BEGINNING]
    if not beginning:
        return []
    words = [*plain_words(without_runs(title)), *_spelled_words(title)]
    found = {word[:MAX_WORD_LENGTH] for word in words}
    return sorted({*found, *run_tokens(title), BEGINNING + beginning})


def typed_words(text: str) -> Typed:
    """Take apart what a reader has typed so far."""
    everything = plain_words(text)
    if not everything:
        return Typed()
    words = [word[:MAX_WORD_LENGTH] for word in plain_words(without_runs(text))]
    pairs = run_tokens(text[:_MAX_CHARACTERS])
    # What ends in a script without spaces has no last word that could go on.
    goes_on = bool(words) and everything[-1].startswith(words[-1])
    last = words.pop() if goes_on and len(words) <= MAX_WORDS else ""
    if len(pairs) == 1 and len(pairs[0]) == 1 and not last:
        last = pairs.pop()
    whole = dict.fromkeys([*words[:MAX_WORDS], *pairs[:MAX_WORDS]])
    spelled = _spelled_words(text) if last and not pairs else []
    return Typed(" ".join(everything)[:MAX_BEGINNING], tuple(whole), last, tuple(spelled))


def known_by(query: str) -> list[str]:
    """Return all words of a query as the vocabulary of a reader has them, sorted.

    Codes count as they stand: who knows the words of an address does not know the address. With
    signs that look like letters and are none, ``NOT_SHOWN`` is among the words.
    """
    tokens = asked_tokens(query)
    rest = unicodedata.normalize("NFKC", query).lower()
    for token in sorted(tokens, key=len, reverse=True):
        rest = rest.replace(token, " ")
    odd = () if _is_plain(query) else (NOT_SHOWN,)
    return sorted({*_spelled_words(rest), *tokens, *odd})


def _is_plain(text: str) -> bool:
    """Tell whether a text has nothing but letters, digits, marks, spaces and punctuation.

    What is written with other signs (🅵, ℡, letters above others) would be read, and is no word.
    """
    return all(map(_is_plain_character, unicodedata.normalize("NFC", text)))


def _is_plain_character(character: str) -> bool:
    category = unicodedata.category(character)
    if " " <= character <= "~" or category == "Zs" or category.startswith("P"):
        return True
    if category.startswith("M") and "LETTER" in unicodedata.name(character, "LETTER"):
        return not unicodedata.name(character, "COMBINING").startswith("COMBINING")
    is_word = category.startswith(("L", "M")) or category == "Nd"
    return is_word and unicodedata.is_normalized("NFKC", character)


def _spelled_words(text: str) -> list[str]:
    """Return the words of a text as PostgreSQL's plain configuration has them."""
    return _WORD.findall(without_runs(unicodedata.normalize("NFC", text[:_MAX_CHARACTERS]).lower()))
