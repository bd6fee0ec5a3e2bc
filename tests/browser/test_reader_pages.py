"""The reader pages in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from playwright.sync_api import Page, expect

from tests.factories import make_category, make_indexed

CONTENT = """\
Press the **trigger** until it blinks.

## Before you begin

| Model | Battery | Range | Weight | Protection | Certified for |
| --- | --- | --- | --- | --- | --- |
| LS-2208 | 3,000 mAh | 100 m | 210 g | IP54 | Explosive atmospheres |

## Steps

```bash
curl --header "Authorization: Bearer $TOKEN" https://api.example.com/v2/devices?limit=50&cursor=abc
```

Averyveryverylongwordthatnobodyhyphenatesbecauseitisanidentifier_or_something_like_that_0123456789

> [!WARNING]
> Keep it dry.

### Reset

1. Hold both buttons.
2. Wait.
"""

URLS = [
    "/",
    "/c/devices/",
    "/a/pair/",
    "/t/setup/",
    "/search/",
    "/search/?q=scanner",
    "/search/?q=xyzzy",
    "/a/nothing/",
]


def visit(page: Page, url: str) -> None:
    """Open a page, which must be there; the one that says "not found" must say so."""
    response = page.goto(url)
    assert response is not None
    assert response.status == (404 if url.endswith("/nothing/") else 200)


@pytest.fixture(autouse=True)
def content(site: str, tenant: Model) -> None:
    top = make_category(tenant, "Devices", slug="devices", description="Scanners and printers.")
    make_category(tenant, "Scanners", slug="scanners", parent=top)
    for title, slug, category in (
        ("Pair a scanner", "pair", top),
        ("Clean a scanner", "clean", make_category(tenant, "Scanners", slug="scanners")),
    ):
        make_indexed(
            tenant,
            title,
            slug=slug,
            category=category,
            summary="It takes a minute.",
            content=CONTENT,
            tags=["setup"],
        )


def test_reader_without_javascript_searches_opens_and_votes(plain_page: Page, site: str) -> None:
    visit(plain_page, f"{site}/")
    plain_page.get_by_label("Search the help center").fill("pair scanner")
    plain_page.get_by_role("button", name="Search").click()
    expect(plain_page.get_by_role("heading", level=1)).to_contain_text("match “pair scanner”")
    plain_page.get_by_role("link", name="Pair a scanner").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Pair a scanner")
    plain_page.get_by_role("button", name="Yes").click()
    expect(plain_page.get_by_role("heading", name="Thank you for your answer")).to_be_visible()
    expect(plain_page.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    plain_page.get_by_role("button", name="No").click()
    expect(plain_page.get_by_role("status")).to_contain_text("did not help")


def test_reader_browses_from_topic_to_article_and_back(page: Page, site: str) -> None:
    visit(page, f"{site}/")
    page.get_by_role("link", name="Devices").click()
    page.get_by_role("link", name="Pair a scanner").click()
    breadcrumb = page.get_by_role("navigation", name="Breadcrumb")
    expect(breadcrumb.locator("[aria-current=page]")).to_have_text("Pair a scanner")
    breadcrumb.get_by_role("link", name="Help center").click()
    expect(page).to_have_url(f"{site}/")


@pytest.mark.parametrize("url", URLS)
def test_page_violates_no_policy(page: Page, site: str, violations: list[str], url: str) -> None:
    visit(page, site + url)
    assert violations == []
    # The stylesheet is in force, and a violation would have been seen.
    assert page.evaluate("getComputedStyle(document.body).display") == "flex"
    with page.expect_console_message():
        page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert violations


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("url", URLS)
def test_narrow_page_scrolls_in_one_direction(
    new_context: object, site: str, url: str, locale: str
) -> None:
    context = new_context(viewport={"width": 320, "height": 640}, locale=locale)  # type: ignore[operator]
    page = context.new_page()
    visit(page, site + url)
    assert page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_skip_link_leads_past_the_header(page: Page, site: str) -> None:
    visit(page, f"{site}/a/pair/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main").get_by_role("link", name="Help center")).to_be_focused()


def test_every_stop_of_the_tab_key_shows_where_it_is(page: Page, site: str) -> None:
    visit(page, f"{site}/a/pair/")
    stops = 0
    while True:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        stops += 1
    assert stops > 10


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("url", URLS)
def test_targets_are_large_enough(new_context: object, site: str, url: str, width: int) -> None:
    context = new_context(viewport={"width": width, "height": 800})  # type: ignore[operator]
    page = context.new_page()
    visit(page, site + url)
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, input, summary")]
        .filter(element => element.checkVisibility() && !element.closest(".hc-prose"))
        .filter(element => !element.matches(".hc-skip, [type=hidden], .hc-search--compact button"))
        .filter(element => !element.closest("p:not([class]), .hc-feedback__more"))
        .map(element => [element.textContent.trim(), element.getBoundingClientRect().height])
        .filter(([, height]) => height < 24)"""
    )
    assert small == []


def test_primary_targets_are_larger(page: Page, site: str) -> None:
    visit(page, f"{site}/a/pair/")
    for name in ("Yes", "No"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["width"] >= 40


def test_table_of_contents_stands_beside_a_wide_text_and_folds_above_a_narrow_one(
    page: Page, site: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    visit(page, f"{site}/a/pair/")
    contents = page.get_by_role("navigation", name="On this page")
    expect(contents).to_have_count(1)
    expect(contents.get_by_role("link", name="Reset")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    expect(contents.get_by_role("link", name="Reset")).not_to_be_visible()
    page.locator("summary").click()
    contents.get_by_role("link", name="Reset").click()
    expect(page).to_have_url(re.compile("#section-reset$"))
    expect(page.get_by_role("heading", name="Reset")).to_be_in_viewport()


def test_theme_follows_the_system_and_the_page_may_overrule_it(page: Page, site: str) -> None:
    def background() -> str:
        color: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return color

    page.emulate_media(color_scheme="light")
    visit(page, f"{site}/")
    light = background()
    page.emulate_media(color_scheme="dark")
    dark = background()
    assert light != dark
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert background() == light
    page.emulate_media(color_scheme="light")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert background() == dark


def test_accent_of_the_host_wins_wherever_it_stands(page: Page, site: str) -> None:
    visit(page, f"{site}/")
    page.evaluate(
        """() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(":root { --hc-accent: rgb(1, 2, 3); }");
        document.adoptedStyleSheets = [sheet];
        }"""
    )
    button = "document.querySelector('.hc-search__button')"
    assert page.evaluate(f"getComputedStyle({button}).backgroundColor") == "rgb(1, 2, 3)"


def test_what_a_site_adds_to_the_hero_is_centered_below_the_search(
    page: Page, site: str, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "help_center").mkdir()
    (tmp_path / "help_center" / "home.html").write_text(
        '{% extends "help_center/home.html" %}'
        "{% block hero_extra %}<p><span id=notice>We are moving.</span></p>{% endblock %}",
        encoding="utf-8",
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    visit(page, f"{site}/")
    notice = page.locator("#notice").bounding_box()
    search = page.locator(".hc-search--hero").bounding_box()
    assert notice
    assert search
    middles = [box["x"] + box["width"] / 2 for box in (notice, search)]
    assert middles[0] == pytest.approx(middles[1], abs=1)
    assert notice["y"] - search["y"] - search["height"] > 10


def test_data_for_search_engines_are_read_and_never_run(
    page: Page, site: str, tenant: Model, violations: list[str]
) -> None:
    title = "</script><script>document.title = 'run'</script><!--"
    make_indexed(tenant, title, slug="nasty", summary=title, tags=[title])
    visit(page, f"{site}/a/nasty/")
    found = page.evaluate(
        """() => {
            const data = [...document.querySelectorAll('script[type="application/ld+json"]')];
            return data.map((each) => JSON.parse(each.textContent)["@graph"][0]["headline"]);
        }"""
    )
    assert found == [title]
    assert page.title().startswith(title)
    assert violations == []
