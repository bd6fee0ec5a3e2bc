"""Markup of other systems in Markdown files, for whoever imports them."""

from __future__ import annotations

from django_helpcenter.content.liquid import reduce_liquid
from django_helpcenter.content.mdx import reduce_html, reduce_mdx


def reduce_foreign_markup(source: str, *, is_mdx: bool = False) -> str:
    """Return the body of a file as the Markdown that articles are written in.

    JSX components (MDX only), HTML elements, Liquid tags and kramdown attribute lists become their
    text; code is left alone. Never an error. The front matter must be off already.
    """
    return reduce_mdx(source) if is_mdx else reduce_html(reduce_liquid(source))
