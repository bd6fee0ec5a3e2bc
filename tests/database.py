"""A test database for each run, however many runs share one server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

#: First half of the advisory lock's key; the second half is the number of the database.
LOCK_SPACE = 0x68656C70


@contextmanager
def leased_database(url: str) -> Iterator[str]:
    """Yield the name of a test database that nobody else uses until the block ends.

    The lease is an advisory lock on the server, so it ends with its process, killed or not, and the
    next run takes the same name again and replaces what was left behind.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        for number in itertools.count(1):
            row = connection.execute(
                "SELECT pg_try_advisory_lock(%s, %s)", (LOCK_SPACE, number)
            ).fetchone()
            if row == (True,):
                yield f"test_help_center_{number}"
                return
