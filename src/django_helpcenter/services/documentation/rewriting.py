"""Putting other addresses into Markdown, and leaving everything else as it stands.

The parser says which blocks hold which links; a small scanner finds them in the text of these
blocks. Code is never touched: the parser reports no link in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

#: An escaped character, or the destination of a link or picture.
_INLINE = re.compile(
    r"\\.|(?P<before>\]\(\s*)(?P<address><[^<>\n]*>|[^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*)",
    re.DOTALL,
)
_TICKS = re.compile(r"`+")
#: ``[label]: address``, which may stand in quotes and lists.
_DEFINITION = re.compile(
    r"(?P<before>[ \t>*+-]*\[[^\[\]\n]+\]:[ \t]*)(?P<address><[^<>\n]*>|[^\s<>]+)"
)
_UNSAFE = re.compile(r"[\s<>()\\]")


@dataclass(frozen=True, slots=True)
class Reference:
    """A link or picture: its address as the parser reads it, and the lines of its block, from 0."""

    target: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class References:
    """All links and pictures of a text, and the lines that cannot hold the definition of one."""

    items: tuple[Reference, ...]
    filled: frozenset[int]


def find_references(tokens: Iterable[Token]) -> References:
    """Return the links and pictures of a parsed text, those with a scheme included."""
    items: list[Reference] = []
    filled: set[int] = set()
    start = end = 0
    for block in tokens:
        # The cells of a table have no place of their own; their row does.
        start, end = block.map or (start, end)
        if block.type in ("inline", "fence", "code_block"):
            filled.update(range(start, end))
        for token in block.children or ():
            if token.type == "link_open" and token.markup != "autolink":
                items.append(Reference(str(token.attrs.get("href", "")), start, end))
            elif token.type == "image":
                items.append(Reference(str(token.attrs.get("src", "")), start, end))
    return References(tuple(items), frozenset(filled))


def replace_targets(source: str, references: References, replacements: Mapping[str, str]) -> str:
    """Return the text with the addresses that ``replacements`` names exchanged.

    ``references`` are those of the same text.
    """
    blocks = {(item.start, item.end) for item in references.items if item.target in replacements}
    if not blocks:
        return source
    lines = source.split("\n")
    for start, end in blocks:
        block = "\n".join(lines[start:end])
        lines[start:end] = _replace_outside_code(block, replacements).split("\n")
    for number, line in enumerate(lines):
        if "]:" in line and number not in references.filled and _DEFINITION.match(line):
            lines[number] = _replace(_DEFINITION, line, replacements)
    return "\n".join(lines)


def _replace_outside_code(text: str, replacements: Mapping[str, str]) -> str:
    parts: list[str] = []
    position = 0
    for start, end in _code_spans(text):
        parts += [_replace(_INLINE, text[position:start], replacements), text[start:end]]
        position = end
    return "".join([*parts, _replace(_INLINE, text[position:], replacements)])


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where code spans begin and end: a run of backticks up to the next one as long."""
    runs = list(_TICKS.finditer(text))
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, run in enumerate(runs):
        numbers[len(run[0])].append(number)
    following = 0
    for number, run in enumerate(runs):
        start = run.start() + _is_escaped(text, run.start())
        same = numbers[run.end() - start]
        place = bisect_right(same, number)
        if number >= following and start < run.end() and place < len(same):
            following = same[place] + 1
            yield start, runs[same[place]].end()


def _is_escaped(text: str, position: int) -> bool:
    start = position
    while start and text[start - 1] == "\\":
        start -= 1
    return (position - start) % 2 == 1


def _replace(pattern: re.Pattern[str], text: str, replacements: Mapping[str, str]) -> str:
    def exchange(match: re.Match[str]) -> str:
        address = match.groupdict().get("address")
        if not address:
            return match[0]
        target = normalizeLink(unescapeAll(address.strip("<>")))
        new = replacements.get(target)
        return match[0] if new is None else match["before"] + _destination(new)

    return pattern.sub(exchange, text)


def _destination(address: str) -> str:
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", address)
