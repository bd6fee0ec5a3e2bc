"""The admin in a browser: writing with a preview under a strict policy, with scripts or without."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpArticle
from tests.browser.conftest import sign_in, watch

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> [x](javascript:alert(3))"


def shown(page: Page) -> Any:
    return page.frame_locator(".hc-editor__frame:not(.hc-editor__frame--loading)").locator("main")


def test_preview_follows_the_text(page: Page, form_url: str) -> None:
    refused = watch(page)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    sign_in(page, form_url)
    page.goto(form_url)
    expect(page.locator(".hc-editor__frame")).to_be_hidden()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(shown(page).locator("strong")).to_have_text("power")
    entries = page.evaluate("history.length")
    page.fill("#id_content", f"New *text* {HOSTILE}")
    expect(shown(page).locator("em")).to_have_text("text")
    expect(shown(page)).to_contain_text("<script>alert(2)</script>")
    page.fill("#id_title", "Other title")
    expect(shown(page).locator("h1")).to_have_text("Other title")
    assert page.evaluate("history.length") == entries
    assert dialogs == []
    assert refused == []
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator(".hc-editor__frame")).to_be_hidden()


def test_preview_keeps_the_reading_place(page: Page, form_url: str) -> None:
    sign_in(page, form_url)
    page.goto(form_url)
    page.fill("#id_content", "\n\n".join(f"Paragraph {number}" for number in range(80)))
    page.get_by_role("button", name="Preview", exact=True).click()
    last = shown(page).get_by_text("Paragraph 79")
    last.scroll_into_view_if_needed()
    page.locator("#id_content").press_sequentially("More. ")
    expect(shown(page).get_by_text("More.")).to_be_attached()
    place = page.locator(".hc-editor__frame").evaluate("frame => frame.contentWindow.scrollY")
    assert place > 500


def test_preview_works_without_scripts(plain_page: Page, form_url: str) -> None:
    sign_in(plain_page, form_url)
    plain_page.goto(form_url)
    plain_page.fill("#id_content", "New *text*")
    plain_page.get_by_role("button", name="Preview", exact=True).click()
    expect(shown(plain_page).locator("em")).to_have_text("text")
    assert plain_page.url == form_url
    with plain_page.expect_popup() as popup:
        plain_page.get_by_role("button", name="Preview in a new tab").click()
    expect(popup.value.locator("main em")).to_have_text("text")


def test_enter_in_the_title_saves(page: Page, form_url: str) -> None:
    sign_in(page, form_url)
    page.goto(form_url)
    page.fill("#id_title", "Shorter")
    page.press("#id_title", "Enter")
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert HelpArticle.objects.get().title == "Shorter"


def test_saving_after_a_preview_saves(page: Page, form_url: str) -> None:
    sign_in(page, form_url)
    page.goto(form_url)
    page.get_by_role("button", name="Preview", exact=True).click()
    page.fill("#id_content", "One\n\nTwo")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert HelpArticle.objects.get().content == "One\n\nTwo"


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_editor_fits_its_place(page: Page, form_url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, form_url)
    page.goto(form_url)
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(shown(page).locator("strong")).to_be_visible()
    editor = page.locator(".hc-editor")
    assert editor.evaluate("node => node.scrollWidth <= node.clientWidth")
    edges = [
        page.locator(selector).evaluate("node => node.getBoundingClientRect().right")
        for selector in (".hc-markdown", ".hc-editor__frame")
    ]
    assert all(edge <= width for edge in edges)


def test_lists_and_forms_are_drawn_under_the_policy(
    page: Page, admin_server: LiveServer, form_url: str
) -> None:
    refused = watch(page)
    sign_in(page, form_url)
    for name in ("helparticle", "helpcategory", "helpsearchhistory"):
        page.goto(admin_server.url + reverse(f"admin:help_center_{name}_changelist"))
        expect(page.locator("#changelist")).to_be_visible()
    page.goto(admin_server.url + reverse("admin:help_center_helparticle_add"))
    expect(page.get_by_label("Help center:")).to_be_visible()
    assert refused == []
