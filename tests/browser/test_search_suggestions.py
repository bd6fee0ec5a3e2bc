"""Suggestions below the search field, with mouse, keyboard and screen reader."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db.models import Model
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import watch
from tests.factories import make_article, make_category

ENDPOINT = re.compile("/search/suggest/")


@pytest.fixture(autouse=True)
def content(site: str, tenant: Model) -> None:
    devices = make_category(tenant, "Devices", slug="devices")
    for title, slug in (("Pair a scanner", "pair"), ("Pair a printer", "printer")):
        make_article(tenant, title, slug=slug, category=devices)
    make_article(tenant, "<b>Pairs</b> of <img src=x>", slug="hostile", category=devices)


@pytest.fixture
def field(page: Page, site: str) -> Locator:
    """Return the search field of the home page."""
    page.goto(f"{site}/")
    return page.get_by_role("combobox", name="Search the help center")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def test_typing_lists_what_is_meant(page: Page, field: Locator) -> None:
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("pair")
    expect(options(page)).to_have_count(3)
    expect(options(page).first).to_contain_text("Pair a scannerDevices")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Suggestions: 3")


def test_what_is_suggested_is_text(page: Page, field: Locator) -> None:
    field.fill("pairs")
    expect(options(page)).to_have_count(1)
    expect(options(page).first).to_contain_text("<b>Pairs</b> of <img src=x>")
    expect(options(page).locator("img, b")).to_have_count(0)


def test_arrow_keys_walk_and_enter_opens(page: Page, site: str, field: Locator) -> None:
    field.press_sequentially("pair a")
    expect(options(page)).to_have_count(2)
    for key, number in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        field.press(key)
        active = options(page).nth(number)
        expect(active).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", str(active.get_attribute("id")))
    expect(field).to_be_focused()
    field.press("Enter")
    expect(page).to_have_url(f"{site}/a/pair/")


def test_walk_goes_round_through_the_field(page: Page, field: Locator) -> None:
    field.press_sequentially("pair a")
    expect(options(page)).to_have_count(2)
    field.press("ArrowUp")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    assert field.input_value() == "pair a"


def test_enter_without_a_choice_searches(page: Page, site: str, field: Locator) -> None:
    field.press_sequentially("pair")
    expect(options(page)).to_have_count(3)
    field.press("Enter")
    expect(page).to_have_url(f"{site}/search/?q=pair")


def test_escape_closes_and_keeps_what_was_typed(page: Page, field: Locator) -> None:
    field.press_sequentially("pair")
    expect(options(page)).to_have_count(3)
    field.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.input_value() == "pair"
    field.press("ArrowDown")
    expect(options(page)).to_have_count(3)


def test_click_opens(page: Page, site: str, field: Locator) -> None:
    field.fill("pair a pr")
    expect(options(page)).to_have_count(1)
    options(page).first.click()
    expect(page).to_have_url(f"{site}/a/printer/")


def test_leaving_the_field_closes(page: Page, field: Locator) -> None:
    field.press_sequentially("pair")
    expect(options(page)).to_have_count(3)
    field.press("Tab")
    expect(options(page)).to_have_count(0)


def test_nothing_meant_is_told_and_shows_no_list(page: Page, field: Locator) -> None:
    field.press_sequentially("xyzzy")
    expect(page.get_by_role("status")).to_have_text("No suggestions")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_emptied_field_closes(page: Page, field: Locator) -> None:
    field.press_sequentially("pair")
    expect(options(page)).to_have_count(3)
    field.fill("")
    expect(options(page)).to_have_count(0)


def test_late_answer_never_replaces_a_newer_one(page: Page, field: Locator) -> None:
    waiting: list[Route] = []

    def answer(route: Route) -> None:
        if route.request.url.endswith("q=pair"):
            waiting.append(route)
        else:
            route.continue_()

    page.route(ENDPOINT, answer)
    with page.expect_request(ENDPOINT):
        field.fill("pair")
    field.fill("pair a pr")
    expect(options(page)).to_have_count(1)
    assert len(waiting) == 1
    for route in waiting:
        route.fulfill(json={"suggestions": []})
    page.wait_for_timeout(100)
    expect(options(page)).to_have_count(1)


def test_fast_typing_asks_once(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install(time=0)
    page.goto(f"{site}/")
    field = page.get_by_role("combobox", name="Search the help center")
    # However slow the machine is, no time passes for the page while somebody types.
    page.clock.pause_at(60_000)
    field.press_sequentially("pair")
    page.clock.run_for(1_000)
    expect(options(page)).to_have_count(3)
    assert [url.partition("q=")[2] for url in asked if ENDPOINT.search(url)] == ["pair"]


@pytest.mark.parametrize("status", [404, 500])
def test_failure_leaves_the_plain_form(page: Page, site: str, field: Locator, status: int) -> None:
    page.route(ENDPOINT, lambda route: route.fulfill(status=status, body="<html>"))
    with page.expect_response(ENDPOINT):
        field.press_sequentially("pair")
    expect(options(page)).to_have_count(0)
    field.press("Enter")
    expect(page).to_have_url(f"{site}/search/?q=pair")


def test_suggestions_violate_no_policy(page: Page, violations: list[str], field: Locator) -> None:
    field.press_sequentially("pair")
    expect(options(page)).to_have_count(3)
    assert violations == []


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_list_fits_a_narrow_page(new_context: Any, site: str, locale: str) -> None:
    page: Page = new_context(viewport={"width": 320, "height": 640}, locale=locale).new_page()
    violations = watch(page)
    page.goto(f"{site}/a/pair/")
    page.get_by_role("combobox").press_sequentially("pair")
    expect(options(page)).to_have_count(3)
    box = page.get_by_role("listbox").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert violations == []
