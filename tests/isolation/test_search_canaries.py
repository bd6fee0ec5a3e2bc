"""Nothing of an article reaches whom it is not for, by whatever somebody types.

Every article has words that stand nowhere else. The world is in ``canary_world.py``: what search
learns to tell its readers is added to ``GETS`` there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tests.isolation.canary_texts import READERS, Query, queries
from tests.isolation.canary_world import GETS, Center, Visit, planted_world, words_of

pytestmark = pytest.mark.django_db

#: What runs everywhere, and what runs where there is time: tenants, and queries of each reader.
FEW_TENANTS, FEW_QUERIES = 2, 8
TENANTS, QUERIES = 10, int(os.environ.get("HELP_CENTER_TEST_CANARY_QUERIES", "40"))
#: Queries of each reader whose answers are compared with those of a world without what is hidden.
FEW_COMPARED, COMPARED = 8, 30


#: What asks the small world goes to one process: making it takes most of the time.
in_small_world = pytest.mark.xdist_group("canaries")


@pytest.fixture(scope="module")
def few(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Center]]:
    with django_db_blocker.unblock(), planted_world(FEW_TENANTS) as centers:
        for reader in READERS:
            centers[0].twin(reader)
        yield centers


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Center]]:
    # What costs time and hides nothing is left out: asking for groups, and the limit of time.
    settings = {
        "HELP_CENTER_ROLE_RESOLVER": f"{planted_world.__module__}.roles_by_name",
        "HELP_CENTER_SEARCH_TIMEOUT_MS": 0,
    }
    with django_db_blocker.unblock(), planted_world(TENANTS, **settings) as centers:
        # As the server does by itself after a while: without, it plans for empty tables. Not those
        # that databases share: another run would wait for them.
        models = apps.get_app_config("help_center").get_models()
        tables = [model._meta.db_table for model in models if not model._meta.swapped]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
        yield centers


def asked(centers: list[Center], center: Center, number: int) -> list[Query]:
    """Return what readers type: most about this help center, some about the others."""
    name, others = str(center.tenant), [each for center in centers for each in center.canaries]
    own = queries(center.canaries, name, number - number // 4)
    return [*own, *queries(others, f"others of {name}", number // 4)]


def leaks(hidden: frozenset[str], visit: Visit) -> Iterator[str]:
    """Yield which canaries reached a reader whom they are not for."""
    for get in GETS:
        if leaked := (words_of(get(visit)) & hidden) - visit.query.typed:
            yield f"{visit.reader} {visit.query}: {get.__name__} has {sorted(leaked)}"


def miscounts(visit: Visit) -> Iterator[str]:
    """Yield the total when it is not the number of articles that match and may be seen."""
    wanted = visit.center.count(visit.reader, visit.query)
    if visit.results.total != wanted:
        yield f"{visit.reader} {visit.query}: {visit.results.total} articles, not {wanted}"


def answer(visit: Visit) -> list[Any]:
    """Return all that a reader could tell one answer from another by."""
    scores = [(round(hit.score, 6), hit.similarity and round(hit.similarity, 6))
              for hit in visit.results.hits]  # fmt: skip
    return [scores, *(list(get(visit)) for get in GETS)]


def influences(center: Center, reader: str, asked: Iterable[Query]) -> Iterator[str]:
    """Yield what a reader is answered otherwise for what stands there hidden."""
    twin = center.twin(reader)
    for query in asked:
        here, there = answer(center.visit(reader, query)), answer(twin.visit(reader, query))
        for ours, theirs in zip(here, there, strict=True):
            if ours != theirs:
                yield f"{reader} {query}: {ours} is not {theirs}"


def assert_none(deviations: Iterable[str]) -> None:
    found = list(deviations)
    assert not found, f"{len(found)} deviate:\n" + "\n".join(found[:10])


@pytest.fixture(params=["candidates", pytest.param("everything", marks=pytest.mark.thorough)])
def ranking(request: pytest.FixtureRequest, settings: Any) -> str:
    """Rank as small tenants are ranked, and as large ones are."""
    settings.HELP_CENTER_SEARCH_SCAN_LIMIT = 0 if request.param == "candidates" else 200
    return str(request.param)


@in_small_world
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_sees_what_is_planned(few: list[Center], reader: str) -> None:
    for center in few:
        planned = [each.article.pk for each in center.seen_by(reader)]
        assert center.visible(reader) == planned


@in_small_world
@pytest.mark.parametrize("reader", READERS)
def test_canary_is_found_by_whom_it_is_for(few: list[Center], reader: str) -> None:
    for each in few[0].seen_by(reader):
        for canary in (each.canaries.heading, each.canaries.code):
            found = few[0].visit(reader, Query(canary)).results.hits
            assert found[0].article_id == each.article.pk


@in_small_world
@pytest.mark.parametrize("reader", READERS)
def test_no_canary_leaves_its_audience(few: list[Center], reader: str, ranking: str) -> None:
    assert_none(
        leak
        for center in few
        for hidden in [center.hidden_words(reader, few)]
        for query in asked(few, center, FEW_QUERIES)
        for leak in leaks(hidden, center.visit(reader, query))
    )


@in_small_world
@pytest.mark.parametrize("reader", READERS)
def test_total_counts_what_the_reader_may_see(few: list[Center], reader: str) -> None:
    assert_none(
        miscount
        for center in few
        for query in asked(few, center, FEW_QUERIES)
        for miscount in miscounts(center.visit(reader, query))
    )


@in_small_world
@pytest.mark.parametrize("reader", READERS)
def test_hidden_articles_influence_nothing(few: list[Center], reader: str, ranking: str) -> None:
    center = few[0]
    assert_none(influences(center, reader, asked(few, center, FEW_COMPARED)))


@pytest.mark.scale
@pytest.mark.parametrize("number", range(TENANTS))
def test_no_canary_leaves_its_audience_among_many(many: list[Center], number: int) -> None:
    center = many[number]

    def deviations() -> Iterator[str]:
        for reader in READERS:
            hidden = center.hidden_words(reader, many)
            for query in asked(many, center, QUERIES):
                visit = center.visit(reader, query)
                yield from leaks(hidden, visit)
                yield from miscounts(visit)
            yield from influences(center, reader, asked(many, center, COMPARED))

    assert_none(deviations())
