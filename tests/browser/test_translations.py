"""An article is translated, changes, and the translation follows: in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.services.translation_state import state_of
from django_helpcenter.types import SYSTEM
from tests.browser.axe import accessibility_violations
from tests.browser.conftest import sign_in, watch
from tests.factories import make_article

#: Where to put pictures of the pages, to look at.
PICTURES = os.environ.get("HELP_CENTER_TEST_PICTURES", "")


@pytest.fixture
def original(transactional_db: None, tenant: Model, settings: Any) -> HelpArticle:
    settings.LANGUAGES = [("en", "English"), ("de", "German"), ("ar", "Arabic")]
    setattr(tenant, conf.TENANT_DOMAIN_FIELD, "127.0.0.1")
    tenant.save()
    return make_article(tenant, "Close the valve", slug="valve", content="Turn it **left**.")


@pytest.fixture
def editor(admin_server: LiveServer, original: HelpArticle, new_context: Any) -> Iterator[Page]:
    page: Page = new_context(base_url=admin_server.url).new_page()
    sign_in(page, f"{admin_server.url}/admin/")
    yield page
    page.wait_for_load_state("networkidle")
    page.close()


def change(article: HelpArticle, name: str = "change") -> str:
    return reverse(f"admin:help_center_helparticle_{name}", args=[article.pk])


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_translation_is_begun_outdated_and_brought_up_to_date(
    editor: Page, original: HelpArticle, admin_server: LiveServer, new_context: Any
) -> None:
    refused = watch(editor)
    editor.goto(change(original))
    expect(editor.get_by_role("heading", name="Translations")).to_be_visible()
    picture(editor, "panel-missing")
    press(editor, "Translate into German")
    draft = HelpArticle.objects.get(language="de")
    editor.get_by_label("Title", exact=False).first.fill("Ventil schließen")
    editor.locator("#id_content").fill("Drehen Sie es nach **links**.")
    press(editor, "Publish")

    editor.goto(change(original))
    editor.locator("#id_content").fill("Turn it **right**, it was the other way round.")
    editor.get_by_label("Note").fill("Wrong direction")
    editor.get_by_label("Translations:").select_option("MAJOR")
    press(editor, "Save and continue editing")
    expect(editor.locator(".hc-languages")).to_contain_text("since version 2")
    picture(editor, "panel-outdated")

    reader: Page = new_context(base_url=admin_server.url, locale="de").new_page()
    reader.goto("/help/a/valve/")
    expect(reader.get_by_role("note")).to_contain_text("in an important way")
    picture(reader, "reader-outdated")

    editor.goto(change(draft))
    expect(editor.locator(".hc-original ins").first).to_contain_text("right")
    picture(editor, "translator")
    editor.locator("#id_content").fill("Drehen Sie es nach **rechts**.")
    editor.get_by_label("Up to date with the original now").check()
    press(editor, "Save")
    state = state_of(HelpArticle.objects.get(pk=draft.pk))
    assert state is not None
    assert not state.is_outdated
    reader.reload()
    expect(reader.get_by_role("note")).to_have_count(0)
    reader.wait_for_load_state("networkidle")
    reader.close()
    assert refused == []


def test_article_is_linked_with_the_keyboard_alone(
    editor: Page, tenant: Model, original: HelpArticle
) -> None:
    other = make_article(tenant, "Ventil", language="de")
    editor.goto(change(original, "translations"))
    editor.get_by_label("Title:").focus()
    editor.keyboard.type("ventil")
    with editor.expect_navigation():
        editor.keyboard.press("Enter")
    editor.get_by_role("button", name="Link “Ventil”").focus()
    with editor.expect_navigation():
        editor.keyboard.press("Enter")
    expect(editor.locator(".messagelist")).to_contain_text("is a translation of this article now")
    other.refresh_from_db()
    assert other.translated_from == original
    picture(editor, "page-linked")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_translations_fit_a_phone(
    editor: Page,
    tenant: Model,
    original: HelpArticle,
    admin_server: LiveServer,
    new_context: Any,
    scheme: Any,
) -> None:
    reader: Page = new_context(
        base_url=admin_server.url,
        locale="ar",
        color_scheme=scheme,
        viewport={"width": 360, "height": 740},
    ).new_page()
    reader.goto("/help/a/valve/")
    expect(reader.get_by_role("note")).to_be_visible()
    assert reader.get_by_role("note").get_attribute("dir") == "rtl"
    assert _overflow(reader) == 0
    picture(reader, f"reader-missing-{scheme}")
    reader.goto("/help/")
    picture(reader, f"list-{scheme}")
    reader.wait_for_load_state("networkidle")
    reader.close()
    editor.set_viewport_size({"width": 360, "height": 740})
    editor.emulate_media(color_scheme=scheme)
    editor.goto(change(original, "translations"))
    assert _overflow(editor) == 0
    picture(editor, f"page-phone-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_translations_break_no_rule_of_accessibility(
    editor: Page, tenant: Model, original: HelpArticle, scheme: Any
) -> None:
    other = make_article(tenant, "Ventil", slug="ventil", language="de")
    TranslationService(tenant=tenant, actor=SYSTEM).link(other, original, is_current=False)
    editor.emulate_media(color_scheme=scheme)
    for address, part in (
        (change(original), "#hc-translations"),
        (change(other), ".hc-original"),
        (f"{change(original, 'translations')}?q=x", "#content-main"),
        ("/help/a/ventil/?lang=de", "body"),
        ("/help/a/ventil/?lang=ar", "body"),
        ("/help/", "body"),
    ):
        editor.goto(address)
        assert accessibility_violations(editor, part) == [], address


def _overflow(page: Page) -> int:
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
