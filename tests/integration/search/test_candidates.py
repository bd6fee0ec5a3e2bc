"""Which passages are ranked at all, in tenants too large to rank everything."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.choices import SearchMode
from django_helpcenter.models import HelpIndexState, HelpPassage
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.search import SearchService
from tests.factories import (
    HASHING,
    fake_embeddings,
    index,
    make_article,
    make_category,
    make_indexed,
)
from tests.integration.search.test_plans import many, search

__all__ = ["many"]


@pytest.fixture(autouse=True)
def large(settings: Any) -> None:
    """Rank as large tenants are ranked."""
    settings.HELP_CENTER_SEARCH_SCAN_LIMIT = 0


@override_settings(HELP_CENTER_SEARCH_CANDIDATE_ROWS=2)
def test_article_with_all_of_several_common_words_is_found(tenant: Model) -> None:
    category = make_category(tenant)
    for number in range(60):
        word = "pump" if number < 30 else "valve"
        make_article(tenant, f"Part {number}", content=f"A {word}.", category=category)
    make_article(tenant, "Both", content="A pump with its valve.", category=category)
    index(tenant)
    results = SearchService(tenant=tenant).hybrid_search(
        "pump valve", mode=SearchMode.LEXICAL, record=False
    )
    assert results.hits[0].title == "Both"


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING, HELP_CENTER_SEARCH_CANDIDATES=8)
def test_pages_of_one_list_hold_each_article_once(tenant: Model) -> None:
    category = make_category(tenant)
    for number in range(30):
        make_article(tenant, f"Valve {number}", content="valve " * (number + 1), category=category)
    index(tenant)
    service = SearchService(tenant=tenant)
    pages = [
        service.hybrid_search("valve", limit=3, offset=offset, record=False)
        for offset in range(0, 30, 3)
    ]
    assert len({page.total for page in pages}) == 1
    found = [hit.article_id for page in pages for hit in page.hits]
    assert len(found) == len(set(found)) == pages[0].total


@override_settings(HELP_CENTER_SEARCH_SCAN_LIMIT=200)
@pytest.mark.thorough
@pytest.mark.usefixtures("many")
def test_old_figures_never_make_a_large_tenant_small(tenant: Model) -> None:
    HelpIndexState.objects.filter(tenant_id=tenant.pk).update(passages=0)
    done = search(tenant, "where is word1234", SearchMode.LEXICAL)
    assert done.word_scans == 1
    assert done.passages < 20


@override_settings(HELP_CENTER_SEARCH_SCAN_LIMIT=200)
@pytest.mark.thorough
@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("query", ["pump", "nonsense"])
def test_passages_for_others_are_not_read_for_a_reader_of_few(tenant: Model, query: str) -> None:
    HelpPassage.objects.filter(tenant_id=tenant.pk).update(audience=["manager"])
    IndexingService(tenant=tenant).refresh_lexicon()
    make_indexed(tenant, "Pump", content="A pump.")
    assert search(tenant, query, SearchMode.LEXICAL).passages < 20


def test_words_are_searched_while_vectors_are_made(tenant: Model) -> None:
    found: dict[str, int] = {}

    def look(step: str, _done: int, _all: int) -> None:
        results = SearchService(tenant=tenant).hybrid_search("Ventil", record=False)
        found[step] = results.total

    with fake_embeddings():
        make_article(tenant, "Ventil", content="Das Ventil.", language="de")
        IndexingService(tenant=tenant).index_articles(progress=look)
    assert found["vectors"] == 1
