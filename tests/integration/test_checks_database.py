"""System checks that ask the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage, Tags, run_checks
from django.db import connection

from django_helpcenter.checks.database import check_databases, check_pgvector, version_of

pytestmark = pytest.mark.django_db


def found() -> list[CheckMessage]:
    return check_databases(databases=["default"])


def test_database_of_the_tests_is_fine() -> None:
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_server_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.features, "minimum_database_version", (99,))
    (message,) = found()
    assert message.id == "help_center.E031"
    assert "PostgreSQL 99 or later is required" in message.msg


class Rows:
    """A cursor that answers every question with one row."""

    def __init__(self, row: Any) -> None:
        self.row = row

    def execute(self, sql: str, params: Any = None) -> None:
        pass

    def fetchone(self) -> Any:
        return self.row


@pytest.mark.parametrize(
    ("row", "identifier", "hint"),
    [
        (None, "E032", "Install pgvector 0.8 or later"),
        (("0.7.4", "0.8.1"), "E033", "Run in the database: ALTER EXTENSION vector UPDATE"),
        (("0.7.4", "0.7.4"), "E033", "Install pgvector 0.8 or later on the server, then"),
        ((None, "0.5.0"), "E033", "Install pgvector 0.8 or later on the server, then"),
    ],
)
def test_pgvector_that_is_missing_or_too_old(row: Any, identifier: str, hint: str) -> None:
    cursor: Any = Rows(row)
    (message,) = check_pgvector(cursor, "default")
    assert message.id == f"help_center.{identifier}"
    assert hint in str(message.hint)


@pytest.mark.parametrize("row", [("0.8.0", "0.8.5"), (None, "0.10.0"), ("1.0", "1.0")])
def test_pgvector_that_will_do(row: Any) -> None:
    cursor: Any = Rows(row)
    assert check_pgvector(cursor, "default") == []


@pytest.mark.parametrize(
    ("text", "version"), [("0.8.5", (0, 8, 5)), ("0.10", (0, 10)), ("1.0-rc1", (1, 0, 1))]
)
def test_versions_are_compared_by_number(text: str, version: tuple[int, ...]) -> None:
    assert version_of(text) == version


def test_column_of_another_width() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX help_passage_embedding_idx")
        cursor.execute(
            "ALTER TABLE help_center_helppassageembedding ALTER COLUMN embedding TYPE halfvec(768)"
        )
    (message,) = found()
    assert message.id == "help_center.E034"
    assert "holds vectors of 768 numbers; embedding backends make 384" in message.msg
    assert "halfvec(384)" in str(message.hint)


def test_before_the_first_migration_there_is_no_column_to_complain_about() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE help_center_helppassageembedding")
        cursor.execute("DROP TABLE help_center_helparticleembedding")
    assert found() == []


class NotHere:
    """A router that keeps the help center out of every database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return app_label != "help_center"


def test_database_that_the_help_center_is_not_in_is_not_asked(settings: Any) -> None:
    settings.DATABASE_ROUTERS = [f"{__name__}.NotHere"]
    with connection.execute_wrapper(_refuse):
        assert found() == []


def _refuse(*args: Any) -> Any:
    raise AssertionError("The database was asked.")
