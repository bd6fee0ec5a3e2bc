"""Searches on a replica, and behind a pooler that gives each transaction another session."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Model
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_helpcenter.choices import SearchMode
from django_helpcenter.models import HelpArticle, HelpSearchHistory
from django_helpcenter.services.search import SearchService
from tests.factories import HASHING, index, make_article, make_category, make_user

#: What outlives a transaction, and so may meet another session behind a pooler.
SESSION_STATE = re.compile(
    r"\bSET\s+(?!LOCAL\b)(SESSION\b|\w+(\.\w+)?\s*(=|TO\b))|\bPREPARE\b|\bLISTEN\b|\bDECLARE\b"
    r"|\bTEMP(ORARY)?\b|pg_(try_)?advisory_lock",
    re.IGNORECASE,
)

#: All that a search may read.
READS: dict[str, Callable[[SearchService, HelpArticle], object]] = {
    "hybrid": lambda service, article: service.hybrid_search("valve", record=False),
    "lexical": lambda service, article: service.hybrid_search(
        "valve", mode=SearchMode.LEXICAL, record=False
    ),
    "semantic": lambda service, article: service.hybrid_search(
        "the valve", mode=SearchMode.SEMANTIC, record=False
    ),
    "phrase": lambda service, article: service.hybrid_search('"the valve"', record=False),
    "filtered": lambda service, article: service.hybrid_search(
        "valve", language="en", category=article.category, tags=["pumps"], record=False
    ),
    "nothing": lambda service, article: service.hybrid_search("zebra", record=False),
    "did you mean": lambda service, article: service.did_you_mean(
        service.hybrid_search("valvee", record=False)
    ),
    "related": lambda service, article: service.related_articles(article),
    "lexical only": lambda service, article: service.is_lexical_only(),
}


@pytest.fixture
def article(tenant: Model) -> Iterator[HelpArticle]:
    category = make_category(tenant)
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING):
        article = make_article(
            tenant, "Valve", content="Close the valve.", category=category, tags=["pumps"]
        )
        make_article(tenant, "Dock", content="Open the dock.", category=category)
        index(tenant)
        yield article


# A replica


@pytest.fixture
def replica(article: HelpArticle) -> Iterator[str]:
    """Connect a second time, under the name of a replica."""
    connections["replica"] = connection.copy("replica")
    yield "replica"
    connections["replica"].close()
    del connections["replica"]


class ReadsFromReplica:
    """Sends what is read to a replica, as a host's router does."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        return "replica"

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "default"


@pytest.mark.django_db(transaction=True)
def test_reads_go_to_the_replica_alone(article: HelpArticle, replica: str) -> None:
    there = SearchService(tenant=article.tenant, using=replica)
    here = SearchService(tenant=article.tenant)
    for name, read in READS.items():
        with (
            CaptureQueriesContext(connection) as primary,
            CaptureQueriesContext(connections[replica]) as secondary,
        ):
            found = told(read(there, article))
        assert (len(primary), len(secondary) > 0) == (0, True), name
        assert found == told(read(here, article)), name


@pytest.mark.django_db(transaction=True)
@override_settings(DATABASE_ROUTERS=[ReadsFromReplica()])
def test_router_sends_reads_to_the_replica_too(article: HelpArticle, replica: str) -> None:
    with CaptureQueriesContext(connection) as primary:
        for read in READS.values():
            read(SearchService(tenant=article.tenant), article)
    assert len(primary) == 0


@pytest.mark.django_db(transaction=True)
def test_search_on_a_replica_is_recorded_where_one_writes(
    article: HelpArticle, replica: str
) -> None:
    with CaptureQueriesContext(connections[replica]) as secondary:
        SearchService(tenant=article.tenant, using=replica).hybrid_search("valve")
    assert HelpSearchHistory.objects.get().results_count == 1
    assert not any("INSERT" in query["sql"] for query in secondary.captured_queries)


# A pooler


@contextmanager
def pooler() -> Iterator[list[str]]:
    """Give each transaction a session that knows nothing of the one before; yield what is sent."""
    sent: list[str] = []

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        if not connection.in_atomic_block:
            assert connection.connection is not None
            connection.connection.execute("DISCARD ALL")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield sent


def told(found: object) -> object:
    """Return what a reader is told, without how long it took."""
    hits = getattr(found, "hits", None)
    if hits is None:
        return found
    return [(hit.title, hit.snippet, round(hit.score, 6)) for hit in hits]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("exact_limit", [0, 15_000])
def test_reads_rely_on_no_session(article: HelpArticle, settings: Any, exact_limit: int) -> None:
    settings.HELP_CENTER_SEARCH_EXACT_LIMIT = exact_limit
    settings.HELP_CENTER_SEARCH_SCAN_LIMIT = 0
    service = SearchService(tenant=article.tenant, user=make_user(roles=("driver",)))
    for name, read in READS.items():
        directly = told(read(service, article))
        with pooler() as sent:
            assert told(read(service, article)) == directly, name
        assert [sql for sql in sent if SESSION_STATE.search(sql)] == [], name


def session() -> tuple[object, ...]:
    """Return what a session holds: changed settings, locks, statements, cursors, tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ARRAY(SELECT name || '=' || setting FROM pg_settings"
            "  WHERE source = 'session' ORDER BY name),"
            " ARRAY(SELECT name FROM pg_prepared_statements),"
            " ARRAY(SELECT name FROM pg_cursors WHERE is_holdable),"
            " ARRAY(SELECT objid FROM pg_locks"
            "  WHERE locktype = 'advisory' AND pid = pg_backend_pid()),"
            " pg_my_temp_schema()"
        )
        return tuple(cursor.fetchone())


@pytest.mark.parametrize("in_transaction", [
    pytest.param(False, marks=pytest.mark.django_db(transaction=True)),
    pytest.param(True, marks=pytest.mark.django_db),
])  # fmt: skip
def test_searches_leave_the_session_as_it_was(article: HelpArticle, in_transaction: bool) -> None:
    service = SearchService(tenant=article.tenant)
    with override_settings(HELP_CENTER_SEARCH_EXACT_LIMIT=0, HELP_CENTER_SEARCH_SCAN_LIMIT=0):
        before = session()
        for read in READS.values():
            read(service, article)
        assert connection.in_atomic_block is in_transaction
        assert session() == before
