"""Where the index of a tenant is out of step with its articles."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.db import models, router
from django.db.models import Exists, OuterRef, Q

from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpArticleQuerySet,
    HelpIndexState,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.search.lexicon import lexicon_drift
from django_helpcenter.services.counters import articles_with_wrong_votes
from django_helpcenter.services.index_statistics import count_index, stored_statistics
from django_helpcenter.services.vectors import lacking_article_vectors, missing_vectors


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
    article_vectors: int
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
    """Compare the index of a tenant with its articles.

    Raises EmbeddingUnavailable when the model is missing.
    """
    using = _database()
    passages = HelpPassage.objects.using(using).for_tenant(tenant)
    vectors = HelpPassageEmbedding.objects.using(using).for_tenant(tenant)
    published = _published(tenant)
    backend = get_embeddings()
    space = backend.space if backend is not None else ""
    states = HelpIndexState.objects.using(using)
    state = states.filter(tenant_id=tenant.pk).first() or HelpIndexState(tenant_id=tenant.pk)
    serving = state.embedding_space
    counted = count_index(tenant, serving, using=using)
    lacking = lacking_article_vectors(tenant, serving, using=using)
    # A tenant without passages has no space to serve from yet.
    is_cut_over = not space or serving == space or not counted["passages"]
    return Drift(
        stale_articles=published.filter(index_state=IndexState.STALE).count(),
        failed_articles=published.filter(index_state=IndexState.FAILED).count(),
        articles_without_passages=published.filter(
            ~Exists(_passages()), index_state=IndexState.FRESH
        ).count(),
        passages_of_unpublished=passages.exclude(article__status=ArticleStatus.PUBLISHED).count(),
        wrong_audiences=len(_with_wrong_audience(tenant)),
        missing_vectors=missing_vectors(tenant, space, using=using).count() if space else 0,
        foreign_vectors=vectors.exclude(space__in=[space, serving]).count() if space else 0,
        article_vectors=lacking.count() if space and serving else 0,
        lexemes=lexicon_drift(tenant, using=using),
        counters=len(articles_with_wrong_votes(tenant, using=using)),
        statistics=int(stored_statistics(state) != counted or not is_cut_over),
    )


def articles_to_mend(tenant: models.Model) -> list[int]:
    """Return the published articles whose passages are not what they should be."""
    published = _published(tenant).exclude(index_state=IndexState.FAILED)
    behind = published.filter(Q(index_state=IndexState.STALE) | ~Exists(_passages()))
    return sorted({*behind.values_list("pk", flat=True), *_with_wrong_audience(tenant)})


def withdrawn_articles(tenant: models.Model) -> list[int]:
    """Return the articles that are not published and have passages nevertheless."""
    passages = HelpPassage.objects.using(_database()).for_tenant(tenant)
    wrong = passages.exclude(article__status=ArticleStatus.PUBLISHED).order_by("article")
    return list(wrong.values_list("article", flat=True).distinct())


def _database() -> str:
    return router.db_for_write(HelpPassage)


def _published(tenant: models.Model) -> HelpArticleQuerySet:
    articles = HelpArticle.objects.using(_database())
    return articles.filter(tenant_id=tenant.pk, status=ArticleStatus.PUBLISHED)


def _passages() -> models.QuerySet[HelpPassage]:
    return HelpPassage.objects.filter(article=OuterRef("pk"))


def _with_wrong_audience(tenant: models.Model) -> set[int]:
    """Return the published articles of which a passage or a vector has another audience."""
    stored: set[tuple[int, tuple[str, ...]]] = set()
    for model in (HelpPassage, HelpPassageEmbedding, HelpArticleEmbedding):
        rows = model._default_manager.using(_database()).filter(tenant_id=tenant.pk)
        pairs = rows.order_by().values_list("article", "audience").distinct()
        stored |= {(article_id, tuple(sorted(audience))) for article_id, audience in pairs}
    articles = _published(tenant).filter(pk__in={article_id for article_id, _ in stored})
    wanted = {article.pk: tuple(article.audience) for article in articles.only("target_roles")}
    return {
        article_id
        for article_id, audience in stored
        if wanted.get(article_id, audience) != audience
    }
