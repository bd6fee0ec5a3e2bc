"""What the demo says about its import, and about how to end it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_helpcenter.services.documentation import SyncReport
from larchwork.demo_report import ending_lines, python_command, report_lines


def test_import_is_told_in_one_line() -> None:
    report = SyncReport(created=2, updated=1, unchanged=72, embedded=9)
    report.skip("index.md", "It holds nothing but a title.")
    assert report_lines(report) == ["2 new, 1 changed, 72 as before, 9 passages embedded"]


def test_article_that_was_changed_by_hand_is_named() -> None:
    report = SyncReport(unchanged=74)
    report.conflict("devices/pumps.md", "Changed by hand.")
    assert report_lines(report)[1:] == [
        "kept your version of devices/pumps.md: it was changed in the admin"
    ]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a checkout whose environment runs the demo, with the system's Python on the path."""
    system, own = tmp_path / "usr" / "bin", tmp_path / "checkout" / ".venv" / "bin"
    for folder in (system, own):
        folder.mkdir(parents=True)
    (system / "python").touch(0o755)
    (own / "python").symlink_to(system / "python")
    monkeypatch.setenv("PATH", str(system))
    monkeypatch.chdir(tmp_path / "checkout")
    return tmp_path / "checkout"


def test_interpreter_of_an_environment_is_named_by_its_path(checkout: Path) -> None:
    assert python_command(str(checkout / ".venv" / "bin" / "python")) == ".venv/bin/python"


def test_interpreter_of_an_active_environment_is_python(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = checkout / ".venv" / "bin"
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    assert python_command(str(folder / "python")) == "python"


def test_commands_that_end_the_demo_work_from_where_the_visitor_is(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "example_project").mkdir()
    monkeypatch.chdir(checkout / "example_project")
    executable = str(checkout / ".venv" / "bin" / "python")
    stop, reset = ending_lines(executable, checkout / "example_project", checkout / "var")
    assert stop.endswith(": ../.venv/bin/python embedded_postgres.py stop ../var/postgres")
    assert reset.endswith(": ../.venv/bin/python reset_demo.py")
