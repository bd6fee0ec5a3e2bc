"""One sweep of a tenant's index at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, models, router

from django_helpcenter.models import HelpPassage
from django_helpcenter.models.locks import lock_key


@contextmanager
def sweeping(tenant: models.Model) -> Iterator[bool]:
    """Yield whether this sweep has the tenant for itself until the end of the block.

    The lock belongs to the session, because a sweep commits many times, and goes with it when the
    process is killed.
    """
    connection = connections[router.db_for_write(HelpPassage)]
    key = lock_key("sweep", tenant.pk)
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
