"""Which addresses a page may carry, and which ones a text contains."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from django_helpcenter.content.plain_text import inline_text
from django_helpcenter.content.toc import heading_anchor

#: Addresses without a scheme (relative ones and fragments) are allowed as well.
LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
#: Addresses that only a resolver can turn into one of those: articles by primary key, pictures
#: and other files by the name of their file.
INTERNAL_SCHEMES = frozenset({"article", "image", "file"})
#: Those among them that name what a page can show.
INTERNAL_IMAGE_SCHEMES = frozenset({"image"})
#: A picture is fetched without a click, so it never goes over plain HTTP.
IMAGE_SCHEMES = frozenset({"https"})

#: Gets the address as written (percent-encoded); returns the one to use, or None to leave it out.
AddressResolver = Callable[[str], str | None]

# Browsers drop tabs and line ends inside an address and controls around it before they look for the
# scheme.
_INVISIBLE = re.compile(
    r"[\s\x00-\x20\x7f-\xa0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)
_FIRST_PART = re.compile(r"[^/?#\\]*")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text: its address (percent-encoded), its words, its 1-based line."""

    target: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a text: its address (percent-encoded), its description, its 1-based line.

    It only decorates when its author wrote a blank for the description: ``![ ](address)``.
    """

    target: str
    alt: str
    line: int
    is_decorative: bool = False


def url_scheme(url: str) -> str | None:
    """Return the scheme as a browser reads it, "" for none, None for what only looks like one."""
    first = _FIRST_PART.match(_INVISIBLE.sub("", url))
    head, colon, _ = (first[0] if first else "").partition(":")
    if not colon:
        return ""
    return head.lower() if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", head) else None


def is_safe_url(url: str, *, schemes: frozenset[str] = LINK_SCHEMES) -> bool:
    """Tell whether an address may stand in a page: one of the schemes, or none at all."""
    scheme = url_scheme(url)
    return scheme == "" or scheme in schemes


def is_safe_image_url(url: str, *, schemes: frozenset[str] = IMAGE_SCHEMES) -> bool:
    """Tell whether a picture may be loaded from here: HTTPS or the site itself."""
    return is_safe_url(url, schemes=schemes) and not (url_scheme(url) == "" and is_external(url))


def is_external(url: str) -> bool:
    """Tell whether an address names a host; ``\\`` counts as ``/``, as it does to browsers."""
    address = _INVISIBLE.sub("", url).replace("\\", "/")
    return address.startswith("//") or url_scheme(url) in ("http", "https")


def links_of(tokens: Sequence[Token]) -> Iterator[Link]:
    """Yield the links of a parsed text in order, fragments included."""
    for children, lines in _inline_blocks(tokens):
        start = 0
        for index, token in enumerate(children):
            if token.type == "link_open":
                start = index
            elif token.type == "link_close":
                target = str(children[start].attrs.get("href", ""))
                yield Link(target, inline_text(children[start + 1 : index]), lines[start])


def images_of(tokens: Sequence[Token]) -> Iterator[Image]:
    """Yield the pictures of a parsed text in order."""
    for children, lines in _inline_blocks(tokens):
        for token, line in zip(children, lines, strict=True):
            if token.type == "image":
                target, alt = str(token.attrs.get("src", "")), inline_text(token.children)
                yield Image(target, alt, line, is_decorative=token.content.isspace())


def _inline_blocks(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], list[int]]]:
    """Yield the inline tokens of each block, and the line of each of them."""
    for block in tokens:
        line = block.map[0] + 1 if block.map else 1
        lines: list[int] = []
        for token in block.children or ():
            # The lines of a snippet are not those of the text: the line that names it is meant.
            lines.append(min(line, block.map[1]) if block.map else line)
            line += token.type in ("softbreak", "hardbreak") and token.markup != "<br>"
        yield block.children or [], lines


def resolve_targets(
    tokens: list[Token],
    *,
    resolve_link: AddressResolver | None,
    resolve_image: AddressResolver | None,
) -> None:
    """Make every address in the tokens fit for the page, in place.

    Refused and unresolved links leave their words, pictures their description; ``#fragment``
    becomes the id of the heading that it means.
    """
    anchors = {str(token.attrs["id"]) for token in tokens if token.type == "heading_open"}
    for block in tokens:
        if block.children and any(child.type in ("link_open", "image") for child in block.children):
            block.children = list(_resolved(block.children, anchors, resolve_link, resolve_image))


def _resolved(
    children: list[Token],
    anchors: set[str],
    resolve_link: AddressResolver | None,
    resolve_image: AddressResolver | None,
) -> Iterator[Token]:
    keeps_link: list[bool] = []
    for token in children:
        if token.type == "link_open":
            href = _link_target(str(token.attrs.get("href", "")), anchors, resolve_link)
            keeps_link.append(href is not None)
            if href is not None:
                token.attrs["href"] = href
                if is_external(href):
                    token.attrs["rel"] = "nofollow noopener noreferrer"
                yield token
        elif token.type == "link_close":
            if keeps_link.pop():
                yield token
        elif token.type == "image":
            yield _resolved_image(token, resolve_image)
        else:
            yield token


def _link_target(target: str, anchors: set[str], resolve: AddressResolver | None) -> str | None:
    if target.startswith("#"):
        anchor = heading_anchor(target)
        return f"#{anchor}" if anchor in anchors else target
    schemes = LINK_SCHEMES | INTERNAL_SCHEMES if resolve else LINK_SCHEMES
    if not target or not is_safe_url(target, schemes=schemes):
        return None
    resolved = resolve(target) if resolve else target
    return resolved if resolved and is_safe_url(resolved) else None


def _resolved_image(token: Token, resolve: AddressResolver | None) -> Token:
    target = str(token.attrs.get("src", ""))
    schemes = IMAGE_SCHEMES | INTERNAL_IMAGE_SCHEMES if resolve else IMAGE_SCHEMES
    if target and is_safe_image_url(target, schemes=schemes):
        resolved = resolve(target) if resolve else target
        if resolved and is_safe_image_url(resolved):
            token.attrs["src"] = resolved
            return token
    return Token("text", "", 0, content=inline_text(token.children))
