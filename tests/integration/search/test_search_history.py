"""What is kept of a search."""

from __future__ import annotations

import uuid

from django.db.models import Model
from django.test import override_settings

from django_helpcenter.models import HelpSearchHistory
from django_helpcenter.services.search import SearchService
from tests.factories import make_indexed, make_user


def test_search_is_recorded_with_its_count(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    results = SearchService(tenant=tenant, visitor_key="v").hybrid_search("valve")
    row = HelpSearchHistory.objects.get(pk=results.history_id or 0)
    assert (row.query, row.results_count, row.visitor_key) == ("valve", 1, "v")


def test_search_without_results_is_marked(tenant: Model) -> None:
    results = SearchService(tenant=tenant).hybrid_search("nothing")
    assert HelpSearchHistory.objects.get(pk=results.history_id or 0).is_zero_result


def test_search_of_a_user_keeps_no_visitor_key(tenant: Model) -> None:
    user = make_user()
    SearchService(tenant=tenant, user=user, visitor_key="v").hybrid_search("valve")
    row = HelpSearchHistory.objects.get()
    assert (row.user, row.visitor_key) == (user, "")


def test_session_is_kept(tenant: Model) -> None:
    session = uuid.uuid4()
    SearchService(tenant=tenant).hybrid_search("valve", session_id=session)
    assert HelpSearchHistory.objects.get().session_id == session


def test_filters_are_kept(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve", tags=["Pumps"])
    SearchService(tenant=tenant).hybrid_search("v", category=article.category, tags=["pumps"])
    assert HelpSearchHistory.objects.get().filters == {
        "category": article.category_id,
        "tags": ["pumps"],
    }


def test_second_search_refines_the_first(tenant: Model) -> None:
    service = SearchService(tenant=tenant, visitor_key="v")
    first = service.hybrid_search("valve")
    second = service.hybrid_search("valve torque")
    row = HelpSearchHistory.objects.get(pk=second.history_id or 0)
    assert row.refined_from_id == first.history_id


def test_search_of_another_visitor_refines_nothing(tenant: Model) -> None:
    SearchService(tenant=tenant, visitor_key="v").hybrid_search("valve")
    other = SearchService(tenant=tenant, visitor_key="w").hybrid_search("valve torque")
    assert HelpSearchHistory.objects.get(pk=other.history_id or 0).refined_from is None


def test_search_after_a_click_refines_nothing(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    service = SearchService(tenant=tenant, visitor_key="v")
    first = service.hybrid_search("valve")
    service.record_click(first.history_id or 0, article.pk, 1)
    second = service.hybrid_search("pump")
    assert HelpSearchHistory.objects.get(pk=second.history_id or 0).refined_from is None


def test_unrecorded_search_leaves_nothing(tenant: Model) -> None:
    SearchService(tenant=tenant).hybrid_search("valve", record=False)
    assert not HelpSearchHistory.objects.exists()


@override_settings(HELP_CENTER_SEARCH_HISTORY=False)
def test_history_can_be_switched_off(tenant: Model) -> None:
    assert SearchService(tenant=tenant).hybrid_search("valve").history_id is None


def test_blank_search_leaves_nothing(tenant: Model) -> None:
    SearchService(tenant=tenant).hybrid_search("   ")
    assert not HelpSearchHistory.objects.exists()


def test_click_is_kept_with_its_position(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    service = SearchService(tenant=tenant, visitor_key="v")
    results = service.hybrid_search("valve")
    assert service.record_click(results.history_id or 0, article.pk, 1)
    row = HelpSearchHistory.objects.get()
    assert (row.clicked_article, row.click_position) == (article, 1)
    assert row.clicked_at is not None


def test_first_click_stays(tenant: Model) -> None:
    first, second = make_indexed(tenant, "Valve one"), make_indexed(tenant, "Valve two")
    service = SearchService(tenant=tenant, visitor_key="v")
    results = service.hybrid_search("valve")
    service.record_click(results.history_id or 0, first.pk, 1)
    assert not service.record_click(results.history_id or 0, second.pk, 2)
    assert HelpSearchHistory.objects.get().clicked_article == first


def test_click_on_another_persons_search_is_refused(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    results = SearchService(tenant=tenant, visitor_key="v").hybrid_search("valve")
    thief = SearchService(tenant=tenant, visitor_key="w")
    assert not thief.record_click(results.history_id or 0, article.pk, 1)


def test_click_without_an_identity_is_refused(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    results = SearchService(tenant=tenant).hybrid_search("valve")
    assert not SearchService(tenant=tenant).record_click(results.history_id or 0, article.pk, 1)


def test_click_on_another_tenants_article_is_refused(tenant: Model, other_tenant: Model) -> None:
    article = make_indexed(other_tenant, "Valve")
    service = SearchService(tenant=tenant, visitor_key="v")
    results = service.hybrid_search("valve")
    assert not service.record_click(results.history_id or 0, article.pk, 1)


def test_search_in_what_is_no_language_is_recorded_too(tenant: Model) -> None:
    SearchService(tenant=tenant).hybrid_search("valve", language="x" * 40)
    assert HelpSearchHistory.objects.get().language == "x" * 16
