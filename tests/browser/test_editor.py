"""The Markdown editor of the admin: toolbar, undo, lists, the dialog for links, checks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db.models import Model
from playwright.sync_api import Locator, Page, expect

from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.browser.axe import accessibility_violations
from tests.browser.conftest import sign_in, watch
from tests.factories import make_article

EDITOR = ".hc-editor"
CHECK = re.compile("/helparticle/check/")
FIND = re.compile("/helparticle/find/")


@pytest.fixture
def text(page: Page, form_url: str) -> Locator:
    """Return the textarea of the article's form, with the tools ready."""
    return open_form(page, form_url)


def open_form(page: Page, form_url: str) -> Locator:
    sign_in(page, form_url)
    page.goto(form_url)
    expect(page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    return page.locator("#id_content")


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def select(text: Locator, start: int, end: int) -> None:
    text.focus()
    text.evaluate("(node, [start, end]) => node.setSelectionRange(start, end)", [start, end])


def selected(text: Locator) -> str:
    found: str = text.evaluate(
        "node => node.value.slice(node.selectionStart, node.selectionEnd)",
    )
    return found


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Link to article")


# Toolbar


def test_tool_changes_the_selection_and_gives_the_focus_back(page: Page, text: Locator) -> None:
    text.fill("Hold the button.")
    select(text, 9, 15)
    tool(page, "Bold").click()
    expect(text).to_have_value("Hold the **button**.")
    expect(text).to_be_focused()
    assert selected(text) == "button"
    tool(page, "Bold").click()
    expect(text).to_have_value("Hold the button.")


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("Bold", "**one**"),
        ("Italic", "*one*"),
        ("Heading", "## one"),
        ("List", "- one"),
        ("Numbered list", "1. one"),
        ("Code", "`one`"),
        ("Table", "one\n\n| Column 1 | Column 2 |\n| --- | --- |\n|  |  |\n|  |  |"),
        ("Admonition", "> [!NOTE]\n> one"),
    ],
)
def test_every_tool_is_undone_and_done_again(
    page: Page, text: Locator, name: str, after: str
) -> None:
    text.fill("one")
    select(text, 0, 3)
    tool(page, name).click()
    expect(text).to_have_value(after)
    page.keyboard.press("Control+z")
    expect(text).to_have_value("one")
    page.keyboard.press("Control+Shift+z")
    expect(text).to_have_value(after)


@pytest.mark.parametrize(("key", "after"), [("b", "**one**"), ("i", "*one*")])
def test_shortcut_does_what_its_tool_does(page: Page, text: Locator, key: str, after: str) -> None:
    text.fill("one")
    select(text, 0, 3)
    page.keyboard.press(f"Control+{key}")
    expect(text).to_have_value(after)


def test_toolbar_is_one_stop_with_arrow_keys(page: Page, text: Locator) -> None:
    text.focus()
    page.keyboard.press("Shift+Tab")
    expect(tool(page, "Bold")).to_be_focused()
    for key, name in (
        ("ArrowRight", "Italic"),
        ("ArrowRight", "Heading"),
        ("End", "Snippet"),
        ("ArrowRight", "Bold"),
        ("ArrowLeft", "Snippet"),
        ("Home", "Bold"),
        ("ArrowRight", "Italic"),
    ):
        page.keyboard.press(key)
        expect(tool(page, name)).to_be_focused()
    page.keyboard.press("Tab")
    expect(text).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(tool(page, "Italic")).to_be_focused()


def test_tool_is_pressed_with_the_keyboard(page: Page, text: Locator) -> None:
    text.fill("one")
    select(text, 0, 3)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(text).to_have_value("**one**")
    expect(text).to_be_focused()


def test_tab_leaves_the_text(page: Page, text: Locator) -> None:
    text.fill("- one")
    page.keyboard.press("Tab")
    expect(text).not_to_be_focused()
    expect(text).to_have_value("- one")


def test_arrow_keys_follow_the_writing_direction(new_context: Any, form_url: str) -> None:
    page: Page = new_context(locale="ar").new_page()
    sign_in(page, form_url)
    page.goto(form_url)
    tools = page.get_by_role("toolbar").get_by_role("button")
    tools.first.focus()
    page.keyboard.press("ArrowLeft")
    expect(tools.nth(1)).to_be_focused()


def test_without_scripts_there_are_no_tools(plain_page: Page, form_url: str) -> None:
    sign_in(plain_page, form_url)
    plain_page.goto(form_url)
    expect(plain_page.locator("#id_content")).to_be_visible()
    expect(plain_page.locator(".hc-toolbar")).to_be_hidden()
    expect(plain_page.locator(".hc-checks")).to_be_hidden()


def test_another_script_may_take_a_tool_over(page: Page, text: Locator) -> None:
    page.evaluate(
        """() => document.addEventListener("help-center:tool", (event) => {
            if (event.detail.tool === "image") event.preventDefault();
        })"""
    )
    text.fill("one")
    tool(page, "Image").click()
    tool(page, "Bold").click()
    expect(text).to_have_value("**one**")


# Lists


def test_enter_goes_on_with_a_list_and_ends_it(page: Page, text: Locator) -> None:
    text.fill("")
    text.press_sequentially("1. one\ntwo\n\nText\nMore")
    expect(text).to_have_value("1. one\n2. two\n\nText\nMore")


def test_shift_and_enter_make_a_plain_line(page: Page, text: Locator) -> None:
    text.fill("- one")
    page.keyboard.press("Shift+Enter")
    expect(text).to_have_value("- one\n")


def test_enter_in_a_list_is_undone(page: Page, text: Locator) -> None:
    text.fill("- one")
    page.keyboard.press("Enter")
    expect(text).to_have_value("- one\n- ")
    page.keyboard.press("Control+z")
    expect(text).to_have_value("- one")


# Links


@pytest.fixture
def guide(tenant: Model) -> HelpArticle:
    return make_article(tenant, "Scan [labels]", target_roles=["staff"])


def test_link_is_made_with_the_keyboard_alone(
    page: Page, text: Locator, guide: HelpArticle
) -> None:
    refused = watch(page)
    text.fill("See the guide.")
    select(text, 8, 13)
    page.keyboard.press("Control+k")
    field = dialog(page).get_by_role("combobox", name="Article or web address")
    expect(field).to_be_focused()
    page.keyboard.type("lab")
    option = dialog(page).get_by_role("option", name="Scan [labels]")
    expect(dialog(page).get_by_role("option")).to_have_count(1)
    expect(option).to_contain_text("staff")
    expect(dialog(page).get_by_role("status")).to_have_text("Articles found: 1")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()
    expect(text).to_have_value(f"See the [guide](article:{guide.pk}).")
    expect(text).to_be_focused()
    page.keyboard.press("Control+z")
    expect(text).to_have_value("See the guide.")
    assert refused == []


def test_title_stands_where_no_words_were_selected(
    page: Page, text: Locator, guide: HelpArticle
) -> None:
    text.fill("")
    tool(page, "Link to article").click()
    dialog(page).get_by_role("option", name="Scan [labels]").click()
    expect(text).to_have_value(f"[Scan \\[labels\\]](article:{guide.pk})")


def test_draft_is_offered_with_a_badge(page: Page, text: Locator, article: HelpArticle) -> None:
    tool(page, "Link to article").click()
    expect(dialog(page).get_by_role("option", name="Pair a scanner")).to_contain_text("Draft")


def test_web_address_is_a_link_too(page: Page, text: Locator) -> None:
    text.fill("")
    page.keyboard.press("Control+k")
    page.keyboard.type("https://example.com/a")
    page.keyboard.press("Tab")
    page.keyboard.type("there")
    page.keyboard.press("Enter")
    expect(text).to_have_value("[there](https://example.com/a)")


def test_link_at_the_caret_is_changed(page: Page, text: Locator) -> None:
    text.fill("See [the \\[old\\] page](https://example.com/) now.")
    select(text, 8, 8)
    page.keyboard.press("Control+k")
    expect(dialog(page).get_by_role("combobox")).to_have_value("https://example.com/")
    expect(dialog(page).get_by_role("textbox", name="Text")).to_have_value("the [old] page")
    page.keyboard.type("/new/")
    page.keyboard.press("Enter")
    expect(text).to_have_value("See [the \\[old\\] page](/new/) now.")


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "no such article"])
def test_what_is_neither_article_nor_address_stays_in_the_dialog(
    page: Page, text: Locator, typed: str
) -> None:
    text.fill("")
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    expect(dialog(page).get_by_role("status")).to_have_text("No article found")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("status")).to_contain_text("Choose an article")
    expect(dialog(page)).to_be_visible()
    expect(text).to_have_value("")


def test_escape_leaves_the_text_as_it_was(page: Page, text: Locator) -> None:
    text.fill("one two")
    select(text, 4, 7)
    page.keyboard.press("Control+k")
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    expect(text).to_be_focused()
    assert selected(text) == "two"
    expect(text).to_have_value("one two")


def test_search_that_fails_leaves_web_addresses(page: Page, text: Locator) -> None:
    page.route(FIND, lambda route: route.fulfill(status=500, body="<html>"))
    text.fill("")
    page.keyboard.press("Control+k")
    expect(dialog(page).get_by_role("status")).to_contain_text("cannot be searched")
    page.keyboard.type("/pricing/")
    page.keyboard.press("Enter")
    expect(text).to_have_value("[/pricing/](/pricing/)")


def test_titles_are_text(page: Page, tenant: Model, form_url: str) -> None:
    make_article(tenant, "<img src=x onerror=alert(1)> hostile", slug="hostile")
    text = open_form(page, form_url)
    text.fill("")
    page.keyboard.press("Control+k")
    option = dialog(page).get_by_role("option", name="hostile")
    expect(option).to_contain_text("<img src=x onerror=alert(1)>")
    expect(dialog(page).locator("img")).to_have_count(0)


# Checks and outline


def test_checks_follow_the_text_and_lead_to_the_line(page: Page, text: Locator) -> None:
    with page.expect_response(CHECK):
        text.fill("Hold it.\n\n![](/lamp.png)\n")
    problem = page.get_by_role("button", name="Line 3: An image has no description")
    expect(problem).to_be_visible()
    checks = page.get_by_role("region", name="Checks")
    expect(checks.get_by_role("status")).to_contain_text("1 error keeps this from being published.")
    problem.focus()
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    assert selected(text) == "![](/lamp.png)"
    page.keyboard.type("![lamp](/lamp.png)")
    expect(checks.get_by_role("status")).not_to_contain_text("error")


def test_problem_of_another_field_leads_there(page: Page, text: Locator) -> None:
    page.get_by_role("button", name="The article has no summary").click()
    expect(page.locator("#id_summary")).to_be_focused()
    page.locator("#id_summary").fill("In short.")
    expect(page.get_by_role("button", name="The article has no summary")).to_have_count(0)


def test_outline_leads_to_a_heading_that_is_out_of_sight(page: Page, text: Locator) -> None:
    text.fill("## First\n\n" + "Words of a paragraph.\n\n" * 80 + "### Last\n\nEnd.")
    entry = page.get_by_role("button", name="H3 Last")
    expect(entry).to_be_visible()
    entry.focus()
    page.keyboard.press("Enter")
    assert selected(text) == "### Last"
    place, height, above = text.evaluate(
        "node => [node.scrollHeight - node.scrollTop, node.clientHeight, node.scrollTop]"
    )
    assert above > 1_000
    assert place <= height + 10


def test_length_is_told(page: Page, text: Locator) -> None:
    text.fill("one two three")
    expect(page.get_by_text("3 words · 1 minute to read")).to_be_visible()


def test_fast_typing_asks_for_one_check(page: Page, form_url: str) -> None:
    asked: list[str] = []
    page.clock.install(time=0)
    text = open_form(page, form_url)
    page.clock.pause_at(60_000)
    page.on("request", lambda each: asked.append(each.url) if CHECK.search(each.url) else None)
    text.press_sequentially(" more words")
    with page.expect_response(CHECK):
        page.clock.run_for(2_000)
    assert len(asked) == 1


def test_failed_check_changes_nothing(page: Page, text: Locator) -> None:
    problem = page.get_by_role("button", name="The article has no summary")
    expect(problem).to_be_visible()
    page.route(CHECK, lambda route: route.fulfill(status=403, body="<html>"))
    with page.expect_response(CHECK):
        text.fill("## Other")
    expect(problem).to_be_visible()
    tool(page, "Bold").click()
    expect(text).to_have_value(re.compile(r"\*\*"))


def test_saving_sends_the_text_alone(page: Page, text: Locator) -> None:
    text.fill("one")
    select(text, 0, 3)
    page.keyboard.press("Control+b")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert HelpArticle.objects.get().content == "**one**"


# Policy, accessibility, layout


@pytest.mark.parametrize(
    ("scheme", "locale", "width"),
    [("light", "en", 1280), ("dark", "en", 1280), ("light", "ar", 360), ("dark", "en", 360)],
)
def test_editor_is_accessible_under_the_policy(
    new_context: Any,
    form_url: str,
    guide: HelpArticle,
    scheme: str,
    locale: str,
    width: int,
) -> None:
    KnowledgeService(tenant=guide.tenant, actor=SYSTEM).update_article(
        guide, content="## One\n\n#### Two\n\n![](/x.png)"
    )
    context = new_context(
        color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}
    )
    page: Page = context.new_page()
    refused = watch(page)
    sign_in(page, form_url)
    page.goto(re.sub(r"\d+(?=/change/)", str(guide.pk), form_url))
    expect(page.locator(".hc-checks__problem").first).to_be_visible()
    outside = page.locator(EDITOR).evaluate(
        """root => [...root.querySelectorAll("*")].filter((node) => {
            const box = node.getBoundingClientRect();
            return box.width && (box.left < 0 || box.right > innerWidth);
        }).map((node) => node.outerHTML)"""
    )
    assert outside == []
    page.locator("#id_content").focus()
    page.keyboard.press("Control+k")
    expect(page.locator(".hc-link[open] [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    box = page.locator(".hc-link[open]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert refused == []
    assert accessibility_violations(page, ".hc-link") == []
    page.keyboard.press("Escape")
    expect(page.locator(".hc-link[open]")).to_be_hidden()
    assert accessibility_violations(page, EDITOR) == []
