"""Finding tags and ``{expressions}`` in Markdown, without ever looking into code.

Works on text that may be malformed: what does not read as a tag or an expression stays text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import groupby

#: Elements whose content is no text for readers.
_OPAQUE = frozenset(
    {"audio", "canvas", "iframe", "object", "pre", "script", "style", "svg", "template", "video"}
)
_NAME = re.compile(r"</?([A-Za-z][\w.-]*)(?=[\s/>])")
_FRAGMENT = re.compile(r"</?>")
_ATTRIBUTE = re.compile(
    r"""\s*([A-Za-z_:@][\w:.-]*)
    (?:\s*=\s*(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s"'=<>`{}]+)|(?=\{)))?""",
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
_TAG_END = re.compile(r"\s*(/?)>")
_LITERAL = re.compile(r"""\{\s*(?:"([^"]*)"|'([^']*)'|`([^`$]*)`)\s*\}""")
_HEADING_ID = re.compile(r"\{#[\w-]+\}")
_BACKTICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_MAX_ATTRIBUTES = 100


@dataclass(frozen=True, slots=True)
class Text:
    """Text to copy; code is copied as it stands."""

    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. An attribute whose value is an expression has the value None."""

    name: str
    source: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    is_closing: bool = False
    is_self_closing: bool = False
    content: str = ""

    @property
    def key(self) -> str:
        """What opening and closing tags are matched by."""
        return self.name.lower()

    @property
    def is_component(self) -> bool:
        """Whether the name is written as a component's is; ``<BR>`` is an element's."""
        return "." in self.name or (self.name[:1].isupper() and not self.name.isupper())

    def attribute(self, *names: str) -> str:
        """Return the first of these attributes that holds text, on one line."""
        for name in names:
            if value := self.attributes.get(name):
                return " ".join(value.split())
        return ""


Piece = Text | Tag


def scan(source: str, code: Container[int], *, is_jsx: bool) -> Iterator[Piece]:
    """Yield the text, the code and the tags of a Markdown text in order.

    ``code`` holds the numbers (from 0) of the lines that are code. JSX expressions are left out.
    """
    lines = source.split("\n")
    for is_code, group in groupby(range(len(lines)), key=lambda number: number in code):
        numbers = list(group)
        part = "\n".join(lines[number] for number in numbers)
        part += "\n" if numbers[-1] + 1 < len(lines) else ""
        if is_code:
            yield Text(part, is_code=True)
        else:
            yield from _Scanner(part, is_jsx).pieces()


class _Scanner:
    def __init__(self, text: str, is_jsx: bool) -> None:
        self.text = text
        self.is_jsx = is_jsx
        self.code_spans = _code_spans(text)
        self.braces = _matching_braces(text, self.code_spans) if is_jsx else {}
        self.never_closed: set[str] = set()
        self.special = re.compile(r"[`<{\\]" if is_jsx else r"[`<\\]")

    def pieces(self) -> Iterator[Piece]:
        text = self.text
        start = position = 0
        while found := self.special.search(text, position):
            at = found.start()
            piece, end = self._read(at)
            if piece is None:
                position = end
                continue
            if at > start:
                yield Text(text[start:at])
            yield piece
            start = position = end
        if start < len(text):
            yield Text(text[start:])

    def _read(self, at: int) -> tuple[Piece | None, int]:
        """Return what begins here and where it ends; None for text that stays as it is."""
        character = self.text[at]
        if character == "\\":
            return None, at + 2
        if character == "`":
            run = _BACKTICKS.match(self.text, at)
            return None, self.code_spans.get(at, run.end() if run else at + 1)
        if character == "{":
            return self._expression(at)
        tag = self._tag(at)
        return (tag, at + len(tag.source)) if tag else (None, at + 1)

    def _expression(self, at: int) -> tuple[Piece | None, int]:
        end = self.braces.get(at)
        if end is None or _HEADING_ID.match(self.text, at):
            return None, at + 1
        inner = self.text[at:end]
        literal = _LITERAL.fullmatch(inner)
        value = next(filter(None, literal.groups()), "") if literal else "\n" * inner.count("\n")
        return Text(value), end

    def _tag(self, at: int) -> Tag | None:
        text = self.text
        if self.is_jsx and (fragment := _FRAGMENT.match(text, at)):
            return Tag("", fragment[0], is_closing="/" in fragment[0])
        name = _NAME.match(text, at)
        if name is None:
            return None
        attributes: dict[str, str | None] = {}
        position = name.end()
        for _ in range(_MAX_ATTRIBUTES):
            if end := _TAG_END.match(text, position):
                return self._finished_tag(at, name, attributes, end)
            following = self._attribute(position, attributes)
            if following is None:
                return None
            position = following
        return None

    def _attribute(self, position: int, attributes: dict[str, str | None]) -> int | None:
        """Read one attribute; return where it ends."""
        spread = _SPACE.match(self.text, position)
        at = spread.end() if spread else position
        if self.text.startswith("{", at):
            return self.braces.get(at)
        match = _ATTRIBUTE.match(self.text, position)
        if match is None:
            return None
        if not self.text.startswith("{", match.end()):
            values = (part for part in match.groups()[1:] if part is not None)
            attributes[match[1]] = next(values, "")
            return match.end()
        end = self.braces.get(match.end())
        if end is not None:
            literal = _LITERAL.fullmatch(self.text, match.end(), end)
            groups = literal.groups() if literal else ()
            attributes[match[1]] = next(filter(None, groups), "") if literal else None
        return end

    def _finished_tag(
        self,
        at: int,
        name: re.Match[str],
        attributes: dict[str, str | None],
        end: re.Match[str],
    ) -> Tag:
        text = self.text
        stop, content = end.end(), ""
        is_closing = text[at + 1] == "/"
        is_self_closing = bool(end[1])
        if name[1].lower() in _OPAQUE and not is_closing and not is_self_closing:
            if closing := self._find_closing(name[1].lower(), stop):
                content, stop = text[stop : closing.start()], closing.end()
            is_self_closing = True
        return Tag(name[1], text[at:stop], attributes, is_closing, is_self_closing, content)

    def _find_closing(self, name: str, position: int) -> re.Match[str] | None:
        """Find a closing tag; one that is missing is looked for only once."""
        if name in self.never_closed:
            return None
        closing = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self.text, position)
        if closing is None:
            self.never_closed.add(name)
        return closing


def _code_spans(text: str) -> dict[int, int]:
    """Return start and end of each inline code span; a span stays inside its paragraph."""
    runs = [(match.start(), match.end()) for match in _BACKTICKS.finditer(text)]
    breaks = [match.start() for match in _BLANK_LINE.finditer(text)]
    by_length: dict[int, list[int]] = {}
    for start, end in runs:
        by_length.setdefault(end - start, []).append(start)
    spans: dict[int, int] = {}
    covered = 0
    for start, end in runs:
        if start < covered:
            continue
        same = by_length[end - start]
        index = bisect_left(same, end)
        paragraph = bisect_left(breaks, start)
        paragraph_end = breaks[paragraph] if paragraph < len(breaks) else len(text)
        if index < len(same) and same[index] < paragraph_end:
            spans[start] = covered = same[index] + (end - start)
    return spans


def _matching_braces(text: str, code_spans: dict[int, int]) -> dict[int, int]:
    """Return where each ``{`` is closed (behind the brace); those never closed are left out."""
    pairs: dict[int, int] = {}
    open_braces: list[int] = []
    position = 0
    brace_or_code = re.compile(r"[{}`\\]")
    while found := brace_or_code.search(text, position):
        at = found.start()
        position = at + 1
        match text[at]:
            case "\\":
                position = at + 2
            case "`":
                position = code_spans.get(at, at + 1)
            case "{":
                open_braces.append(at)
            case _ if open_braces:
                pairs[open_braces.pop()] = at + 1
    return pairs
