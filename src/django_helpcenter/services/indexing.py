"""Keeping the search index in step: passages, word counts, vectors, statistics."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, router, transaction
from django.db.models import Q

from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleQuerySet,
    HelpIndexState,
    HelpPassage,
)
from django_helpcenter.search.lexicon import rebuild_lexicon
from django_helpcenter.services.counters import fold_views, recount_votes
from django_helpcenter.services.drift import articles_to_mend, withdrawn_articles
from django_helpcenter.services.index_run import (
    ARTICLES_PER_TRANSACTION,
    IndexReport,
    IndexRun,
    Progress,
    no_progress,
)
from django_helpcenter.services.index_statistics import index_state, refresh_statistics
from django_helpcenter.services.index_writing import lock_articles
from django_helpcenter.services.vectors import prune_vectors, write_article_vectors
from django_helpcenter.services.visibility import apply_visibility


class IndexingService:
    """Writes the index of one tenant.

    Safe to run at any time, several at once, and again after an interruption: it works off what is
    marked stale and what has no vector.
    """

    def __init__(self, *, tenant: models.Model, using: str | None = None) -> None:
        self.tenant = tenant
        self.using = using or router.db_for_write(HelpPassage)

    def index_articles(
        self,
        article_ids: Iterable[int] | None = None,
        *,
        progress: Progress = no_progress,
    ) -> IndexReport:
        """Index these articles, or all that are stale; then embed what has no vector.

        What is no longer published is taken out. A missing model is reported in ``unavailable``,
        not raised: the lexical side works without. Raises EmbeddingError when the model fails; the
        words are indexed then.
        """
        ids = self.stale_articles() if article_ids is None else sorted(set(article_ids))
        only = None if article_ids is None else ids
        with IndexRun(self.tenant, using=self.using, article_ids=only) as run:
            run.add(ids, progress=progress)
            return run.finish(progress=progress)

    def open_run(self) -> IndexRun:
        """Return a run to which articles are added while others are still being written."""
        return IndexRun(self.tenant, using=self.using)

    def refresh_statistics(self) -> HelpIndexState:
        """Count passages and vectors, and cut over to a new embedding space when it is complete."""
        return refresh_statistics(self.tenant, using=self.using)

    def rebuild(self, *, everything: bool = False, progress: Progress = no_progress) -> IndexReport:
        """Mend what is out of step: passages, vectors, word counts, counters, statistics.

        ``everything`` cuts all articles anew; an interrupted run is completed by the next one.
        Raises EmbeddingError when the model fails.
        """
        articles = HelpArticle.objects.using(self.using).for_tenant(self.tenant)
        if not everything:
            articles = articles.filter(pk__in=articles_to_mend(self.tenant))
        articles.update(index_state=IndexState.STALE)
        self._withdraw(withdrawn_articles(self.tenant))
        report = self.index_articles(progress=progress)
        self._mend_vectors()
        self.refresh_lexicon()
        recount_votes(self.tenant)
        fold_views()
        self.refresh_statistics()
        return report

    def refresh_lexicon(self) -> int:
        """Count the words of all passages anew; returns the number of rows."""
        with transaction.atomic(using=self.using):
            return rebuild_lexicon(self.tenant, using=self.using)

    def stale_articles(self) -> list[int]:
        """Return what is behind: published articles, and withdrawn ones that are still indexed."""
        behind = self._articles().needing_index()
        behind = behind.filter(Q(status=ArticleStatus.PUBLISHED) | ~Q(indexed_hash=""))
        return list(behind.order_by("pk").values_list("pk", flat=True))

    def _articles(self) -> HelpArticleQuerySet:
        return HelpArticle.objects.using(self.using).filter(tenant_id=self.tenant.pk)

    def _withdraw(self, ids: list[int]) -> None:
        """Take articles out of the index that were withdrawn past the services."""
        for start in range(0, len(ids), ARTICLES_PER_TRANSACTION):
            with transaction.atomic(using=self.using):
                some = ids[start : start + ARTICLES_PER_TRANSACTION]
                for article in lock_articles(self.tenant, some, using=self.using):
                    if article.status != ArticleStatus.PUBLISHED:
                        apply_visibility(article)

    def _mend_vectors(self) -> None:
        """Write the vectors of whole articles anew, and drop those of spaces that do not serve."""
        serving = index_state(self.tenant, using=self.using).embedding_space
        if not serving:
            return
        write_article_vectors(self.tenant, serving, using=self.using)
        backend = get_embeddings()
        if backend is not None and backend.is_ready():
            prune_vectors(self.tenant, [serving, backend.space], using=self.using)
