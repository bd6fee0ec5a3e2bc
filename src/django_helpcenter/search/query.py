"""What a reader typed, taken apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django_helpcenter.conf import conf

# An opening mark stands before a word, not behind one: 55" is a size.
_PHRASE = re.compile(r"(?<!\w)[\"“„«]([^\"“”„«»]{2,200})[\"“”»](?!\w)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff<>]")
_WORD = re.compile(r"\w", re.UNICODE)

#: Phrases of one query that are looked at.
MAX_PHRASES = 5


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query made safe and short.

    ``phrases`` must all occur; ``text`` still contains their words.
    """

    text: str
    phrases: tuple[str, ...] = ()

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
    phrases = [match.strip() for match in _PHRASE.findall(text)]
    return ParsedQuery(
        text=text, phrases=tuple(phrase for phrase in phrases if _WORD.search(phrase))[:MAX_PHRASES]
    )
