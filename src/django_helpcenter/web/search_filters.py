"""Narrowing a search by category, tag and language, through the address of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from django_helpcenter.services.category_tree import CategoryNode, find_path
from django_helpcenter.services.facets import language_name
from django_helpcenter.services.reading import ReadingService
from django_helpcenter.types import FacetValue, SearchFacets, SearchResults
from django_helpcenter.web.search_page import clean_query

#: Values of a facet that are offered, the most frequent ones.
MAX_LINKS = 8

CATEGORY, TAG, LANGUAGE = "category", "tag", "lang"


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet: where it leads, how many articles have it, and whether it is chosen.

    The address of a chosen value takes the choice back; its count is ``None``.
    """

    label: str
    url: str
    count: int | None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet with its values."""

    name: str
    links: tuple[FacetLink, ...]

    @property
    def is_chosen(self) -> bool:
        """Whether the search is narrowed by it."""
        return self.links[0].is_chosen


class SearchFilters:
    """What the address of a search page narrows the search to."""

    def __init__(self, request: HttpRequest, reading: ReadingService) -> None:
        self._query = request.GET.copy()
        self._reading = reading
        self._chosen = {
            name: clean_query(request.GET.get(name, "")) for name in (CATEGORY, TAG, LANGUAGE)
        }
        self._path: list[CategoryNode] = []
        if slug := self._chosen[CATEGORY]:
            # A category without anything to read for this reader is none for them.
            self._path = find_path(reading.categories, slug)
            if not self._path:
                self._follow(slug)

    def _follow(self, former: str) -> None:
        """Choose what became of a category that had another slug before; raises NotVisible."""
        moved = self._reading.find_moved_category(former)
        self._path = find_path(self._reading.categories, moved.slug)
        self._chosen[CATEGORY] = self._query[CATEGORY] = moved.slug

    @property
    def options(self) -> dict[str, Any]:
        """What the search takes of it."""
        tag, language = self._chosen[TAG], self._chosen[LANGUAGE]
        return {
            "category": self._path[-1].category if self._path else None,
            "tags": [tag] if tag else [],
            "language": language or None,
        }

    def groups(self, results: SearchResults) -> tuple[FacetGroup, ...]:
        """Return what the search is narrowed to, then what would narrow it."""
        facets, total = results.facets or SearchFacets(), results.total
        groups = (
            FacetGroup(_("Category"), self._links(CATEGORY, self._wide(facets.categories), total)),
            FacetGroup(_("Tag"), self._links(TAG, facets.tags, total)),
            FacetGroup(_("Language"), self._links(LANGUAGE, facets.languages, total)),
        )
        offered = [group for group in groups if group.links]
        return tuple(sorted(offered, key=lambda group: not group.is_chosen))

    def _wide(self, categories: tuple[FacetValue, ...]) -> tuple[FacetValue, ...]:
        """Count in each category what stands below it too: choosing it finds that."""
        if len(categories) < 2:
            return categories
        counts = {each.value: each.count for each in categories}

        def count(node: CategoryNode) -> int:
            return sum(counts.get(below.category.slug, 0) for below in node.walk())

        wide = [
            FacetValue(node.category.slug, node.category.name, count(node))
            # A category of translations alone, which lists show in another one, has no page.
            for root in self._reading.categories
            for node in root.walk()
            # One whose finds all stand in a single category below is left to that.
            if counts.get(node.category.slug) or sum(bool(count(n)) for n in node.children) > 1
        ]
        return tuple(sorted(wide, key=lambda each: -each.count))

    def _links(
        self, name: str, values: tuple[FacetValue, ...], total: int
    ) -> tuple[FacetLink, ...]:
        chosen = self._chosen[name]
        if chosen:
            label = next((each.label for each in values if each.value == chosen), "")
            url = self._url(name, "")
            return (FacetLink(label or self._label(name, chosen), url, None, is_chosen=True),)
        # What all articles have leaves the search as it is.
        narrowing = [each for each in values if each.count < total]
        return tuple(
            FacetLink(each.label, self._url(name, each.value), each.count)
            for each in narrowing[:MAX_LINKS]
        )

    def _label(self, name: str, chosen: str) -> str:
        if name == CATEGORY:
            return str(self._path[-1].category.name)
        return language_name(chosen) if name == LANGUAGE else chosen

    def _url(self, name: str, value: str) -> str:
        query = self._query.copy()
        query.pop("page", None)
        if value:
            query[name] = value
        else:
            query.pop(name, None)
        return f"?{query.urlencode()}"
