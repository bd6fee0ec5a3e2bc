"""Searches of other readers: what may be told of them, and to whom.

A search is told to others when at least ``PEOPLE`` different people made it lately and opened
something they found, and when every word of it stands in articles that the reader may see: names,
numbers and addresses that somebody typed reach nobody else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django_helpcenter.models import HelpIndexState, HelpSearchHistory
from django_helpcenter.search.lexicon import WORDS, hidden_articles, readers_passages
from django_helpcenter.search.statement import Sql, compact

#: Different people, users or visitors, behind whatever is told of searches.
PEOPLE = 3
#: How long a search counts.
RECENT = timedelta(days=90)
#: Searches after which something was opened, of all that were made: fewer did not help.
OPENED_SHARE = 0.3
#: Searches that are looked at: of all that begin alike, and of one alone.
ROWS, ROWS_OF_ONE = 500, 100
#: Letters of which enough is known to guess a search.
SHORTEST_BEGINNING = 3

#: Who searched, NULL for somebody unknown; ``{h}`` stands for the row.
PERSON = (
    "CASE WHEN {h}.user_id IS NOT NULL THEN 'user ' || {h}.user_id "
    "WHEN {h}.visitor_key <> '' THEN 'visitor ' || {h}.visitor_key END"
)

#: Behind every letter of every word, in the order of bytes.
_LAST = "\U0010ffff"

# Single letters tell nothing. Codes and pairs of characters are counted under the configuration of
# the articles that have them.
_KNOWN = """
    NOT EXISTS (
        SELECT FROM unnest({words}) w(word)
        WHERE word !~ '^[a-z]$' AND NOT EXISTS (
            SELECT FROM (
                SELECT '{config}' UNION ALL
                SELECT jsonb_object_keys(s.configs) FROM {states} s WHERE s.tenant_id = %(tenant)s
            ) c(config)
            WHERE {of_word} > 0
        )
    )
"""

# Of its spellings, a search is shown in the one that most people use; in plain words when none is
# shared by enough of them.
_WRITTEN = """
    SELECT query, query_words FROM (
        SELECT h.query, h.query_words, count(DISTINCT {person}) AS people FROM (
            SELECT query, query_words, user_id, visitor_key FROM {history}
            WHERE tenant_id = %(tenant)s AND query_key = {key} AND query_key <> ''
              AND created_at >= %(since)s AND (user_id IS NOT NULL OR visitor_key <> '')
            ORDER BY created_at DESC LIMIT %(rows_of_one)s
        ) h
        GROUP BY 1, 2 HAVING count(DISTINCT {person}) >= %(people)s
        UNION ALL
        SELECT {key}, string_to_array({key}, ' '), 0
    ) spelled
    ORDER BY people DESC, query LIMIT 1
"""

# Not sorted again, so that the best are looked at first and the rest not at all.
_POPULAR = compact(
    """
    WITH {hidden_articles}
    SELECT written.query, often.place FROM (
        SELECT query_key,
            row_number() OVER (ORDER BY count(DISTINCT {person}) DESC, query_key) AS place
        FROM (
            SELECT query_key, user_id, visitor_key FROM {history}
            WHERE tenant_id = %(tenant)s AND clicked_article_id IS NOT NULL
              AND query_key <> '' AND query_key <> %(query_key)s
              AND query_key ~>=~ %(from_key)s AND query_key ~<~ %(to_key)s
              AND created_at >= %(since)s
            LIMIT %(query_rows)s
        ) h
        GROUP BY 1 HAVING count(DISTINCT {person}) >= %(people)s
        ORDER BY place LIMIT 4 * %(queries)s
    ) often
    CROSS JOIN LATERAL ({written}) written
    WHERE {known} AND (
        SELECT avg((clicked_article_id IS NOT NULL)::int) FROM (
            SELECT clicked_article_id FROM {history}
            WHERE tenant_id = %(tenant)s AND query_key = often.query_key AND query_key <> ''
              AND created_at >= %(since)s AND (user_id IS NOT NULL OR visitor_key <> '')
            ORDER BY created_at DESC LIMIT %(rows_of_one)s
        ) asked
    ) >= %(opened_share)s
    LIMIT %(queries)s
    """
)


def popular_queries(beginning: str, *, now: datetime, limit: int) -> Sql:
    """Return the SQL of the searches that begin like this: query, place.

    Of the parameters, ``tenant`` and ``roles`` are for the caller to add.
    """
    if len(beginning) < SHORTEST_BEGINNING or not limit:
        return Sql("SELECT ''::text AS query, 0 AS place WHERE FALSE")
    sql = _POPULAR.format(
        hidden_articles=hidden_articles(),
        person=PERSON.format(h="h"),
        history=HelpSearchHistory._meta.db_table,
        written=written_query("often.query_key"),
        known=known_words("written.query_words"),
    )
    return Sql(
        sql,
        {
            **sharing_params(now),
            "query_key": beginning,
            "from_key": beginning,
            "to_key": beginning + _LAST,
            "query_rows": ROWS,
            "queries": limit,
            "opened_share": OPENED_SHARE,
        },
    )


def sharing_params(now: datetime) -> dict[str, Any]:
    """Return the parameters that say which searches count, and how many people there must be."""
    return {"now": now, "since": now - RECENT, "people": PEOPLE, "rows_of_one": ROWS_OF_ONE}


def known_words(column: str) -> str:
    """Return the condition that a reader knows all of an array of words.

    The statement needs the ``hidden_articles`` too.
    """
    return compact(
        _KNOWN.format(
            words=column,
            of_word=readers_passages("c.config", "word"),
            states=HelpIndexState._meta.db_table,
            config=WORDS,
        )
    )


def written_query(column: str) -> str:
    """Return the SQL of how a search is mostly written, and of its words."""
    history = HelpSearchHistory._meta.db_table
    return compact(_WRITTEN.format(history=history, key=column, person=PERSON.format(h="h")))
