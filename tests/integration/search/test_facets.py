"""Categories, tags and languages of what a search found."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_helpcenter.services.facets import language_name
from django_helpcenter.services.search import SearchService
from django_helpcenter.types import FacetValue, SearchFacets
from tests.factories import make_category, make_indexed, make_user


def facets(tenant: Model, query: str = "valve", user: Any = None, **options: Any) -> SearchFacets:
    results = SearchService(tenant=tenant, user=user).hybrid_search(
        query, record=False, with_facets=True, **options
    )
    assert results.facets is not None
    return results.facets


@pytest.fixture(params=[200, 0], ids=["small", "large"])
def valves(request: Any, tenant: Model, other_tenant: Model) -> Any:
    with override_settings(HELP_CENTER_SEARCH_SCAN_LIMIT=request.param):
        doors, windows = make_category(tenant, "Doors"), make_category(tenant, "Windows")
        make_indexed(tenant, "Valve one", category=doors, tags=["Hot", "Cold"])
        make_indexed(tenant, "Valve two", category=doors, tags=["Cold"])
        make_indexed(tenant, "Valve drei", category=windows, language="de")
        make_indexed(tenant, "Lamp", category=windows, tags=["Hot"])
        make_indexed(tenant, "Valve hidden", tags=["Secret"], target_roles=["ops"])
        make_indexed(tenant, "Valve draft", tags=["Secret"], status="DRAFT")
        make_indexed(tenant, "Valve to come", tags=["Secret"], publish_at="2999-01-01T00:00Z")
        make_indexed(other_tenant, "Valve of others", tags=["Foreign"])
        yield


@pytest.mark.usefixtures("valves")
def test_facets_count_what_was_found(tenant: Model) -> None:
    assert facets(tenant) == SearchFacets(
        categories=(FacetValue("doors", "Doors", 2), FacetValue("windows", "Windows", 1)),
        tags=(FacetValue("cold", "Cold", 2), FacetValue("hot", "Hot", 1)),
        languages=(FacetValue("en", "English", 2), FacetValue("de", "Deutsch", 1)),
    )


def test_value_that_all_articles_have_is_counted(tenant: Model) -> None:
    make_indexed(tenant, "Valve", category=make_category(tenant, "Doors"), tags=["Hot"])
    assert facets(tenant) == SearchFacets(
        categories=(FacetValue("doors", "Doors", 1),),
        tags=(FacetValue("hot", "Hot", 1),),
        languages=(FacetValue("en", "English", 1),),
    )


@pytest.mark.usefixtures("valves")
def test_facets_are_those_of_the_reader(tenant: Model) -> None:
    tags = facets(tenant, user=make_user(roles=("ops",))).tags
    assert FacetValue("secret", "Secret", 1) in tags


@pytest.mark.usefixtures("valves")
def test_facets_do_not_depend_on_the_page(tenant: Model) -> None:
    assert facets(tenant, limit=1, offset=2) == facets(tenant)


@pytest.mark.usefixtures("valves")
def test_facets_of_a_filtered_search_are_of_what_is_left(tenant: Model) -> None:
    found = facets(tenant, tags=["hot"])
    assert found.tags == (FacetValue("cold", "Cold", 1), FacetValue("hot", "Hot", 1))
    assert found.languages == (FacetValue("en", "English", 1),)


@pytest.mark.usefixtures("valves")
@pytest.mark.parametrize("query", ["zebra", "", "!?"])
def test_nothing_found_has_empty_facets(tenant: Model, query: str) -> None:
    assert facets(tenant, query) == SearchFacets()


@pytest.mark.usefixtures("valves")
def test_facets_are_counted_only_when_asked_for(tenant: Model) -> None:
    assert SearchService(tenant=tenant).hybrid_search("valve", record=False).facets is None


def test_facets_take_three_queries(tenant: Model, django_assert_num_queries: Any) -> None:
    make_indexed(tenant, "Valve", tags=["Hot"])
    service = SearchService(tenant=tenant)
    service.hybrid_search("valve", record=False)
    with CaptureQueriesContext(connection) as without:
        service.hybrid_search("valve", record=False)
    with django_assert_num_queries(len(without) + 3):
        service.hybrid_search("valve", record=False, with_facets=True)


@pytest.mark.parametrize(("code", "name"), [("de", "Deutsch"), ("pt-br", "Português Brasileiro")])
def test_language_calls_itself_by_its_name(code: str, name: str) -> None:
    assert language_name(code) == name


def test_language_that_django_does_not_know_is_its_code() -> None:
    assert language_name("tlh") == "tlh"
