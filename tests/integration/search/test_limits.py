"""Searches that take too long, in a caller's transaction, and behind the last page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import Model
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_helpcenter.choices import SearchMode
from django_helpcenter.exceptions import EmbeddingError, SearchUnavailable
from django_helpcenter.models import HelpSearchHistory
from django_helpcenter.services.search import SearchService
from tests.factories import (
    HASHING,
    fake_embeddings,
    index,
    make_article,
    make_category,
    make_indexed,
)
from tests.signals_log import heard_signals


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


@pytest.fixture
def slow(tenant: Model) -> Iterator[SearchService]:
    """Search so many articles that nothing is found within a millisecond."""
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING, HELP_CENTER_SEARCH_TIMEOUT_MS=1):
        category = make_category(tenant)
        for number in range(40):
            text = f"Close the valve at the dock {number}. " * 20
            make_article(tenant, f"Valve {number}", content=text, category=category)
        index(tenant)
        yield SearchService(tenant=tenant)


QUESTION = "close the valve at the dock " * 10


def test_search_that_takes_too_long_says_so(slow: SearchService) -> None:
    assert slow.hybrid_search(QUESTION, record=False).degraded == "timeout"


def test_semantic_search_that_takes_too_long_is_refused(slow: SearchService) -> None:
    with pytest.raises(SearchUnavailable, match="took too long"):
        slow.hybrid_search(QUESTION, mode=SearchMode.SEMANTIC, record=False)


def test_caller_can_go_on_after_a_search_that_took_too_long(slow: SearchService) -> None:
    with transaction.atomic():
        slow.hybrid_search(QUESTION, record=False)
        assert setting("statement_timeout") == "0"
        assert not HelpSearchHistory.objects.exists()


def test_search_of_zero_milliseconds_has_no_limit(slow: SearchService) -> None:
    with override_settings(HELP_CENTER_SEARCH_TIMEOUT_MS=0):
        assert slow.hybrid_search(QUESTION, record=False).degraded == ""


@pytest.mark.parametrize("name", ["statement_timeout", "jit"])
def test_search_leaves_the_callers_settings_alone(tenant: Model, name: str) -> None:
    make_indexed(tenant, "Valve")
    with transaction.atomic():
        before = setting(name)
        SearchService(tenant=tenant).hybrid_search("valve", record=False)
        assert setting(name) == before


@pytest.mark.django_db(transaction=True)
def test_search_outside_a_transaction_is_one_message(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    with CaptureQueriesContext(connection) as messages:
        results = SearchService(tenant=tenant).hybrid_search("valve", record=False)
    assert (results.total, len(messages)) == (1, 1)
    assert setting("statement_timeout") == "0"


@pytest.mark.django_db(transaction=True)
def test_search_outside_a_transaction_has_its_time_limit(slow: SearchService) -> None:
    assert slow.hybrid_search(QUESTION, record=False).degraded == "timeout"
    assert setting("statement_timeout") == "0"


@pytest.mark.django_db(transaction=True)
def test_search_works_where_the_server_binds_parameters(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    bound = connection.copy("bound")
    bound.settings_dict["OPTIONS"] = {
        **connection.settings_dict["OPTIONS"],
        "server_side_binding": True,
    }
    connections["bound"] = bound
    try:
        results = SearchService(tenant=tenant, using="bound").hybrid_search("valve", record=False)
    finally:
        bound.close()
        del connections["bound"]
    assert results.total == 1


def test_search_keeps_what_the_caller_has_written(tenant: Model) -> None:
    with transaction.atomic():
        make_indexed(tenant, "Valve")
        assert SearchService(tenant=tenant).hybrid_search("valve").total == 1
    assert SearchService(tenant=tenant).hybrid_search("valve").total == 1


def test_page_behind_the_last_one_knows_the_total(tenant: Model) -> None:
    for number in range(3):
        make_article(tenant, f"Valve {number}")
    index(tenant)
    results = SearchService(tenant=tenant).hybrid_search("valve", offset=50)
    assert (results.hits, results.total) == ((), 3)
    assert not HelpSearchHistory.objects.get().is_zero_result


def test_page_behind_the_last_one_of_nothing_is_nothing(tenant: Model) -> None:
    assert SearchService(tenant=tenant).hybrid_search("valve", offset=50).total == 0


@pytest.mark.parametrize(("limit", "hits"), [(0, 1), (-5, 1), (2, 2), (1_000, 3)])
def test_odd_limits_are_bounded(tenant: Model, limit: int, hits: int) -> None:
    for number in range(3):
        make_article(tenant, f"Valve {number}")
    index(tenant)
    found = SearchService(tenant=tenant).hybrid_search("valve", limit=limit).hits
    assert len(found) == hits


def test_negative_offset_is_the_first_page(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    assert len(SearchService(tenant=tenant).hybrid_search("valve", offset=-3).hits) == 1


def test_model_that_fails_makes_the_search_degraded(tenant: Model) -> None:
    def fail(text: str) -> None:
        raise EmbeddingError("Out of memory.")

    with fake_embeddings() as model:
        make_indexed(tenant, "Valve")
        model.before_query = fail
        results = SearchService(tenant=tenant).hybrid_search("valve")
        assert (results.degraded, results.total) == ("model-failed", 1)
        with pytest.raises(SearchUnavailable, match="model-failed"):
            SearchService(tenant=tenant).hybrid_search("valve", mode=SearchMode.SEMANTIC)


def test_lexical_search_asks_no_model(tenant: Model) -> None:
    asked: list[str] = []
    with fake_embeddings() as model:
        make_indexed(tenant, "Valve")
        model.before_query = asked.append
        SearchService(tenant=tenant).hybrid_search("valve", mode=SearchMode.LEXICAL)
    assert asked == []


def test_search_is_announced_after_the_commit(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    with (
        heard_signals("search_recorded") as heard,
        django_capture_on_commit_callbacks(execute=True),
    ):
        results = SearchService(tenant=tenant).hybrid_search("valve")
        assert heard == []
    assert heard == [
        (
            "search_recorded",
            {"history_id": results.history_id, "tenant_id": tenant.pk, "results_count": 0},
        )
    ]


# Related articles


def related(article: Any, **options: Any) -> list[str]:
    service = SearchService(tenant=article.tenant)
    return [each.title for each in service.related_articles(article, **options)]


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_related_articles_are_the_nearest_in_meaning(tenant: Model) -> None:
    article = make_article(tenant, "Valve", content="Close the valve by hand.")
    make_article(tenant, "Dock", content="Ladders lean at gates.")
    make_article(tenant, "Valves", content="Close the valve by motor.")
    index(tenant)
    assert related(article) == ["Valves", "Dock"]


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_related_articles_are_of_the_same_tenant_and_visible(
    tenant: Model, other_tenant: Model
) -> None:
    article = make_article(tenant, "Valve")
    make_article(tenant, "Secret valve", target_roles=["manager"])
    make_article(tenant, "Draft valve", status="DRAFT")
    make_article(tenant, "Ventil", language="de")
    make_indexed(other_tenant, "Their valve")
    index(tenant)
    assert related(article) == []


def test_related_articles_without_vectors_are_of_the_category(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    make_indexed(tenant, "Beside")
    make_indexed(tenant, "Elsewhere", category=make_category(tenant, "Other"))
    assert related(article) == ["Beside"]


def test_related_articles_are_as_many_as_wanted(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    for number in range(4):
        make_indexed(tenant, f"Beside {number}")
    assert len(related(article, limit=2)) == 2


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_article_of_another_tenant_has_no_relations_here(
    tenant: Model, other_tenant: Model
) -> None:
    make_indexed(tenant, "Valve")
    theirs = make_indexed(other_tenant, "Valve")
    assert SearchService(tenant=tenant).related_articles(theirs) == []
