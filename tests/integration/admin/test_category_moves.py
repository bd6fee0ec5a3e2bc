"""Moving categories in their list, as the browser sends it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpCategory
from django_helpcenter.models.categories import sorted_tree
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.pages import told

LIST = "admin:help_center_helpcategory_changelist"


def place_url(category: HelpCategory) -> str:
    return reverse("admin:help_center_helpcategory_place", args=[category.pk])


@pytest.fixture
def tree(tenant: Any, make_category: Any) -> dict[str, HelpCategory]:
    """Account, Devices with Printers and Scanners."""
    devices = make_category(tenant, "Devices")
    return {
        "account": make_category(tenant, "Account"),
        "devices": devices,
        "printers": make_category(tenant, "Printers", parent=devices),
        "scanners": make_category(tenant, "Scanners", parent=devices),
    }


def outline(tenant: Any) -> list[str]:
    """Return the tree as readers see it, a dot before a name for each level."""
    found = sorted_tree(HelpCategory.objects.filter(tenant=tenant))
    return ["." * (each.depth - 2) + each.name for each in found if each.depth > 1]


@pytest.mark.parametrize(
    ("moved", "step", "expected", "message"),
    [
        (
            "devices", "up", ["Devices", ".Printers", ".Scanners", "Account"],
            "“Devices” is now number 1 of 2 at the top level.",
        ),
        (
            "scanners", "in", ["Account", "Devices", ".Printers", "..Scanners"],
            "“Scanners” is now number 1 of 1 in “Printers”.",
        ),
        (
            "printers", "out", ["Account", "Devices", ".Scanners", "Printers"],
            "“Printers” is now number 3 of 3 at the top level.",
        ),
        (
            "printers", "down", ["Account", "Devices", ".Scanners", ".Printers"],
            "“Printers” is now number 2 of 2 in “Devices”.",
        ),
    ],
)  # fmt: skip
def test_button_moves_by_one_place(
    editor_client: Client,
    tenant: Any,
    tree: dict[str, HelpCategory],
    moved: str,
    step: str,
    expected: list[str],
    message: str,
) -> None:
    response = editor_client.post(place_url(tree[moved]), {"step": step})
    assert outline(tenant) == expected
    assert told(response) == [message]


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ("before", ["Account", "Devices", ".Scanners", ".Printers"]),
        ("inside", ["Account", "Devices", ".Printers", "..Scanners"]),
    ],
)
def test_dropped_category_is_placed(
    editor_client: Client,
    tenant: Any,
    tree: dict[str, HelpCategory],
    position: str,
    expected: list[str],
) -> None:
    data = {"target": tree["printers"].pk, "position": position}
    editor_client.post(place_url(tree["scanners"]), data)
    assert outline(tenant) == expected


def test_move_leads_back_to_the_button_in_the_list_as_it_was(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    data = {"step": "up", "_changelist_filters": "q=dev&p=1"}
    response = editor_client.post(place_url(tree["devices"]), data)
    anchor = f"hc-move-{tree['devices'].pk}-up"
    assert response["Location"] == f"{reverse(LIST)}?q=dev&p=1#{anchor}"
    page = editor_client.get(reverse(LIST), {"q": "dev"}).content.decode()
    assert f'id="{anchor}"' in page


def test_drop_leads_back_to_the_handle(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    data = {"target": tree["account"].pk, "position": "before"}
    response = editor_client.post(place_url(tree["devices"]), data)
    anchor = urlsplit(response["Location"]).fragment
    assert f'<summary id="{anchor}"' in editor_client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("filters", ["//evil.example/", "\r\nX: 1", "a=%00", "#x"])
def test_way_back_stays_in_the_list(
    editor_client: Client, tree: dict[str, HelpCategory], filters: str
) -> None:
    data = {"step": "up", "_changelist_filters": filters}
    response = editor_client.post(place_url(tree["devices"]), data)
    address = urlsplit(response["Location"])
    assert (address.netloc, address.path) == ("", reverse(LIST))
    assert address.fragment == f"hc-move-{tree['devices'].pk}-up"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"step": "out"}, "“Devices” is at the top level already."),
        ({"step": "sideways"}, "There is no such place. Reload the page and try again."),
        ({}, "There is no such place. Reload the page and try again."),
        ({"position": "inside"}, "There is no such place. Reload the page and try again."),
    ],
)
def test_refused_move_is_told(
    editor_client: Client,
    tenant: Any,
    tree: dict[str, HelpCategory],
    data: dict[str, str],
    reason: str,
) -> None:
    before = outline(tenant)
    assert told(editor_client.post(place_url(tree["devices"]), data)) == [reason]
    assert outline(tenant) == before


def test_place_below_itself_is_refused(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    data = {"target": tree["scanners"].pk, "position": "inside"}
    response = editor_client.post(place_url(tree["devices"]), data)
    assert told(response) == ["A category cannot be placed below itself."]


def test_target_without_a_position_is_no_place(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    for position in ("", "left"):
        data = {"target": tree["account"].pk, "position": position}
        response = editor_client.post(place_url(tree["devices"]), data)
        assert "There is no such place" in told(response)[-1]


def test_category_deleted_meanwhile_is_told(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    url = place_url(tree["account"])
    CategoryService(tenant=tree["account"].tenant, actor=SYSTEM).delete(tree["account"])
    response = editor_client.post(url, {"step": "down"})
    assert response["Location"] == reverse("admin:index")
    assert "doesn’t exist" in told(response)[0]


def test_move_is_in_the_history(
    editor_client: Client, editor: Any, tree: dict[str, HelpCategory]
) -> None:
    editor_client.post(place_url(tree["devices"]), {"step": "up"})
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (editor, str(tree["devices"].pk))
    assert "number 1 of 2" in entry.get_change_message()


def test_move_is_a_post_alone(editor_client: Client, tree: dict[str, HelpCategory]) -> None:
    assert editor_client.get(place_url(tree["devices"]), {"step": "up"}).status_code == 405


def test_move_needs_its_token(editor: Any, tree: dict[str, HelpCategory]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(place_url(tree["devices"]), {"step": "up"}).status_code == 403


def test_viewer_moves_nothing(
    editor_client: Client, editor: Any, tenant: Any, tree: dict[str, HelpCategory]
) -> None:
    editor.user_permissions.set(Permission.objects.filter(codename="view_helpcategory"))
    before = outline(tenant)
    assert editor_client.post(place_url(tree["devices"]), {"step": "up"}).status_code == 403
    assert outline(tenant) == before
    page = editor_client.get(reverse(LIST)).content.decode()
    assert "hc-move" not in page


def test_names_are_text_in_the_menu_and_in_what_is_told(
    editor_client: Client, tenant: Any, make_category: Any
) -> None:
    hostile = make_category(tenant, '"><script>alert(1)</script>')
    make_category(tenant, "Account")
    editor_client.post(place_url(hostile), {"step": "down"})
    page = editor_client.get(reverse(LIST)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;” is now number 2 of 2" in page


def test_buttons_stand_in_a_form_of_their_own(
    editor_client: Client, tree: dict[str, HelpCategory]
) -> None:
    page = editor_client.get(reverse(LIST)).content.decode()
    assert page.count('form="hc-move"') == 4 * len(tree)
    assert page.index("</form>", page.index('id="changelist-form"')) < page.index('id="hc-move"')
