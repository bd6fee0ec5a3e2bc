"""What a reader typed, taken apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

from django_helpcenter.conf import conf
from django_helpcenter.content.lexemes import (
    asked_tokens,
    fold,
    query_key,
    run_tokens,
    without_runs,
)

# An opening mark stands before a word, not behind one: 55" is a size.
_PHRASE = re.compile(r"(?<!\w)[\"“„«]([^\"“”„«»]{2,200})[\"“”»](?!\w)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff<>]")
# Vowel points of Hebrew and Arabic, at which the parser would cut words.
_POINTS = re.compile("[\u0591-\u05c7\u064b-\u0655\u0670]")
_WORD = re.compile(r"\w", re.UNICODE)

#: Phrases of one query that are looked at.
MAX_PHRASES = 5


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query made safe and short.

    ``phrases`` and ``must_tokens`` must all occur; ``text`` still contains their words. ``words``
    is what PostgreSQL's parser is given of it, ``folded`` the same without accents, empty where
    there are none; ``tokens`` is what the parser would lose; ``key`` is what editor's picks go by.
    """

    text: str
    words: str = ""
    folded: str = ""
    tokens: tuple[str, ...] = ()
    key: str = ""
    phrases: tuple[str, ...] = ()
    must_tokens: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for: no letter and no digit."""
        return _WORD.search(self.text) is None


def parse_query(query: str) -> ParsedQuery:
    """Clean a query: length, control characters, tags, Unicode form, white space, phrases."""
    limit = conf.SEARCH_QUERY_MAX_LENGTH
    # Cut first: normalising a hundred thousand characters only to drop them costs time.
    text = _CONTROL.sub(" ", query[: limit * 2])
    text = " ".join(unicodedata.normalize("NFC", text).split())[:limit]
    words = text if text.isascii() else " ".join(without_runs(_POINTS.sub("", text)).split())
    folded = fold(words)
    quoted = [match.strip() for match in _PHRASE.findall(text)]
    quoted = [phrase for phrase in quoted if _WORD.search(phrase)][:MAX_PHRASES]
    phrases = (" ".join(without_runs(phrase).split()) for phrase in quoted)
    return ParsedQuery(
        text=text,
        words=words,
        folded="" if folded == words.lower() else folded,
        tokens=tuple(asked_tokens(text)),
        key=query_key(text),
        phrases=tuple(phrase for phrase in phrases if _WORD.search(phrase)),
        # Words and their order are the phrase's; what has no spaces is held together by bigrams.
        must_tokens=tuple(dict.fromkeys(chain.from_iterable(map(run_tokens, quoted)))),
    )
