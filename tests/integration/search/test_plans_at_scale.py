"""With many passages, PostgreSQL searches by the intended indexes and looks at few rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from django_helpcenter.choices import SearchMode
from django_helpcenter.conf import conf
from django_helpcenter.search.ranking import ROWS_FACTOR_ALONE, ROWS_FACTOR_COMMON
from django_helpcenter.services.search import SearchService
from django_helpcenter.types import SearchResults
from tests.generated_passages import (
    COMMON_RANK,
    RARE_WORD,
    SEARCHED,
    Generated,
    generated_passages,
    word,
)
from tests.server_work import (
    VECTOR_INDEX,
    WORD_INDEX,
    Work,
    planner_without,
    server_work,
)

pytestmark = [pytest.mark.scale, pytest.mark.django_db]

QUERIES = {
    "rare": RARE_WORD,
    "common": word(COMMON_RANK),
    "sixty": " ".join(word(1 + 300 * number) for number in range(60)),
    "mixed": f"{word(COMMON_RANK)} {word(2)} {word(50)} {word(9_000)} {RARE_WORD}",
}
#: A letter, the beginning of a common word, a common word, a rare one, two words.
TYPED = ("z", word(COMMON_RANK), f"{word(3)} ", word(19_000), f"{word(1)} {word(12)}")

#: What may be looked at for an answer, however much there is; about twice of what was counted, and
#: less than the smaller of the worlds has.
MOST_VECTORS = 400
MOST_ARTICLES = 1_000

BY_WORDS = (SearchMode.LEXICAL, SearchMode.HYBRID)
BY_MEANING = (SearchMode.SEMANTIC, SearchMode.HYBRID)

every_query = pytest.mark.parametrize("query", QUERIES)
by_words = pytest.mark.parametrize("mode", BY_WORDS)
by_meaning = pytest.mark.parametrize("mode", BY_MEANING)
in_every_tenant = pytest.mark.parametrize("slug", SEARCHED)
#: Those that have more than HELP_CENTER_SEARCH_SCAN_LIMIT passages at either size.
in_large_tenants = pytest.mark.parametrize("slug", ["half", "tenth"])


@pytest.fixture(
    scope="module",
    params=[
        # Making a world takes most of the time, so it is made in one process.
        pytest.param(10_000, id="10k", marks=pytest.mark.xdist_group("10k passages")),
        pytest.param(100_000, id="100k", marks=pytest.mark.xdist_group("100k passages")),
    ],
)
def world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Generated]:
    with django_db_blocker.unblock(), generated_passages(request.param) as generated:
        # The tenant with half of the vectors is above the limit, all others are below. Any word is
        # enough to be found, and nothing is cut off by time: the machine may be busy.
        settings = {
            "HELP_CENTER_SEARCH_EXACT_LIMIT": generated.vectors * 15 // 100,
            "HELP_CENTER_SEARCH_KEYWORD_FLOOR": 0,
            "HELP_CENTER_SEARCH_TIMEOUT_MS": 0,
        }
        with override_settings(**settings):
            yield generated


def searched(
    world: Generated, slug: str, query: str, mode: SearchMode
) -> tuple[Work, SearchResults]:
    service = SearchService(tenant=world.tenants[slug])
    with server_work() as done:
        results = service.hybrid_search(QUERIES[query], mode=mode, record=False)
    assert not results.degraded
    return done, results


def suggested(world: Generated, slug: str, typed: str) -> tuple[Work, int]:
    with server_work() as done:
        found = SearchService(tenant=world.tenants[slug]).suggest(typed)
    return done, len(found)


def most_passages(mode: SearchMode) -> int:
    """Return how many passages a search may look at, however many there are."""
    alone = ROWS_FACTOR_ALONE if mode == SearchMode.LEXICAL else 1
    brought = conf.SEARCH_CANDIDATE_ROWS * alone * ROWS_FACTOR_COMMON
    return brought + 5 * conf.SEARCH_CANDIDATES


def drop(index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index}")


@every_query
@by_words
@in_large_tenants
def test_words_are_looked_up_in_their_index(
    world: Generated, slug: str, query: str, mode: SearchMode
) -> None:
    done, results = searched(world, slug, query, mode)
    assert 1 <= done.word_scans <= 8
    assert results.hits


@by_words
def test_search_without_the_index_of_words_is_noticed(world: Generated, mode: SearchMode) -> None:
    drop(WORD_INDEX)
    done, _ = searched(world, "half", "rare", mode)
    assert done.word_scans == 0
    assert done.passages > most_passages(mode)


@every_query
@by_meaning
def test_many_vectors_are_searched_by_their_index(
    world: Generated, query: str, mode: SearchMode
) -> None:
    done, _ = searched(world, "half", query, mode)
    assert done.vector_scans == 1


def test_index_of_vectors_finds_what_is_near(world: Generated) -> None:
    done, results = searched(world, "half", "rare", SearchMode.SEMANTIC)
    assert (done.vector_scans, len(results.hits)) == (1, 10)


@by_meaning
@pytest.mark.parametrize("slug", ["tenth", "hundredth"])
def test_fewer_vectors_are_compared_one_by_one(
    world: Generated, slug: str, mode: SearchMode
) -> None:
    done, _ = searched(world, slug, "rare", mode)
    assert done.vector_scans == 0


@every_query
@by_meaning
def test_number_of_vectors_looked_at_is_bounded(
    world: Generated, query: str, mode: SearchMode
) -> None:
    assert searched(world, "half", query, mode)[0].vectors < MOST_VECTORS


def test_search_without_the_index_of_vectors_is_noticed(world: Generated) -> None:
    drop(VECTOR_INDEX)
    done, _ = searched(world, "half", "rare", SearchMode.SEMANTIC)
    assert done.vector_scans == 0
    assert done.vectors > MOST_VECTORS


@by_words
@pytest.mark.parametrize("query", ["common", "sixty", "mixed"])
@in_every_tenant
def test_number_of_passages_looked_at_is_bounded(
    world: Generated, slug: str, query: str, mode: SearchMode
) -> None:
    assert searched(world, slug, query, mode)[0].passages < most_passages(mode)


@in_large_tenants
def test_rare_word_looks_at_few_passages(world: Generated, slug: str) -> None:
    assert searched(world, slug, "rare", SearchMode.LEXICAL)[0].passages < 10


@every_query
@pytest.mark.parametrize("mode", SearchMode)
@in_every_tenant
def test_no_table_is_read_from_end_to_end(
    world: Generated, slug: str, query: str, mode: SearchMode
) -> None:
    assert searched(world, slug, query, mode)[0].tables_read == 0


def test_reading_a_table_from_end_to_end_is_noticed(world: Generated) -> None:
    with planner_without("indexscan", "bitmapscan"):
        assert searched(world, "hundredth", "rare", SearchMode.HYBRID)[0].tables_read > 0


@pytest.mark.parametrize("typed", TYPED)
@in_large_tenants
def test_titles_are_suggested_by_the_index_of_their_words(
    world: Generated, slug: str, typed: str
) -> None:
    done, _ = suggested(world, slug, typed)
    assert done.title_scans >= 1
    assert done.tables_read == 0
    assert done.articles < MOST_ARTICLES


def test_titles_are_suggested(world: Generated) -> None:
    assert suggested(world, "half", word(COMMON_RANK))[1] == 8
