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

from django_helpcenter.content.source import code_lines

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


def find_references(tokens: Iterable[Token]) -> list[Reference]:
    """Return the links and pictures of a parsed text, those with a scheme included."""
    found: list[Reference] = []
    start = end = 0
    for block in tokens:
        # The cells of a table have no place of their own; their row does.
        start, end = block.map or (start, end)
        for token in block.children or ():
            if token.type == "link_open" and token.markup != "autolink":
                found.append(Reference(str(token.attrs.get("href", "")), start, end))
            elif token.type == "image":
                found.append(Reference(str(token.attrs.get("src", "")), start, end))
    return found


def replace_targets(
    source: str, references: Iterable[Reference], replacements: Mapping[str, str]
) -> str:
    """Return the text with the addresses that ``replacements`` names exchanged.

    ``references`` are those of the same text.
    """
    blocks = {(ref.start, ref.end) for ref in references if ref.target in replacements}
    if not blocks:
        return source
    lines = source.split("\n")
    # From the end, so that the line numbers of what is still to do stay right.
    for start, end in sorted(blocks, reverse=True):
        block = "\n".join(lines[start:end])
        lines[start:end] = _replace_outside_code(block, replacements).split("\n")
    code = code_lines(source)
    for number, line in enumerate(lines):
        if "]:" in line and number not in code and _DEFINITION.match(line):
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
        same = numbers[len(run[0])]
        place = bisect_right(same, number)
        if number >= following and place < len(same) and not _is_escaped(text, run.start()):
            following = same[place] + 1
            yield run.start(), runs[same[place]].end()


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
