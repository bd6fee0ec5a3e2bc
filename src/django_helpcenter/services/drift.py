"""Where the index of a tenant is out of step with its articles."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.db import models, router
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import ArticleStatus, IndexState, InteractionType
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleInteraction,
    HelpIndexState,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.search.lexicon import lexicon_drift
from django_helpcenter.services.vectors import missing_vectors


@dataclass(frozen=True, slots=True)
class Drift:
    """How many rows are out of step; all zero is a sound index."""

    stale_articles: int
    failed_articles: int
    articles_without_passages: int
    passages_of_unpublished: int
    wrong_audiences: int
    missing_vectors: int
    foreign_vectors: int
    lexemes: int
    counters: int
    statistics: int

    @property
    def is_none(self) -> bool:
        """Whether nothing is out of step; articles that cannot be indexed do not count."""
        return not any(
            getattr(self, item.name) for item in fields(self) if item.name != "failed_articles"
        )


def measure_drift(tenant: models.Model) -> Drift:
    """Compare the index of a tenant with its articles. Raises EmbeddingUnavailable without a model."""
    using = router.db_for_write(HelpPassage)
    articles = HelpArticle.objects.using(using).for_tenant(tenant)
    passages = HelpPassage.objects.using(using).for_tenant(tenant)
    vectors = HelpPassageEmbedding.objects.using(using).for_tenant(tenant)
    published = articles.filter(status=ArticleStatus.PUBLISHED)
    own = HelpPassage.objects.filter(article=OuterRef("pk"))
    backend = get_embeddings()
    space = backend.space if backend is not None else ""
    state = HelpIndexState.objects.using(using).filter(tenant=tenant).first()
    known = (state.passages, state.vectors, state.embedding_space) if state else (0, 0, "")
    # A tenant without passages has no space to serve from yet.
    true_space = (space or known[2]) if passages.exists() else known[2]
    counted = (passages.count(), vectors.filter(space=true_space).count(), true_space)
    return Drift(
        stale_articles=published.filter(index_state=IndexState.STALE).count(),
        failed_articles=published.filter(index_state=IndexState.FAILED).count(),
        articles_without_passages=published.filter(
            ~Exists(own), index_state=IndexState.FRESH
        ).count(),
        passages_of_unpublished=passages.exclude(article__status=ArticleStatus.PUBLISHED).count(),
        wrong_audiences=len(_with_wrong_audience(tenant, using=using)),
        missing_vectors=missing_vectors(tenant, space, using=using).count() if space else 0,
        foreign_vectors=vectors.exclude(space__in=[space, known[2]]).count() if space else 0,
        lexemes=lexicon_drift(tenant, using=using),
        counters=_wrong_counters(tenant, using=using),
        statistics=int(known != counted),
    )


def articles_to_mend(tenant: models.Model) -> list[int]:
    """Return the published articles whose passages are not what they should be."""
    using = router.db_for_write(HelpPassage)
    own = HelpPassage.objects.filter(article=OuterRef("pk"))
    published = (
        HelpArticle.objects.using(using)
        .for_tenant(tenant)
        .filter(status=ArticleStatus.PUBLISHED)
        .exclude(index_state=IndexState.FAILED)
    )
    behind = published.filter(Q(index_state=IndexState.STALE) | ~Exists(own))
    return sorted(
        {*behind.values_list("pk", flat=True), *_with_wrong_audience(tenant, using=using)}
    )


def _with_wrong_audience(tenant: models.Model, *, using: str) -> set[int]:
    stored = dict(
        HelpPassage.objects.using(using)
        .for_tenant(tenant)
        .order_by("article", "ordinal")
        .distinct("article")
        .values_list("article", "audience")
    )
    articles = HelpArticle.objects.using(using).for_tenant(tenant).filter(pk__in=stored)
    return {
        article.pk
        for article in articles.only("target_roles")
        if sorted(stored[article.pk]) != article.audience
    }


def _wrong_counters(tenant: models.Model, *, using: str) -> int:
    votes = HelpArticleInteraction.objects.filter(article=OuterRef("pk")).order_by()

    def counted(kind: str) -> Coalesce:
        rows = votes.filter(interaction_type=kind).values("article")
        number = Subquery(rows.annotate(number=Count("pk")).values("number"))
        return Coalesce(number, 0)

    return (
        HelpArticle.objects.using(using)
        .for_tenant(tenant)
        .annotate(
            true_helpful=counted(InteractionType.VOTE_HELPFUL),
            true_against=counted(InteractionType.VOTE_NOT_HELPFUL),
        )
        .exclude(helpful_count=F("true_helpful"), not_helpful_count=F("true_against"))
        .count()
    )
