"""Snippets that show why a passage was found, as safe HTML: escaped first, marked after.

The words of a query are known as lexemes, stems for the most part. A word of the text is marked
when it begins with such a stem; accents and case make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.html import escape

#: Characters of a passage that are shown.
LENGTH = 260
#: Characters of a passage that are shown when no word of the query is in it.
LEAD_LENGTH = 220
#: Characters that are shown before the first match.
_BEFORE = 60
#: What may follow a stem: configur(ation). A short one stands for itself and little more. English
#: stems end in i where words end in y, happ(y), and lose their e, us(ing).
_ENDING = re.compile(r"\w{0,6}")
_SHORT = 3
_SHORT_ENDING = re.compile(r"\w{0,2}")
_ENDINGS = {
    "i": re.compile(r"[iy]\w{0,6}"),
    "y": re.compile(r"[iy]\w{0,6}"),
    "e": re.compile(r"e\w{0,4}|[ia]\w{2,6}"),
}
_NO_ENDING = re.compile("")
_CODE = re.compile(r"([^\W\d_]+)(\d{2,})")
#: The end of a row of a table behind which another row stands.
_ROW = re.compile(r"(?<= \| )([^\n|]*)\n(?=[^\n]* \| )")


class _Plain(dict[int, int]):
    """Maps a character to its base letter in lower case, always one to one."""

    def __missing__(self, code: int) -> int:
        letter = unicodedata.normalize("NFKD", chr(code))[0].lower()
        self[code] = ord(letter) if len(letter) == 1 else code
        return self[code]


_PLAIN = _Plain()


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    stop: int
    stem: int
    weight: float


class Marker:
    """Marks the words of one query in texts, given as lexemes with what each is worth."""

    def __init__(self, words: Mapping[str, float]) -> None:
        folded: dict[str, float] = {}
        for lexeme, idf in words.items():
            stem = plain(lexeme)
            # A code is typed without the separator that it is written with.
            code = _CODE.fullmatch(stem)
            written = [f"{code[1]}{mark}{code[2]}" for mark in "-_"] if code else []
            for each in (stem, *written):
                folded[each] = max(idf, folded.get(each, 0.0))
        self._stems = [(*_parts(stem), idf) for stem, idf in sorted(folded.items())]

    def mark(self, text: str) -> str:
        """Return all of a text as safe HTML whose only tags are ``<mark>``."""
        return _marked(text, self._matches(text))

    def snippet(self, text: str) -> str:
        """Return what a result shows of a passage: where most of the query is, or its beginning."""
        flat = _flat(text)
        matches = self._matches(flat)
        if not matches:
            return lead(flat)
        start, stop = _window(flat, matches)
        inside = [match for match in matches if start <= match.start and match.stop <= stop]
        moved = [_Match(m.start - start, m.stop - start, m.stem, m.weight) for m in inside]
        before = "… " if start else ""
        after = " …" if stop < len(flat) else ""
        return before + _marked(flat[start:stop], moved) + after

    def _matches(self, text: str) -> list[_Match]:
        """Return the words that begin with a stem, in order and without overlaps."""
        folded = plain(text)
        found: list[_Match] = []
        for number, (stem, ending, weight) in enumerate(self._stems):
            at = folded.find(stem)
            while at >= 0:
                stop = at + len(stem)
                if not _continues(folded, at) and (end := ending.match(folded, stop)):
                    stop = end.end()
                    if not _continues(folded, stop):
                        found.append(_Match(at, stop, number, weight))
                at = folded.find(stem, stop)
        found.sort(key=lambda match: (match.start, -match.stop))
        return _apart(found, folded)


def plain(text: str) -> str:
    """Return a text of the same length without case and accents."""
    return text.translate(_PLAIN)


def lead(text: str) -> str:
    """Return the beginning of a passage as safe HTML, cut between words."""
    flat = _flat(text)
    if len(flat) <= LEAD_LENGTH:
        return escape(flat)
    return escape(flat[:LEAD_LENGTH].rsplit(" ", 1)[0] + " …")


def _flat(text: str) -> str:
    """Return a text on one line: cells of tables between dots, rows between semicolons."""
    return " ".join(_ROW.sub(r"\1; ", text).replace(" | ", " · ").split())


def _parts(stem: str) -> tuple[str, re.Pattern[str]]:
    """Return how words with a stem begin, and what may follow."""
    last = stem[-1:]
    if last in _ENDINGS and len(stem) >= _SHORT:
        return stem[:-1], _ENDINGS[last]
    if _is_ideographic(last):
        return stem, _NO_ENDING
    return stem, _SHORT_ENDING if len(stem) <= _SHORT else _ENDING


def _continues(text: str, at: int) -> bool:
    """Tell whether a word goes on over this place."""
    return 0 < at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at])


def _is_letter(character: str) -> bool:
    return character.isalnum() and not _is_ideographic(character)


def _is_ideographic(character: str) -> bool:
    """Tell whether words of this script stand without spaces between them."""
    return character >= "\u0e00" and unicodedata.category(character) == "Lo"


def _apart(matches: Sequence[_Match], text: str) -> list[_Match]:
    """Leave out what overlaps; pairs of ideographs that overlap are one match."""
    kept: list[_Match] = []
    for match in matches:
        last = kept[-1] if kept else None
        if last is None or match.start >= last.stop:
            kept.append(match)
        elif match.stop > last.stop and _is_ideographic(text[match.start]):
            kept[-1] = replace(last, stop=match.stop)
    return kept


def _window(text: str, matches: Sequence[_Match]) -> tuple[int, int]:
    """Return the piece of the text in which words of most weight stand, cut between words."""
    if len(text) <= LENGTH:
        return 0, len(text)

    def worth(first: int) -> float:
        inside: dict[int, float] = {}
        for match in matches[first:]:
            if match.stop > matches[first].start - _BEFORE + LENGTH:
                break
            inside[match.stem] = match.weight
        return sum(inside.values())

    first = max(range(len(matches)), key=lambda number: (worth(number), -number))
    start = max(0, min(matches[first].start - _BEFORE, len(text) - LENGTH))
    stop = min(len(text), start + LENGTH)
    if start:
        start = min(text.find(" ", start) + 1 or start, matches[first].start)
    if stop < len(text):
        stop = max(text.rfind(" ", start, stop), matches[first].stop)
    return start, stop


def _marked(text: str, matches: Sequence[_Match]) -> str:
    edges = [0, *(edge for match in matches for edge in (match.start, match.stop)), len(text)]
    pieces = [str(escape(text[start:stop])) for start, stop in pairwise(edges)]
    for place in range(1, len(pieces), 2):
        pieces[place] = f"<mark>{pieces[place]}</mark>"
    return "".join(pieces)
