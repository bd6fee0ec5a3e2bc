"""Tags in the admin."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpArticle, HelpTag
from django_helpcenter.services.tags import TagService
from django_helpcenter.types import SYSTEM

LIST = "admin:help_center_helptag_changelist"
ADD = "admin:help_center_helptag_add"


def power(tenant: Any) -> HelpTag:
    return TagService(tenant=tenant, actor=SYSTEM).create(name="Power")


def test_tag_is_created_with_a_slug_of_its_name(editor_client: Client, tenant: Any) -> None:
    editor_client.post(reverse(ADD), {"name": "Offline work"})
    tag = HelpTag.objects.get()
    assert (tag.slug, tag.tenant_id) == ("offline-work", tenant.pk)


def test_taken_name_is_refused_at_the_field(editor_client: Client, tenant: Any) -> None:
    power(tenant)
    response = editor_client.post(reverse(ADD), {"name": "Power", "slug": "p"})
    assert "name" in response.context["adminform"].form.errors
    assert HelpTag.objects.count() == 1


def test_refusal_about_a_field_that_the_form_lacks_is_shown_above(
    editor_client: Client, tenant: Any
) -> None:
    response = editor_client.post(reverse(ADD), {"name": "!!!"})
    assert "slug" in response.context["adminform"].form.errors


def test_renaming_reaches_the_articles(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    tag = power(tenant)
    make_article(tenant, tags=[tag])
    url = reverse("admin:help_center_helptag_change", args=[tag.pk])
    editor_client.post(url, {"name": "Battery", "slug": "power"})
    assert HelpArticle.objects.get().search_tags == "Battery"


def test_list_counts_articles(editor_client: Client, tenant: Any, make_article: Any) -> None:
    tag = power(tenant)
    for number in range(2):
        make_article(tenant, f"Article {number}", tags=[tag])
    text = editor_client.get(reverse(LIST)).content.decode()
    assert 'field-article_count">2<' in text


def test_deleted_tags_leave_the_search_texts(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    tag = power(tenant)
    make_article(tenant, tags=[tag])
    data = {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"}
    editor_client.post(reverse(LIST), data)
    assert HelpArticle.objects.get().search_tags == ""


def test_one_tag_is_deleted(editor_client: Client, tenant: Any) -> None:
    tag = power(tenant)
    url = reverse("admin:help_center_helptag_delete", args=[tag.pk])
    editor_client.post(url, {"post": "yes"})
    assert not HelpTag.objects.exists()
