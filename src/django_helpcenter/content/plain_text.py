"""Plain text from the parser's tokens: for search, for passages, for mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One block of the top level; ``kind`` is the parser's name (heading, paragraph, table, …)."""

    kind: str
    text: str
    token: Token


def inline_text(tokens: Sequence[Token] | None) -> str:
    """Return the words of inline tokens; a picture counts as its description."""
    parts: list[str] = []
    for token in tokens or ():
        # Within a description, markdown-it before 4.2 leaves escaped characters apart.
        if token.type in ("text", "text_special", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append("" if parts and parts[-1] == "\n" else " ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(inline_text(token.children))
    return "".join(parts).strip()


def iter_blocks(tokens: Sequence[Token]) -> Iterator[TextBlock]:
    """Yield the blocks of the top level in order; those without text are left out."""
    depth = start = 0
    for index, token in enumerate(tokens):
        if depth == 0:
            start = index
        depth += token.nesting
        if depth == 0:
            text = block_text(tokens[start : index + 1])
            if text:
                opening = tokens[start]
                yield TextBlock(opening.type.removesuffix("_open"), text, opening)


def document_text(tokens: Sequence[Token]) -> str:
    """Return all words, one empty line between the blocks."""
    return "\n\n".join(block.text for block in iter_blocks(tokens))


@dataclass(slots=True)
class _Writer:
    """Collects lines; knows how deep in lists and tables it is."""

    lines: list[str] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    marker: str = ""
    cells: list[str] | None = None

    def write(self, text: str) -> None:
        if self.cells is not None:
            self.cells.append(text.replace("\n", " "))
            return
        if not text:
            return
        indent = "  " * (len(self.lists) - 1)
        for line in text.split("\n"):
            self.lines.append(f"{indent}{self.marker}{line}" if self.lists else line)
            self.marker = "  " if self.lists else ""

    def begin_item(self) -> None:
        number = self.lists[-1]
        self.marker = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1

    def end_row(self) -> None:
        if self.cells is not None and any(self.cells):
            self.lines.append(" | ".join(self.cells))
        self.cells = None


def block_text(tokens: Sequence[Token]) -> str:
    """Return the words of one block: a line for each list item and table row, code as it stands."""
    writer = _Writer()
    for token in tokens:
        match token.type:
            case "inline":
                writer.write(inline_text(token.children))
            case "fence" | "code_block":
                writer.write(token.content.strip("\n"))
            case "bullet_list_open":
                writer.lists.append(None)
            case "ordered_list_open":
                writer.lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                writer.lists.pop()
                writer.marker = "  " if writer.lists else ""
            case "list_item_open":
                writer.begin_item()
            case "tr_open":
                writer.cells = []
            case "tr_close":
                writer.end_row()
    return "\n".join(writer.lines).strip("\n")
