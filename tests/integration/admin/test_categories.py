"""The category tree in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.models.categories import sorted_tree
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.pages import form_of

LIST = "admin:help_center_helpcategory_changelist"


def change_url(category: HelpCategory) -> str:
    return reverse("admin:help_center_helpcategory_change", args=[category.pk])


def delete_url(category: HelpCategory) -> str:
    return reverse("admin:help_center_helpcategory_delete", args=[category.pk])


def edit(client: Client, category: HelpCategory, **changes: Any) -> Any:
    above = category.parent
    data = {
        "name": category.name,
        "slug": category.slug,
        "parent": above.pk if above else "",
    }
    return client.post(change_url(category), {**data, **changes})


@pytest.fixture
def tree(tenant: Any, make_category: Any) -> dict[str, HelpCategory]:
    """Devices(2) with Scanners and Batteries, Account(1)."""
    devices = make_category(tenant, "Devices", display_order=2)
    return {
        "devices": devices,
        "scanners": make_category(tenant, "Scanners", parent=devices, color="#a0b1c2", icon="scan"),
        "batteries": make_category(tenant, "batteries", parent=devices),
        "account": make_category(tenant, "Account", display_order=1),
    }


def test_list_is_in_the_order_of_the_tree(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    rows = editor_client.get(reverse(LIST)).context["cl"].result_list
    assert [row.name for row in rows] == ["Account", "Devices", "batteries", "Scanners"]


@pytest.mark.parametrize(("orders", "first"), [((-5, 3), "Devices"), ((10, 9), "Account")])
def test_order_is_by_number_and_not_by_digits(
    editor_client: Client, tree: dict[str, HelpCategory], orders: tuple[int, int], first: str
) -> None:
    for key, order in zip(("devices", "account"), orders, strict=True):
        HelpCategory.objects.filter(pk=tree[key].pk).update(display_order=order)
    rows = editor_client.get(reverse(LIST)).context["cl"].result_list
    assert rows[0].name == first


def test_list_is_in_the_order_that_readers_see(
    editor_client: Client, tenant: Any, make_category: Any
) -> None:
    for name in ("zebra", "Äpfel", "apple", "Zoo", "a b", "a-b", "ab", "éclair", "日本"):
        make_category(tenant, name)
    rows = editor_client.get(reverse(LIST)).context["cl"].result_list
    expected = sorted_tree(HelpCategory.objects.filter(tenant=tenant))
    assert [row.name for row in rows] == [each.name for each in expected if each.depth > 1]


def test_trees_of_two_tenants_do_not_mix(
    root_client: Client, tree: dict[str, HelpCategory], other_tenant: Any, make_category: Any
) -> None:
    make_category(other_tenant, "Accounts of others")
    rows = list(root_client.get(reverse(LIST)).context["cl"].result_list)
    assert [row.tenant_id for row in rows] == sorted(
        (row.tenant_id for row in rows), key=[tree["devices"].tenant_id, other_tenant.pk].index
    )


def test_row_shows_place_articles_and_badge(
    editor_client: Client, tree: dict[str, HelpCategory], tenant: Any, make_article: Any
) -> None:
    make_article(tenant, category=tree["scanners"])
    text = editor_client.get(reverse(LIST)).content.decode()
    assert '<span class="hc-tree hc-tree--2">Scanners</span>' in text
    assert 'field-path_display">Devices<' in text
    assert f'?category={tree["scanners"].pk}&amp;tenant={tenant.pk}">1</a>' in text
    assert '<circle cx="5" cy="5" r="5" fill="#a0b1c2"/></svg>scan' in text
    assert "style=" not in text


def test_number_of_articles_leads_to_them(
    editor_client: Client, tree: dict[str, HelpCategory], tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, category=tree["scanners"])
    query = {"category": tree["scanners"].pk, "tenant": tenant.pk}
    page = editor_client.get(reverse("admin:help_center_helparticle_changelist"), query)
    assert list(page.context["cl"].result_list) == [article]


def test_list_cannot_be_sorted_out_of_its_tree(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    rows = editor_client.get(reverse(LIST), {"o": "1"}).context["cl"].result_list
    assert [row.name for row in rows] == ["Account", "Devices", "batteries", "Scanners"]


def test_search_finds_a_category_below_others(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    rows = editor_client.get(reverse(LIST), {"q": "scan"}).context["cl"].result_list
    assert [row.name for row in rows] == ["Scanners"]


def test_category_is_created_below_another(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    data = {"name": "Printers", "parent": tree["devices"].pk}
    editor_client.post(reverse("admin:help_center_helpcategory_add"), data)
    created = HelpCategory.objects.get(slug="printers")
    assert [node.name for node in created.get_breadcrumb()] == ["Devices", "Printers"]


def test_category_is_renamed_moved_and_changed_at_once(
    editor_client: Client, tree: dict[str, HelpCategory], tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, category=tree["scanners"])
    edit(
        editor_client, tree["scanners"], name="Readers", parent=tree["account"].pk, color="#000000"
    )
    moved = HelpCategory.objects.get(pk=tree["scanners"].pk)
    assert [node.name for node in moved.get_breadcrumb()] == ["Account", "Readers"]
    assert (moved.color, moved.slug) == ("#000000", "scanners")
    assert HelpArticle.objects.get(pk=article.pk).category_name == "Readers"
    assert not any(HelpCategory.objects.find_problems())


def test_category_is_moved_to_the_top(editor_client: Client, tree: dict[str, HelpCategory]) -> None:
    edit(editor_client, tree["scanners"], parent="")
    assert HelpCategory.objects.get(pk=tree["scanners"].pk).parent is None


def test_place_below_itself_is_not_offered(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    field = form_of(editor_client.get(change_url(tree["devices"]))).fields["parent"]
    assert [str(label) for _value, label in field.choices] == ["— top level —", "Account"]
    response = edit(editor_client, tree["devices"], parent=tree["scanners"].pk)
    assert "Select a valid choice" in str(form_of(response).errors["parent"])


def test_places_are_offered_as_a_tree(editor_client: Client, tree: dict[str, HelpCategory]) -> None:
    form = form_of(editor_client.get(change_url(tree["account"])))
    assert [str(label) for _value, label in form.fields["parent"].choices] == [
        "— top level —",
        "Devices",
        "\u2003batteries",
        "\u2003Scanners",
    ]


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"slug": "account"}, "slug", "The slug “account” is taken."),
        ({"color": "blue"}, "color", "Give a color as #rrggbb."),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_refusal_of_the_service_is_shown_at_the_field(
    editor_client: Client,
    tree: dict[str, HelpCategory],
    change: dict[str, str],
    field: str,
    reason: str,
) -> None:
    response = edit(editor_client, tree["scanners"], **{"description": "typed", **change})
    assert form_of(response).errors == {field: [reason]}
    assert form_of(response)["description"].value() == "typed"
    assert HelpCategory.objects.get(pk=tree["scanners"].pk).description == ""


def test_part_of_a_refused_change_is_not_kept(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    response = edit(editor_client, tree["scanners"], name="Readers", color="blue")
    assert response.status_code == 200
    assert HelpCategory.objects.get(pk=tree["scanners"].pk).name == "Scanners"


def test_empty_category_is_deleted(editor_client: Client, tree: dict[str, HelpCategory]) -> None:
    editor_client.post(delete_url(tree["scanners"]), {"post": "yes"})
    assert not HelpCategory.objects.filter(pk=tree["scanners"].pk).exists()
    assert not any(HelpCategory.objects.find_problems())


def test_branch_is_deleted_when_all_of_it_is_selected(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    keys = [tree[name].pk for name in ("devices", "scanners", "batteries")]
    data = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    editor_client.post(reverse(LIST), data)
    assert [c.name for c in HelpCategory.objects.for_tenant(tree["account"].tenant)] == ["Account"]
    assert not any(HelpCategory.objects.find_problems())


def test_branch_stays_when_a_part_of_it_is_not_selected(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    keys = [tree[name].pk for name in ("devices", "scanners")]
    data = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    response = editor_client.post(reverse(LIST), data)
    assert "Subcategory: batteries" in response.content.decode()
    assert HelpCategory.objects.for_tenant(tree["account"].tenant).count() == 4


@pytest.fixture
def filled_while_deleting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an article into a category between the confirmation page and the deletion."""
    from django_helpcenter.admin.categories import HelpCategoryAdmin

    def summary(self: Any, objs: Any, request: Any) -> Any:
        category = next(iter(objs))
        KnowledgeService(tenant=category.tenant, actor=SYSTEM).create_article(
            title="A", content="x", category=category, index=False
        )
        return [], {}, set(), []

    monkeypatch.setattr(HelpCategoryAdmin, "get_deleted_objects", summary)


@pytest.mark.usefixtures("filled_while_deleting")
def test_category_filled_meanwhile_is_not_deleted(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    response = editor_client.post(delete_url(tree["scanners"]), {"post": "yes"}, follow=True)
    assert "it has 1 article" in response.content.decode()
    assert response.request["PATH_INFO"] == change_url(tree["scanners"])
    assert HelpCategory.objects.filter(pk=tree["scanners"].pk).exists()


@pytest.mark.usefixtures("filled_while_deleting")
def test_selected_category_filled_meanwhile_is_not_deleted(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    keys = [tree["scanners"].pk]
    data = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    response = editor_client.post(reverse(LIST), data, follow=True)
    assert "it has 1 article" in response.content.decode()
    assert HelpCategory.objects.filter(pk=tree["scanners"].pk).exists()


def test_viewer_sees_the_place_and_no_form(
    editor_client: Client, editor: Any, tree: dict[str, HelpCategory]
) -> None:
    editor.user_permissions.set(Permission.objects.filter(codename="view_helpcategory"))
    text = editor_client.get(change_url(tree["scanners"])).content.decode()
    assert "Devices" in text
    assert "<select" not in text
