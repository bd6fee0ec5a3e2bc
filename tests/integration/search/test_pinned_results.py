"""Articles that editors put first for a query."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.choices import SearchMode
from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.search import SearchService
from django_helpcenter.services.search_rules import SearchRuleService
from django_helpcenter.types import SYSTEM, SearchResults
from tests.factories import make_author, make_category, make_indexed, make_user


def found(tenant: Model, query: str, user: Any = None, **options: Any) -> SearchResults:
    service = SearchService(tenant=tenant, user=user)
    options = {"mode": SearchMode.LEXICAL, "record": False, **options}
    return service.hybrid_search(query, **options)


def titles(results: SearchResults) -> list[str]:
    return [hit.title for hit in results.hits]


def pin(tenant: Model, query: str, article: HelpArticle, position: int = 1) -> Any:
    rules = SearchRuleService(tenant=tenant, actor=SYSTEM)
    return rules.pin(query=query, article=article, position=position)


@pytest.fixture(params=[200, 0], ids=["small", "large"])
def size(request: Any) -> Any:
    """Rank all of a small tenant, and candidates of a large one."""
    with override_settings(HELP_CENTER_SEARCH_SCAN_LIMIT=request.param):
        yield


@pytest.fixture
def prices(tenant: Model) -> HelpArticle:
    """Write an article that says nothing of invoices, beside one that does."""
    make_indexed(tenant, "Invoices", content="Every invoice of the year.")
    return make_indexed(tenant, "Prices", content="What it costs.")


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize("query", ["invoice", "Invoice?", "  INVOICE ", "ínvoice"])
def test_pick_comes_first_for_its_query(tenant: Model, prices: HelpArticle, query: str) -> None:
    pin(tenant, "Invoice", prices)
    results = found(tenant, query)
    assert [(hit.title, hit.is_pinned) for hit in results.hits] == [
        ("Prices", True),
        ("Invoices", False),
    ]
    assert results.total == 2


@pytest.mark.parametrize("query", ["invoices", "the invoice", "invoice of may"])
def test_other_queries_have_no_pick(tenant: Model, prices: HelpArticle, query: str) -> None:
    pin(tenant, "invoice", prices)
    assert titles(found(tenant, query)) == ["Invoices"]


@pytest.mark.usefixtures("size")
def test_picks_keep_their_order(tenant: Model, prices: HelpArticle) -> None:
    last = make_indexed(tenant, "Last", content="Something else.")
    pin(tenant, "invoice", last, position=2)
    pin(tenant, "invoice", prices, position=1)
    assert titles(found(tenant, "invoice")) == ["Prices", "Last", "Invoices"]
    assert titles(found(tenant, "invoice", limit=1, offset=1)) == ["Last"]


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize("mode", SearchMode)
def test_pick_comes_first_in_every_mode(
    tenant: Model, prices: HelpArticle, settings: Any, mode: SearchMode
) -> None:
    settings.HELP_CENTER_EMBEDDINGS = {
        "BACKEND": "django_helpcenter.backends.embeddings.hashing.HashingEmbeddings"
    }
    make_indexed(tenant, "Third", content="An invoice.")
    pin(tenant, "invoice", prices)
    assert titles(found(tenant, "invoice", mode=mode))[0] == "Prices"


@pytest.mark.usefixtures("size")
def test_pick_stays_first_beside_a_quoted_phrase(tenant: Model, prices: HelpArticle) -> None:
    pin(tenant, "every invoice", prices)
    assert titles(found(tenant, '"every invoice"')) == ["Prices", "Invoices"]


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(
    "fields",
    [
        {"status": "DRAFT"},
        {"status": "ARCHIVED"},
        {"target_roles": ["ops"]},
        {"publish_at": "2999-01-01T00:00Z"},
        {"expire_at": "2001-01-01T00:00Z"},
    ],
)
def test_pick_that_a_reader_may_not_see_is_not_shown(
    tenant: Model, prices: HelpArticle, fields: dict[str, Any]
) -> None:
    hidden = make_indexed(tenant, "Hidden", **fields)
    pin(tenant, "invoice", hidden)
    results = found(tenant, "invoice")
    assert titles(results) == ["Invoices"]
    assert results.total == 1


def test_pick_for_a_role_is_shown_to_it(tenant: Model, prices: HelpArticle) -> None:
    pin(tenant, "invoice", make_indexed(tenant, "Hidden", target_roles=["ops"]))
    assert titles(found(tenant, "invoice", make_user(roles=("ops",))))[0] == "Hidden"


def test_pick_passes_the_filters(tenant: Model, prices: HelpArticle) -> None:
    pin(tenant, "invoice", prices)
    other = make_category(tenant, "Elsewhere")
    assert titles(found(tenant, "invoice", category=other)) == []
    assert titles(found(tenant, "invoice", category=prices.category))[0] == "Prices"


def test_picks_are_of_one_tenant(tenant: Model, other_tenant: Model, prices: HelpArticle) -> None:
    pin(other_tenant, "invoice", make_indexed(other_tenant, "Theirs"))
    assert titles(found(tenant, "invoice")) == ["Invoices"]


def test_article_of_another_tenant_cannot_be_pinned(tenant: Model, other_tenant: Model) -> None:
    with pytest.raises(PermissionRefused):
        pin(tenant, "invoice", make_indexed(other_tenant, "Theirs"))


def test_article_is_pinned_once_to_what_asks_the_same(tenant: Model, prices: HelpArticle) -> None:
    pin(tenant, "invoice", prices)
    with pytest.raises(ValidationError, match="pinned to this query already"):
        pin(tenant, "Invoice!", prices)


@pytest.mark.parametrize(("query", "position"), [("?!", 1), ("", 1), ("a", 0), ("a", 21)])
def test_pick_for_nothing_is_refused(
    tenant: Model, prices: HelpArticle, query: str, position: int
) -> None:
    with pytest.raises(ValidationError):
        pin(tenant, query, prices, position)


def test_change_takes_effect_with_the_next_search(tenant: Model, prices: HelpArticle) -> None:
    rules = SearchRuleService(tenant=tenant, actor=SYSTEM)
    pinned = pin(tenant, "invoice", prices)
    rules.change_pin(pinned, query="year", article=prices, position=1)
    assert titles(found(tenant, "invoice")) == ["Invoices"]
    assert titles(found(tenant, "year")) == ["Prices", "Invoices"]
    rules.delete(pinned)
    assert titles(found(tenant, "year")) == ["Invoices"]


def test_only_who_may_pins(tenant: Model, prices: HelpArticle) -> None:
    rules = SearchRuleService(tenant=tenant, actor=make_author("a", "add_helppinnedresult"))
    pinned = rules.pin(query="invoice", article=prices)
    with pytest.raises(PermissionRefused):
        rules.change_pin(pinned, query="x", article=prices, position=1)
    with pytest.raises(PermissionRefused):
        rules.delete(pinned)
    with pytest.raises(PermissionRefused):
        SearchRuleService(tenant=tenant, actor=make_author("b")).pin(query="cost", article=prices)
