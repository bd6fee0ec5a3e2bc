"""Markdown to HTML that is safe to put on a page.

Three layers, each enough for most attacks: the parser escapes raw HTML, every address is checked
against a list of schemes, and the finished HTML goes through a sanitizer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from django_helpcenter.content.admonitions import ADMONITION_LABELS
from django_helpcenter.content.document import parse_document
from django_helpcenter.content.grammar import markdown_parser
from django_helpcenter.content.highlighting import MAX_TOTAL_LENGTH, highlight_code, language_name
from django_helpcenter.content.links import AddressResolver, resolve_targets
from django_helpcenter.content.plain_text import document_text, inline_text
from django_helpcenter.content.sanitizer import sanitize_html
from django_helpcenter.content.snippets import Snippets
from django_helpcenter.content.toc import Heading, TocEntry, build_toc

_MAX_LABEL_LENGTH = 100


@dataclass(frozen=True, slots=True)
class RenderedMarkdown:
    """A text ready to be shown; ``html`` may be passed to ``mark_safe``."""

    html: str
    headings: tuple[Heading, ...]
    plain_text: str

    @property
    def toc(self) -> tuple[TocEntry, ...]:
        """The headings as a tree."""
        return build_toc(self.headings)


def render_markdown(
    source: str,
    *,
    resolve_link: AddressResolver | None = None,
    resolve_image: AddressResolver | None = None,
    drop_title: str = "",
    highlight: bool = True,
    snippets: Snippets | None = None,
) -> RenderedMarkdown:
    """Render Markdown to safe HTML, its headings and its plain text.

    The resolvers are asked about every allowed address but ``#fragments``; None from them leaves
    the words of a link or the description of a picture. Words such as "Note" are in the active
    language. ``drop_title`` leaves out a first heading that repeats the page's title; ``snippets``
    take the place of their references. Raises ContentError when the text is longer than the longest
    article.
    """
    document = parse_document(source, drop_title=drop_title, snippets=snippets)
    plain_text = document_text(document.tokens)
    resolve_targets(document.tokens, resolve_link=resolve_link, resolve_image=resolve_image)
    env = {"tables": 0, "code_to_color": MAX_TOTAL_LENGTH if highlight else 0}
    html = _renderer().render(document.tokens, markdown_parser().options, env)
    return RenderedMarkdown(sanitize_html(html), document.headings, plain_text)


@cache
def _renderer() -> HelpRenderer:
    return HelpRenderer()


class HelpRenderer(RendererHTML):
    """markdown-it's renderer with our wrappers; each method is named after the token it writes."""

    def admonition_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        kind = str(tokens[idx].meta["kind"])
        html = f'<div class="hc-admonition hc-admonition--{kind}" role="note">\n'
        if not tokens[idx].meta["has_title"]:
            html += (
                f'<p class="hc-admonition__title">{escapeHtml(str(ADMONITION_LABELS[kind]))}</p>\n'
            )
        return html

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        env["tables"] += 1
        label = escapeHtml(_table_label(tokens, idx, env["tables"]))
        # Wide tables scroll by themselves; what scrolls needs a name and a place in the tab order.
        return f'<div class="hc-table" role="region" tabindex="0" aria-label="{label}">\n<table>\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if not tokens[idx + 1].children:
            # A header without words, often in the corner, says nothing to a screen reader.
            tokens[idx + 2].tag = "td"
            return self.td_open(tokens, idx, options, env)
        return f'<th scope="col"{_alignment(tokens[idx])}>'

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<td{_alignment(tokens[idx])}>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        token.attrs["alt"] = inline_text(token.children)
        token.attrs["loading"] = "lazy"
        return self.renderToken(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        language = language_name(tokens[idx].info)
        css_class = f' class="language-{language}"' if language else ""
        source, code = tokens[idx].content, None
        if len(source) <= env["code_to_color"] and (code := highlight_code(source, language)):
            env["code_to_color"] -= len(source)
        code = code or escapeHtml(source)
        return f'<pre tabindex="0"><code{css_class}>{code}</code></pre>\n'

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f'<pre tabindex="0"><code>{escapeHtml(tokens[idx].content)}</code></pre>\n'


def _alignment(token: Token) -> str:
    """Return the parser's inline style as a class: a strict content policy drops styles."""
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f' class="hc-align-{side}"' if side else ""


def _table_label(tokens: Sequence[Token], start: int, number: int) -> str:
    columns: list[str] = []
    for index in range(start, len(tokens)):
        if tokens[index].type == "th_open":
            columns.append(inline_text(tokens[index + 1].children))
        elif tokens[index].type == "thead_close":
            break
    names = ", ".join(filter(None, columns))
    if len(names) > _MAX_LABEL_LENGTH:
        names = names[: _MAX_LABEL_LENGTH - 1] + "…"
    if not names:
        return gettext("Table %(number)d") % {"number": number}
    return gettext("Table %(number)d: %(columns)s") % {"number": number, "columns": names}
