"""What else people searched who searched for this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django_helpcenter.content.lexemes import plain_words
from django_helpcenter.models import HelpSearchHistory
from django_helpcenter.models.search_history import shared_key
from django_helpcenter.search.popular import PERSON, sharing_params
from django_helpcenter.search.statement import Scope, Sql, compact

#: Searches of one answer at the most.
MAX_LIMIT = 20
#: Articles that are opened most after a search: what else led to them is related.
ARTICLES = 5
#: Searches that are looked at: those for the same, and those that led to one article.
ROWS = 300
#: Searches of other people that may turn out to be the same, or to hold words that are not known.
SPARE = 4

# Articles and searches are looked up one by one (OFFSET 0, LIMIT), for the planner would read all
# of a tenant's; so it would for a search that is made often, which it does not know of one from a
# subquery. Who refines a search is one person, so the refined searches of three people are three
# people's.
_COLUMNS = "id, tenant_id, query_key, user_id, visitor_key, results_count, created_at"
_STATEMENT = compact(
    """
    WITH same AS MATERIALIZED (
        SELECT id, refined_from_id, clicked_article_id FROM {history}
        WHERE tenant_id = %(tenant)s AND query_key = (SELECT %(query_key)s::text)
          AND query_key <> '' AND created_at >= %(since)s
          AND (user_id IS NOT NULL OR visitor_key <> '')
        ORDER BY created_at DESC LIMIT %(rows)s
    ),
    opened AS MATERIALIZED (
        SELECT often.id FROM (
            SELECT clicked_article_id AS id FROM same WHERE clicked_article_id IS NOT NULL
            GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 4 * %(articles)s
        ) often
        CROSS JOIN LATERAL (
            SELECT FROM ({visible}) found WHERE found.id = often.id OFFSET 0
        ) is_visible
        LIMIT %(articles)s
    ),
    near AS (
        SELECT after.* FROM same CROSS JOIN LATERAL (
            SELECT {columns} FROM {history} WHERE refined_from_id = same.id LIMIT %(rows)s
        ) after
        UNION
        SELECT before.* FROM same CROSS JOIN LATERAL (
            SELECT {columns} FROM {history} WHERE id = same.refined_from_id OFFSET 0
        ) before
        UNION
        SELECT others.* FROM opened CROSS JOIN LATERAL (
            SELECT {columns} FROM {history}
            WHERE clicked_article_id = opened.id AND created_at >= %(since)s
              AND (user_id IS NOT NULL OR visitor_key <> '')
            ORDER BY created_at DESC LIMIT %(rows)s
        ) others
    ),
    written AS MATERIALIZED (
        SELECT w.query, w.query_words, often.people, often.query_key
        FROM (
            SELECT query_key, count(DISTINCT {person}) AS people FROM near
            WHERE tenant_id = %(tenant)s AND query_key <> '' AND query_key <> %(query_key)s
              AND created_at >= %(since)s AND results_count > 0
            GROUP BY 1 HAVING count(DISTINCT {person}) >= %(people)s
            ORDER BY 2 DESC, 1 LIMIT %(limit)s
        ) often
        CROSS JOIN LATERAL help_center_written_1(
            %(tenant)s, often.query_key, %(since)s, %(people)s, %(rows_of_one)s
        ) w
    )
    SELECT query FROM written
    WHERE query_words <@ (
        SELECT help_center_known_words_1(
            %(tenant)s, %(roles)s::text[], %(now)s, array_agg(word)
        )
        FROM written CROSS JOIN LATERAL unnest(query_words) word
    )
    ORDER BY people DESC, query_key
    """
)


def related_queries(
    query: str, *, reader: Scope, run: Callable[[Sql], Sequence[tuple[Any, ...]]], limit: int
) -> list[str]:
    """Return what people asked who asked this, before or after it or on the way to the same."""
    limit = max(1, min(limit, MAX_LIMIT))
    key = shared_key(query)
    if not key:
        return []
    visible = reader.visible_select(("id",))
    sql = _STATEMENT.format(
        history=HelpSearchHistory._meta.db_table,
        columns=_COLUMNS,
        visible=visible.sql,
        person=PERSON.format(h="near"),
    )
    params = {
        **visible.params,
        **sharing_params(reader.now),
        "tenant": reader.tenant_id,
        "roles": list(reader.roles),
        "now": reader.now,
        "query_key": key,
        "articles": ARTICLES,
        "rows": ROWS,
        "limit": SPARE * limit,
    }
    found = {tuple(sorted(plain_words(query))): ""}
    for (text,) in run(Sql(sql, params)):
        found.setdefault(tuple(sorted(plain_words(text))), text)
    return [text for text in found.values() if text][:limit]
