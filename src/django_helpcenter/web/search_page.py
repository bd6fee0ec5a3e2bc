"""Search results as the page shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.paginator import EmptyPage, Page, Paginator
from django.urls import reverse
from django.utils.translation import get_language, gettext

from django_helpcenter.choices import SuggestionKind
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import NotVisible
from django_helpcenter.services.addresses import article_url, base_language, language_label
from django_helpcenter.services.search import SearchService
from django_helpcenter.types import SearchHit, SearchResults, Suggestion
from django_helpcenter.web.links import click_token

#: Results on a page.
PAGE_SIZE = 10
#: A page far behind what the ranking looks at is not worth a query.
LAST_PAGE = 50

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Result:
    """A hit with the address that opens it."""

    hit: SearchHit
    position: int
    url: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of results."""

    query: str
    results: tuple[Result, ...]
    total: int
    is_capped: bool
    page: Page[int]

    @property
    def start(self) -> int:
        """The position of the first result on this page, 1 for the best."""
        return self.page.start_index()

    @property
    def total_shown(self) -> int:
        """The number to tell readers: a total that is only a lower limit is rounded down to tens.

        How many candidates were looked at is an accident, and “more than 34” looks like a count.
        """
        if not self.is_capped or self.total <= 10:
            return self.total
        return self.total // 10 * 10


def clean_query(text: str) -> str:
    """Return what of a query is searched: one line, as long as the search looks at."""
    return " ".join(_CONTROLS.sub(" ", text).split())[: conf.SEARCH_QUERY_MAX_LENGTH].strip()


def offset_of(number: int) -> int:
    """Return how many results come before a page; raises NotVisible for an absurd one."""
    if not 1 <= number <= LAST_PAGE:
        raise NotVisible(f"No page {number}.")
    return (number - 1) * PAGE_SIZE


def present_results(results: SearchResults, number: int) -> ResultPage:
    """Give every hit its address; raises NotVisible for a page behind the last one."""
    try:
        page = Paginator(range(results.total), PAGE_SIZE).page(number)
    except EmptyPage as exc:
        raise NotVisible(f"No page {number}.") from exc
    first = offset_of(number) + 1
    return ResultPage(
        query=results.query,
        results=tuple(
            Result(hit, position, _result_url(hit, position, results.history_id))
            for position, hit in enumerate(results.hits, first)
        ),
        total=results.total,
        is_capped=results.is_capped,
        page=page,
    )


def read_instead(search: SearchService, query: str) -> list[Suggestion]:
    """Return articles and categories whose names are like a query that found nothing."""
    found = search.suggest(query, language=get_language())
    return [each for each in found if each.kind != SuggestionKind.QUERY]


def present_suggestion(found: Suggestion) -> dict[str, str]:
    """Return what the search field shows of a suggestion, and where it leads."""
    if found.kind == SuggestionKind.ARTICLE:
        url, note = article_url(found.slug, found.language), _article_note(found)
    elif found.kind == SuggestionKind.CATEGORY:
        url, note = reverse("help_center:category", args=[found.slug]), gettext("Topic")
    else:
        url, note = reverse("help_center:search", query={"q": found.text}), gettext("Search")
    return {
        "kind": found.kind,
        "text": found.text,
        "note": note,
        "url": url,
        "language": found.language,
    }


def _article_note(found: Suggestion) -> str:
    """Return an article's category, with the language of one that is not in the page's."""
    if base_language(found.language) == base_language(get_language()):
        return found.category_name
    return f"{found.category_name} · {language_label(found.language)}"


def _result_url(hit: SearchHit, position: int, history_id: int | None) -> str:
    query = {} if history_id is None else {"from": click_token(history_id, position)}
    return article_url(hit.slug, hit.language, anchor=hit.anchor, **query)
