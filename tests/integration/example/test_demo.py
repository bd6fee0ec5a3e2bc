"""The demo, as ``make demo`` runs it, and who sees what in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scratch_database import scratch_database

pytest.importorskip("uvicorn", reason="the demo is served by uvicorn, of the extra [demo]")

pytestmark = pytest.mark.embedded

MANAGE = Path(__file__).parents[3] / "example_project" / "manage.py"


def demo(url: str, models: Path) -> subprocess.CompletedProcess[str]:
    return manage(url, models, "demo", "--no-serve", "--without-model")


def manage(url: str, models: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", MANAGE, *command],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "example.settings",
            "HELP_CENTER_MODEL_DIR": str(models),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def roles(is_superuser: bool, organization: int) -> list[str]:
    """Return the roles that the example project gives a dispatcher in organization 1."""
    code = (
        "from larchwork.help import roles_of; from larchwork.models import Organization, User;"
        f"user = User(role='dispatcher', is_superuser={is_superuser});"
        f"user.organization_id = {organization};"
        "print(*roles_of(user, Organization(pk=1)))"
    )
    done = subprocess.run(
        [sys.executable, MANAGE, "shell", "--verbosity", "0", "--command", code],
        env={
            **os.environ,
            # No server is asked.
            "DATABASE_URL": "postgres:///none",
            "DJANGO_SETTINGS_MODULE": "example.settings",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.split()


def test_admin_of_the_demo_has_every_role() -> None:
    assert roles(True, organization=1) == ["technician", "dispatcher", "manager", "support"]


def test_others_have_their_own_role() -> None:
    assert roles(False, organization=1) == ["dispatcher"]


@pytest.mark.parametrize("is_superuser", [True, False])
def test_nobody_has_a_role_in_another_organization(is_superuser: bool) -> None:
    assert roles(is_superuser, organization=2) == []


def test_demo_prepares_everything_and_changes_nothing_the_second_time(
    database_url: str, tmp_path: Path
) -> None:
    with scratch_database(database_url) as scratch:
        url = re.sub(r"/[^/?]*(\?|$)", rf"/{scratch.name}\1", database_url, count=1)
        first, second = demo(url, tmp_path), demo(url, tmp_path)
        reminders = manage(url, tmp_path, "send_help_review_reminders", "--dry-run")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert re.search(r"\d+ new, 0 changed, 0 as before, 0 passages embedded", first.stdout)
    assert re.search(r"0 new, 0 changed, \d+ as before, 0 passages embedded", second.stdout)
    # Ana and Emil own articles of which one each is due.
    assert "ana <ana@larchwork.example>: 1 due." in reminders.stdout
    assert "emil <emil@larchwork.example>: 1 due." in reminders.stdout
