"""What else people searched who searched for this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django_helpcenter.content.lexemes import plain_words
from django_helpcenter.models import HelpSearchHistory
from django_helpcenter.models.search_history import shared_key
from django_helpcenter.search.lexicon import hidden_articles
from django_helpcenter.search.popular import PERSON, known_words, sharing_params, written_query
from django_helpcenter.search.statement import Scope, Sql, compact

#: Searches of one answer at the most.
MAX_LIMIT = 20
#: Articles that are opened most after a search: what else led to them is related.
ARTICLES = 5
#: Searches that are looked at: those for the same, and those that led to one article.
ROWS = 300
#: Searches of other people that may turn out to be the same, or to hold words that are not known.
SPARE = 4

# Articles are looked up one by one (OFFSET 0), for the planner would read all of a tenant's. Who
# refines a search is one person, so the refined searches of three people are three people's.
_STATEMENT = compact(
    """
    WITH {hidden_articles}, same AS MATERIALIZED (
        SELECT id, refined_from_id, clicked_article_id FROM {history}
        WHERE tenant_id = %(tenant)s AND query_key = %(query_key)s AND query_key <> ''
          AND created_at >= %(since)s
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
        SELECT after.* FROM same JOIN {history} after ON after.refined_from_id = same.id
        UNION
        SELECT before.* FROM same JOIN {history} before ON before.id = same.refined_from_id
        UNION
        SELECT others.* FROM opened CROSS JOIN LATERAL (
            SELECT * FROM {history} h WHERE h.clicked_article_id = opened.id
            ORDER BY h.created_at DESC LIMIT %(rows)s
        ) others
    )
    SELECT written.query FROM (
        SELECT query_key, count(DISTINCT {person}) AS people FROM near
        WHERE tenant_id = %(tenant)s AND query_key <> '' AND query_key <> %(query_key)s
          AND created_at >= %(since)s AND results_count > 0
        GROUP BY 1 HAVING count(DISTINCT {person}) >= %(people)s
        ORDER BY 2 DESC, 1 LIMIT %(limit)s
    ) often
    CROSS JOIN LATERAL ({written}) written
    WHERE {known}
    ORDER BY often.people DESC, often.query_key
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
        hidden_articles=hidden_articles(),
        history=HelpSearchHistory._meta.db_table,
        visible=visible.sql,
        person=PERSON.format(h="near"),
        written=written_query("often.query_key"),
        known=known_words("written.query_words"),
    )
    params = {
        **visible.params,
        **sharing_params(reader.now),
        "tenant": reader.tenant_id,
        "roles": list(reader.roles),
        "query_key": key,
        "articles": ARTICLES,
        "rows": ROWS,
        "limit": SPARE * limit,
    }
    found = {tuple(sorted(plain_words(query))): ""}
    for (text,) in run(Sql(sql, params)):
        found.setdefault(tuple(sorted(plain_words(text))), text)
    return [text for text in found.values() if text][:limit]
