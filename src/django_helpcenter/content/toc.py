"""Headings, their anchors, and the table of contents made of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

#: Put before every id made from a text, so that no heading can take an id or a DOM name of the
#: page.
ANCHOR_PREFIX = "section-"

_MAX_SLUG_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading as the page shows it; ``line`` is its 1-based line in the source."""

    level: int
    text: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A heading and the headings below it."""

    heading: Heading
    children: tuple[TocEntry, ...] = ()

    @property
    def level(self) -> int:
        return self.heading.level

    @property
    def text(self) -> str:
        return self.heading.text

    @property
    def anchor(self) -> str:
        return self.heading.anchor


def slugify_heading(text: str) -> str:
    """Return a heading's words in lower case, joined with hyphens; letters of any script stay."""
    words: list[str] = []
    for character in unicodedata.normalize("NFC", text).lower():
        if character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M":
            words.append(character)
        elif character.isspace() or character == "-":
            words.append("-")
    return "-".join(part for part in "".join(words).split("-") if part)[:_MAX_SLUG_LENGTH].strip(
        "-"
    )


def heading_anchor(fragment: str) -> str:
    """Return the id that a page gives to the heading which ``#fragment`` means."""
    return ANCHOR_PREFIX + slugify_heading(unquote(fragment.removeprefix("#")))


def assign_anchors(names: Sequence[tuple[str, str]]) -> list[str]:
    """Return one unique id for each ``(text, wanted id or "")``; wanted ids are served first."""
    taken: set[str] = set()
    counters: dict[str, int] = {}

    def claim(name: str) -> str:
        slug = slugify_heading(name) or "part"
        candidate = slug
        while candidate in taken:
            counters[slug] = counters.get(slug, 1) + 1
            candidate = f"{slug}-{counters[slug]}"
        taken.add(candidate)
        return ANCHOR_PREFIX + candidate

    wanted = {index: claim(own) for index, (_, own) in enumerate(names) if own}
    return [wanted.get(index) or claim(text) for index, (text, _) in enumerate(names)]


def build_toc(headings: Iterable[Heading]) -> tuple[TocEntry, ...]:
    """Nest the headings by level; a skipped level does not leave a hole."""
    return _nest(list(headings))


def _nest(headings: list[Heading]) -> tuple[TocEntry, ...]:
    entries: list[TocEntry] = []
    position = 0
    while position < len(headings):
        head = headings[position]
        end = position + 1
        while end < len(headings) and headings[end].level > head.level:
            end += 1
        entries.append(TocEntry(head, _nest(headings[position + 1 : end])))
        position = end
    return tuple(entries)
