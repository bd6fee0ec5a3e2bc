"""Keeping the search index in step: passages, word counts, vectors, statistics."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from django.db import models, router, transaction
from django.db.models import Q

from django_helpcenter import signals
from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.exceptions import ContentError, EmbeddingError, EmbeddingUnavailable
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpArticleQuerySet,
    HelpIndexState,
    HelpPassage,
)
from django_helpcenter.search.lexicon import rebuild_lexicon
from django_helpcenter.services.counters import fold_views, recount_votes
from django_helpcenter.services.drift import articles_to_mend, withdrawn_articles
from django_helpcenter.services.index_statistics import STATISTICS, count_index
from django_helpcenter.services.passages import passage_rows, write_passages
from django_helpcenter.services.spaces import indexing_backends
from django_helpcenter.services.vectors import (
    embed_passages,
    lacking_article_vectors,
    missing_vectors,
    prune_vectors,
    write_article_vectors,
)
from django_helpcenter.services.visibility import apply_visibility, bump_corpus_version

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

        What is no longer published is taken out. A missing model is reported in ``unavailable``,
        not raised: the lexical side works without. Raises EmbeddingError when the model fails; the
        words are indexed then.
        """
        report = IndexReport()
        ids = self._stale() if article_ids is None else sorted(set(article_ids))
        indexed = self._write_all(ids, report, progress)
        if indexed:
            # Vectors may take minutes; the words are searched until then, with figures that hold.
            self.refresh_statistics()
        try:
            space = self._embed(report, None if article_ids is None else ids, indexed, progress)
        except EmbeddingError:
            self.refresh_statistics()
            raise
        if ids or report.embedded or space not in ("", self._state().embedding_space):
            self.refresh_statistics()
        for article_id in indexed:
            send = partial(
                signals.article_indexed.send,
                HelpArticle,
                article_id=article_id,
                tenant_id=self.tenant.pk,
                space=space,
            )
            transaction.on_commit(send, using=self.using)
        return report

    def refresh_statistics(self) -> HelpIndexState:
        """Count passages and vectors, and cut over to a new embedding space when it is complete."""
        complete = self._complete_space()
        with transaction.atomic(using=self.using):
            # Who counts later must also write later, and see what was counted before.
            states = HelpIndexState.objects.using(self.using).select_for_update(no_key=True)
            state = states.get(tenant_id=self.tenant.pk)
            former = state.embedding_space
            if complete and not self._lacks_vectors(complete):
                state.embedding_space = complete
            counted = count_index(self.tenant, state.embedding_space, using=self.using)
            for name, value in counted.items():
                setattr(state, name, value)
            changed = [*STATISTICS, "embedding_space", "updated_at"]
            state.save(using=self.using, update_fields=changed)
        if former not in ("", state.embedding_space):
            # Not above: whoever withdraws an article holds its vectors and waits for the state.
            prune_vectors(self.tenant, [state.embedding_space], using=self.using)
            logger.info(
                "Tenant %s now searches the embedding space %s.",
                self.tenant.pk,
                state.embedding_space,
            )
        return state

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

    def _stale(self) -> list[int]:
        """Return what is behind: published articles, and withdrawn ones that are still indexed."""
        behind = self._articles().needing_index()
        behind = behind.filter(Q(status=ArticleStatus.PUBLISHED) | ~Q(indexed_hash=""))
        return list(behind.order_by("pk").values_list("pk", flat=True))

    def _articles(self) -> HelpArticleQuerySet:
        return HelpArticle.objects.using(self.using).filter(tenant_id=self.tenant.pk)

    def _state(self) -> HelpIndexState:
        states = HelpIndexState.objects.using(self.using)
        return states.get_or_create(tenant_id=self.tenant.pk)[0]

    def _write_all(self, ids: list[int], report: IndexReport, progress: Progress) -> list[int]:
        """Write the passages of articles, some at a time; returns which ones are indexed."""
        indexed: list[int] = []
        for start in range(0, len(ids), ARTICLES_PER_TRANSACTION):
            end = min(start + ARTICLES_PER_TRANSACTION, len(ids))
            with transaction.atomic(using=self.using):
                indexed += self._write(ids[start:end], report)
            progress("passages", end, len(ids))
        return indexed

    def _write(self, ids: list[int], report: IndexReport) -> list[int]:
        wanted: dict[int, list[HelpPassage]] = {}
        sound: list[HelpArticle] = []
        failed: list[HelpArticle] = []
        for article in self._lock(ids):
            if article.status != ArticleStatus.PUBLISHED:
                if article.indexed_hash:
                    apply_visibility(article)
                continue
            try:
                wanted[article.pk] = passage_rows(article)
                sound.append(article)
            except ContentError as exc:
                # What stood there before is not what the article says now.
                wanted[article.pk] = []
                article.index_error = str(exc)
                failed.append(article)
        if wanted:
            report.passages += write_passages(self.tenant, wanted, using=self.using)
            self._mark(sound, failed)
            bump_corpus_version(self.tenant.pk, using=self.using)
        for article in failed:
            report.failures.append((article.pk, article.index_error))
            logger.warning("Article %s cannot be indexed: %s", article.pk, article.index_error)
        report.articles += len(sound)
        return [article.pk for article in sound]

    def _lock(self, ids: list[int]) -> list[HelpArticle]:
        rows = self._articles().filter(pk__in=ids).order_by("pk")
        return list(rows.select_for_update(no_key=True).defer("search_vector"))

    def _mark(self, sound: list[HelpArticle], failed: list[HelpArticle]) -> None:
        for article in sound:
            article.index_state = IndexState.FRESH
            article.indexed_hash = article.content_hash
            article.index_error = ""
            article.refresh_title_words()
        for article in failed:
            article.index_state = IndexState.FAILED
            # So that the former text, once it is back, counts as a change.
            article.indexed_hash = ""
        HelpArticle.objects.using(self.using).bulk_update(
            [*sound, *failed],
            ["index_state", "indexed_hash", "index_error", "title_words"],
            batch_size=200,
        )
        vectors = HelpArticleEmbedding.objects.using(self.using)
        vectors.filter(article__in=failed).delete()

    def _embed(
        self,
        report: IndexReport,
        ids: list[int] | None,
        indexed: list[int],
        progress: Progress,
    ) -> str:
        """Embed what has no vector; returns the current space, "" without a model."""
        serving = self._state().embedding_space
        try:
            backends = indexing_backends(serving)
        except EmbeddingUnavailable as exc:
            report.unavailable = str(exc)
            return ""
        for number, backend in enumerate(backends):
            missing = missing_vectors(self.tenant, backend.space, using=self.using)
            total = missing.count() if ids is None else missing.filter(article__in=ids).count()
            done = 0
            for stored in embed_passages(self.tenant, backend, using=self.using, article_ids=ids):
                done += stored
                progress("vectors", done, total)
            if number == 0:
                report.embedded += done
            if backend.space == (serving or backends[0].space):
                self._write_article_vectors(backend.space, indexed)
        return backends[0].space if backends else ""

    def _write_article_vectors(self, space: str, indexed: list[int]) -> None:
        """Write the vectors of these articles, and of all that lack theirs."""
        lacking = lacking_article_vectors(self.tenant, space, using=self.using)
        ids = {*indexed, *lacking.values_list("pk", flat=True)}
        write_article_vectors(self.tenant, space, using=self.using, article_ids=sorted(ids))

    def _complete_space(self) -> str:
        """Return the space to cut over to, with every vector in it; "" when there is none."""
        serving = self._state().embedding_space
        backend = get_embeddings()
        if backend is None or not backend.is_ready() or backend.space == serving:
            return ""
        if self._lacks_vectors(backend.space):
            return ""
        if serving:
            write_article_vectors(self.tenant, backend.space, using=self.using)
        return backend.space

    def _lacks_vectors(self, space: str) -> bool:
        lacking: bool = missing_vectors(self.tenant, space, using=self.using).exists()
        return lacking

    def _withdraw(self, ids: list[int]) -> None:
        """Take articles out of the index that were withdrawn past the services."""
        for start in range(0, len(ids), ARTICLES_PER_TRANSACTION):
            with transaction.atomic(using=self.using):
                for article in self._lock(ids[start : start + ARTICLES_PER_TRANSACTION]):
                    if article.status != ArticleStatus.PUBLISHED:
                        apply_visibility(article)

    def _mend_vectors(self) -> None:
        """Write the vectors of whole articles anew, and drop those of spaces that do not serve."""
        serving = self._state().embedding_space
        if not serving:
            return
        write_article_vectors(self.tenant, serving, using=self.using)
        backend = get_embeddings()
        if backend is not None and backend.is_ready():
            prune_vectors(self.tenant, [serving, backend.space], using=self.using)
