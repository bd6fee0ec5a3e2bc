"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import chain

#: Words, runs of blanks, and every other character for itself.
_WORD = re.compile(r"\w+|\s+|[^\w\s]")

#: Lines that are compared one by one; a text of more counts as one line.
MAX_LINES = 20_000

#: Words in one changed stretch that are compared one by one: the time grows with their square. Of
#: longer stretches all is shown as removed and as added.
MAX_WORDS = 4_000


class ChangeKind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of text, and what became of it."""

    kind: ChangeKind
    text: str


def compare_words(before: str, after: str) -> list[Change]:
    """Return the pieces that both texts are made of, in order.

    The same and the removed pieces, joined, are the text before; the same and the added ones the
    text after. Lines are compared first, then the words of those that differ.
    """
    old, new = comparable_lines(before), comparable_lines(after)
    changes = chain.from_iterable(
        _compare_stretch("".join(old[a:b]), "".join(new[c:d]), is_same=tag == "equal")
        for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes()
    )
    return _joined(changes)


def comparable_lines(text: str) -> list[str]:
    """Return the lines of a text with their ends, or all of it as one when they are too many."""
    lines = text.splitlines(keepends=True)
    return lines if len(lines) <= MAX_LINES else [text]


def _compare_stretch(before: str, after: str, *, is_same: bool) -> Iterator[Change]:
    if is_same:
        yield Change(ChangeKind.SAME, before)
        return
    old, new = _WORD.findall(before), _WORD.findall(after)
    if not (old and new) or max(len(old), len(new)) > MAX_WORDS:
        yield from _replaced(before, after)
        return
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Change(ChangeKind.SAME, "".join(old[a:b]))
        else:
            yield from _replaced("".join(old[a:b]), "".join(new[c:d]))


def _replaced(before: str, after: str) -> Iterator[Change]:
    if before:
        yield Change(ChangeKind.REMOVED, before)
    if after:
        yield Change(ChangeKind.ADDED, after)


def _joined(changes: Iterator[Change]) -> list[Change]:
    """Put neighbors of one kind together."""
    joined: list[Change] = []
    for change in changes:
        if joined and joined[-1].kind == change.kind:
            joined[-1] = Change(change.kind, joined[-1].text + change.text)
        else:
            joined.append(change)
    return joined


def folded(changes: Sequence[Change], *, context: int = 3) -> list[Change | None]:
    """Leave out what is the same far from any change; ``None`` stands for the lines left out.

    ``context`` lines are kept on each side of a change.
    """
    kept: list[Change | None] = []
    for number, change in enumerate(changes):
        lines = change.text.splitlines(keepends=True)
        before = context if number else 0
        after = context if number < len(changes) - 1 else 0
        if change.kind is not ChangeKind.SAME or len(lines) <= before + after + 1:
            kept.append(change)
            continue
        if before:
            kept.append(Change(ChangeKind.SAME, "".join(lines[:before])))
        kept.append(None)
        if after:
            kept.append(Change(ChangeKind.SAME, "".join(lines[-after:])))
    return kept
