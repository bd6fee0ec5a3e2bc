"""Folding interactions into the counters of articles.

In batches, because a single update of an article rewrites a row that many indexes point at.
"""

from __future__ import annotations

from django.db import connections, models, router, transaction

from django_helpcenter.choices import InteractionType
from django_helpcenter.models import HelpArticle, HelpArticleInteraction

#: Views that one statement folds.
VIEWS_PER_BATCH = 5_000

_FOLD = """
    WITH batch AS (
        SELECT id FROM {interactions}
        WHERE NOT is_counted AND interaction_type = %(view)s
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ), counted AS (
        UPDATE {interactions} i SET is_counted = TRUE FROM batch WHERE i.id = batch.id
        RETURNING i.article_id
    ), views AS (
        SELECT article_id, count(*) AS number FROM counted GROUP BY article_id ORDER BY article_id
    ), added AS (
        UPDATE {articles} a SET view_count = a.view_count + views.number
        FROM views WHERE a.id = views.article_id RETURNING a.id
    )
    SELECT coalesce(sum(number), 0) FROM views
"""

_RECOUNT = """
    UPDATE {articles} a SET helpful_count = n.helpful, not_helpful_count = n.against
    FROM (
        SELECT b.id,
            count(i.id) FILTER (WHERE i.interaction_type = %(helpful)s) AS helpful,
            count(i.id) FILTER (WHERE i.interaction_type = %(against)s) AS against
        FROM {articles} b LEFT JOIN {interactions} i ON i.article_id = b.id
        WHERE b.tenant_id = %(tenant)s GROUP BY b.id
    ) n
    WHERE a.id = n.id AND (a.helpful_count, a.not_helpful_count)
        IS DISTINCT FROM (n.helpful, n.against)
"""


def fold_views() -> int:
    """Add all views that are not counted yet to their articles; returns how many."""
    using = router.db_for_write(HelpArticleInteraction)
    total = 0
    while True:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(
                _sql(_FOLD), {"view": InteractionType.VIEW.value, "limit": VIEWS_PER_BATCH}
            )
            row = cursor.fetchone()
        if not row[0]:
            return total
        total += int(row[0])


def recount_votes(tenant: models.Model) -> int:
    """Set the vote counters of a tenant's articles to the votes there are; returns how many were off."""
    using = router.db_for_write(HelpArticleInteraction)
    with connections[using].cursor() as cursor:
        cursor.execute(
            _sql(_RECOUNT),
            {
                "tenant": tenant.pk,
                "helpful": InteractionType.VOTE_HELPFUL.value,
                "against": InteractionType.VOTE_NOT_HELPFUL.value,
            },
        )
        return int(cursor.rowcount)


def _sql(template: str) -> str:
    return template.format(
        interactions=HelpArticleInteraction._meta.db_table, articles=HelpArticle._meta.db_table
    )
