"""One sweep of a tenant's index at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, models, router

from django_helpcenter.models import HelpPassage

#: Advisory lock class (the first of PostgreSQL's two integers).
SWEEP_LOCK = zlib.crc32(b"help_center.sweep") & 0x7FFFFFFF


@contextmanager
def sweeping(tenant: models.Model) -> Iterator[bool]:
    """Yield whether this sweep has the tenant for itself until the end of the block.

    The lock belongs to the session, because a sweep commits many times, and goes with it when the
    process is killed.
    """
    connection = connections[router.db_for_write(HelpPassage)]
    key = [SWEEP_LOCK, zlib.crc32(str(tenant.pk).encode()) & 0x7FFFFFFF]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        # A connection that was lost has taken its locks along.
        if is_mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
