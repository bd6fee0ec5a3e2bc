"""Searches of other readers: what may be told of them, and to whom.

A search is told to others when at least ``PEOPLE`` different people made it lately and opened
something they found, and when every word of it stands in articles that the reader may see: names,
numbers and addresses that somebody typed reach nobody else. They are looked up in
``sql/help_center_popular_1.sql``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django_helpcenter.search.statement import Sql, compact

#: Different people, users or visitors, behind whatever is told of searches.
PEOPLE = 3
#: How long a search counts.
RECENT = timedelta(days=90)
#: Searches after which something was opened, of all that were made: fewer did not help.
OPENED_SHARE = 0.3
#: Different searches that are gone through, of all that begin alike; and of these, how many that
#: enough people share.
WALKED, DIFFERENT = 2_000, 300
#: How often each of them is looked at.
ROWS_OF_ONE = 100
#: Letters of which enough is known to guess a search.
SHORTEST_BEGINNING = 3

#: Who searched, NULL for somebody unknown; ``{h}`` stands for the row.
PERSON = (
    "CASE WHEN {h}.user_id IS NOT NULL THEN 'user ' || {h}.user_id "
    "WHEN {h}.visitor_key <> '' THEN 'visitor ' || {h}.visitor_key END"
)


def popular_queries(beginning: str, *, now: datetime, limit: int) -> Sql | None:
    """Return what is selected from: searches that begin like this, each with its place.

    Of the parameters, ``tenant``, ``roles`` and ``now`` are for the caller to add.
    """
    if len(beginning) < SHORTEST_BEGINNING:
        return None
    sql = compact(
        """
        help_center_popular_1(
            %(tenant)s, %(roles)s::text[], %(now)s, %(typed)s, %(queries)s, %(since)s, %(people)s,
            %(opened_share)s, %(walked)s, %(different)s, %(rows_of_one)s
        )
        """
    )
    return Sql(
        sql,
        {
            **sharing_params(now),
            "typed": beginning,
            "queries": limit,
            "opened_share": OPENED_SHARE,
            "walked": WALKED,
            "different": DIFFERENT,
        },
    )


def sharing_params(now: datetime) -> dict[str, Any]:
    """Return the parameters that say which searches count, and how many people there must be."""
    return {"since": now - RECENT, "people": PEOPLE, "rows_of_one": ROWS_OF_ONE}
