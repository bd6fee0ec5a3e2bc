"""How many rows of a table PostgreSQL looks at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model

# Rows that an index leads to are counted at the index, but for those of bitmaps.
_ROWS = (
    "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_all_tables"
    " WHERE relid = %s::regclass"
)
_ENTRIES = (
    "SELECT sum(pg_stat_get_xact_tuples_returned(relation)) FROM ("
    " SELECT indexrelid FROM pg_index WHERE indrelid = %s::regclass UNION ALL SELECT %s::regclass"
    ") looked_at(relation)"
)
_SCANS = "SELECT pg_stat_get_xact_numscans(%s::regclass)"


@dataclass
class Looked:
    """What the server did, as it counts it for a transaction."""

    at: int = 0


@contextmanager
def rows_of(model: type[Model]) -> Iterator[Looked]:
    """Yield how many rows of a table are looked at in the block, filled in at its end."""
    table = model._meta.db_table
    looked, before = Looked(), _counted(_ROWS, table)
    yield looked
    looked.at = _counted(_ROWS, table) - before


@contextmanager
def entries_of(model: type[Model]) -> Iterator[Looked]:
    """Yield how many entries of a table's indexes are read in the block, or rows of all of it.

    Unlike the rows, entries are counted that a filter throws away.
    """
    table = model._meta.db_table
    looked, before = Looked(), _counted(_ENTRIES, table, table)
    yield looked
    looked.at = _counted(_ENTRIES, table, table) - before


def scans_of(relation: str) -> int:
    """Return how often a table, without its indexes, or an index was scanned so far."""
    return _counted(_SCANS, relation)


def analyze(model: type[Model]) -> None:
    """Let the planner know what is in a table, as the server does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {model._meta.db_table}")


def _counted(sql: str, *relations: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, relations)
        return int(cursor.fetchone()[0])
