"""The form of an article in a browser: what a refusal leaves, and leaving with unsaved changes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, HelpTag
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.browser.conftest import sign_in, watch


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


# Leaving with unsaved changes


class Questions:
    """Answers what the browser asks before it leaves a page, and counts the questions."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        page.on("dialog", self._stay)

    def _stay(self, dialog: Dialog) -> None:
        self.asked.append(dialog.type)
        dialog.dismiss()


@pytest.fixture
def questions(form: Page) -> Questions:
    """What the browser asks of somebody who then stays."""
    return Questions(form)


def type_text(page: Page, words: str = "Half an hour of typing. ") -> None:
    # Browsers ask only those who have done something on the page.
    page.locator("#id_content").click()
    page.keyboard.type(words)


@pytest.mark.parametrize(
    "selector",
    [".breadcrumbs a[href$='/helparticle/']", "a[href$='/versions/']"],
    ids=["breadcrumb", "page of the article"],
)
def test_link_away_from_unsaved_changes_asks(
    form: Page, questions: Questions, form_url: str, selector: str
) -> None:
    type_text(form)
    form.locator(selector).first.click(no_wait_after=True)
    expect(form).to_have_url(form_url)
    expect(form.locator("#id_content")).to_have_value(re.compile("Half an hour"))
    assert questions.asked == ["beforeunload"]


def test_button_of_another_form_asks(
    form: Page, questions: Questions, form_url: str, article: HelpArticle
) -> None:
    setattr(article.tenant, conf.TENANT_DOMAIN_FIELD, "127.0.0.1")
    article.tenant.save()
    HelpArticle.objects.update(status="PUBLISHED")
    form.reload()
    type_text(form)
    form.locator(".hc-readers summary").click()
    form.get_by_role("button", name="See it as everybody").click(no_wait_after=True)
    expect(form).to_have_url(form_url)
    expect(form.locator("#id_content")).to_have_value(re.compile("Half an hour"))
    assert questions.asked == ["beforeunload"]


def test_leaving_without_changes_asks_nothing(form: Page, questions: Questions) -> None:
    type_text(form, "x")
    form.keyboard.press("Backspace")
    with form.expect_navigation():
        form.locator(".breadcrumbs a[href$='/helparticle/']").click()
    assert questions.asked == []


@pytest.mark.parametrize("button", ["Save", "Save and continue editing", "Publish"])
def test_buttons_of_the_form_ask_nothing(form: Page, questions: Questions, button: str) -> None:
    type_text(form)
    press(form, button)
    assert questions.asked == []


def test_text_that_was_refused_is_still_unsaved(form: Page, questions: Questions) -> None:
    form.locator("#id_content").fill("1. [Replace: one action]")
    press(form, "Publish")
    form.locator("#id_content").click()
    form.locator(".breadcrumbs a[href$='/helparticle/']").click(no_wait_after=True)
    expect(form.get_by_text("Please correct the error")).to_be_visible()
    assert questions.asked == ["beforeunload"]


def test_way_to_the_draft_that_keeps_the_text_asks_nothing(
    form: Page, questions: Questions, article: HelpArticle
) -> None:
    type_text(form)
    KnowledgeService(tenant=article.tenant, actor=SYSTEM).update_article(article, content="Theirs.")
    press(form, "Save")
    form.locator("#id_content").click()
    with form.expect_navigation():
        form.get_by_role("link", name="your draft").click()
    assert questions.asked == []


def test_preview_leaves_the_text_unsaved(form: Page, questions: Questions, form_url: str) -> None:
    type_text(form)
    form.get_by_role("button", name="Preview", exact=True).click()
    form.locator(".breadcrumbs a[href$='/helparticle/']").click(no_wait_after=True)
    expect(form).to_have_url(form_url)
    assert questions.asked == ["beforeunload"]


def test_tag_that_was_chosen_is_unsaved(
    form: Page, questions: Questions, form_url: str, article: HelpArticle
) -> None:
    HelpTag.objects.create(tenant_id=article.tenant_id, slug="new", name="new")
    form.reload()
    form.locator("#id_tags_from").select_option(label="new")
    form.locator(".field-tags .selector-add").click()
    expect(form.locator("#id_tags_to option")).to_have_count(1)
    form.locator(".breadcrumbs a[href$='/helparticle/']").click(no_wait_after=True)
    expect(form).to_have_url(form_url)
    assert questions.asked == ["beforeunload"]


def test_draft_that_saves_itself_asks_nothing(
    form: Page, questions: Questions, article: HelpArticle
) -> None:
    form.goto(form.url.replace("/change/", "/draft/"))
    type_text(form)
    with form.expect_navigation():
        form.locator(".breadcrumbs a[href$='/helparticle/']").click()
    assert questions.asked == []


def test_guard_works_under_the_strictest_policy(form: Page) -> None:
    refused = watch(form)
    form.reload()
    type_text(form)
    assert refused == []
