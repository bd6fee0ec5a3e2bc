"""Running the ranked statement: its settings, its time limit, its round trips."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connections, transaction

from django_helpcenter.conf import conf

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    from django_helpcenter.search.statement import Sql

logger = logging.getLogger("help_center.search")

#: PostgreSQL's code of a statement that ran into ``statement_timeout``.
QUERY_CANCELED = "57014"


def fetch(alias: str, statement: Sql) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, run under the settings of a search.

    Outside a transaction the time limit and the statement go to the server in one message: what is
    sent together is one transaction, so the limit ends with it, and a pooler in transaction mode
    may serve it.
    """
    connection = connections[alias]
    limit = _time_limit()
    if limit and not _takes_several_statements(connection):
        with search_settings(alias) as cursor:
            cursor.execute(statement.sql, dict(statement.params))
            return list(cursor.fetchall())
    with connection.cursor() as cursor:
        cursor.execute("".join([*limit, statement.sql]), dict(statement.params))
        if limit:
            cursor.nextset()
        return list(cursor.fetchall())


def fetch_in_time(alias: str, statement: Sql) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that a page can do without: none when it takes too long."""
    try:
        return fetch(alias, statement)
    except OperationalError as exc:
        if not is_timeout(exc):
            raise
        logger.warning("Suggestions took over %s ms.", conf.SEARCH_TIMEOUT_MS)
        return []


@contextmanager
def search_settings(alias: str) -> Iterator[CursorWrapper]:
    """Set what a search needs of the server, for as long as the block lasts.

    Nothing may be written in it: it is rolled back, which takes the settings away from a caller's
    transaction too.
    """
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("".join([*_time_limit(), *_index_scan()]))
        yield cursor
        transaction.set_rollback(True, using=alias)


def is_timeout(error: OperationalError) -> bool:
    """Tell whether the server gave up; its message is in the server's language, its code is not."""
    return getattr(error.__cause__, "sqlstate", "") == QUERY_CANCELED


def _time_limit() -> list[str]:
    milliseconds = int(conf.SEARCH_TIMEOUT_MS)
    return [f"SET LOCAL statement_timeout = {milliseconds};"] if milliseconds else []


def _index_scan() -> list[str]:
    return [
        "SET LOCAL hnsw.iterative_scan = relaxed_order;",
        f"SET LOCAL hnsw.ef_search = {int(conf.SEARCH_HNSW_EF)};",
    ]


def _takes_several_statements(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether a message may hold two statements: parameters bound by the server forbid it."""
    binds_on_server = connection.settings_dict["OPTIONS"].get("server_side_binding")
    return connection.get_autocommit() and not connection.in_atomic_block and not binds_on_server
