"""Synonyms and pinned results in the admin."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpPinnedResult, HelpSynonym


def address(model: str, page: str, *args: Any) -> str:
    return reverse(f"admin:help_center_{model}_{page}", args=args)


def test_synonym_is_added_changed_and_deleted(root_client: Client, tenant: Any) -> None:
    add = f"{address('helpsynonym', 'add')}?tenant={tenant.pk}"
    root_client.post(add, {"language": "en", "terms": "wifi\nwlan", "meanings": ""})
    synonym = HelpSynonym.objects.get(tenant=tenant)
    assert synonym.terms == "wifi\nwlan"
    root_client.post(
        address("helpsynonym", "change", synonym.pk),
        {"language": "en", "terms": "wifi", "meanings": "network"},
    )
    synonym.refresh_from_db()
    assert str(synonym) == "wifi → network"
    root_client.post(address("helpsynonym", "delete", synonym.pk), {"post": "yes"})
    assert not HelpSynonym.objects.exists()


def test_fault_of_a_synonym_is_shown_at_its_field(root_client: Client, tenant: Any) -> None:
    add = f"{address('helpsynonym', 'add')}?tenant={tenant.pk}"
    response = root_client.post(add, {"language": "en", "terms": "wifi", "meanings": ""})
    assert "terms" in response.context["adminform"].form.errors
    assert not HelpSynonym.objects.exists()


def test_result_is_pinned_and_moved(root_client: Client, tenant: Any, make_article: Any) -> None:
    article = make_article(tenant)
    add = f"{address('helppinnedresult', 'add')}?tenant={tenant.pk}"
    root_client.post(add, {"query": "Invoice", "article": article.pk, "position": "1"})
    pinned = HelpPinnedResult.objects.get(tenant=tenant)
    assert (pinned.key, pinned.article_id) == ("invoice", article.pk)
    root_client.post(
        address("helppinnedresult", "change", pinned.pk),
        {"query": "Invoices", "article": article.pk, "position": "2"},
    )
    pinned.refresh_from_db()
    assert (pinned.key, pinned.position) == ("invoices", 2)


def test_article_of_another_tenant_is_not_accepted(
    root_client: Client, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    add = f"{address('helppinnedresult', 'add')}?tenant={tenant.pk}"
    foreign = make_article(other_tenant)
    response = root_client.post(add, {"query": "x", "article": foreign.pk, "position": "1"})
    assert "article" in response.context["adminform"].form.errors


def test_second_pin_for_what_asks_the_same_is_refused(
    root_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    add = f"{address('helppinnedresult', 'add')}?tenant={tenant.pk}"
    data = {"query": "Invoice", "article": article.pk, "position": "1"}
    root_client.post(add, data)
    response = root_client.post(add, {**data, "query": "invoice!"})
    assert "pinned to this query already" in response.content.decode()
    assert HelpPinnedResult.objects.count() == 1


def test_deleted_from_the_list(root_client: Client, tenant: Any) -> None:
    synonym = HelpSynonym.objects.create(tenant=tenant, terms="wifi\nwlan")
    root_client.post(
        address("helpsynonym", "changelist"),
        {"action": "delete_selected", "_selected_action": [synonym.pk], "post": "yes"},
    )
    assert not HelpSynonym.objects.exists()
