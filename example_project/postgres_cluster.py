"""Create, start, find and stop the server of one folder; the caller holds the folder's lock."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
import shutil
import socket
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from postgres_programs import (
    OWN_SERVER,
    SHARED,
    Account,
    EmbeddedPostgresError,
    run,
    runnable_programs,
    server_account,
)

if sys.platform != "win32":
    import fcntl

ROLE = "help_center"
TIMEOUT = 60.0  # seconds; the first start after a kill replays the log
SSL_REQUEST = bytes.fromhex("00000008 04d2162f")  # what a server answers without a login
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
    # Each commit still reaches the kernel, so only a power cut can lose one, no killed process.
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Containers have 64 MB of /dev/shm, too little for a parallel index build; as fast as posix.
    "dynamic_shared_memory_type": "mmap",
}


@dataclass(frozen=True)
class Server:
    """Describe a running server."""

    data_dir: Path
    socket_dir: Path
    pid: int

    def url(self, name: str = ROLE) -> str:
        """Return ``postgresql://help_center@/NAME?host=FOLDER``, the folder percent-encoded."""
        folder = str(self.socket_dir).replace("/", "%2F")
        return f"postgresql://{ROLE}@/{name}?host={folder}"


def ensure_running(home: Path) -> Server:
    """Return the server of `home`, created and started as far as it must be."""
    cluster = home / "cluster"
    account = server_account(cluster)
    # Every process of a server, and of initdb, inherits this file with its lock. So the lock is
    # free only when all of them are gone, also after a kill; a process number would prove nothing.
    alive = os.open(home / "alive", os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            server = running(cluster)
            if server and _pid_file(cluster)[7:] == ["ready"]:
                return server
            if not server and try_lock(alive):
                programs = runnable_programs(account)
                if not cluster.exists():
                    _create_cluster(home, programs, account, alive)
                _launch(home, programs, account, alive)
                deadline = time.monotonic() + TIMEOUT  # initdb may have taken long
            else:
                time.sleep(0.02)
    finally:
        os.close(alive)
    raise EmbeddedPostgresError(f"PostgreSQL does not get ready. {_log_tail(home)}")


def try_lock(descriptor: int) -> bool:
    """Lock an open file, unless another process has; return whether it is locked now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_cluster(home: Path, programs: Path, account: Account | None, alive: int) -> None:
    """Fill a new folder with initdb, then put it, or a link to it, in place in one step."""
    near = account is None or all(path.stat().st_mode & 0o001 for path in [home, *home.parents])
    base = home if near else SHARED
    prefix = f"help-center-postgres-{hashlib.sha256(bytes(home)).hexdigest()[:12]}-"
    for leftover in base.glob(prefix + "*"):
        if account is None or leftover.lstat().st_uid in {0, account.uid}:
            stop_cluster(leftover)
            shutil.rmtree(leftover, ignore_errors=True)
    for link in ("cluster", "socket"):  # a server whose files were deleted may use that socket yet
        (home / link).unlink(missing_ok=True)
    cluster = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    if account:
        os.chown(cluster, *account)
    # The built-in provider folds and compares UTF-8 alike on every system.
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-E", "UTF8")
    options = ["-D", str(cluster), "-U", ROLE, "-A", "trust", "-T", "simple", "--no-sync", *locale]
    done = run(programs / "initdb", options, account, capture_output=True, pass_fds=[alive])
    if done.returncode:
        shutil.rmtree(cluster)
        reason = done.stderr.decode(errors="replace").strip()
        raise EmbeddedPostgresError(
            f"No database could be made in {base}: choose another folder, or {OWN_SERVER}."
            f"\n{reason}"
        )
    if near:
        cluster.rename(home / "cluster")
    else:
        (home / "cluster").symlink_to(cluster)


def _socket_dir(home: Path, account: Account | None) -> Path:
    """Return a folder that only the server's account may enter: the one of last time, or a new."""
    link, uid = home / "socket", account.uid if account else os.geteuid()
    with contextlib.suppress(OSError):
        used = link.readlink()
        if (used.lstat().st_mode, used.lstat().st_uid) == (0o040700, uid):
            for stale in used.glob(".s.PGSQL.*"):
                stale.unlink()
            return used
    base = tempfile.gettempdir()
    if account or not re.fullmatch(r"[\w./+-]{1,64}", base, re.ASCII):
        base = "/tmp"  # noqa: S108 - the folder's name is random and its mode 0700
    made = Path(tempfile.mkdtemp(prefix="help-center-", dir=base))
    if account:
        os.chown(made, *account)
    link.unlink(missing_ok=True)
    link.symlink_to(made)
    return made


def _launch(home: Path, programs: Path, account: Account | None, alive: int) -> None:
    """Start the server and wait for it."""
    cluster, log = home / "cluster", home / "server.log"
    made_by = (cluster / "PG_VERSION").read_text().strip()
    offered = programs.parent.name.removeprefix("pginstall")
    if made_by != offered:
        raise EmbeddedPostgresError(
            f"{home} was made by PostgreSQL {made_by}, installed is {offered}:"
            " delete the folder, or install the package's earlier version."
        )
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    settings = SETTINGS | {"unix_socket_directories": str(_socket_dir(home, account))}
    flags = " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in settings.items())
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    # pg_ctl gives -D to a shell: the dot keeps whatever the folder's name holds out of it.
    command = ["start", "-w", "-t", f"{TIMEOUT:.0f}", "-D", ".", "-o", flags]
    with log.open("wb") as output:
        options = {"cwd": cluster, "stdout": output, "stderr": output, "pass_fds": [alive]}
        done = run(programs / "pg_ctl", command, account, **options)
    if done.returncode:
        raise EmbeddedPostgresError(f"PostgreSQL did not start. {_log_tail(home)}")


def _pid_file(cluster: Path) -> list[str]:
    """Return the lines of postmaster.pid: number, folder, time, port, socket, …, state."""
    try:
        return [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]
    except OSError:
        return []


def running(cluster: Path) -> Server | None:
    """Return the server of `cluster` if it answers: the process number alone may be stale."""
    lines = _pid_file(cluster)
    if len(lines) < 6:
        return None
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(f"{lines[4]}/.s.PGSQL.5432")
            probe.sendall(SSL_REQUEST)
            if not probe.recv(1):
                return None
        except TimeoutError:
            pass  # alive, and very busy
        except OSError:
            return None
    return Server(cluster.parent, Path(lines[4]), int(lines[0]))


def stop_cluster(cluster: Path) -> bool:
    """Stop the server of `cluster`; return whether one was running."""
    if not running(cluster):
        return False
    account = server_account(cluster)
    pg_ctl = runnable_programs(account) / "pg_ctl"
    reason = b""
    for mode in ("fast", "immediate"):
        command = ["stop", "-w", "-t", "20", "-m", mode, "-D", "."]
        done = run(pg_ctl, command, account, cwd=cluster, capture_output=True)
        if done.returncode == 0:
            return True
        reason = done.stderr
    raise EmbeddedPostgresError(f"PostgreSQL did not stop: {reason.decode(errors='replace')}")


def _log_tail(home: Path) -> str:
    log = home / "server.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"The end of {log}:", *lines[-15:]])
