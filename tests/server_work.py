"""What PostgreSQL did for a block of code, as it counts it for a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

from django.db import connection, transaction
from django.db.models import Model

from django_helpcenter.models import HelpArticle, HelpLexeme, HelpPassage, HelpPassageEmbedding

VECTOR_INDEX = "help_passage_embedding_idx"
WORD_INDEX = "help_passage_search_idx"
TITLE_INDEX = "help_article_title_words_idx"

# An index that a test has dropped has no scans. A table counts the scans that read all of it.
_SCANS = "coalesce(pg_stat_get_xact_numscans(to_regclass('{0}')), 0)"
# The rows that such a scan returned, and those that an index or its bitmap led to. The functions
# count the latter with the index, but for those of bitmaps.
_ROWS = """(
    SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_all_tables
    WHERE relid = '{0}'::regclass
)"""
_ENTRIES = """(
    SELECT sum(pg_stat_get_xact_tuples_returned(relation)) FROM (
        SELECT indexrelid FROM pg_index WHERE indrelid = '{0}'::regclass
        UNION ALL SELECT '{0}'::regclass
    ) looked_at(relation)
)"""


@dataclass
class Work:
    """Scans of indexes, rows of tables that were looked at, tables that were read from end to end.

    ``tables_read`` counts over passages, vectors, lexemes and articles.
    """

    vector_scans: int = 0
    word_scans: int = 0
    title_scans: int = 0
    passages: int = 0
    vectors: int = 0
    articles: int = 0
    tables_read: int = 0


@contextmanager
def server_work() -> Iterator[Work]:
    """Yield what the server does in the block, filled in at its end; needs a transaction."""
    done, before = Work(), _counted()
    yield done
    after = _counted()
    for field in fields(Work):
        setattr(done, field.name, getattr(after, field.name) - getattr(before, field.name))


@contextmanager
def planner_without(*ways: str) -> Iterator[None]:
    """Plan without some ways, such as ``seqscan``; the plans that a connection keeps are made anew.

    What is written in the block is undone at its end.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for way in ways:
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute("DISCARD PLANS")
            yield
            transaction.set_rollback(True)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DISCARD PLANS")


def _counted() -> Work:
    counted = (HelpPassage, HelpPassageEmbedding, HelpArticle)
    tables = [model._meta.db_table for model in counted]
    read = [*tables, HelpLexeme._meta.db_table]
    columns = [
        *[_SCANS.format(index) for index in (VECTOR_INDEX, WORD_INDEX, TITLE_INDEX)],
        *[_ROWS.format(table) for table in tables],
        " + ".join(_SCANS.format(table) for table in read),
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}")
        return Work(*cursor.fetchone())


@dataclass
class Looked:
    """What the server did, as it counts it for a transaction."""

    at: int = 0


@contextmanager
def rows_of(model: type[Model]) -> Iterator[Looked]:
    """Yield how many rows of a table are looked at in the block, filled in at its end."""
    table = model._meta.db_table
    looked, before = Looked(), _number(_ROWS, table)
    yield looked
    looked.at = _number(_ROWS, table) - before


@contextmanager
def entries_of(model: type[Model]) -> Iterator[Looked]:
    """Yield how many entries of a table's indexes are read in the block, or rows of all of it.

    Unlike the rows, entries are counted that a filter throws away.
    """
    table = model._meta.db_table
    looked, before = Looked(), _number(_ENTRIES, table)
    yield looked
    looked.at = _number(_ENTRIES, table) - before


def scans_of(relation: str) -> int:
    """Return how often a table, without its indexes, or an index was scanned so far."""
    return _number(_SCANS, relation)


def analyze(model: type[Model]) -> None:
    """Let the planner know what is in a table, as the server does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {model._meta.db_table}")


def _number(expression: str, relation: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression.format(relation)}")
        return int(cursor.fetchone()[0])
