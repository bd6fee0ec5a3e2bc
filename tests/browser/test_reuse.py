"""Snippets and templates in a browser: put in with the keyboard, hostile ones, what readers see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from django_helpcenter.models import HelpArticle, HelpSnippet
from django_helpcenter.services.snippets import SnippetService
from django_helpcenter.types import SYSTEM
from tests.browser.axe import accessibility_violations
from tests.browser.conftest import sign_in, watch
from tests.factories import make_indexed

HOURS = '{{ snippet "hours" }}'
EVIL = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"
HOSTILE = [
    EVIL,
    "[x](javascript:window.hit=1) [y](data:text/html,<script>window.hit=1</script>)",
    "![x](javascript:window.hit=1) <svg onload=window.hit=1>",
    "[a]: javascript:window.hit=1\n\n[a] [b][a]",
    "```html\n</code></pre><script>window.hit = 1</script>\n```",
    '{{ request.user }} {% debug %} {{ snippet "hours" }}',
    '# </h1><script>window.hit = 1</script> {#"onclick=window.hit=1}',
    "| <script>window.hit=1</script> |\n|---|\n| <img src=x onerror=window.hit=1> |",
]


def make(tenant: Model, key: str = "hours", **fields: Any) -> HelpSnippet:
    values = {"content": "At **nine**.", "description": "When we answer", **fields}
    return SnippetService(tenant=tenant, actor=SYSTEM).create(key=key, **values)


def tool(page: Page) -> Locator:
    return page.get_by_role("toolbar").get_by_role("button", name="Snippet", exact=True)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Insert snippet")


@pytest.fixture
def text(page: Page, form_url: str, tenant: Model) -> Locator:
    """Return the textarea of an article's form, with two snippets to choose from."""
    make(tenant)
    make(tenant, "address", description=EVIL, content="Quay Road 1")
    sign_in(page, form_url)
    page.goto(form_url)
    expect(page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    return page.locator("#id_content")


def test_snippet_is_put_in_with_the_keyboard_alone_and_taken_back(
    page: Page, text: Locator
) -> None:
    refused = watch(page)
    text.fill("Call us: ")
    text.press("End")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("End")
    expect(tool(page)).to_be_focused()
    page.keyboard.press("Enter")
    field = dialog(page).get_by_role("combobox", name="Key or words")
    expect(field).to_be_focused()
    expect(dialog(page).get_by_role("option")).to_have_count(2)
    page.keyboard.type("answer")
    expect(dialog(page).get_by_role("option")).to_have_count(1)
    expect(dialog(page).get_by_role("status")).to_have_text("Snippets found: 1")
    page.keyboard.press("ArrowDown")
    option = dialog(page).get_by_role("option", name="hours")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()
    expect(text).to_have_value(f"Call us: {HOURS}")
    expect(text).to_be_focused()
    page.keyboard.press("Control+z")
    expect(text).to_have_value("Call us: ")
    assert refused == []


def test_what_is_no_snippet_stays_in_the_dialog(page: Page, text: Locator) -> None:
    text.fill("one")
    tool(page).click()
    page.keyboard.type("nothing like this")
    expect(dialog(page).get_by_role("status")).to_have_text("No snippet found")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("status")).to_have_text("Choose a snippet from the list.")
    page.keyboard.press("Escape")
    expect(text).to_have_value("one")
    expect(text).to_be_focused()


def test_search_that_fails_says_so(page: Page, text: Locator) -> None:
    page.route(re.compile("/helparticle/snippets/"), lambda route: route.abort())
    tool(page).click()
    expect(dialog(page).get_by_role("status")).to_contain_text("cannot be searched now")


@pytest.mark.parametrize("name", ["Snippet", "Link to article"])
def test_press_of_a_tool_waits_for_its_dialog(page: Page, form_url: str, name: str) -> None:
    sign_in(page, form_url)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/search-dialog"), hold)
    with page.expect_request(re.compile("/search-dialog")):
        page.goto(form_url)
    page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_descriptions_are_text(page: Page, text: Locator) -> None:
    tool(page).click()
    expect(dialog(page).get_by_role("option").first).to_contain_text(EVIL)
    assert page.evaluate("window.hit") is None


def test_preview_follows_the_snippets(page: Page, text: Locator) -> None:
    page.get_by_role("button", name="Preview", exact=True).click()
    text.fill(f'{HOURS}\n\n{{{{ snippet "gone" }}}}')
    frame = page.frame_locator("iframe.hc-editor__frame:not(.hc-editor__frame--loading)")
    expect(frame.locator("strong")).to_have_text("nine")
    expect(frame.locator("mark")).to_have_text("Missing snippet: gone")
    expect(page.locator(".hc-checks__problem--error")).to_contain_text("Line 3")


@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_snippet_is_inert_wherever_it_is_shown(
    page: Page, site: str, form_url: str, tenant: Model, article: HelpArticle, content: str
) -> None:
    # Past the service, which would refuse some of them.
    snippet = HelpSnippet.objects.create(
        tenant_id=tenant.pk, key="hours", content=content, description=EVIL
    )
    make_indexed(tenant, "Reading", slug="reading", content=f"A {HOURS}\n\n{HOURS}\n\n- {HOURS}")
    refused = watch(page)
    page.goto(f"{site}/a/reading/")
    expect(page.get_by_role("heading", name="Reading", level=1)).to_be_visible()
    sign_in(page, form_url)
    page.goto(form_url)
    page.locator("#id_content").fill(HOURS)
    page.get_by_role("button", name="Preview", exact=True).click()
    frame = page.frame_locator("iframe.hc-editor__frame:not(.hc-editor__frame--loading)")
    expect(frame.locator(".hc-prose")).to_be_attached()
    assert frame.locator("body").evaluate("() => window.hit") is None
    admin = form_url.partition("/admin/")[0]
    for view, args in (("changelist", []), ("change", [snippet.pk])):
        page.goto(admin + reverse(f"admin:help_center_helpsnippet_{view}", args=args))
        assert page.evaluate("window.hit") is None
    assert refused == []


def test_template_is_chosen_and_nothing_is_made(page: Page, form_url: str, tenant: Model) -> None:
    refused = watch(page)
    sign_in(page, form_url)
    page.goto(_new_article(form_url, tenant))
    page.get_by_role("navigation", name="Templates").get_by_role(
        "link", name="Troubleshooting"
    ).press("Enter")
    expect(page.locator("#id_content")).to_have_value(re.compile("## What you see"))
    expect(page.locator(".hc-checks__status")).to_contain_text("keep this from being published")
    expect(page.get_by_role("link", name="Troubleshooting")).to_have_attribute(
        "aria-current", "true"
    )
    assert HelpArticle.objects.count() == 1
    assert refused == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("dark", 360)])
def test_pages_of_snippets_and_templates_are_accessible(
    new_context: Any, form_url: str, tenant: Model, scheme: str, width: int
) -> None:
    snippet = make(tenant)
    article = make_indexed(tenant, "An article with a rather long title", content=HOURS)
    context = new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page: Page = context.new_page()
    refused = watch(page)
    sign_in(page, form_url)
    page.goto(_new_article(form_url, tenant))
    expect(page.locator(".hc-templates__offer")).to_have_count(3)
    _expect_no_overflow(page, ".hc-templates")
    tool(page).click()
    expect(dialog(page).get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    assert refused == []
    assert accessibility_violations(page, ".hc-link[open]") == []
    page.keyboard.press("Escape")
    assert accessibility_violations(page, ".hc-templates") == []
    admin = form_url.partition("/admin/")[0]
    page.goto(admin + reverse("admin:help_center_helpsnippet_change", args=[snippet.pk]))
    expect(page.get_by_role("link", name=article.title)).to_be_visible()
    _expect_no_overflow(page, ".hc-uses")
    assert accessibility_violations(page, ".hc-uses", ".hc-editor") == []


def _new_article(form_url: str, tenant: Model) -> str:
    return re.sub(r"\d+/change/", f"add/?tenant={tenant.pk}", form_url)


def _expect_no_overflow(page: Page, selector: str) -> None:
    outside = page.locator(selector).evaluate(
        """root => [...root.querySelectorAll("*")].filter((node) => {
            const box = node.getBoundingClientRect();
            return box.width && (box.left < 0 || box.right > innerWidth);
        }).map((node) => node.outerHTML)"""
    )
    assert outside == []
