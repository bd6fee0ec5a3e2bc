"""What ``migrate`` says when the vector extension is not to be had."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.utils import NotSupportedError

import embedded_postgres
from tests.permissions import folder_for_everybody
from tests.scratch_database import ALIAS, Scratch, connect, disconnect

pytestmark = pytest.mark.thorough


@pytest.fixture
def extensions(scratch: Scratch, database_url: str) -> Iterator[Path]:
    """Return the only folder in which the server looks for extensions."""
    if not scratch.can_hide_extensions:
        pytest.skip("the server cannot be told where extensions are (PostgreSQL 18, superuser)")
    host = embedded_postgres.django_database(database_url)["HOST"]
    if not host.startswith("/"):
        pytest.skip("the server runs elsewhere and sees no folder of this machine")
    with folder_for_everybody() as folder:
        (folder / "extension").mkdir(mode=0o755)
        scratch.set(extension_control_path=str(folder))
        yield folder / "extension"


def offer(folder: Path, version: str) -> None:
    """Put an extension of this version, which does nothing, where the server looks."""
    control = folder / "vector.control"
    control.write_text(f"default_version = '{version}'\nrelocatable = true\n", "utf-8")
    script = folder / f"vector--{version}.sql"
    script.write_text("SELECT 1;\n", "utf-8")
    for path in (control, script):
        path.chmod(0o644)


def refusal(scratch: Scratch) -> str:
    with pytest.raises(NotSupportedError) as caught:
        scratch.migrate()
    assert scratch.tables() == []
    return str(caught.value)


def test_server_without_pgvector_is_told_what_to_install(
    scratch: Scratch, extensions: Path
) -> None:
    message = refusal(scratch)
    assert "This PostgreSQL server has no pgvector" in message
    assert "postgresql-<version>-pgvector" in message


def test_pgvector_that_is_too_old_is_named(scratch: Scratch, extensions: Path) -> None:
    offer(extensions, "0.7.4")
    message = refusal(scratch)
    assert "pgvector 0.7.4 is too old: 0.8 or newer is needed" in message
    assert "ALTER EXTENSION vector UPDATE" in message


def test_old_pgvector_that_is_in_use_already_is_named(scratch: Scratch, extensions: Path) -> None:
    offer(extensions, "0.5.1")
    scratch.execute("CREATE EXTENSION vector")
    assert "pgvector 0.5.1 is too old" in refusal(scratch)


def test_newer_pgvector_is_welcome(scratch: Scratch, extensions: Path) -> None:
    offer(extensions, "0.10.0")
    scratch.migrate("help_center", "0001")
    assert "vector" in scratch.extensions()


def test_migration_goes_on_when_the_extension_was_installed(
    scratch: Scratch, extensions: Path
) -> None:
    refusal(scratch)
    shutil.rmtree(extensions)
    scratch.set(extension_control_path="$system")
    scratch.migrate()
    assert scratch.tables()


@pytest.fixture
def ordinary_role(scratch: Scratch) -> Iterator[str]:
    """Return a role that may create tables in the scratch database, and nothing else."""
    role = f"{scratch.name}_role"
    scratch.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'secret'")
    scratch.execute(f'GRANT CREATE ON SCHEMA public TO "{role}"')
    yield role
    scratch.connect()
    scratch.execute(f'DROP OWNED BY "{role}"')
    scratch.execute(f'DROP ROLE "{role}"')


def test_role_that_may_not_create_extensions_is_told_who_may(
    scratch: Scratch, ordinary_role: str
) -> None:
    scratch.connect(USER=ordinary_role, PASSWORD="secret")
    message = refusal(scratch)
    assert "may not create the extension 'vector'" in message
    assert "Have a superuser run CREATE EXTENSION vector;" in message


def test_extension_that_a_superuser_made_is_enough(scratch: Scratch, ordinary_role: str) -> None:
    scratch.execute("CREATE EXTENSION vector")
    scratch.connect(USER=ordinary_role, PASSWORD="secret")
    scratch.migrate("help_center")
    assert scratch.tables()


def test_database_that_is_not_postgresql_is_named(tmp_path: Path, django_db_blocker: Any) -> None:
    lite = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db"), "OPTIONS": {}}
    with django_db_blocker.unblock():
        connect(lite)
        try:
            with pytest.raises(NotSupportedError) as caught:
                call_command("migrate", "help_center", "0001", database=ALIAS, verbosity=0)
        finally:
            disconnect()
    assert "needs PostgreSQL with pgvector; this database is sqlite" in str(caught.value)
    assert "Set DATABASES['scratch']" in str(caught.value)
