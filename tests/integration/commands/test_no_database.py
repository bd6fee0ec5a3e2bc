"""Commands where the tenant or the whole database is missing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model


@contextmanager
def hidden_tables() -> Iterator[None]:
    """Make the database look as if ``migrate`` had never run."""
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO pg_catalog")
    try:
        yield
    finally:
        connection.close()


def rebuild(*options: str) -> str:
    out = io.StringIO()
    call_command("rebuild_help_indexes", *options, stdout=out, stderr=out)
    return out.getvalue()


def test_check_exits_2_for_a_tenant_that_is_not_there(tenant: Model) -> None:
    with pytest.raises(CommandError, match="sync_documentation --create-tenant") as caught:
        rebuild("--check", "--tenant", "nobody")
    assert caught.value.returncode == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("options", [(), ("--check",)])
def test_database_without_tables_is_explained(tenant: Model, options: tuple[str, ...]) -> None:
    with hidden_tables(), pytest.raises(CommandError, match="run migrate") as caught:
        rebuild(*options)
    assert caught.value.returncode == 2


@pytest.mark.django_db(transaction=True)
def test_evaluation_without_tables_is_explained(tenant: Model, tmp_path: Path) -> None:
    options = {"queries": tmp_path / "q", "qrels": tmp_path / "r", "run": tmp_path / "run"}
    with hidden_tables(), pytest.raises(CommandError, match="run migrate") as caught:
        call_command("evaluate_help_search", tenant="acme", **options)
    assert caught.value.returncode == 2
