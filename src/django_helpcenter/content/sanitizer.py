"""The last word on HTML that leaves the renderer: everything not named here is removed.

The parser already escapes raw HTML and links.py already refuses addresses; this layer holds when
either has a fault.
"""

from __future__ import annotations

from functools import cache

import nh3

from django_helpcenter.content.admonitions import ADMONITION_LABELS
from django_helpcenter.content.links import LINK_SCHEMES

_TAGS = frozenset(
    {
        "a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img",
        "kbd", "li", "mark", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup",
        "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
    }
)  # fmt: skip

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_ALIGNMENTS = {"hc-align-center", "hc-align-left", "hc-align-right"}


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags={"script", "style"},
        attributes={
            "a": {"href", "title"},
            "code": {"class"},
            "div": {"aria-label"},
            "img": {"alt", "src", "title"},
            "ol": {"start"},
            "span": {"class"},
            **{heading: {"id"} for heading in _HEADINGS},
        },
        tag_attribute_values={
            "a": {"rel": {"nofollow noopener noreferrer"}},
            "div": {"role": {"note", "region"}, "tabindex": {"0"}},
            "img": {"loading": {"lazy"}},
            "pre": {"tabindex": {"0"}},
            "th": {"scope": {"col"}},
        },
        allowed_classes={
            "div": {
                "hc-admonition",
                "hc-table",
                *(f"hc-admonition--{kind}" for kind in ADMONITION_LABELS),
            },
            "p": {"hc-admonition__title"},
            "td": _ALIGNMENTS,
            "th": _ALIGNMENTS,
        },
        url_schemes=set(LINK_SCHEMES),
        link_rel=None,
    )


def sanitize_html(html: str) -> str:
    """Return the HTML with only the elements, attributes and addresses that articles may use."""
    return _cleaner().clean(html)
