"""Hostile texts in every field, looked at on every page, in a browser that would run them.

No policy protects the pages here: what a browser would refuse under the strictest one is reported,
and nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpArticle, HelpCategory, HelpDraft, HelpLink, HelpTag
from django_helpcenter.services.preview_links import preview_token
from tests.browser import hostile_world
from tests.browser.canary import Canary, Walk
from tests.browser.conftest import serve, sign_in
from tests.hostile_texts import LINES, documents, packs
from tests.isolation.routes import all_routes

#: Routes that no link leads to with GET: what they show is looked at in the test that is named.
POSTED = {
    "admin:help_center_helparticle_preview": "test_hostile_texts_are_inert_while_they_are_written",
    "admin:help_center_helparticle_check": "test_hostile_texts_are_inert_while_they_are_written",
    "admin:help_center_helpfile_upload": "test_refused_image_says_why_and_escape_leaves_the_text",
    "admin:help_center_helpcategory_place": "test_hostile_texts_are_inert_in_messages",
    "admin:help_center_helpsavedfilter_keep": "test_hostile_texts_are_inert_in_messages",
    "admin:help_center_helplink_recheck": "test_hostile_texts_are_inert_in_messages",
    "help_center:view-as": "test_hostile_texts_are_inert_to_staff_who_read_as_a_role",
    "help_center:suggest": "test_hostile_texts_are_inert_while_somebody_searches",
    "help_center:vote": "test_hostile_texts_are_inert_on_every_reader_page",
}


@pytest.fixture(scope="session")
def bare_server(django_db_setup: None) -> Iterator[LiveServer]:
    """Serve the test project under no policy, but with reports of what one would refuse."""
    server = serve(
        "tests.browser.policy.ReportOnly",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    )
    yield server
    server.stop()


@pytest.fixture
def base(bare_server: LiveServer) -> str:
    return str(bare_server.url)


@pytest.fixture
def world(base: str, transactional_db: None, tmp_path: Path) -> Model:
    return hostile_world.build(tmp_path)


@pytest.fixture
def canary(base: str, context: Any) -> Canary:
    return Canary(context, urlsplit(base).netloc)


@pytest.fixture
def page(canary: Canary, context: Any) -> Page:
    """Return a page that the canary watches."""
    made: Page = context.new_page()
    return made


def assert_inert(canary: Canary) -> None:
    assert not canary.found, f"{len(canary.found)} faults:\n" + "\n".join(canary.found[:25])


@pytest.mark.parametrize("line", [line for line in LINES if "data-hostile" in line][:6])
def test_canary_sings(page: Page, canary: Canary, base: str, line: str) -> None:
    """Whoever wrote this into a page without escaping it would hear of it."""
    page.goto(f"{base}/admin/login/")
    page.set_content(f"<title>{line}</title><textarea>{line}</textarea><p title='{line}'>{line}")
    canary.inspect(page)
    assert canary.found


def reader_starts(base: str, tenant: Any) -> Iterator[str]:
    articles = HelpArticle.objects.for_tenant(tenant)
    for article in articles.filter(status="PUBLISHED"):
        yield base + reverse("help_center:article", args=[article.slug])
    for article in articles.exclude(status="PUBLISHED")[:4]:
        yield base + reverse("help_center:preview", args=[preview_token(article)])
    for draft in HelpDraft.objects.for_tenant(tenant).select_related("article")[:3]:
        yield base + reverse("help_center:preview", args=[preview_token(draft.article, draft)])
    for name in ("home", "search"):
        yield base + reverse(f"help_center:{name}")
    for pack in packs(500):
        yield f"{base}{reverse('help_center:search')}?{urlencode({'q': pack, 'tag': pack})}"
    for tag in HelpTag.objects.for_tenant(tenant).order_by("-pk")[:4]:
        yield base + reverse("help_center:tag", args=[tag.slug])
    for category in HelpCategory.objects.for_tenant(tenant).order_by("-pk")[:6]:
        yield base + reverse("help_center:category", args=[category.slug])
    yield f"{base}/help/a/%3Cimg%20src=x%20onerror=canary()%20data-hostile%3E/"


def own_routes(prefix: str) -> set[str]:
    return {route.name for route in all_routes() if route.name.startswith(prefix)}


def test_hostile_texts_are_inert_on_every_reader_page(
    world: Any, page: Page, canary: Canary, base: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    machines = {
        f"help_center:{name}" for name in ("file", "article-markdown", "sitemap", "feed", "llms")
    }
    walk = Walk(page, canary, prefix=f"{base}/help/", leave=machines)
    walk.run(reader_starts(base, world), limit=2)
    page.goto(base + reverse("help_center:home"))
    assert_inert(canary)
    assert not walk.overflowing, "\n".join(walk.overflowing)
    assert own_routes("help_center:") - walk.statuses.keys() - machines == {
        route for route in POSTED if route.startswith("help_center:")
    }


def admin_starts(base: str, tenant: Any) -> Iterator[str]:
    """Yield each page of each model, with a row of it where its address names one."""
    for route in all_routes():
        model, view = _model_and_view(route.name)
        # A picture by itself is a page of the browser's own.
        if not model or view == "content":
            continue
        found = apps.get_model("help_center", model)
        rows = found._default_manager.order_by("-pk")
        if "tenant" in {field.name for field in found._meta.fields}:
            rows = rows.filter(tenant=tenant)
        names_row = "<" in route.pattern.partition("help_center/")[2]
        # What articles say is all over the admin; the others are in their lists as well.
        for row in rows[: 4 if model == "helparticle" else 1] if names_row else [None]:
            yield base + reverse(route.name, args=[] if row is None else [row.pk])


def _model_and_view(name: str) -> tuple[str, str]:
    prefix = "admin:help_center_"
    model, _, view = name.removeprefix(prefix).partition("_")
    return (model, view) if name.startswith(prefix) else ("", "")


def test_hostile_texts_are_inert_on_every_page_of_the_admin(
    world: Any, page: Page, canary: Canary, base: str
) -> None:
    sign_in(page, f"{base}/admin/", get_user_model().objects.get(is_superuser=True))
    leave = {"admin:logout", "admin:password_change", "admin:help_center_helpfile_content"}
    walk = Walk(page, canary, prefix=f"{base}/admin/", leave=leave)
    walk.run([base + reverse("admin:index"), *admin_starts(base, world)], limit=1)
    assert_inert(canary)
    closed = {route for route, statuses in walk.statuses.items() if statuses == {405}}
    assert closed == {route for route in POSTED if route.startswith("admin:")}


def test_hostile_texts_are_inert_while_they_are_written(
    world: Any, page: Page, canary: Canary, base: str
) -> None:
    article = HelpArticle.objects.for_tenant(world).filter(status="PUBLISHED").latest("pk")
    url = base + reverse("admin:help_center_helparticle_change", args=[article.pk])
    sign_in(page, url, get_user_model().objects.get(is_superuser=True))
    page.goto(url)
    page.get_by_role("button", name="Preview", exact=True).click()
    shown = page.frame_locator(".hc-editor__frame:not(.hc-editor__frame--loading)").locator("main")
    for number, text in enumerate(documents()):
        page.fill("#id_title", packs(480)[number % len(packs(480))])
        page.fill("#id_content", f"{text}\n\nEnd{number}")
        page.keyboard.press("Control+End")
        if number % 4 == 0:
            expect(shown).to_be_visible()
            page.wait_for_load_state("networkidle")
            canary.inspect(page)
    page.locator("#id_content").press("Control+k")
    for typed in ("img", "script", "canary", LINES[1]):
        page.get_by_role("dialog").get_by_role("combobox").fill(typed)
        page.wait_for_load_state("networkidle")
        canary.inspect(page)
    assert_inert(canary)


def test_hostile_texts_are_inert_while_somebody_searches(
    world: Any, page: Page, canary: Canary, base: str
) -> None:
    page.goto(base + reverse("help_center:search"))
    field = page.get_by_role("combobox").first
    for typed in ("img", "script", "svg", "canary", "data-hostile", LINES[0], LINES[1]):
        field.fill("")
        with page.expect_response("**/suggest/**"):
            field.press_sequentially(typed)
        page.wait_for_load_state("networkidle")
        canary.inspect(page)
    assert_inert(canary)


def test_hostile_texts_are_inert_in_messages(
    world: Any, page: Page, canary: Canary, base: str
) -> None:
    lists = f"{base}{reverse('admin:help_center_helparticle_changelist')}"
    sign_in(page, lists, get_user_model().objects.get(is_superuser=True))
    page.goto(lists)
    for action in ("archive_articles", "publish_articles"):
        page.check("#action-toggle")
        page.locator("select[name=action]").select_option(action)
        page.locator("button[name=index]").first.click()
        expect(page.locator(".messagelist")).to_be_visible()
        canary.inspect(page)
    for model in (HelpTag, HelpCategory):
        row = model.objects.for_tenant(world).order_by("-pk")[0]
        page.goto(
            base + reverse(f"admin:help_center_{model._meta.model_name}_delete", args=[row.pk])
        )
        page.locator("#content form [type=submit]").first.click()
        page.wait_for_load_state()
        canary.inspect(page)
    page.goto(base + reverse("admin:help_center_helpcategory_changelist"))
    page.locator("form[action*='/place/'] button, button[formaction*='/place/']").first.evaluate(
        "button => button.click()"
    )
    expect(page.get_by_role("status").last).to_contain_text("“")
    canary.inspect(page)
    page.goto(f"{lists}?tenant={world.pk}&status__exact=DRAFT")
    page.locator(".hc-filters__keep summary").click()
    page.fill("#hc-filter-name", packs(150)[0])
    page.locator(".hc-filters__keep button").click()
    expect(page.locator(".messagelist")).to_contain_text("was saved")
    canary.inspect(page)
    address = f"/help/a/{packs(300)[0]}"
    link = HelpLink.objects.create(tenant_id=world.pk, address=address, state="BROKEN")
    page.goto(base + reverse("admin:help_center_helplink_change", args=[link.pk]))
    page.get_by_role("button", name="Check again now").click()
    expect(page.locator(".messagelist")).to_be_visible()
    canary.inspect(page)
    assert_inert(canary)


def test_hostile_texts_are_inert_to_staff_who_read_as_a_role(
    world: Any, page: Page, canary: Canary, base: str
) -> None:
    for name in packs(150):
        Group.objects.get_or_create(name=name)
    sign_in(page, f"{base}/admin/", get_user_model().objects.get(is_superuser=True))
    article = HelpArticle.objects.for_tenant(world).filter(status="PUBLISHED").latest("pk")
    for role in packs(150):
        page.goto(base + reverse("help_center:article", args=[article.slug]))
        page.locator("#hc-view-as-role").select_option(role)
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.locator(".hc-view-as--on")).to_be_visible()
        canary.inspect(page)
    assert_inert(canary)
