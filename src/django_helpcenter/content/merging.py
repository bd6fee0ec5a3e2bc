"""Two people changed one text: a three-way merge by lines.

What only one of them changed is taken; where both changed the same lines differently, both texts
stand one below the other between lines that say so, and somebody has to choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django_helpcenter.content.matching import Matcher

#: The lines around a conflict, in the form that authors may know from version control.
MINE, BETWEEN, THEIRS = "<<<<<<<", "=======", ">>>>>>>"

_MARKS = re.compile(r"^(?:<{7}|>{7}) .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text and how many places of it somebody has to decide on."""

    text: str
    conflicts: int


def merge_texts(
    base: str, mine: str, theirs: str, *, my_name: str = "mine", their_name: str = "theirs"
) -> Merge:
    """Merge two texts that were both made from ``base``; the names stand beside conflicts."""
    merged: list[str] = []
    conflicts = 0
    lines = [text.splitlines(keepends=True) for text in (base, mine, theirs)]
    for old, ours, others in _stretches(*lines):
        if ours == others or others == old:
            merged += ours
        elif ours == old:
            merged += others
        else:
            conflicts += 1
            merged += [f"{MINE} {my_name}\n", *_ended(ours), f"{BETWEEN}\n"]
            merged += [*_ended(others), f"{THEIRS} {their_name}\n"]
    return Merge("".join(merged), conflicts)


def has_conflict_marks(text: str) -> bool:
    """Tell whether a text still has the lines around a conflict."""
    return _MARKS.search(text) is not None


def _ended(lines: Sequence[str]) -> list[str]:
    """Return lines of which the last one ends, too."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + "\n"]
    return list(lines)


def _stretches(
    base: list[str], mine: list[str], theirs: list[str]
) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Yield what the three say of each stretch, in order: changed stretches and stable ones.

    Stable is what both have kept (S. Khanna, K. Kunal, B. Pierce: A Formal Investigation of Diff3,
    2007).
    """
    at = (0, 0, 0)
    for start, in_mine, in_theirs, size in _kept_by_both(base, mine, theirs):
        yield (
            base[at[0] : start],
            mine[at[1] : in_mine],
            theirs[at[2] : in_theirs],
        )
        kept = base[start : start + size]
        yield kept, kept, kept
        at = (start + size, in_mine + size, in_theirs + size)
    yield base[at[0] :], mine[at[1] :], theirs[at[2] :]


def _kept_by_both(
    base: list[str], mine: list[str], theirs: list[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of base lines that stand in both, as places in the three and a length."""
    in_mine = dict(_matching_lines(base, mine))
    run: list[tuple[int, int, int]] = []
    for line, place in _matching_lines(base, theirs):
        if line not in in_mine:
            continue
        here = (line, in_mine[line], place)
        if run and here != tuple(number + 1 for number in run[-1]):
            yield (*run[0], len(run))
            run = []
        run.append(here)
    if run:
        yield (*run[0], len(run))


def _matching_lines(first: list[str], second: list[str]) -> Iterator[tuple[int, int]]:
    for a, b, size in Matcher().runs(first, second):
        yield from ((a + number, b + number) for number in range(size))
