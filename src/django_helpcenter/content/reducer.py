"""Putting reduced tags and text together again, line by line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django_helpcenter.content.components import (
    HTML_NAMES,
    Reduction,
    reduce_component,
    reduce_element,
)
from django_helpcenter.content.jsx import Piece, Tag, Text

_HEADING = re.compile(r"(#{1,6})[ \t]")
_FIRST_INDENT = re.compile(r"[ \t]*\n(?:[ \t]*\n)*([ \t]*)")
_REST_IS_EMPTY = re.compile(r"[ \t]*(?:\n|$)")

_MAX_LIST_DEPTH = 10

#: What may stand on a line before a block without being a line of its own.
_MARKERS = frozenset({"", "-", "**", "|"})


def reduce_pieces(pieces: Iterable[Piece], is_markup: Callable[[Tag], bool]) -> str:
    """Return the pieces as Markdown; tags that are no markup are copied."""
    known = [
        Text(piece.source) if isinstance(piece, Tag) and not is_markup(piece) else piece
        for piece in pieces
    ]
    paired = _paired_tags(known)
    writer = _Writer()
    for index, piece in enumerate(known):
        following = known[index + 1 : index + 3]
        if isinstance(piece, Text):
            writer.write(piece)
        elif not piece.is_closing:
            writer.open(piece, following, has_closing=index in paired)
        elif index in paired:
            writer.close(piece, following)
    return writer.text()


def _paired_tags(pieces: Sequence[Piece]) -> set[int]:
    """Return the indexes of the opening and closing tags that belong together."""
    paired: set[int] = set()
    open_tags: dict[str, list[int]] = {}
    for index, piece in enumerate(pieces):
        if isinstance(piece, Text) or piece.is_self_closing:
            continue
        waiting = open_tags.setdefault(piece.key, [])
        if not piece.is_closing:
            waiting.append(index)
        elif waiting:
            paired |= {waiting.pop(), index}
    return paired


@dataclass(slots=True)
class _Frame:
    """An open element: where it begins, and how much further its content is indented."""

    key: str
    reduction: Reduction
    column: int = 0
    indent: int = 0
    steps: int = 0
    rows: int = 0
    cells: int = 0


@dataclass(slots=True)
class _Writer:
    lines: list[str] = field(default_factory=list)
    line: str = ""
    frames: list[_Frame] = field(default_factory=lambda: [_Frame("", Reduction())])
    open_keys: Counter[str] = field(default_factory=Counter)
    indent: int = 0
    list_column: int = 0
    heading_level: int = 1
    folds: int = 0

    def text(self) -> str:
        return "\n".join([*self.lines, self.line])

    def write(self, piece: Text) -> None:
        """Copy text without the indentation that the open components gave it."""
        if self.open_keys["tr"]:
            self.line += re.sub(r"\s+", " ", piece.value.replace("|", "\\|"))
            return
        if self.open_keys["table"] and not piece.value.strip():
            return
        first, *others = piece.value.split("\n")
        if self.line:
            self.line += first
        else:
            self._begin_line(first, piece)
        for other in others:
            self._end_line()
            self._begin_line(other, piece)

    def _begin_line(self, line: str, piece: Text) -> None:
        self.line = self._dedent(line)
        if not piece.is_code and (match := _HEADING.match(self.line)):
            self.heading_level = len(match[1])

    def _dedent(self, line: str) -> str:
        return line[min(self.indent, len(line) - len(line.lstrip())) :]

    def _end_line(self) -> None:
        self.lines.append(self.line if self.line.strip() else "")
        self.line = ""

    def _begin_block(self) -> None:
        if self.line.strip() not in _MARKERS:
            indent = " " * (len(self.line) - len(self.line.lstrip()))
            self._end_line()
            self.line = indent

    def _break_lines(self, count: int) -> None:
        indent = " " * (len(self.line) - len(self.line.lstrip()))
        for _ in range(count):
            self._end_line()
            self.line = indent

    def open(self, tag: Tag, following: Sequence[Piece], *, has_closing: bool) -> None:
        """Write what stands for an opening tag, and remember what closes it."""
        reduction = self._reduction(tag)
        if not has_closing and reduction.closing and not tag.is_self_closing:
            reduction = Reduction(is_block=reduction.is_block)
        if reduction.is_block:
            self._begin_block()
            is_bare = not reduction.opening and not reduction.heading
            if is_bare and self.lines and self.lines[-1] and not self.line:
                self._end_line()
        own_indent = len(self.line) if not self.line.strip() else None
        frame = _Frame(tag.key, reduction, column=own_indent or 0)
        if own_indent is not None:
            frame.indent = max(0, self._content_indent(following) - own_indent)
        self.line += self._heading(reduction, own_indent) or reduction.opening
        self._break_lines(_line_breaks(tag, reduction, following, own_indent is not None))
        if has_closing:
            self._push(frame)
        elif tag.is_self_closing:
            self._write_closing(frame, following)

    def _push(self, frame: _Frame) -> None:
        if frame.key in ("ol", "ul") and not self._list_depth():
            self.list_column = 0 if self.line.strip() else len(self.line)
        self.frames.append(frame)
        self.open_keys[frame.key] += 1
        self.indent += frame.indent
        self.folds += bool(frame.reduction.heading)

    def _reduction(self, tag: Tag) -> Reduction:
        if not tag.name:
            return Reduction()
        if tag.is_component or tag.key not in HTML_NAMES:
            self.frames[-1].steps += tag.key == "step"
            reduction = reduce_component(tag, self.frames[-1].steps)
        elif tag.key == "tr":
            self._begin_block()
            return Reduction("|")
        elif tag.key in ("td", "th"):
            self.frames[-1].cells += 1
            return Reduction(" ", " |")
        elif tag.key == "li":
            self._begin_item()
            reduction = Reduction("- ")
        else:
            reduction = reduce_element(tag)
        return reduction.inline() if self.open_keys["tr"] else reduction

    def _list_depth(self) -> int:
        return self.open_keys["ul"] + self.open_keys["ol"]

    def _begin_item(self) -> None:
        if self.line.strip():
            self._end_line()
        depth = min(self._list_depth(), _MAX_LIST_DEPTH)
        self.line = " " * (self.list_column + 2 * max(0, depth - 1))

    def _heading(self, reduction: Reduction, own_indent: int | None) -> str:
        """Return the heading; bold words inside a list, where a heading would tear it apart."""
        if not reduction.heading:
            return ""
        if own_indent:
            return f"**{reduction.heading}**"
        level = min(self.heading_level + 1 + self.folds, 6)
        return f"{'#' * level} {reduction.heading}"

    def _content_indent(self, following: Sequence[Piece]) -> int:
        text = "".join(piece.value if isinstance(piece, Text) else "<" for piece in following)
        match = _FIRST_INDENT.match(text)
        return len(self._dedent(match[1])) if match else 0

    def close(self, tag: Tag, following: Sequence[Piece]) -> None:
        """Write what closes an element and everything left open inside it."""
        while self.open_keys[tag.key]:
            frame = self.frames.pop()
            self.open_keys[frame.key] -= 1
            self.indent -= frame.indent
            self.folds -= bool(frame.reduction.heading)
            if frame.key == "tr":
                self._end_row(frame)
            elif frame.key == "table" or (frame.key in ("ol", "ul") and not self._list_depth()):
                self._begin_block()
                self._end_line()
            self._write_closing(frame, following)
            if frame.key == tag.key:
                return

    def _end_row(self, row: _Frame) -> None:
        table = next((frame for frame in reversed(self.frames) if frame.key == "table"), None)
        if table is not None and table.rows == 0:
            self._end_line()
            self.line = "|" + "---|" * row.cells
        if table is not None:
            table.rows += 1

    def _write_closing(self, frame: _Frame, following: Sequence[Piece]) -> None:
        reduction = frame.reduction
        if reduction.paragraph:
            self._begin_block()
            self._break_lines(1)
            self.line += reduction.paragraph
        if reduction.closing.startswith(":::"):
            self._begin_block()
            if not self.line.strip():
                self.line = " " * frame.column
        self.line += reduction.closing
        rest_follows = bool(following) and not _is_at_line_end(following)
        if reduction.is_block and self.line.strip() not in _MARKERS and rest_follows:
            self._break_lines(1 if reduction.closing.startswith(":::") else 2)


def _line_breaks(
    tag: Tag, reduction: Reduction, following: Sequence[Piece], starts_line: bool
) -> int:
    """Return how many line ends follow an opening: those needed, else those that the tag had."""
    at_end = _is_at_line_end(following)
    needed = int(reduction.ends_line and not at_end) + reduction.gap
    of_tag = tag.source.count("\n") - reduction.opening.count("\n")
    return max(needed, of_tag if starts_line and at_end else 0)


def _is_at_line_end(following: Sequence[Piece]) -> bool:
    if not following:
        return True
    first = following[0]
    return isinstance(first, Text) and _REST_IS_EMPTY.match(first.value) is not None
