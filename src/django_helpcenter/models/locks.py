"""PostgreSQL's advisory locks, by name: writers of one thing take turns."""

from __future__ import annotations

import zlib
from typing import Any

from django.db import connections


def lock_key(name: str, key: Any) -> list[int]:
    """Return the two integers of a lock: what is locked, and whose it is."""
    return [_number(f"help_center.{name}"), _number(str(key))]


def take_turns(name: str, key: Any, *, using: str) -> None:
    """Hold a lock until the end of the transaction; everyone else waits."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", lock_key(name, key))


def _number(text: str) -> int:
    return zlib.crc32(text.encode()) & 0x7FFFFFFF
