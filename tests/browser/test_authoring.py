"""An article from the idea to its readers and beyond, by three people, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Model, QuerySet
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, HelpDraft, get_tenant_model
from tests.browser.conftest import sign_in, watch
from tests.factories import make_category

AUTHOR = ("add_helparticle", "change_helparticle", "view_helparticle")
EDITOR = (*AUTHOR, "review_helparticle")
PUBLISHER = (*EDITOR, "publish_helparticle")

Visit = Callable[[str], Page]


def acme_alone(user: Any) -> QuerySet[Any]:
    return get_tenant_model()._default_manager.filter(**{conf.TENANT_SLUG_FIELD: "acme"})


@pytest.fixture
def people(transactional_db: None, tenant: Model, settings: Any) -> dict[str, Any]:
    """An author, an editor and a publisher who work for one help center."""
    settings.HELP_CENTER_ADMIN_TENANTS = f"{__name__}.acme_alone"
    make_category(tenant, "Devices")
    found = {}
    for name, wanted in (("ana", AUTHOR), ("emil", EDITOR), ("petra", PUBLISHER)):
        user = get_user_model().objects.create_user(name, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
        found[name] = user
    return found


@pytest.fixture
def visit(admin_server: LiveServer, people: dict[str, Any], new_context: Any) -> Visit:
    """Return a function that opens a browser for one of the people."""

    def open_for(name: str) -> Page:
        page: Page = new_context(base_url=admin_server.url).new_page()
        sign_in(page, f"{admin_server.url}/admin/", people[name])
        return page

    return open_for


def change(article: HelpArticle, name: str = "change") -> str:
    return reverse(f"admin:help_center_helparticle_{name}", args=[article.pk])


def write_new(page: Page, content: str) -> HelpArticle:
    page.goto(reverse("admin:help_center_helparticle_add"))
    page.get_by_label("Title", exact=False).first.fill("Pair a scanner")
    page.locator("#id_content").fill(content)
    page.get_by_label("Category").first.select_option(label="Devices")
    press(page, "Save and continue editing")
    expect(page.locator(".messagelist")).to_contain_text("was added successfully")
    return HelpArticle.objects.get()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def test_article_goes_from_the_idea_to_its_readers(visit: Visit) -> None:
    author, editor, publisher = visit("ana"), visit("emil"), visit("petra")
    refused = [entry for page in (author, editor, publisher) for entry in watch(page)]
    article = write_new(author, "")
    expect(author.get_by_text("Before this can be published:")).to_be_visible()
    assert author.get_by_role("button", name="Publish", exact=True).count() == 0
    author.locator("#id_content").fill("Hold the button.")
    press(author, "Submit for review")

    editor.goto(change(article))
    editor.get_by_label("Note").fill("Which button?")
    press(editor, "Send back")
    author.goto(change(article))
    author.locator("#id_content").fill("Hold the power button.")
    press(author, "Submit for review")

    publisher.goto(change(article))
    press(publisher, "Publish")
    article.refresh_from_db()
    assert (article.status, article.content) == ("PUBLISHED", "Hold the power button.")
    steps = list(article.transitions.order_by("pk").values_list("after", "actor__username"))
    assert steps == [
        ("REVIEW", "ana"),
        ("DRAFT", "emil"),
        ("REVIEW", "ana"),
        ("PUBLISHED", "petra"),
    ]
    assert refused == []


@pytest.fixture
def published(visit: Visit) -> HelpArticle:
    page = visit("petra")
    write_new(page, "Hold the button.\n\nWait.")
    press(page, "Publish")
    page.close()
    return HelpArticle.objects.get()


def test_change_is_drafted_reviewed_and_published(visit: Visit, published: HelpArticle) -> None:
    author, publisher = visit("ana"), visit("petra")
    refused = watch(author)
    author.goto(change(published))
    author.get_by_role("link", name="Write a draft").click()
    author.locator("#id_content").fill("Hold the power button.\n\nWait.")
    expect(author.get_by_role("status").filter(has_text="Saved at")).to_be_visible()
    published.refresh_from_db()
    assert published.content == "Hold the button.\n\nWait."
    press(author, "Submit for review")

    publisher.goto(reverse("admin:help_center_helpdraft_changelist"))
    publisher.get_by_role("link", name="Pair a scanner").first.click()
    expect(publisher.locator("ins")).to_contain_text("power")
    press(publisher, "Publish")
    published.refresh_from_db()
    assert (published.content, published.version) == ("Hold the power button.\n\nWait.", 2)
    assert refused == []


def test_versions_are_compared_and_restored(visit: Visit, published: HelpArticle) -> None:
    page = visit("petra")
    page.goto(change(published))
    page.locator("#id_content").fill("Hold the power button.\n\nWait.")
    press(page, "Save and continue editing")
    page.get_by_role("link", name="Versions", exact=True).click()
    expect(page.locator(".hc-changes ins")).to_contain_text("power")
    press(page, "Restore 1")
    published.refresh_from_db()
    assert (published.content, published.version) == ("Hold the button.\n\nWait.", 3)


def test_article_is_scheduled(visit: Visit, published: HelpArticle) -> None:
    page = visit("petra")
    page.goto(change(published))
    press(page, "Take back to draft")
    page.goto(change(published))
    page.locator("#id_publish_at_0").fill("2099-01-01")
    page.locator("#id_publish_at_1").fill("08:00:00")
    press(page, "Publish")
    published.refresh_from_db()
    assert (published.status, published.is_visible) == ("PUBLISHED", False)


def test_what_a_second_window_would_overwrite_is_kept_and_merged(
    visit: Visit, published: HelpArticle
) -> None:
    first, second = visit("petra"), visit("petra")
    for page in (first, second):
        page.goto(change(published))
    first.locator("#id_content").fill("Hold the power button.\n\nWait.")
    press(first, "Save")
    second.locator("#id_content").fill("Hold the button.\n\nWait a second.")
    press(second, "Save")
    second.get_by_role("link", name="your draft").click()
    press(second, "Merge what changed meanwhile")
    expect(second.locator("#id_content")).to_have_value("Hold the power button.\n\nWait a second.")
    press(second, "Publish")
    published.refresh_from_db()
    assert published.content == "Hold the power button.\n\nWait a second."


def test_draft_is_written_and_published_with_the_keyboard_alone(
    visit: Visit, published: HelpArticle
) -> None:
    page = visit("petra")
    page.goto(change(published, "draft"))
    tab_to(page, "#id_content")
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\nGo.")
    tab_to(page, "button[name=_publish]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{change(published)}")
    published.refresh_from_db()
    assert published.content == "Hold the button.\n\nWait.\n\nGo."
    assert not HelpDraft.objects.exists()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus, as somebody without a mouse does."""
    for _press in range(80):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}.")


def test_draft_works_without_scripts(
    admin_server: LiveServer, people: dict[str, Any], plain_page: Page, published: HelpArticle
) -> None:
    sign_in(plain_page, f"{admin_server.url}/admin/", people["petra"])
    plain_page.goto(admin_server.url + change(published, "draft"))
    plain_page.locator("#id_content").fill("Without scripts.")
    press(plain_page, "Publish")
    published.refresh_from_db()
    assert published.content == "Without scripts."
