"""Browser tests drive the system's Chromium against a live server; playwright downloads none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.test import override_settings
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from django_helpcenter.conf import conf
from tests import settings as test_settings
from tests.chromium import LAUNCH_ARGUMENTS, find_chromium


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


@pytest.fixture(scope="session")
def strict_server(django_db_setup: None) -> Iterator[LiveServer]:
    """Serve the test project under the strictest content security policy."""
    # Playwright's event loop runs in the thread in which the fixtures use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    middleware = ["tests.browser.policy.ContentSecurityPolicy", *test_settings.MIDDLEWARE]
    with override_settings(MIDDLEWARE=middleware):
        server = LiveServer("127.0.0.1")
    yield server
    server.stop()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


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
