"""Commands on a machine whose database server does not answer, checks included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", *arguments],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PGHOST": "127.0.0.1",
            "PGPORT": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def files(folder: Path) -> list[str]:
    (folder / "q").write_text('{"id": "q", "text": "valve"}')
    (folder / "r").write_text("q\td\tg\nq\td\t1\n")
    return [f"--queries={folder / 'q'}", f"--qrels={folder / 'r'}", f"--run={folder / 'run'}"]


@pytest.mark.parametrize("command", ["rebuild_help_indexes", "evaluate_help_search"])
def test_command_says_so_in_one_line(tmp_path: Path, command: str) -> None:
    options = ["--tenant=x", *files(tmp_path)] if command == "evaluate_help_search" else []
    outcome = run(command, *options)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith("CommandError: The database cannot be used: ")
    assert len(outcome.stderr.splitlines()) == 1


def test_import_prints_its_line_of_json(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    outcome = run("sync_documentation", str(tmp_path), "--tenant=x", "--format=json")
    assert outcome.returncode == 2
    assert "The database cannot be used" in json.loads(outcome.stdout)["failures"][0]["reason"]
