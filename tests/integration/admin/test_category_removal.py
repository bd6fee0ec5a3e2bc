"""Deleting categories that hold something, and merging, in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpArticle, HelpCategory
from tests.integration.admin.pages import told


def url(view: str, category: HelpCategory) -> str:
    return reverse(f"admin:help_center_helpcategory_{view}", args=[category.pk])


def choices(response: Any) -> list[str]:
    return [str(label) for _value, label in response.context["form"].fields["receiver"].choices]


@pytest.fixture
def tree(tenant: Any, make_category: Any, make_article: Any) -> dict[str, HelpCategory]:
    """Account, Devices with an article and Scanners."""
    devices = make_category(tenant, "Devices")
    make_article(tenant, category=devices)
    return {
        "account": make_category(tenant, "Account"),
        "devices": devices,
        "scanners": make_category(tenant, "Scanners", parent=devices),
    }


def test_deleting_says_what_is_there_and_asks_where_it_goes(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    response = editor_client.get(url("delete", tree["devices"]))
    text = response.content.decode()
    assert "<li>1 article</li>" in text
    assert "<li>Subcategory: Scanners</li>" in text
    assert "Where do they go?" in text


@pytest.mark.parametrize("view", ["delete", "merge"])
def test_category_and_what_is_below_it_are_not_offered(
    editor_client: Client, tree: dict[str, HelpCategory], view: str
) -> None:
    _nothing, *offered = choices(editor_client.get(url(view, tree["devices"])))
    assert offered == ["Account"]
    for key in ("devices", "scanners"):
        response = editor_client.post(url(view, tree["devices"]), {"receiver": tree[key].pk})
        assert "Select a valid choice" in str(response.context["form"].errors["receiver"])
    assert HelpCategory.objects.filter(pk=tree["devices"].pk).exists()


def test_articles_and_subcategories_go_where_they_are_sent(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    response = editor_client.post(url("delete", tree["devices"]), {"receiver": tree["account"].pk})
    assert told(response) == ["The category “Devices” was deleted successfully."]
    assert HelpArticle.objects.get().category == tree["account"]
    assert HelpCategory.objects.get(pk=tree["scanners"].pk).parent == tree["account"]
    assert not HelpCategory.objects.filter(pk=tree["devices"].pk).exists()
    assert not any(HelpCategory.objects.find_problems())


@pytest.mark.parametrize("data", [{}, {"post": "yes"}, {"receiver": ""}])
def test_category_that_holds_something_is_not_deleted_without_an_answer(
    editor_client: Client, tree: dict[str, HelpCategory], data: dict[str, str]
) -> None:
    response = editor_client.post(url("delete", tree["devices"]), data)
    assert response.context["form"].errors == {"receiver": ["This field is required."]}
    assert HelpCategory.objects.filter(pk=tree["devices"].pk).exists()


def test_several_categories_that_hold_something_are_not_deleted_together(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    data = {"action": "delete_selected", "_selected_action": [tree["devices"].pk], "post": "yes"}
    page = editor_client.post(reverse("admin:help_center_helpcategory_changelist"), data)
    text = page.content.decode()
    assert "1 article of “Devices”" in text
    assert "Subcategory: Scanners" in text
    assert HelpCategory.objects.filter(pk=tree["devices"].pk).exists()


def test_sole_category_that_holds_something_stays(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    editor_client.post(url("delete", tree["account"]), {"post": "yes"})
    text = editor_client.get(url("delete", tree["devices"])).content.decode()
    assert "There is no other category yet. Add one first." in text
    assert "<select" not in text


@pytest.mark.parametrize("view", ["delete", "merge"])
def test_refusal_of_the_service_comes_back_with_the_form(
    editor_client: Client, editor: Any, tree: dict[str, HelpCategory], view: str
) -> None:
    allowed = Permission.objects.filter(codename__endswith="helpcategory")
    editor.user_permissions.set(allowed)
    response = editor_client.post(url(view, tree["devices"]), {"receiver": tree["account"].pk})
    assert "change_helparticle" in str(response.context["form"].non_field_errors())
    assert HelpArticle.objects.get().category == tree["devices"]
    assert not LogEntry.objects.exists()


def test_merging_makes_one_of_two(editor_client: Client, tree: dict[str, HelpCategory]) -> None:
    response = editor_client.post(url("merge", tree["devices"]), {"receiver": tree["account"].pk})
    assert told(response) == ["“Devices” is now part of “Account”."]
    assert response["Location"] == url("change", tree["account"])
    assert HelpArticle.objects.get().category == tree["account"]
    assert not HelpCategory.objects.filter(pk=tree["devices"].pk).exists()


def test_merging_is_in_the_history_of_both(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    editor_client.post(url("merge", tree["devices"]), {"receiver": tree["account"].pk})
    kinds = {entry.object_id: entry.is_deletion() for entry in LogEntry.objects.all()}
    assert kinds == {str(tree["devices"].pk): True, str(tree["account"].pk): False}


def test_form_leads_to_merging(editor_client: Client, tree: dict[str, HelpCategory]) -> None:
    link = f'<a href="{url("merge", tree["devices"])}">Merge</a>'
    assert link in editor_client.get(url("change", tree["devices"])).content.decode()


@pytest.mark.parametrize("missing", ["delete_helpcategory", "change_helpcategory"])
def test_merging_needs_the_permissions_to_change_and_delete(
    editor_client: Client, editor: Any, tree: dict[str, HelpCategory], missing: str
) -> None:
    editor.user_permissions.remove(Permission.objects.get(codename=missing))
    data = {"receiver": tree["account"].pk}
    for response in (
        editor_client.get(url("merge", tree["devices"])),
        editor_client.post(url("merge", tree["devices"]), data),
    ):
        assert response.status_code == 403
    form = editor_client.get(url("change", tree["devices"])).content.decode()
    assert url("merge", tree["devices"]) not in form


@pytest.mark.parametrize("view", ["delete", "merge"])
def test_names_are_text_on_the_page(
    editor_client: Client, tenant: Any, make_category: Any, make_article: Any, view: str
) -> None:
    hostile = "<script>alert(1)</script>"
    category = make_category(tenant, hostile)
    make_category(tenant, hostile, parent=category)
    make_category(tenant, hostile)
    text = editor_client.get(url(view, category)).content.decode()
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
    assert "<script>alert" not in text
