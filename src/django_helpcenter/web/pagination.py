"""Links to the pages of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of a list; ``number`` is ``None`` for a gap."""

    number: int | None
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """All links of a list; an address is "" where there is no such page."""

    links: tuple[PageLink, ...]
    previous: str = ""
    next: str = ""


def make_pager(request: HttpRequest, page: Page[Any]) -> Pager | None:
    """Return the links for a page of a list, ``None`` when it is the only one."""
    if not page.has_other_pages():
        return None
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = tuple(
        PageLink(number, _url(request, number), number == page.number)
        if isinstance(number, int)
        else PageLink(None)
        for number in numbers
    )
    return Pager(
        links,
        _url(request, page.number - 1) if page.has_previous() else "",
        _url(request, page.number + 1) if page.has_next() else "",
    )


def _url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    if number == 1:
        query.pop("page", None)
    else:
        query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}" if query else request.path
