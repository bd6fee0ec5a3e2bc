"""What the demo says about the import of its articles, and how to end it."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from django_helpcenter.services.documentation import SyncReport


def report_lines(report: SyncReport) -> list[str]:
    """Return what an import did in one line, then what was left as it is and why."""
    summary = (
        f"{report.created} new, {report.updated} changed, {report.unchanged} as before, "
        f"{report.embedded} passages embedded"
    )
    kept = [
        f"kept your version of {notice.path}: it was changed in the admin"
        for notice in report.conflict_notices
    ]
    return [summary, *kept, *(f"note: {notice}" for notice in report.warnings)]


def python_command(executable: str) -> str:
    """Return the shortest word that runs this interpreter from the current folder."""
    found = shutil.which("python")
    if found and _is_same(Path(found), Path(executable)):
        return "python"
    paths = (os.path.relpath(executable), executable)
    return shlex.quote(min((path for path in paths if os.sep in path), key=len))


def _is_same(found: Path, executable: Path) -> bool:
    # The same folder too: the interpreters of all virtual environments are links to one file.
    return found.samefile(executable) and found.parent.samefile(executable.parent)


def ending_lines(executable: str, project: Path, var: Path) -> list[str]:
    """Return how to stop the embedded PostgreSQL and how to delete all, from the current folder."""
    python = python_command(executable)
    stop = shlex.quote(os.path.relpath(project / "embedded_postgres.py"))
    reset = shlex.quote(os.path.relpath(project / "reset_demo.py"))
    folder = shlex.quote(os.path.relpath(var / "postgres"))
    return [
        f"PostgreSQL keeps running. To stop it: {python} {stop} stop {folder}",
        f"To stop it and delete all that the demo has made: {python} {reset}",
    ]
