"""How PostgreSQL carries out the semantic side: by a scan of the tenant's rows, or by the index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_helpcenter.choices import SearchMode
from django_helpcenter.models import HelpPassage
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.search import SearchService
from tests.factories import HASHING, index, make_article, make_category, make_indexed

VECTOR_INDEX = "help_passage_embedding_idx"
WORD_INDEX = "help_passage_search_idx"


@pytest.fixture
def articles(tenant: Model, other_tenant: Model) -> Iterator[None]:
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING):
        for each in (tenant, other_tenant):
            category = make_category(each)
            for number in range(15):
                make_article(each, f"Valve {number}", content="Close it.", category=category)
            index(each)
        yield


def index_names(plan: Any) -> set[str]:
    """Return the indexes that a plan uses, wherever they stand in it."""
    if isinstance(plan, list):
        return set().union(*map(index_names, plan))
    if not isinstance(plan, dict):
        return set()
    found = {plan["Index Name"]} if "Index Name" in plan else set()
    return found.union(*map(index_names, plan.values()))


def ranked_statement(tenant: Model, mode: SearchMode, query: str = "close the valve") -> str:
    with CaptureQueriesContext(connection) as queries:
        SearchService(tenant=tenant).hybrid_search(query, mode=mode, record=False)
    statements = [query["sql"] for query in queries if "ranked AS" in query["sql"]]
    assert len(statements) == 1
    return statements[0]


def plan(statement: str, **settings: str) -> set[str]:
    """Return the indexes that a statement would use under some settings of the planner."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
        found = index_names(cursor.fetchone()[0])
        transaction.set_rollback(True)
    return found


def discarded_rows(plan: Any) -> float:
    """Return how many pairs of rows the joins of a plan have looked at in vain."""
    if isinstance(plan, list):
        return sum(map(discarded_rows, plan))
    if not isinstance(plan, dict):
        return 0
    own = plan.get("Rows Removed by Join Filter", 0) * plan.get("Actual Loops", 1)
    return float(own + sum(map(discarded_rows, plan.values())))


def no_scans() -> dict[str, str]:
    """Return settings under which an index is taken wherever one can be."""
    return {"enable_seqscan": "off", "enable_sort": "off", "enable_bitmapscan": "off"}


def test_exact_scan_never_takes_the_vector_index(articles: None, tenant: Model) -> None:
    statement = ranked_statement(tenant, SearchMode.SEMANTIC)
    assert VECTOR_INDEX not in plan(statement, **no_scans())


@override_settings(HELP_CENTER_SEARCH_EXACT_LIMIT=0)
def test_index_scan_takes_the_vector_index(articles: None, tenant: Model) -> None:
    statement = ranked_statement(tenant, SearchMode.SEMANTIC)
    assert VECTOR_INDEX in plan(statement, **no_scans())


@pytest.mark.parametrize(("limit", "is_indexed"), [(15, False), (14, True)])
def test_number_of_vectors_decides(
    articles: None, tenant: Model, limit: int, is_indexed: bool
) -> None:
    with override_settings(HELP_CENTER_SEARCH_EXACT_LIMIT=limit):
        statement = ranked_statement(tenant, SearchMode.HYBRID)
    assert (VECTOR_INDEX in plan(statement, **no_scans())) is is_indexed


def test_words_of_many_passages_are_found_by_their_index(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    first = article.passages.get()
    HelpPassage.objects.bulk_create(
        HelpPassage(
            article=article,
            tenant_id=tenant.pk,
            ordinal=number,
            language=first.language,
            search_config=first.search_config,
            audience=first.audience,
            title=first.title,
            text=f"The word{number} of many.",
            length=5,
            content_hash=str(number),
        )
        for number in range(1, 4_000)
    )
    IndexingService(tenant=tenant).refresh_lexicon()
    with connection.cursor() as cursor:
        # As the server does by itself, later.
        cursor.execute("SELECT gin_clean_pending_list(%s)", [WORD_INDEX])
        cursor.execute(f"ANALYZE {HelpPassage._meta.db_table}")
    statement = ranked_statement(tenant, SearchMode.LEXICAL, "where is word1234")
    assert WORD_INDEX in plan(statement)


@override_settings(HELP_CENTER_SEARCH_EXACT_LIMIT=0, HELP_CENTER_SEARCH_CANDIDATES=10)
def test_index_scan_of_a_small_tenant_finds_its_share(articles: None, tenant: Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    results = SearchService(tenant=tenant).hybrid_search(
        "close the valve", mode=SearchMode.SEMANTIC, limit=10, record=False
    )
    assert len(results.hits) == 10


def test_cost_of_scoring_grows_with_the_words_of_the_candidates(tenant: Model) -> None:
    words = "pump valve filter hose clamp meter gauge seal"
    text = "".join(f"\n\n## Part {number}\n\nThe {words} of {number}." for number in range(100))
    make_indexed(tenant, "Parts", content=text)
    statement = ranked_statement(tenant, SearchMode.LEXICAL, f"which {words}")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        discarded = discarded_rows(cursor.fetchone()[0])
    # A hundred candidates with eight words of the query each; every join by pairs of rows would
    # look at hundreds of thousands.
    assert discarded < 20 * 100 * 8
