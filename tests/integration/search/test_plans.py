"""How PostgreSQL carries out a search: which indexes it scans, and how many rows it looks at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.choices import SearchMode
from django_helpcenter.models import HelpPassage
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.search import SearchService
from tests.factories import HASHING, index, make_article, make_category, make_indexed
from tests.server_work import WORD_INDEX, Work, planner_without, server_work

pytestmark = pytest.mark.thorough


@pytest.fixture
def articles(tenant: Model, other_tenant: Model) -> Iterator[None]:
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING, HELP_CENTER_SEARCH_SCAN_LIMIT=0):
        for each in (tenant, other_tenant):
            category = make_category(each)
            for number in range(15):
                make_article(each, f"Valve {number}", content="Close it.", category=category)
            index(each)
        yield


def search(tenant: Model, query: str = "close the valve", mode: str = SearchMode.HYBRID) -> Work:
    with server_work() as done:
        SearchService(tenant=tenant).hybrid_search(query, mode=SearchMode(mode), record=False)
    return done


def test_exact_scan_never_takes_the_vector_index(articles: None, tenant: Model) -> None:
    with planner_without("seqscan", "bitmapscan"):
        assert search(tenant).vector_scans == 0


@pytest.mark.parametrize(("limit", "scans"), [(15, 0), (14, 1)])
def test_number_of_vectors_decides(articles: None, tenant: Model, limit: int, scans: int) -> None:
    with override_settings(HELP_CENTER_SEARCH_EXACT_LIMIT=limit):
        assert search(tenant).vector_scans == scans


@override_settings(HELP_CENTER_SEARCH_SCAN_LIMIT=15)
def test_small_tenant_is_scored_without_any_of_these_indexes(tenant: Model) -> None:
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING):
        make_indexed(tenant, "Valve")
        done = search(tenant)
    assert (done.vector_scans, done.word_scans) == (0, 0)


@override_settings(HELP_CENTER_SEARCH_EXACT_LIMIT=0, HELP_CENTER_SEARCH_CANDIDATES=10)
def test_index_scan_of_a_small_tenant_finds_its_share(articles: None, tenant: Model) -> None:
    results = SearchService(tenant=tenant).hybrid_search(
        "close the valve", mode=SearchMode.SEMANTIC, limit=10, record=False
    )
    assert len(results.hits) == 10


@pytest.fixture
def many(tenant: Model) -> None:
    """Have 4,000 passages: all with "many", a tenth with "tenth", one with each "word<number>"."""
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
            text=f"The word{number} of many. {'A tenth.' if number % 10 == 0 else ''}",
            length=5,
            content_hash=str(number),
        )
        for number in range(1, 4_000)
    )
    service = IndexingService(tenant=tenant)
    service.refresh_lexicon()
    service.refresh_statistics()
    with connection.cursor() as cursor:
        # As the server does by itself, later.
        cursor.execute("SELECT gin_clean_pending_list(%s)", [WORD_INDEX])
        cursor.execute(f"ANALYZE {HelpPassage._meta.db_table}")


@pytest.mark.usefixtures("many")
def test_rare_word_is_looked_up_in_the_index_of_words(tenant: Model) -> None:
    done = search(tenant, "where is word1234", SearchMode.LEXICAL)
    assert done.word_scans == 1
    assert done.passages < 20


@pytest.mark.usefixtures("many")
def test_common_words_beside_a_rare_one_bring_no_rows(tenant: Model) -> None:
    done = search(tenant, "the many many of word1234", SearchMode.LEXICAL)
    assert done.word_scans == 1
    assert done.passages < 20


@pytest.mark.usefixtures("many")
def test_words_bring_rows_as_long_as_they_are_few(tenant: Model) -> None:
    assert search(tenant, "word1 word2 word3", SearchMode.LEXICAL).word_scans == 3
    with override_settings(HELP_CENTER_SEARCH_CANDIDATE_ROWS=100):
        assert search(tenant, "word1 tenth", SearchMode.LEXICAL).word_scans == 2
        assert search(tenant, "word1 many", SearchMode.LEXICAL).word_scans == 1


@pytest.mark.usefixtures("many")
def test_common_word_alone_looks_at_a_bounded_number_of_rows(tenant: Model) -> None:
    with override_settings(HELP_CENTER_SEARCH_CANDIDATE_ROWS=100):
        assert search(tenant, "many", SearchMode.LEXICAL).passages < 2 * 5 * 2 * 100 + 5 * 60


@pytest.mark.usefixtures("many")
def test_sixty_words_look_at_a_bounded_number_of_rows(tenant: Model) -> None:
    query = " ".join(f"word{number}" for number in range(1, 61))
    assert search(tenant, query, SearchMode.LEXICAL).word_scans == 8
