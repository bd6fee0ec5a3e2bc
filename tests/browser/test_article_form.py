"""The form of an article in a browser: what a refusal leaves, and leaving with unsaved changes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from django_helpcenter.models import HelpArticle
from tests.browser.conftest import sign_in


@pytest.fixture
def form(page: Page, form_url: str) -> Page:
    """The form of a draft, opened by a superuser."""
    sign_in(page, form_url)
    page.goto(form_url)
    return page


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def test_save_after_a_refused_publish_leaves_a_draft(form: Page, article: HelpArticle) -> None:
    form.locator("#id_content").fill("1. [Replace: one action]")
    press(form, "Publish")
    expect(form.get_by_text("Please correct the error")).to_be_visible()
    expect(form.locator(".field-status_badge")).to_contain_text("Draft")
    expect(form.get_by_role("button", name="Publish", exact=True).first).to_be_visible()
    form.locator("#id_content").fill("Half finished.")
    press(form, "Save")
    expect(form.locator(".messagelist")).to_contain_text("was changed successfully")
    article.refresh_from_db()
    assert (article.status, article.content) == ("DRAFT", "Half finished.")
