"""Folding interactions into the counters of articles.

In batches, because a single update of an article rewrites a row that many indexes point at.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from django_helpcenter.choices import InteractionType
from django_helpcenter.models import HelpArticle, HelpArticleInteraction

#: Views that one statement folds.
VIEWS_PER_BATCH = 5_000

_FOLD = """
    WITH counted AS (
        UPDATE {interactions} SET is_counted = TRUE WHERE id = ANY(%(views)s) RETURNING article_id
    )
    UPDATE {articles} a SET view_count = a.view_count + n.views
    FROM (SELECT article_id, count(*) AS views FROM counted GROUP BY article_id) n
    WHERE a.id = n.article_id
"""

_RECOUNT = """
    UPDATE {articles} a SET helpful_count = n.helpful, not_helpful_count = n.against
    FROM (
        SELECT b.id,
            count(i.id) FILTER (WHERE i.interaction_type = %(helpful)s) AS helpful,
            count(i.id) FILTER (WHERE i.interaction_type = %(against)s) AS against
        FROM {articles} b LEFT JOIN {interactions} i ON i.article_id = b.id
        WHERE b.id = ANY(%(articles)s) GROUP BY b.id
    ) n
    WHERE a.id = n.id AND (a.helpful_count, a.not_helpful_count)
        IS DISTINCT FROM (n.helpful, n.against)
"""


def fold_views() -> int:
    """Add all views that are not counted yet to their articles; returns how many."""
    using = router.db_for_write(HelpArticleInteraction)
    total = 0
    while True:
        with transaction.atomic(using=using):
            views = _uncounted_views(using)
            if not views:
                return total
            _hold({article_id for _, article_id in views}, using)
            _run(_FOLD, using, views=[view_id for view_id, _ in views])
        total += len(views)


def recount_votes(tenant: models.Model) -> int:
    """Set the vote counters of a tenant's articles to the votes there are.

    Returns how many articles were off.
    """
    using = router.db_for_write(HelpArticleInteraction)
    with transaction.atomic(using=using):
        articles = articles_with_wrong_votes(tenant, using=using)
        # Votes of this moment wait for the lock; those before it are counted below.
        _hold(articles, using)
        return _run(
            _RECOUNT,
            using,
            articles=articles,
            helpful=InteractionType.VOTE_HELPFUL.value,
            against=InteractionType.VOTE_NOT_HELPFUL.value,
        )


def articles_with_wrong_votes(tenant: models.Model, *, using: str) -> list[int]:
    """Return the articles whose vote counters are not the votes that there are."""
    votes = HelpArticleInteraction.objects.filter(article=OuterRef("pk")).order_by()

    def counted(kind: str) -> Coalesce:
        rows = votes.filter(interaction_type=kind).values("article")
        number = Subquery(rows.annotate(number=Count("pk")).values("number"))
        return Coalesce(number, 0)

    wrong = (
        HelpArticle.objects.using(using)
        .for_tenant(tenant)
        .alias(
            helpful=counted(InteractionType.VOTE_HELPFUL),
            against=counted(InteractionType.VOTE_NOT_HELPFUL),
        )
        .exclude(helpful_count=F("helpful"), not_helpful_count=F("against"))
    )
    return list(wrong.values_list("pk", flat=True))


def _uncounted_views(using: str) -> list[tuple[int, int]]:
    """Return some views, with their articles, that no other fold is at work on."""
    views = HelpArticleInteraction.objects.using(using).filter(
        interaction_type=InteractionType.VIEW, is_counted=False
    )
    rows = views.order_by("pk").select_for_update(skip_locked=True)
    return list(rows.values_list("pk", "article_id")[:VIEWS_PER_BATCH])


def _hold(articles: Iterable[int], using: str) -> None:
    """Lock articles in the order in which every writer does, so that no two wait in a circle."""
    rows = HelpArticle.objects.using(using).filter(pk__in=articles).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _run(template: str, using: str, **params: Any) -> int:
    sql = template.format(
        interactions=HelpArticleInteraction._meta.db_table, articles=HelpArticle._meta.db_table
    )
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
