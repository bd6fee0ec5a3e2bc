"""Turn the quick start of a README into a script that does what it tells the reader to do.

Only the section ``## Quick start`` counts, and in it only fenced blocks, from top to bottom:

* ``bash`` blocks are run as they stand, all in one shell: ``cd`` and ``activate`` last.
  `python manage.py runserver` must be the last command; it gets a free port.
* A block whose first line is a comment with a path, ``# mysite/settings.py`` or
  ``<!-- docs/index.md -->``, is appended, without that line, to that file below the current folder.
  A file that does not exist is made, with its folders.
* ``text`` and ``console`` blocks are only shown. Any other block without a path is an error, so
  that nothing in the section is skipped by mistake.

Every address ``http://127.0.0.1:8000/…`` in the section is one that the reader is told to open.
One with a query, ``?q=…``, is a search, which must find an article that the section writes.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath

SECTION = re.compile(r"^## Quick start\s*\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
PATH_COMMENT = re.compile(r"(?:#|//|<!--|\{#)\s*([\w./-]+\.\w+)\s*(?:-->|#\})?\s*$")
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000(/[^\s`)>\"]*)")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
RUNSERVER = re.compile(r"^python manage\.py runserver$", re.MULTILINE)
SHOWN_ONLY = {"text", "console"}


class QuickStartError(Exception):
    """The section cannot be followed word for word."""


@dataclass(frozen=True)
class QuickStart:
    """What a reader is told to do, as a shell script, and to open afterwards, as paths."""

    script: str
    paths: tuple[str, ...]
    #: Titles of the articles that the reader is told to write.
    titles: tuple[str, ...]


def read_quick_start(readme: str, *, address: str) -> QuickStart:
    """Read the section of a README; the server will listen on `address`, as ``host:port``.

    Raises QuickStartError.
    """
    section = SECTION.search(readme)
    if section is None:
        raise QuickStartError("The README has no section `## Quick start`.")
    text = section[1]
    steps = [step for kind, body in FENCE.findall(text) if (step := _step(kind, body))]
    script, servers = RUNSERVER.subn(f"exec python manage.py runserver {address}", "".join(steps))
    if servers != 1 or not script.rstrip().endswith(address):
        raise QuickStartError("The last command must be `python manage.py runserver`.")
    paths = tuple(dict.fromkeys(ADDRESS.findall(text)))
    if not paths:
        raise QuickStartError("The section names no address http://127.0.0.1:8000/… to open.")
    articles = [body for kind, body in FENCE.findall(text) if kind == "markdown"]
    titles = tuple(title for body in articles for title in TITLE.findall(body))
    return QuickStart("set -euo pipefail\n" + script, paths, titles)


def _step(kind: str, body: str) -> str:
    """Return a block as shell commands."""
    if kind == "bash":
        return body
    first, _, rest = body.partition("\n")
    named = PATH_COMMENT.fullmatch(first)
    if named:
        return _append(named[1], rest)
    if kind in SHOWN_ONLY:
        return ""
    raise QuickStartError(f"A block of {kind or 'nothing'} has no path in its first line: {first}")


def _append(path: str, text: str) -> str:
    folder = PurePosixPath(path).parent
    return f"mkdir -p {shlex.quote(str(folder))}\nprintf '%s' {shlex.quote(text)} >> {path}\n"
