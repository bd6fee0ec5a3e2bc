"""One parse for everything: the page, its table of contents and its passages share these tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from django_helpcenter.content.grammar import markdown_parser
from django_helpcenter.content.plain_text import inline_text
from django_helpcenter.content.snippets import SnippetReference, Snippets
from django_helpcenter.content.source import check_length, normalize_source
from django_helpcenter.content.toc import Heading, assign_anchors

#: The page's own title is its only H1.
TOP_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed text. The heading tokens carry their final level and their anchor as ``id``.

    ``references`` are those to snippets, when they were looked up.
    """

    tokens: list[Token]
    headings: tuple[Heading, ...]
    references: tuple[SnippetReference, ...] = ()


def parse_document(
    source: str, *, drop_title: str = "", snippets: Snippets | None = None
) -> Document:
    """Parse Markdown, give every heading its anchor, and fit the headings below the page's title.

    A first-level heading that begins the text and says ``drop_title`` is left out. The other
    headings are moved together so that the highest becomes an H2. Anchors do not depend on either.
    ``snippets`` take the place of their references, which stay as they are written without any.
    Raises ContentError when the text is longer than the longest article.
    """
    text = normalize_source(source)
    check_length(text)
    env: dict[str, Any] = {"snippets": snippets}
    tokens = markdown_parser().parse(text, env)
    starts = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    texts = [inline_text(tokens[index + 1].children) for index in starts]
    wanted = [str(tokens[index].meta.get("wanted_id", "")) for index in starts]
    for index, anchor in zip(
        starts, assign_anchors(list(zip(texts, wanted, strict=True))), strict=True
    ):
        tokens[index].attrs["id"] = anchor
    if starts and starts[0] == 0 and tokens[0].tag == "h1" and is_same_title(texts[0], drop_title):
        tokens = tokens[3:]
        starts, texts = [index - 3 for index in starts[1:]], texts[1:]
    _fit_levels(tokens, starts)
    headings = tuple(map(_heading, (tokens[index] for index in starts), texts))
    return Document(tokens, headings, tuple(env.get("snippet_references", ())))


def is_same_title(first: str, second: str) -> bool:
    """Compare two titles without regard to case, spacing and closing punctuation."""
    return _bare(first) == _bare(second) != ""


def _bare(title: str) -> str:
    return " ".join(normalize_source(title).casefold().split()).rstrip(".!?: ")


def _fit_levels(tokens: list[Token], starts: list[int]) -> None:
    if not starts:
        return
    shift = TOP_LEVEL - min(int(tokens[index].tag[1]) for index in starts)
    for index in starts:
        tag = f"h{min(int(tokens[index].tag[1]) + shift, 6)}"
        tokens[index].tag = tokens[index + 2].tag = tag


def _heading(token: Token, text: str) -> Heading:
    line = token.map[0] + 1 if token.map else 1
    return Heading(int(token.tag[1]), text, str(token.attrs["id"]), line)
