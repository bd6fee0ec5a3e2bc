"""“View as” and saved filters in a browser: by keyboard, without scripts, on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.models import HelpSavedFilter, get_tenant_model
from tests.browser.axe import accessibility_violations
from tests.browser.conftest import sign_in, watch
from tests.factories import make_article

LIST = reverse("admin:help_center_helparticle_changelist")


@pytest.fixture
def root(transactional_db: None) -> Any:
    return get_user_model().objects.create_superuser("root", password="x")


@pytest.fixture
def restricted(tenant: Model) -> Model:
    for name in ("dispatcher", "guest"):
        Group.objects.create(name=name)
    return make_article(tenant, "Route planning", slug="route", target_roles=["dispatcher"])


@pytest.fixture
def list_url(admin_server: LiveServer, transactional_db: None, tenant: Model, settings: Any) -> str:
    settings.HELP_CENTER_ADMIN_TENANTS = f"{__name__}.acme"
    return f"{admin_server.url}{LIST}"


def acme(user: Any) -> Any:
    """Everybody works for Acme alone."""
    return get_tenant_model()._default_manager.filter(slug="acme")


def is_wider_than_its_window(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def test_staff_views_a_page_as_a_role_with_the_keyboard(
    page: Page, site: str, restricted: Model, root: Any, violations: list[str]
) -> None:
    sign_in(page, site, root)
    page.goto(f"{site}/a/route/")
    role = page.locator("#hc-view-as-role")
    role.focus()
    page.keyboard.press("g")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    banner = page.locator(".hc-view-as--on")
    expect(banner).to_contain_text("readers with the role “guest”")
    expect(page.get_by_text("“Route planning” is not visible to “guest”.")).to_be_visible()
    page.locator("#hc-view-as-role").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(banner).to_be_hidden()
    assert violations == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bar_is_accessible_and_fits_a_phone(
    page: Page, site: str, restricted: Model, root: Any, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, site, root)
    page.goto(f"{site}/a/route/")
    assert accessibility_violations(page, ".hc-view-as") == []
    page.select_option("#hc-view-as-role", "guest")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".hc-view-as--on")).to_be_visible()
    assert not is_wider_than_its_window(page)
    assert accessibility_violations(page, ".hc-view-as", ".hc-view-as__hidden") == []


def test_author_sees_an_article_as_a_role_from_its_form_without_scripts(
    plain_page: Page, admin_server: LiveServer, restricted: Model, root: Any
) -> None:
    form = reverse("admin:help_center_helparticle_change", args=[restricted.pk])
    restricted.tenant.domain = "127.0.0.1"  # type: ignore[attr-defined]
    restricted.tenant.save()  # type: ignore[attr-defined]
    sign_in(plain_page, f"{admin_server.url}{form}", root)
    plain_page.goto(f"{admin_server.url}{form}")
    plain_page.locator(".hc-readers summary").click()
    plain_page.get_by_role("button", name="See it as guest").click()
    expect(plain_page.get_by_text("“Route planning” is not visible to “guest”.")).to_be_visible()


def test_filter_is_saved_opened_and_deleted_with_the_keyboard(
    page: Page, list_url: str, root: Any
) -> None:
    refused = watch(page)
    sign_in(page, list_url, root)
    page.goto(f"{list_url}?status__exact=REVIEW&q=scan")
    page.locator(".hc-filters summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Scanners")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("The filter “Scanners” was saved.")
    expect(page.locator(".hc-filters [aria-current]")).to_have_text("Scanners")
    page.goto(list_url)
    page.get_by_role("link", name="Scanners").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=scan&status__exact=REVIEW")
    page.get_by_role("link", name="Manage filters").click()
    page.get_by_role("link", name="Scanners", exact=True).click()
    page.locator("a.deletelink").click()
    page.get_by_role("button", name="Yes, I’m sure").click()
    expect(page.locator(".messagelist")).to_contain_text("was deleted")
    assert not HelpSavedFilter.objects.exists()
    assert refused == []


def test_filter_is_saved_without_scripts(plain_page: Page, list_url: str, root: Any) -> None:
    sign_in(plain_page, list_url, root)
    plain_page.goto(f"{list_url}?q=scan")
    plain_page.locator(".hc-filters summary").click()
    plain_page.get_by_label("Name:").fill("Scanners")
    plain_page.get_by_role("button", name="Save", exact=True).click()
    expect(plain_page.locator(".hc-filters [aria-current]")).to_have_text("Scanners")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_filters_are_accessible_and_fit_a_phone(
    page: Page, list_url: str, root: Any, tenant: Any, theme: str
) -> None:
    HelpSavedFilter.objects.create(
        tenant=tenant, owner=root, list_name="helparticle", name="x" * 100, query="q=scan"
    )
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, list_url, root)
    page.goto(f"{list_url}?q=scan")
    page.locator(".hc-filters summary").click()
    assert not is_wider_than_its_window(page)
    assert accessibility_violations(page, ".hc-filters") == []
