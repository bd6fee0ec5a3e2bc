"""Does the database have what is needed? Asked by ``migrate`` and ``check --database``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import NotSupportedError, connections, router
from django.db.backends.utils import CursorWrapper

from django_helpcenter.backends.embeddings.base import EMBEDDING_DIMENSIONS
from django_helpcenter.exceptions import DATABASE_EXCEPTIONS
from django_helpcenter.models import HelpArticleEmbedding, HelpPassageEmbedding

#: Iterative index scans came with this version.
PGVECTOR_VERSION = (0, 8)

VECTOR_MODELS = (HelpPassageEmbedding, HelpArticleEmbedding)


def check_databases(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E030–E034: the server, pgvector, the width of the vector columns."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql" or not router.allow_migrate_model(
            alias, HelpPassageEmbedding
        ):
            continue
        try:
            # Django asks this itself, but once per process: whoever connected first got the answer.
            connection.check_database_version_supported()
            with connection.cursor() as cursor:
                messages += check_pgvector(cursor, alias) or check_vector_columns(cursor, alias)
        except NotSupportedError as exc:
            messages.append(
                Error(
                    f"The server of database {alias!r} is too old: {str(exc).rstrip('.')}.",
                    hint="Upgrade PostgreSQL.",
                    id="help_center.E031",
                )
            )
        except DATABASE_EXCEPTIONS as exc:
            messages.append(
                Error(
                    f"The database {alias!r} cannot be asked: {str(exc).strip()}",
                    hint="Is the server running, and are DATABASES['HOST'], NAME, USER and "
                    "PASSWORD right?",
                    id="help_center.E030",
                )
            )
    return messages


def check_pgvector(cursor: CursorWrapper, alias: str) -> list[CheckMessage]:
    """E032, E033: pgvector is missing or too old."""
    cursor.execute(
        "SELECT installed_version, default_version FROM pg_available_extensions"
        " WHERE name = 'vector'"
    )
    row = cursor.fetchone()
    wanted = ".".join(str(part) for part in PGVECTOR_VERSION)
    if row is None:
        return [
            Error(
                f"The server of database {alias!r} does not have the extension pgvector.",
                hint=f"Install pgvector {wanted} or later on the server, for Debian the package "
                "postgresql-<version>-pgvector; `migrate` then creates the extension.",
                id="help_center.E032",
            )
        ]
    installed, available = row
    if version_of(installed or available) >= PGVECTOR_VERSION:
        return []
    can_update = version_of(available) >= PGVECTOR_VERSION
    return [
        Error(
            f"The database {alias!r} has pgvector {installed or available}; the help center needs "
            f"{wanted} or later.",
            hint="Run in the database: ALTER EXTENSION vector UPDATE"
            if can_update
            else f"Install pgvector {wanted} or later on the server, then run in the database: "
            "ALTER EXTENSION vector UPDATE",
            id="help_center.E033",
        )
    ]


def check_vector_columns(cursor: CursorWrapper, alias: str) -> list[CheckMessage]:
    """E034: a column holds vectors of another width than the embedding backends make."""
    messages: list[CheckMessage] = []
    for model in VECTOR_MODELS:
        table = model._meta.db_table
        cursor.execute(
            "SELECT atttypmod FROM pg_attribute"
            " WHERE attrelid = to_regclass(%s) AND attname = 'embedding' AND NOT attisdropped",
            [connections[alias].ops.quote_name(table)],
        )
        row = cursor.fetchone()
        if row is not None and row[0] != EMBEDDING_DIMENSIONS:
            messages.append(
                Error(
                    f"The column {table}.embedding holds vectors of {row[0]} numbers; embedding "
                    f"backends make {EMBEDDING_DIMENSIONS}.",
                    hint="Somebody changed the column by hand. Empty the table, run: ALTER TABLE "
                    f"{table} ALTER COLUMN embedding TYPE halfvec({EMBEDDING_DIMENSIONS}), then "
                    "`manage.py rebuild_help_indexes`.",
                    id="help_center.E034",
                )
            )
    return messages


def version_of(text: str) -> tuple[int, ...]:
    """Return the numbers of a version such as ``0.8.5``."""
    return tuple(int(part) for part in re.findall(r"\d+", text))
