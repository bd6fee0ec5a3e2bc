"""Broken links in a browser: found, checked again, ignored with the keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpArticle, HelpLink
from django_helpcenter.services.links.checking import check_internal
from django_helpcenter.services.links.collecting import collect_links
from tests.browser.axe import accessibility_violations
from tests.browser.conftest import sign_in, watch
from tests.factories import make_article

LONG = "https://example.com/" + "a-long-address-without-a-blank/" * 12


@pytest.fixture
def list_url(admin_server: LiveServer, article: HelpArticle, tenant: Model) -> str:
    """Return the address of the list of broken links; the draft ``article`` is linked to."""
    content = f"[the scanner](article:{article.pk}) and [elsewhere]({LONG})"
    make_article(tenant, "Set up your <i>workplace</i>", content=content)
    collect_links(tenant)
    check_internal(tenant)
    HelpLink.objects.filter(address=LONG).update(state="BROKEN", reason="status", http_status=404)
    return admin_server.url + reverse("admin:help_center_helplink_changelist")


def is_wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_links_are_accessible_and_fit_a_phone(
    page: Page, list_url: str, scheme: Any, article: HelpArticle
) -> None:
    refused = watch(page)
    page.set_viewport_size({"width": 360, "height": 800})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, list_url)
    page.goto(list_url)
    expect(page.get_by_role("heading", name="Broken links")).to_be_visible()
    expect(page.locator(".hc-badge--bad")).to_have_count(2)
    # Django's own list scrolls within its frame.
    assert not is_wider_than_the_window(page)
    assert refused == []
    assert accessibility_violations(page, ".hc-users", ".hc-badge", ".hc-address") == []
    page.get_by_role("link", name="https://example.com").first.click()
    expect(page.locator(".field-full_address a")).to_have_attribute("href", LONG)
    assert not is_wider_than_the_window(page)
    assert accessibility_violations(page, ".field-articles_on_page", ".field-full_address") == []
    page.goto(list_url.replace("helplink", f"helparticle/{article.pk}/delete"))
    expect(page.get_by_text("will lead nowhere")).to_be_visible()
    assert not is_wider_than_the_window(page)


def test_link_is_ignored_and_checked_again_with_the_keyboard(page: Page, list_url: str) -> None:
    sign_in(page, list_url)
    page.goto(list_url)
    page.get_by_role("link", name="article:").press("Enter")
    page.get_by_label("Note").press_sequentially("Known")
    page.get_by_label("Ignored").press("Space")
    page.get_by_label("Note").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    link = HelpLink.objects.get(host="")
    assert (link.is_ignored, link.note) == (True, "Known")
    HelpArticle.objects.update(status="PUBLISHED")
    page.goto(f"{list_url}{link.pk}/change/")
    page.get_by_role("button", name="Check again now").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("Works")


def test_archiving_asks_and_keeps_what_was_typed(
    page: Page, list_url: str, form_url: str, article: HelpArticle
) -> None:
    refused = watch(page)
    HelpArticle.objects.filter(pk=article.pk).update(status="PUBLISHED", summary="Short.")
    sign_in(page, form_url)
    page.goto(form_url)
    page.fill("#id_summary", 'In "short"\nand <b>more</b>')
    page.get_by_role("button", name="Archive", exact=True).first.click()
    expect(page.get_by_text("Set up your <i>workplace</i>")).to_be_visible()
    # Back to the form, where the text still is, and forth again: no script is needed for it.
    page.get_by_role("button", name="No, take me back").click()
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    expect(page.locator("#id_summary")).to_have_value('In "short"\nand <b>more</b>')
    page.get_by_role("button", name="Archive", exact=True).first.click()
    page.get_by_role("button", name="Archive all the same").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("is archived")
    article.refresh_from_db()
    assert (article.status, article.summary) == ("ARCHIVED", 'In "short"\nand <b>more</b>')
    assert refused == []


def test_question_before_archiving_is_accessible(
    page: Page, list_url: str, form_url: str, article: HelpArticle
) -> None:
    HelpArticle.objects.filter(pk=article.pk).update(status="PUBLISHED", summary="Short.")
    sign_in(page, form_url)
    page.goto(form_url)
    assert accessibility_violations(page, ".field-linked_from") == []
    page.get_by_role("button", name="Archive", exact=True).first.click()
    expect(page.get_by_role("heading", name="Archive although")).to_be_visible()
    assert accessibility_violations(page, "#content-main") == []
