"""What an importer reads off a text whose front matter is silent: a title and a summary."""

from __future__ import annotations

from django_helpcenter.content.document import Document, parse_document
from django_helpcenter.content.plain_text import iter_blocks
from django_helpcenter.content.sentences import cut_text, split_sentences

_ELLIPSIS = "…"


def first_heading(source: str) -> str:
    """Return the words of the first heading, "" without one.

    Raises ContentError for a text too long.
    """
    headings = parse_document(source).headings
    return headings[0].text if headings else ""


def first_paragraph(document: Document, limit: int) -> str:
    """Return the words of the first plain paragraph on one line, cut at ``limit`` characters.

    Headings, lists, tables, code and admonitions are passed over. "" without a paragraph.
    """
    for block in iter_blocks(document.tokens):
        if block.kind == "paragraph":
            return shorten(block.text, limit)
    return ""


def shorten(text: str, limit: int) -> str:
    """Return the text on one line, cut after a sentence or a word at ``limit`` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    start = ""
    for sentence in split_sentences(line):
        if len(start) + 1 + len(sentence) > limit:
            break
        start = f"{start} {sentence}".strip()
    return start or cut_text(line, maximum=limit - len(_ELLIPSIS))[0] + _ELLIPSIS
