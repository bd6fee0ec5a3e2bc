"""What two sequences of lines or words have in common, in a time that no text can stretch.

``difflib`` alone is cubic on short lines or words that repeat: 29 kB took it a minute. So both are
cut at what is unique in each (B. Cohen's patience diff), and difflib sees short stretches alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

#: Pairs that one stretch, and all stretches of a comparison, may have. Of longer ones nothing
#: counts as common, which makes a difference longer than it need be, and never wrong.
PAIRS_IN_A_STRETCH = 100_000
PAIRS_IN_ALL = 1_000_000

#: A run that both have: where it begins in each, and its length.
Run = tuple[int, int, int]


class Matcher:
    """Finds what pairs of sequences have in common, within one budget for all of them."""

    def __init__(self) -> None:
        self.budget = PAIRS_IN_ALL

    def runs(self, old: Sequence[str], new: Sequence[str]) -> list[Run]:
        """Return the runs that both have, in order; they do not overlap."""
        head = _common_head(old, new)
        tail = _common_head(old[head:][::-1], new[head:][::-1])
        found: list[Run] = [(0, 0, head)] if head else []
        end_old, end_new = len(old) - tail, len(new) - tail
        at = (head, head)
        for place in _anchors(old, new, head, end_old, end_new):
            found += self._stretch(old, new, at, place)
            found.append((*place, 1))
            at = (place[0] + 1, place[1] + 1)
        found += self._stretch(old, new, at, (end_old, end_new))
        if tail:
            found.append((end_old, end_new, tail))
        return list(_joined(found))

    def _stretch(
        self, old: Sequence[str], new: Sequence[str], start: tuple[int, int], end: tuple[int, int]
    ) -> Iterator[Run]:
        first, second = old[start[0] : end[0]], new[start[1] : end[1]]
        pairs = len(first) * len(second)
        if not pairs or pairs > min(PAIRS_IN_A_STRETCH, self.budget):
            return
        self.budget -= pairs
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        for a, b, size in matcher.get_matching_blocks():
            if size:
                yield start[0] + a, start[1] + b, size


def changed_runs(
    matcher: Matcher, old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[bool, slice, slice]]:
    """Yield the stretches of both in order: whether they are the same, and where they stand."""
    a = b = 0
    for start_old, start_new, size in [*matcher.runs(old, new), (len(old), len(new), 0)]:
        if a < start_old or b < start_new:
            yield False, slice(a, start_old), slice(b, start_new)
        if size:
            yield True, slice(start_old, start_old + size), slice(start_new, start_new + size)
        a, b = start_old + size, start_new + size


def _common_head(old: Sequence[str], new: Sequence[str]) -> int:
    length = 0
    for first, second in zip(old, new, strict=False):
        if first != second:
            break
        length += 1
    return length


def _anchors(
    old: Sequence[str], new: Sequence[str], start: int, end_old: int, end_new: int
) -> list[tuple[int, int]]:
    """Return where what stands once in each stands, as many as keep their order in both."""
    in_old, in_new = Counter(old[start:end_old]), Counter(new[start:end_new])
    places = {
        item: place
        for place, item in enumerate(new[start:end_new], start)
        if in_new[item] == 1 and in_old[item] == 1
    }
    pairs = [
        (place, places[item])
        for place, item in enumerate(old[start:end_old], start)
        if item in places
    ]
    return _longest_rising(pairs)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of pairs whose second numbers rise, too."""
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for number, (_place, other) in enumerate(pairs):
        pile = bisect_left(ends, other)
        before.append(tops[pile - 1] if pile else -1)
        if pile == len(ends):
            ends.append(other)
            tops.append(number)
        else:
            ends[pile], tops[pile] = other, number
    chain: list[tuple[int, int]] = []
    number = tops[-1] if tops else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Put runs together that follow each other in both."""
    current: Run | None = None
    for old, new, size in runs:
        if current and (current[0] + current[2], current[1] + current[2]) == (old, new):
            current = (current[0], current[1], current[2] + size)
            continue
        if current:
            yield current
        current = (old, new, size)
    if current:
        yield current
