"""What is due, found still right with the keyboard alone, on a phone and in the dark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpArticle
from tests.browser.axe import accessibility_violations
from tests.browser.conftest import photograph, sign_in, watch
from tests.factories import make_article

TITLES = (
    "Replace the filter",
    "Set up notifications for emergency work orders of several sites at once",
    "Invoice_numbers_of_a_very_long_name_without_any_blank_that_a_line_could_break_at",
)


@pytest.fixture
def ana(admin_server: LiveServer, transactional_db: None) -> Any:
    return get_user_model().objects.create_superuser("ana", password="x")


@pytest.fixture
def due_page(page: Page, admin_server: LiveServer, tenant: Model, ana: Any) -> Page:
    """A page on what is due: one article of Ana's, one of Emil's, one of nobody's."""
    emil = get_user_model().objects.create_superuser("emil", password="x")
    for number, (title, owner) in enumerate(zip(TITLES, (ana, emil, None), strict=True)):
        before = timezone.now() - timedelta(days=190 + 30 * number)
        article = make_article(tenant, title)
        HelpArticle.objects.filter(pk=article.pk).update(
            owner=owner, text_changed_at=before, published_date=before, view_count=900 * number,
            helpful_count=7 * number, not_helpful_count=2 * number,
        )  # fmt: skip
    address = reverse("admin:help_center_helparticle_due")
    sign_in(page, f"{admin_server.url}/admin/", ana)
    page.goto(f"{admin_server.url}{address}?tenant={tenant.pk}")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_page_is_usable_everywhere(due_page: Page, scheme: Any, width: int) -> None:
    refused = watch(due_page)
    due_page.emulate_media(color_scheme=scheme)
    due_page.set_viewport_size({"width": width, "height": 800})
    due_page.reload()
    expect(due_page.get_by_role("heading", name="Without owner")).to_be_visible()
    photograph(due_page, f"due-{scheme}-{width}")
    assert refused == []
    wider = due_page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wider
    assert accessibility_violations(due_page, "#content-main") == []


def test_article_is_found_still_right_with_the_keyboard(due_page: Page, ana: Any) -> None:
    link = due_page.get_by_role("link", name=TITLES[0])
    link.focus()
    due_page.keyboard.press("Tab")
    due_page.keyboard.press("Enter")
    expect(due_page.locator(".messagelist")).to_contain_text("was found still right")
    expect(link).to_have_count(0)
    assert HelpArticle.objects.get(title=TITLES[0]).verified_by == ana
    due_page.keyboard.press("Tab")
    expect(due_page.locator(":focus")).to_have_text(TITLES[1])


def test_index_of_the_admin_leads_to_what_is_due(due_page: Page, tenant: Model) -> None:
    due_page.goto(due_page.url.partition("helparticle/")[0])
    photograph(due_page, "index")
    due_page.get_by_role("link", name="Articles that are due for review").click()
    due_page.get_by_role("link", name=str(tenant), exact=True).click()
    expect(due_page.get_by_role("heading", name="Without owner")).to_be_visible()


def test_article_is_taken_over(due_page: Page, ana: Any) -> None:
    due_page.get_by_role("button", name=f"Take over “{TITLES[2]}”").click()
    expect(due_page.get_by_role("link", name="Yours (2)")).to_be_visible()
    assert HelpArticle.objects.get(title=TITLES[2]).owner == ana


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_form_has_owner_interval_and_the_button(due_page: Page, scheme: Any, width: int) -> None:
    due_page.emulate_media(color_scheme=scheme)
    due_page.set_viewport_size({"width": width, "height": 800})
    due_page.get_by_role("link", name=TITLES[0]).click()
    due_page.get_by_label("Review every").fill("never")
    photograph(due_page, f"form-{scheme}-{width}")
    due_page.get_by_role("button", name="Verify: still right").last.click()
    expect(due_page.locator(".messagelist")).to_contain_text("changed successfully")
    article = HelpArticle.objects.get(title=TITLES[0])
    assert article.due_at is None
    assert article.verified_at is not None
    photograph(due_page, f"list-{scheme}-{width}")
