"""Databases that nobody has migrated yet, and that have been migrated just now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from tests.scratch_database import ALIAS, Scratch, scratch_database


@pytest.fixture
def scratch(database_url: str, django_db_blocker: Any) -> Iterator[Scratch]:
    """Return a database in which nothing has been migrated."""
    with django_db_blocker.unblock(), scratch_database(database_url) as database:
        yield database


@pytest.fixture(scope="session")
def template(database_url: str, django_db_blocker: Any) -> Iterator[str]:
    """Return the name of a migrated database, because copying is faster than migrating."""
    with scratch_database(database_url) as database:
        with django_db_blocker.unblock():
            database.migrate()
        # A database is copied only while nobody is connected to it.
        connections[ALIAS].close()
        yield database.name


@pytest.fixture
def migrated(database_url: str, template: str, django_db_blocker: Any) -> Iterator[Scratch]:
    """Return a database in which everything has been migrated."""
    with django_db_blocker.unblock(), scratch_database(database_url, template) as database:
        yield database
