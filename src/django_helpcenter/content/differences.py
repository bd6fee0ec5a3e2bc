"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from django_helpcenter.content.matching import Matcher, changed_runs

#: Words, runs of blanks, and every other character for itself.
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


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
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = Matcher()
    changes = chain.from_iterable(
        [Change(ChangeKind.SAME, "".join(old[here]))]
        if is_same
        else _compare_stretch(matcher, "".join(old[here]), "".join(new[there]))
        for is_same, here, there in changed_runs(matcher, old, new)
    )
    return _joined(changes)


def _compare_stretch(matcher: Matcher, before: str, after: str) -> Iterator[Change]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    for is_same, here, there in changed_runs(matcher, old, new):
        if is_same:
            yield Change(ChangeKind.SAME, "".join(old[here]))
        else:
            yield from _replaced("".join(old[here]), "".join(new[there]))


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
