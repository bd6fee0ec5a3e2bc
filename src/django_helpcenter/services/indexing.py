"""Keeping the search index in step: passages, word counts, vectors, statistics."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models, router, transaction
from django.db.models import Avg, Count

from django_helpcenter import signals
from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.exceptions import ContentError, EmbeddingUnavailable
from django_helpcenter.models import (
    HelpArticle,
    HelpIndexState,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.search.lexicon import rebuild_lexicon
from django_helpcenter.services.counters import recount_votes
from django_helpcenter.services.drift import articles_to_mend
from django_helpcenter.services.passages import passage_rows, write_passages
from django_helpcenter.services.spaces import indexing_backends
from django_helpcenter.services.vectors import (
    embed_passages,
    missing_vectors,
    prune_vectors,
    write_article_vectors,
)
from django_helpcenter.services.visibility import bump_corpus_version

logger = logging.getLogger("help_center.indexing")

#: Articles whose passages are written in one transaction.
ARTICLES_PER_TRANSACTION = 50

#: Called with what is being done, how much is done, and how much there is (0: unknown).
Progress = Callable[[str, int, int], None]


def no_progress(step: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(slots=True)
class IndexReport:
    """What an indexing run did. ``failures`` are (article id, reason)."""

    articles: int = 0
    passages: int = 0
    embedded: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)
    unavailable: str = ""


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

        A missing model is reported in ``unavailable``, not raised: the lexical side works without.
        """
        report = IndexReport()
        articles = HelpArticle.objects.using(self.using).for_tenant(self.tenant)
        pending = articles.filter(status=ArticleStatus.PUBLISHED)
        if article_ids is None:
            pending = pending.filter(index_state=IndexState.STALE)
            ids = list(pending.order_by("pk").values_list("pk", flat=True))
        else:
            ids = sorted(set(article_ids))
        for start in range(0, len(ids), ARTICLES_PER_TRANSACTION):
            self._write(ids[start : start + ARTICLES_PER_TRANSACTION], report)
            progress("passages", min(start + ARTICLES_PER_TRANSACTION, len(ids)), len(ids))
        self._embed(report, None if article_ids is None else ids, progress)
        self.refresh_statistics()
        return report

    def refresh_statistics(self) -> HelpIndexState:
        """Count passages and vectors, and cut over to a new embedding space when it is complete."""
        state = self._state()
        passages = HelpPassage.objects.using(self.using).for_tenant(self.tenant)
        counted = passages.aggregate(
            number=Count("pk"),
            length=Avg("length"),
            configs=ArrayAgg("search_config", distinct=True),
        )
        backend = get_embeddings()
        if backend is not None and backend.is_ready() and backend.space != state.embedding_space:
            self._cut_over(state, backend.space)
        state.passages = counted["number"]
        state.average_length = counted["length"] or 0.0
        state.configs = counted["configs"] or []
        state.vectors = (
            HelpPassageEmbedding.objects.using(self.using)
            .for_tenant(self.tenant)
            .filter(space=state.embedding_space)
            .count()
        )
        state.save(
            using=self.using,
            update_fields=[
                "passages",
                "average_length",
                "configs",
                "vectors",
                "embedding_space",
                "updated_at",
            ],
        )
        return state

    def rebuild(self, *, everything: bool = False, progress: Progress = no_progress) -> IndexReport:
        """Mend what is out of step: passages, vectors, word counts, vote counters, statistics.

        ``everything`` cuts all articles anew; an interrupted run is completed by the next one.
        """
        articles = HelpArticle.objects.using(self.using).for_tenant(self.tenant)
        if everything:
            articles.update(index_state=IndexState.STALE)
        else:
            articles.filter(pk__in=articles_to_mend(self.tenant)).update(
                index_state=IndexState.STALE
            )
        self._drop_passages_of_unpublished()
        report = self.index_articles(progress=progress)
        self.refresh_lexicon()
        recount_votes(self.tenant)
        return report

    def refresh_lexicon(self) -> int:
        """Count the words of all passages anew; returns the number of rows."""
        with transaction.atomic(using=self.using):
            return rebuild_lexicon(self.tenant, using=self.using)

    def _drop_passages_of_unpublished(self) -> None:
        HelpPassage.objects.using(self.using).for_tenant(self.tenant).exclude(
            article__status=ArticleStatus.PUBLISHED
        ).delete()

    def _state(self) -> HelpIndexState:
        state, _created = HelpIndexState.objects.using(self.using).get_or_create(tenant=self.tenant)
        return state

    def _write(self, ids: list[int], report: IndexReport) -> None:
        with transaction.atomic(using=self.using):
            articles = list(
                HelpArticle.objects.using(self.using)
                .for_tenant(self.tenant)
                .filter(pk__in=ids, status=ArticleStatus.PUBLISHED)
                .order_by("pk")
                .select_for_update(no_key=True)
                .defer("search_vector")
            )
            wanted: dict[int, list[HelpPassage]] = {}
            failed: list[HelpArticle] = []
            for article in articles:
                try:
                    wanted[article.pk] = passage_rows(article)
                except ContentError as exc:
                    article.index_error = str(exc)
                    failed.append(article)
                    report.failures.append((article.pk, str(exc)))
                    logger.warning("Article %s cannot be indexed: %s", article.pk, exc)
            report.passages += write_passages(wanted, using=self.using)
            self._mark([article for article in articles if article.pk in wanted], failed)
            bump_corpus_version(self.tenant.pk, using=self.using)
        report.articles += len(wanted)

    def _mark(self, indexed: list[HelpArticle], failed: list[HelpArticle]) -> None:
        for article in indexed:
            article.index_state = IndexState.FRESH
            article.indexed_hash = article.content_hash
            article.index_error = ""
        for article in failed:
            article.index_state = IndexState.FAILED
        manager = HelpArticle.objects.using(self.using)
        manager.bulk_update(
            [*indexed, *failed], ["index_state", "indexed_hash", "index_error"], batch_size=200
        )
        for article in indexed:
            transaction.on_commit(
                lambda article=article: signals.article_indexed.send(  # type: ignore[misc]
                    HelpArticle, article_id=article.pk, tenant_id=article.tenant_id
                ),
                using=self.using,
            )

    def _embed(self, report: IndexReport, ids: list[int] | None, progress: Progress) -> None:
        state = self._state()
        try:
            backends = indexing_backends(state.embedding_space)
        except EmbeddingUnavailable as exc:
            report.unavailable = str(exc)
            return
        for number, backend in enumerate(backends):
            total = missing_vectors(self.tenant, backend.space, using=self.using).count()
            done = 0
            for stored in embed_passages(self.tenant, backend, using=self.using, article_ids=ids):
                done += stored
                progress("vectors", done, total)
            if number == 0:
                report.embedded += done
            if done and backend.space == (state.embedding_space or backends[0].space):
                write_article_vectors(self.tenant, backend.space, using=self.using, article_ids=ids)

    def _cut_over(self, state: HelpIndexState, space: str) -> None:
        """Serve from a space when every passage has a vector in it, and drop the former ones."""
        if missing_vectors(self.tenant, space, using=self.using).exists():
            if state.embedding_space:
                return
        elif state.embedding_space:
            write_article_vectors(self.tenant, space, using=self.using)
            prune_vectors(self.tenant, [space], using=self.using)
            logger.info("Tenant %s now searches the embedding space %s.", self.tenant.pk, space)
        state.embedding_space = space
