"""What else people searched who searched for this."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.search import SearchService
from tests.factories import make_article, make_indexed, make_user
from tests.integration.search.searches import refined, searched


def related(tenant: Model, query: str, user: Any = None, **options: Any) -> list[str]:
    return SearchService(tenant=tenant, user=user).related_searches(query, **options)


@pytest.fixture
def article(tenant: Model) -> HelpArticle:
    return make_indexed(tenant, "Manual", content="Close the valve or the pump after a leak.")


def test_refinements_are_related_in_both_directions(tenant: Model, article: HelpArticle) -> None:
    refined(tenant, "valve", "valve leak")
    assert related(tenant, "valve") == ["valve leak"]
    assert related(tenant, "Valve leak?") == ["valve"]


def test_searches_that_led_to_the_same_article_are_related(
    tenant: Model, article: HelpArticle
) -> None:
    searched(tenant, "valve", people=1, opened=article)
    searched(tenant, "pump leak", opened=article)
    searched(tenant, "close", opened=make_indexed(tenant, "Other"))
    assert related(tenant, "valve") == ["pump leak"]


def test_search_that_more_people_made_comes_first(tenant: Model, article: HelpArticle) -> None:
    refined(tenant, "valve", "leak")
    refined(tenant, "valve", "pump", people=4)
    assert related(tenant, "valve") == ["pump", "leak"]


def test_limit_is_kept(tenant: Model, article: HelpArticle) -> None:
    for query in ("leak", "pump", "close"):
        refined(tenant, "valve", query)
    assert len(related(tenant, "valve", limit=2)) == 2


def test_two_people_are_too_few(tenant: Model, article: HelpArticle) -> None:
    refined(tenant, "valve", "leak", people=2)
    searched(tenant, "valve", people=5, opened=article)
    searched(tenant, "pump", people=2, opened=article)
    assert related(tenant, "valve") == []


def test_one_person_is_one_however_often(tenant: Model, article: HelpArticle) -> None:
    for _ in range(5):
        refined(tenant, "valve", "leak", people=1)
    assert related(tenant, "valve") == []


@pytest.mark.parametrize("other", ["VALVE leak", "leak valve", "valve-leak!", "leak, válve"])
def test_same_words_are_not_related(tenant: Model, article: HelpArticle, other: str) -> None:
    refined(tenant, "valve leak", other)
    assert related(tenant, "valve leak") == []


def test_search_that_found_nothing_is_not_related(tenant: Model, article: HelpArticle) -> None:
    refined(tenant, "valve", "leak", results_count=0)
    assert related(tenant, "valve") == []


def test_searches_of_long_ago_are_not_related(tenant: Model, article: HelpArticle) -> None:
    searched(tenant, "valve", opened=article, days_ago=91)
    searched(tenant, "pump", opened=article)
    assert related(tenant, "valve") == []


def test_search_with_unknown_words_is_not_related(tenant: Model, article: HelpArticle) -> None:
    refined(tenant, "valve", "valve smith")
    assert related(tenant, "valve") == []


def test_search_with_words_of_a_restricted_article_is_for_its_readers(
    tenant: Model, article: HelpArticle
) -> None:
    make_indexed(tenant, "Secret", content="zanzibar", target_roles=["manager"])
    refined(tenant, "valve", "valve zanzibar")
    assert related(tenant, "valve") == []
    assert related(tenant, "valve", make_user(roles=("manager",))) == ["valve zanzibar"]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ArticleStatus.DRAFT},
        {"target_roles": ["manager"]},
        {"expire_at": timezone.now()},
    ],
    ids=["draft", "restricted", "expired"],
)
def test_hidden_article_relates_nothing(
    tenant: Model, article: HelpArticle, fields: dict[str, Any]
) -> None:
    hidden = make_article(tenant, "Hidden", **fields)
    searched(tenant, "valve", opened=hidden)
    searched(tenant, "pump", opened=hidden)
    assert related(tenant, "valve") == []


def test_searches_of_another_tenant_are_not_related(
    tenant: Model, other_tenant: Model, article: HelpArticle
) -> None:
    refined(other_tenant, "valve", "pump")
    searched(other_tenant, "valve", opened=article)
    searched(other_tenant, "leak", opened=article)
    searched(tenant, "valve", opened=article)
    assert related(tenant, "valve") == []


@pytest.mark.parametrize("query", ["", "  ", "\x00", "🦉", "%", "x" * 10_000, "nobody asked"])
def test_odd_query_has_no_related_searches(tenant: Model, article: HelpArticle, query: str) -> None:
    refined(tenant, "valve", "leak")
    assert related(tenant, query) == []


@pytest.mark.django_db(transaction=True)
def test_related_searches_take_one_statement(
    tenant: Model, article: HelpArticle, django_assert_num_queries: Any
) -> None:
    refined(tenant, "valve", "leak")
    with django_assert_num_queries(1):
        assert related(tenant, "valve")
