"""What each component and each HTML element becomes in Markdown."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django_helpcenter.content.admonitions import admonition_kind
from django_helpcenter.content.jsx import Tag

_ADMONITIONS = frozenset(
    {
        "caution", "check", "danger", "error", "hint", "important", "info", "note", "success",
        "tip", "warning",
    }
)  # fmt: skip
_ADMONITIONS_BY_TYPE = frozenset({"admonition", "alert", "aside", "banner", "callout"})
_FOLDING = frozenset({"accordion", "collapse", "collapsible", "expandable", "faq", "question"})

_INLINE_MARKS = {
    "b": "**", "code": "`", "del": "~~", "em": "*", "i": "*", "s": "~~", "strike": "~~",
    "strong": "**", "tt": "`",
}  # fmt: skip
_KEPT = frozenset({"br", "kbd", "mark", "small", "sub", "sup", "u"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "html", "main", "nav",
        "p", "section", "table",
    }
)  # fmt: skip
_TRANSPARENT = frozenset(
    {
        "abbr", "acronym", "bdi", "bdo", "big", "button", "canvas", "cite", "colgroup", "col",
        "data", "dfn", "font", "head", "input", "ins", "label", "link", "meta", "object", "option",
        "param", "picture", "q", "samp", "script", "select", "span", "style", "svg", "template",
        "tbody", "textarea", "tfoot", "thead", "time", "title", "var", "wbr",
    }
)  # fmt: skip
_STRUCTURED = frozenset(
    {
        "a", "audio", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "iframe", "img", "li", "ol", "pre",
        "source", "summary", "td", "th", "tr", "ul", "video",
    }
)  # fmt: skip
HTML_NAMES = frozenset(_INLINE_MARKS) | _KEPT | _BLOCKS | _TRANSPARENT | _STRUCTURED

#: Components that stand within a sentence.
_WORDS = frozenset({"badge", "chip", "key", "kbd", "label", "shortcut", "tag"})
_TITLE_ATTRIBUTES = ("title", "label", "heading", "header", "headline", "name", "path", "summary")
_SPECIAL = re.compile(r"([\\*_\[\]<>])")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Reduction:
    """What stands in place of a tag and of its closing tag.

    ``is_block``: begins on a line of its own, and what follows its end does too.
    ``ends_line``: nothing may follow the opening on its line. ``gap``: an empty line follows it.
    ``paragraph``: a paragraph that stands before the closing. ``heading``: words that become a
    heading below the current one.
    """

    opening: str = ""
    closing: str = ""
    is_block: bool = False
    ends_line: bool = False
    gap: bool = False
    paragraph: str = ""
    heading: str = ""

    def inline(self) -> Reduction:
        """Return the same for a place that must stay on one line: a table cell."""
        return Reduction(" ".join(self.opening.split("\n")) or self.heading, self.closing)


def reduce_component(tag: Tag, step: int) -> Reduction:
    """Return the Markdown for a component; ``step`` is its number among its siblings, from 1."""
    name = tag.name.lower()
    title = escape_markdown(tag.attribute(*_TITLE_ATTRIBUTES))
    if kind := _admonition(tag, name):
        return Reduction(f":::{kind} {title}".rstrip(), ":::", is_block=True, ends_line=True)
    if name.endswith("icon"):
        return Reduction()
    if name in _WORDS:
        return Reduction(title)
    if name == "tooltip":
        tip = escape_markdown(tag.attribute("tip", "content", "text"))
        return Reduction(closing=f" ({tip})" if tip else "")
    if name in ("image", "img"):
        return _image(tag)
    if name in ("youtube", "video", "embed", "iframe", "vimeo"):
        return _media(tag)
    if name in _FOLDING and title:
        return Reduction(is_block=True, ends_line=True, heading=title)
    return _titled(tag, name, title, step)


def _admonition(tag: Tag, name: str) -> str | None:
    if name not in _ADMONITIONS and name not in _ADMONITIONS_BY_TYPE:
        return None
    wanted = tag.attribute("type", "variant", "kind", "intent", "severity", "status")
    return admonition_kind(wanted) or admonition_kind(name) or "note"


def _titled(tag: Tag, name: str, title: str, step: int) -> Reduction:
    address = tag.attribute("href", "to", "url")
    words = [title] if title else []
    if name == "step":
        words.insert(0, f"{step}.")
    heading = " ".join(words)
    if heading and address:
        heading = f"[{heading}]({destination(address)})"
    paragraph = escape_markdown(tag.attribute("description", "caption"))
    if heading:
        opening = f"**{heading}**"
        return Reduction(opening, is_block=True, ends_line=True, gap=True, paragraph=paragraph)
    if address:
        paragraph += f" [{escape_markdown(address)}]({destination(address)})"
    return Reduction(is_block=bool(paragraph), paragraph=paragraph.strip())


def reduce_element(tag: Tag) -> Reduction:
    """Return the Markdown for an HTML element other than lists and table cells."""
    name = tag.name.lower()
    if mark := _INLINE_MARKS.get(name):
        return Reduction(mark, mark)
    if name in _KEPT:
        return Reduction("<br>") if name == "br" else Reduction(f"<{name}>", f"</{name}>")
    if name == "a":
        address = "" if tag.is_self_closing else tag.attribute("href")
        return Reduction("[", f"]({destination(address)})") if address else Reduction()
    if name == "img":
        return _image(tag)
    if name in ("iframe", "video", "audio", "source"):
        return _media(tag)
    if name == "pre":
        return _preformatted(tag)
    if name == "hr":
        return Reduction("***", is_block=True, ends_line=True)
    if name == "summary":
        return Reduction("**", "**", is_block=True)
    if re.fullmatch(r"h[1-6]", name):
        return Reduction("#" * int(name[1]) + " ", is_block=True)
    return Reduction(is_block=name in _BLOCKS)


def _image(tag: Tag) -> Reduction:
    address = tag.attribute("src")
    alt = escape_markdown(tag.attribute("alt", "title"))
    return Reduction(f"![{alt}]({destination(address)})" if address else alt)


def _media(tag: Tag) -> Reduction:
    address = tag.attribute("src", "url", "href")
    if not address and (source := re.search(r"""\ssrc=["']([^"']+)["']""", tag.content)):
        address = source[1]
    if not address:
        return Reduction()
    place = urlsplit(address).path.rpartition("/")[2] or address
    words = escape_markdown(tag.attribute("title") or place)
    return Reduction(f"[{words}]({destination(address)})")


def _preformatted(tag: Tag) -> Reduction:
    code = html.unescape(_TAG.sub("", tag.content)).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", code)), default=0))
    return Reduction(f"{fence}\n{code}\n{fence}", is_block=True, ends_line=True)


def escape_markdown(text: str) -> str:
    """Return plain text as Markdown that says the same."""
    return _SPECIAL.sub(r"\\\1", text)


def destination(address: str) -> str:
    """Return an address as a link's destination."""
    address = re.sub(r"[\s<>]+", lambda found: "%20" * found[0].isspace(), address.strip())
    return address.replace("(", "%28").replace(")", "%29")
