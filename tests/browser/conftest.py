"""Browser tests drive the system's Chromium against a live server; playwright downloads none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests import settings as test_settings
from tests.browser.open_requests import wait_for_servers
from tests.chromium import LAUNCH_ARGUMENTS, find_chromium
from tests.factories import make_category

# Machines are shared and slow at times; what is there at once is not waited for.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Add to playwright's own arguments where Chromium is and how it runs anywhere."""
    return {
        **browser_type_launch_args,
        "executable_path": find_chromium(),
        "args": [*LAUNCH_ARGUMENTS],
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as `browser`."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def queries_beside_the_browser() -> Iterator[None]:
    """Allow queries although playwright's event loop runs in the thread of the fixtures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(autouse=True)
def leave_pages(request: pytest.FixtureRequest, browser: Browser) -> Iterator[None]:
    """End all pages, and what they asked for, before the database is emptied."""
    if "transactional_db" in request.fixturenames:
        # Set up before, so taken down after.
        request.getfixturevalue("transactional_db")
    yield
    for context in browser.contexts:
        for page in context.pages:
            page.close()
    wait_for_servers()


def serve(*middleware: str) -> LiveServer:
    """Serve the test project with these beside its own: the first before them, the others after."""
    everything = [
        "tests.browser.open_requests.OpenRequests",
        middleware[0],
        *test_settings.MIDDLEWARE,
        *middleware[1:],
    ]
    with override_settings(MIDDLEWARE=everything):
        return LiveServer("127.0.0.1")


@pytest.fixture(scope="session")
def strict_server(django_db_setup: None) -> Iterator[LiveServer]:
    """Serve the test project under the strictest content security policy."""
    server = serve("tests.browser.policy.ContentSecurityPolicy")
    yield server
    server.stop()


@pytest.fixture
def site(strict_server: LiveServer, transactional_db: None, tenant: Model) -> str:
    """Return the address of the help center of the tenant."""
    setattr(tenant, conf.TENANT_DOMAIN_FIELD, "127.0.0.1")
    tenant.save()
    return f"{strict_server.url}/help"


@pytest.fixture
def violations(page: Page) -> list[str]:
    """Return what the browser refused on this page so far; it grows while the page is used."""
    return watch(page)


def watch(page: Page) -> list[str]:
    """Collect what the browser refuses to do on a page."""
    found: list[str] = []
    page.on(
        "console",
        lambda message: found.append(message.text) if "Security Policy" in message.text else None,
    )
    return found


@pytest.fixture
def plain_page(new_context: Any) -> Page:
    """Return a page in a browser without JavaScript."""
    context: BrowserContext = new_context(java_script_enabled=False)
    return context.new_page()


@pytest.fixture(scope="session")
def admin_server(django_db_setup: None) -> Iterator[LiveServer]:
    """Serve the test project under the strictest policy that Django's own admin works under."""
    server = serve(
        "tests.browser.policy.AdminPolicy",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    )
    yield server
    server.stop()


@pytest.fixture
def article(transactional_db: None, tenant: Any) -> HelpArticle:
    """Return a draft of the tenant."""
    return KnowledgeService(tenant=tenant, actor=SYSTEM).create_article(
        title="Pair a scanner",
        content="Hold the **power** button.",
        category=make_category(tenant, "Devices"),
        index=False,
    )


@pytest.fixture
def form_url(admin_server: LiveServer, article: HelpArticle) -> str:
    """Return the address of the form of the article in the admin."""
    path = reverse("admin:help_center_helparticle_change", args=[article.pk])
    return f"{admin_server.url}{path}"


def photograph(page: Page, name: str) -> None:
    """Keep a picture where ``SCREENSHOTS`` names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def sign_in(page: Page, url: str, user: Any = None) -> None:
    """Give the browser the session of somebody, by default of a superuser."""
    client = Client()
    client.force_login(user or get_user_model().objects.create_superuser("root", password="x"))
    name = django_settings.SESSION_COOKIE_NAME
    site = url.partition("/admin/")[0]
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
