"""Which page of the help center an address in a text means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

from django.urls import (
    NoReverseMatch,
    Resolver404,
    ResolverMatch,
    get_script_prefix,
    resolve,
    reverse,
)

from django_helpcenter.content.links import is_external, url_scheme
from django_helpcenter.services.article_text import ARTICLE_LINK

Kind = Literal["number", "article", "category", "tag", "file", "nothing"]

#: The pages that show one thing, by the names of their routes.
_KINDS: dict[str, Kind] = {
    "article": "article",
    "article-markdown": "article",
    "category": "category",
    "tag": "tag",
    "file": "file",
}


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """A page of the help center: an article by number or slug, a category, a tag, a file.

    ``nothing``: it would be one, but there is no such route. ``anchor`` is the fragment.
    """

    kind: Kind
    key: str = ""
    anchor: str = ""


def reader_base(slug: str) -> str:
    """Return the path against which relative addresses in an article count, "" for none."""
    try:
        return reverse("help_center:article", args=[slug])
    except NoReverseMatch:  # the host has no reader pages, or the slug is not made yet
        return _home()


def absolute_address(target: str, base: str) -> str:
    """Return an address within the site as it is from everywhere; "" when that cannot be said."""
    if url_scheme(target) == "article":
        return target
    try:
        return urljoin(base, target) if base else ""
    except ValueError:
        return ""


def read_address(target: str, *, base: str) -> SiteAddress | None:
    """Return the page of the help center that an address means.

    ``None``: other sites and schemes, fragments alone, pages of the host, and pages of the help
    center that are always there.
    """
    scheme = url_scheme(target)
    if scheme == "article":
        match = ARTICLE_LINK.fullmatch(target)
        return SiteAddress("number", match[1], match[2] or "") if match else SiteAddress("number")
    if scheme != "" or is_external(target) or not target or target.startswith("#"):
        return None
    absolute = absolute_address(target, base)
    try:
        return _read_path(absolute) if absolute.startswith("/") else None
    except ValueError:  # what urllib refuses to take apart
        return None


def _read_path(absolute: str) -> SiteAddress | None:
    parsed = urlsplit(absolute)
    path = unquote(parsed.path)
    prefix = get_script_prefix()
    if not path.startswith(prefix):
        return None
    try:
        match = _resolve("/" + path[len(prefix) :])
    except Resolver404:
        home = _home()
        is_ours = len(home) > len(prefix) and path.startswith(home)
        return SiteAddress("nothing") if is_ours else None
    if match.namespaces != ["help_center"]:
        return None
    kind = _KINDS.get(match.url_name or "")
    (key,) = match.kwargs.values() if kind else ("",)
    return SiteAddress(kind, str(key), parsed.fragment) if kind else None


def _resolve(path: str) -> ResolverMatch:
    try:
        return resolve(path)
    except Resolver404:
        # Django sends who leaves it out to the address with it.
        return resolve(f"{path}/")


def _home() -> str:
    try:
        return reverse("help_center:home")
    except NoReverseMatch:
        return ""
