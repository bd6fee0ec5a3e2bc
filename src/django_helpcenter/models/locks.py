"""PostgreSQL's advisory locks, by name: writers of one thing take turns."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from django.db import connections


def lock_key(name: str, key: Any) -> list[int]:
    """Return the two integers of a lock: what is locked, and whose it is."""
    return [_number(f"help_center.{name}"), _number(str(key))]


def take_turns(name: str, key: Any, *, using: str) -> None:
    """Hold a lock until the end of the transaction; everyone else waits."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", lock_key(name, key))


def take_turns_for_all(
    name: str, keys: Iterable[Any], *, buckets: int, is_shared: bool = False, using: str
) -> None:
    """Hold the locks of several things until the end of the transaction; no query without any.

    All take them in the same order. Many things share a few locks (``buckets``), for the room of
    the database is limited. Those who share wait for nobody who shares, too.
    """
    numbers = sorted({_number(str(key)) % buckets for key in keys})
    if not numbers:
        return
    function = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(%s, number) FROM unnest(%s::integer[]) AS number",  # noqa: S608
            [_number(f"help_center.{name}"), numbers],
        )


def _number(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "replace")) & 0x7FFFFFFF
