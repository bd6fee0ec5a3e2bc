"""Work that only one process does at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from django_helpcenter.models.locks import lock_key
from django_helpcenter.services.base import write_alias


@contextmanager
def exclusively(name: str, key: Any) -> Iterator[bool]:
    """Yield whether this process has the work for itself until the end of the block.

    The lock belongs to the database session, because such work commits many times, and goes with it
    when the process is killed.
    """
    connection = connections[write_alias()]
    lock = lock_key(name, key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock)
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        # A connection that was lost has taken its locks along.
        if is_mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
