"""Buttons and boxes of an article's pages: large enough, and all of them in view."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.types import SYSTEM
from tests.browser.axe import accessibility_violations
from tests.browser.conftest import photograph, sign_in, watch
from tests.factories import make_article

WIDTHS = (1280, 360)


@pytest.fixture
def original(transactional_db: None, tenant: Model, settings: Any) -> HelpArticle:
    """An article with an outdated translation."""
    settings.LANGUAGES = [("en", "English"), ("de", "German"), ("ar", "Arabic")]
    article = make_article(tenant, "Close the valve", content="Turn it left.")
    knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
    german = TranslationService(tenant=tenant, actor=SYSTEM).start(article, "de")
    knowledge.publish_article(knowledge.update_article(german, title="Ventil schließen"))
    return knowledge.update_article(
        article, content="Turn it right.", note="The direction was wrong in all of the chapters"
    )


@pytest.fixture
def editor(page: Page, admin_server: LiveServer, original: HelpArticle) -> Page:
    sign_in(page, f"{admin_server.url}/admin/")
    return page


def visit(page: Page, server: LiveServer, width: int, article: HelpArticle, name: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    address = reverse(f"admin:help_center_helparticle_{name}", args=[article.pk])
    page.goto(f"{server.url}{address}")
    photograph(page, f"{name}-{article.language}-{width}")


def height(element: Locator) -> float:
    size: str = element.evaluate("element => element.getBoundingClientRect().height")
    return float(size)


@pytest.mark.parametrize("width", WIDTHS)
def test_steps_are_as_high_as_the_button_that_saves(
    editor: Page, admin_server: LiveServer, original: HelpArticle, width: int
) -> None:
    visit(editor, admin_server, width, original, "change")
    saving = height(editor.locator(".submit-row [name=_save]").first)
    steps = editor.locator(".submit-row .hc-step").all()
    assert len(steps) >= 3
    assert saving >= 24
    assert {height(step) for step in steps} == {saving}


@pytest.mark.parametrize("width", WIDTHS)
def test_buttons_of_a_draft_are_all_of_one_height(
    editor: Page, admin_server: LiveServer, original: HelpArticle, width: int
) -> None:
    visit(editor, admin_server, width, original, "draft")
    heights = {height(button) for button in editor.locator(".submit-row button").all()}
    assert len(heights) == 1
    assert heights.pop() >= 24


@pytest.mark.parametrize("width", WIDTHS)
def test_all_buttons_of_the_translations_are_in_view(
    editor: Page, admin_server: LiveServer, original: HelpArticle, width: int
) -> None:
    visit(editor, admin_server, width, original, "translations")
    buttons = editor.locator(".hc-languages button")
    expect(buttons).to_have_count(3)
    for button in buttons.all():
        box = button.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
        assert box["height"] >= 24
    expect(editor.get_by_role("rowheader", name="German")).to_be_visible()
    assert accessibility_violations(editor, "#content-main") == []


@pytest.mark.parametrize("name", ["change", "draft"])
def test_sentence_beside_a_box_stands_in_one_line(
    editor: Page, admin_server: LiveServer, original: HelpArticle, name: str
) -> None:
    visit(editor, admin_server, 1280, HelpArticle.objects.get(language="de"), name)
    box = editor.get_by_label("Up to date with the original now")
    label = editor.locator(".field-is_current label")
    assert height(label) < 30
    left, right = box.bounding_box(), label.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"] + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_to_be_done_is_in_view_in_the_list(
    editor: Page, admin_server: LiveServer, tenant: Model, scheme: Any
) -> None:
    address = reverse("admin:help_center_helparticle_changelist")
    editor.emulate_media(color_scheme=scheme)
    for width in WIDTHS:
        editor.set_viewport_size({"width": width, "height": 800})
        editor.goto(f"{admin_server.url}{address}?tenant={tenant.pk}")
        photograph(editor, f"list-{scheme}-{width}")
    editor.set_viewport_size({"width": 1280, "height": 800})
    table = editor.locator("#changelist .results").bounding_box()
    assert table is not None
    for name in ("status_and_index", "is_stale_badge", "owner", "language_badge"):
        cell = editor.locator(f"#result_list tbody .field-{name}").first.bounding_box()
        assert cell is not None
        assert cell["x"] + cell["width"] <= table["x"] + table["width"], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_owner_is_found_and_chosen_with_the_keyboard(
    editor: Page, admin_server: LiveServer, original: HelpArticle, scheme: Any
) -> None:
    writer = get_user_model().objects.create_superuser("beatrice", password="x")
    refused = watch(editor)
    editor.emulate_media(color_scheme=scheme)
    visit(editor, admin_server, 1280, original, "change")
    editor.get_by_label("Find an owner by name").focus()
    editor.keyboard.type("beat")
    expect(editor.locator(".field-owner [role=status]")).to_contain_text("People found: 1")
    photograph(editor, f"owner-{scheme}")
    editor.keyboard.press("Enter")
    owner = editor.get_by_label("Owner:")
    expect(owner).to_be_focused()
    editor.keyboard.type("beat")
    expect(owner).to_have_value(str(writer.pk))
    with editor.expect_navigation():
        editor.locator("[name=_continue]").first.click()
    original.refresh_from_db()
    assert original.owner == writer
    assert refused == []
    assert accessibility_violations(editor, ".field-owner") == []


def test_owner_is_chosen_without_scripts(
    plain_page: Page, admin_server: LiveServer, original: HelpArticle
) -> None:
    root = get_user_model().objects.create_superuser("root", password="x")
    sign_in(plain_page, f"{admin_server.url}/admin/", root)
    visit(plain_page, admin_server, 1280, original, "change")
    plain_page.get_by_label("Owner:").select_option(label="root")
    plain_page.locator("[name=_save]").first.click()
    original.refresh_from_db()
    assert original.owner == root
