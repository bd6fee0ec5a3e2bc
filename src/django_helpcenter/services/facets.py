"""How the articles of a search spread over categories, tags and languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Count, F, QuerySet
from django.utils.translation import get_language_info

from django_helpcenter.models import HelpArticle
from django_helpcenter.types import FacetValue, SearchFacets

#: Tags and languages that are returned; categories all, for what contains them is counted by them.
MAX_VALUES = 20


def count_facets(visible: QuerySet[HelpArticle], article_ids: Sequence[int]) -> SearchFacets:
    """Count the articles found, as far as they are among the visible ones; three queries."""
    found = visible.filter(pk__in=article_ids)
    return SearchFacets(
        categories=_values(found, "category__slug", "category_name"),
        tags=_values(found, "tags__slug", "tags__name")[:MAX_VALUES],
        languages=tuple(
            FacetValue(each.value, language_name(each.value), each.count)
            for each in _values(found, "language", "language")[:MAX_VALUES]
        ),
    )


def language_name(code: str) -> str:
    """Return the name of a language in itself, the code of one that Django does not know."""
    try:
        name: str = get_language_info(code)["name_local"]
    except KeyError:
        return dict(settings.LANGUAGES).get(code, code)
    return name


def _values(found: QuerySet[HelpArticle], value: str, label: str) -> tuple[FacetValue, ...]:
    counted: Iterable[tuple[str, str, int]] = (
        found.filter(**{f"{value}__isnull": False})
        .order_by()
        .values(facet=F(value), name=F(label))
        .annotate(count=Count("pk", distinct=True))
        .order_by("-count", "name", "facet")
        .values_list("facet", "name", "count")
    )
    return tuple(FacetValue(*row) for row in counted)
