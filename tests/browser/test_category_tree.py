"""The category tree in a browser: dragged, moved with a keyboard, and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpCategory
from django_helpcenter.models.categories import sorted_tree
from tests.browser.conftest import sign_in, watch
from tests.factories import make_category


@pytest.fixture(autouse=True)
def tree(transactional_db: None, tenant: Model) -> dict[str, HelpCategory]:
    """Account, Devices with Printers and Scanners, Sites."""
    devices = make_category(tenant, "Devices")
    return {
        "Account": make_category(tenant, "Account"),
        "Devices": devices,
        "Printers": make_category(tenant, "Printers", parent=devices),
        "Scanners": make_category(tenant, "Scanners", parent=devices),
        "Sites": make_category(tenant, "Sites"),
    }


@pytest.fixture
def list_url(admin_server: LiveServer) -> str:
    return admin_server.url + reverse("admin:help_center_helpcategory_changelist")


def outline(tenant: Model) -> list[str]:
    """Return the tree as readers see it, a dot before a name for each level."""
    found = sorted_tree(HelpCategory.objects.filter(tenant=tenant))
    return ["." * (each.depth - 2) + each.name for each in found if each.depth > 1]


def handle(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Move “{name}”", exact=True)


def row(page: Page, name: str) -> Locator:
    return page.locator("#result_list tbody tr").filter(has=handle(page, name))


def rows(page: Page) -> Locator:
    return page.locator("#result_list tbody .field-tree_name")


def drag(page: Page, name: str, target: str, part: float) -> None:
    """Drag a row by its handle to a part of another row, 0 being its upper edge."""
    start, box = handle(page, name).bounding_box(), row(page, target).bounding_box()
    assert start
    assert box
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] * part, steps=6)


def test_row_is_dragged_before_after_and_into_others(
    page: Page, list_url: str, tenant: Model
) -> None:
    refused = watch(page)
    sign_in(page, list_url)
    page.goto(list_url)
    drag(page, "Sites", "Account", 0.1)
    page.mouse.up()
    expect(page.get_by_role("status")).to_have_text(
        "“Sites” is now number 1 of 3 at the top level."
    )
    expect(rows(page)).to_have_text(["Sites", "Account", "Devices", "Printers", "Scanners"])
    expect(handle(page, "Sites")).to_be_focused()
    drag(page, "Printers", "Scanners", 0.9)
    page.mouse.up()
    expect(rows(page)).to_have_text(["Sites", "Account", "Devices", "Scanners", "Printers"])
    drag(page, "Account", "Scanners", 0.5)
    page.mouse.up()
    expect(rows(page)).to_have_text(["Sites", "Devices", "Scanners", "Account", "Printers"])
    assert outline(tenant) == ["Sites", "Devices", ".Scanners", "..Account", ".Printers"]
    assert refused == []


def test_drag_is_called_off_with_escape(page: Page, list_url: str, tenant: Model) -> None:
    before = outline(tenant)
    sign_in(page, list_url)
    page.goto(list_url)
    drag(page, "Sites", "Account", 0.1)
    expect(row(page, "Account")).to_have_class("hc-drop--before")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(row(page, "Account")).not_to_have_class("hc-drop--before")
    drag(page, "Sites", "Devices", 0.1)  # the handle still drags, and opens its menu
    page.keyboard.press("Escape")
    page.mouse.up()
    handle(page, "Sites").click()
    expect(row(page, "Sites").get_by_role("button", name="Move up")).to_be_visible()
    assert outline(tenant) == before


def test_row_is_not_dropped_on_itself_below_itself_or_on_another_tenant(
    page: Page, list_url: str, tenant: Model, other_tenant: Model
) -> None:
    make_category(other_tenant, "Theirs")
    before = outline(tenant)
    sign_in(page, list_url)
    page.goto(list_url)
    for target in ("Scanners", "Devices", "Theirs"):
        drag(page, "Devices", target, 0.5)
        expect(page.locator(".hc-dragged")).to_have_count(1)
        expect(page.locator("[class*=hc-drop--]")).to_have_count(0)
        page.mouse.up()
    assert (outline(tenant), outline(other_tenant)) == (before, ["Theirs"])


def test_drag_scrolls_a_long_list(page: Page, list_url: str, tenant: Model) -> None:
    for number in range(40):
        make_category(tenant, f"Topic {number:02}")
    sign_in(page, list_url)
    page.goto(list_url)
    drag(page, "Account", "Account", 0.5)
    page.mouse.move(420, page.evaluate("innerHeight") - 10, steps=3)
    expect(page.locator("#changelist-search")).not_to_be_in_viewport()
    expect(page.locator("[class*=hc-drop--]")).to_have_count(1)
    page.mouse.move(420, 300, steps=3)
    expect(page.locator("[class*=hc-drop--]")).to_have_count(1)
    page.mouse.up()
    expect(page.get_by_role("status")).to_contain_text("“Account” is now number")
    assert outline(tenant)[0] == "Devices"


def test_row_is_moved_with_the_keyboard_and_keeps_the_focus(
    page: Page, list_url: str, tenant: Model
) -> None:
    refused = watch(page)
    sign_in(page, list_url)
    page.goto(list_url)
    page.get_by_label("Select this object for an action - Scanners").check()
    handle(page, "Scanners").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    up = row(page, "Scanners").get_by_role("button", name="Move up")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("“Scanners” is now number 1 of 2 in “Devices”.")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("“Scanners” is the first one here already.")
    expect(up).to_be_focused()
    for _button in range(3):
        page.keyboard.press("Tab")
    expect(row(page, "Scanners").get_by_role("button", name="Move out one level")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_have_text(
        "“Scanners” is now number 3 of 4 at the top level."
    )
    assert outline(tenant) == ["Account", "Devices", ".Printers", "Scanners", "Sites"]
    # What was selected still is, and the admin's own script still knows it.
    expect(page.locator(".action-counter")).to_contain_text("1 of 5 selected")
    page.get_by_label("Select this object for an action - Scanners").uncheck()
    expect(page.locator(".action-counter")).to_contain_text("0 of 5 selected")
    assert refused == []


def test_rows_are_moved_without_scripts(plain_page: Page, list_url: str, tenant: Model) -> None:
    sign_in(plain_page, list_url)
    plain_page.goto(f"{list_url}?q=s")
    handle(plain_page, "Sites").click()
    plain_page.get_by_role("button", name="Move up").locator("visible=true").click()
    expect(plain_page.locator(".messagelist")).to_have_text(
        "“Sites” is now number 2 of 3 at the top level."
    )
    assert "?q=s#hc-move-" in plain_page.url
    expect(plain_page.locator(":focus")).to_have_attribute("aria-label", "Move up")
    assert outline(tenant) == ["Account", "Sites", "Devices", ".Printers", ".Scanners"]


def test_move_that_fails_is_told(page: Page, list_url: str, tenant: Model) -> None:
    sign_in(page, list_url)
    page.goto(list_url)
    page.route("**/place/", lambda route: route.abort())
    handle(page, "Sites").click()
    row(page, "Sites").get_by_role("button", name="Move up").click()
    expect(page.get_by_role("status")).to_have_text(
        "The move was not saved. Reload the page and try again."
    )


def test_category_that_holds_something_is_deleted_with_the_keyboard(
    page: Page, admin_server: LiveServer, tree: dict[str, Any], tenant: Model
) -> None:
    url = admin_server.url + reverse(
        "admin:help_center_helpcategory_delete", args=[tree["Devices"].pk]
    )
    refused = watch(page)
    sign_in(page, url)
    page.goto(url)
    page.get_by_label("Where do they go?").focus()
    page.keyboard.type("Sites")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("was deleted successfully")
    assert outline(tenant) == ["Account", "Sites", ".Printers", ".Scanners"]
    assert refused == []


@pytest.mark.parametrize("width", [360, 1440])
def test_list_fits_its_place(page: Page, list_url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, list_url)
    page.goto(list_url)
    handle(page, "Scanners").click()
    expect(row(page, "Scanners").get_by_role("button", name="Move up")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
