"""What the whole suite shares: the database server, and the markers that need something installed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database import leased_database

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def database_url() -> str:
    """Return the address of the PostgreSQL server: ``DATABASE_URL``, else the embedded one."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return url
    import embedded_postgres

    return embedded_postgres.database_url(ROOT / "var" / "test-postgres")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_url: str) -> Iterator[None]:
    """Point Django at the server, with a test database that no other run uses."""
    import embedded_postgres
    from django.db import connections

    with leased_database(database_url) as name:
        configured = embedded_postgres.django_database(database_url)
        connections["default"].settings_dict.update(configured)
        connections["default"].settings_dict["TEST"]["NAME"] = name
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with a reason, what this machine cannot run."""
    model_missing = not os.environ.get("HELP_CENTER_MODEL_DIR")
    for item in items:
        if model_missing and item.get_closest_marker("model"):
            item.add_marker(
                pytest.mark.skip(reason="HELP_CENTER_MODEL_DIR names no embedding model")
            )
