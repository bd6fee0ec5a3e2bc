"""One run of the index: articles are added as they are written, the end completes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Self

from django.db import models, transaction

from django_helpcenter import signals
from django_helpcenter.exceptions import EmbeddingError, EmbeddingUnavailable
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.index_statistics import index_state, refresh_statistics
from django_helpcenter.services.index_writing import write_articles
from django_helpcenter.services.spaces import indexing_backends
from django_helpcenter.services.vectors import (
    PassageEmbedder,
    lacking_article_vectors,
    write_article_vectors,
)

if TYPE_CHECKING:
    from django_helpcenter.backends.embeddings.base import EmbeddingBackend

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


class IndexRun:
    """Writes passages as articles are added, and embeds them while its owner goes on.

    A context manager. ``article_ids`` limits what is embedded to these articles; otherwise all that
    has no vector is, also what an earlier run left behind.
    """

    def __init__(
        self, tenant: models.Model, *, using: str, article_ids: Sequence[int] | None = None
    ) -> None:
        self.tenant = tenant
        self.using = using
        self.report = IndexReport()
        self._indexed: list[int] = []
        self._has_added = False
        self._error: EmbeddingError | None = None
        self._embedders = [
            PassageEmbedder(tenant, backend, using=using, article_ids=article_ids)
            for backend in self._backends()
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for embedder in self._embedders:
            embedder.close()

    def add(self, ids: Sequence[int], *, progress: Progress = no_progress) -> None:
        """Write the passages of articles, some at a time; does not wait for the model."""
        for start in range(0, len(ids), ARTICLES_PER_TRANSACTION):
            some = ids[start : start + ARTICLES_PER_TRANSACTION]
            written = write_articles(self.tenant, some, using=self.using)
            self._has_added = True
            self._indexed += written.indexed
            self.report.articles += len(written.indexed)
            self.report.passages += written.passages
            self.report.failures += written.failures
            for embedder in self._embedders:
                embedder.expect()
            self.advance()
            progress("passages", start + len(some), len(ids))

    def advance(self) -> None:
        """Store what the model has done meanwhile and hand over what is next, without waiting.

        A failure of the model is told at the end.
        """
        if self._embedders and self._error is None:
            try:
                self.report.embedded += self._embedders[0].advance()
            except EmbeddingError as exc:
                self._error = exc

    def finish(self, *, progress: Progress = no_progress) -> IndexReport:
        """Embed what has no vector yet, and bring the statistics in step.

        A missing model is reported in ``unavailable``, not raised: the lexical side works without.
        Raises EmbeddingError when the model fails; the words are indexed then.
        """
        if self._indexed:
            # Vectors may take minutes; the words are searched until then, with figures that hold.
            refresh_statistics(self.tenant, using=self.using)
        try:
            space = self._embed(progress)
        except EmbeddingError:
            refresh_statistics(self.tenant, using=self.using)
            raise
        if self._has_added or self.report.embedded or space not in ("", self._serving()):
            refresh_statistics(self.tenant, using=self.using)
        self._announce(space)
        return self.report

    def _backends(self) -> list[EmbeddingBackend]:
        try:
            return indexing_backends(self._serving())
        except EmbeddingUnavailable as exc:
            self.report.unavailable = str(exc)
            return []

    def _serving(self) -> str:
        return index_state(self.tenant, using=self.using).embedding_space

    def _embed(self, progress: Progress) -> str:
        """Embed what has no vector; returns the current space, "" without a model."""
        if self._error is not None:
            raise self._error
        if not self._embedders:
            return ""
        current = self._embedders[0].backend.space
        serving = self._serving()
        for embedder in self._embedders:
            is_current = embedder is self._embedders[0]
            done = self.report.embedded if is_current else 0
            total = done + embedder.count_missing()
            if done:
                progress("vectors", done, total)
            for stored in embedder.finish():
                done += stored
                progress("vectors", done, total)
            if is_current:
                self.report.embedded = done
            if embedder.backend.space == (serving or current):
                self._write_article_vectors(embedder.backend.space)
        return current

    def _write_article_vectors(self, space: str) -> None:
        """Write the vectors of the added articles, and of all that lack theirs."""
        lacking = lacking_article_vectors(self.tenant, space, using=self.using)
        ids = {*self._indexed, *lacking.values_list("pk", flat=True)}
        write_article_vectors(self.tenant, space, using=self.using, article_ids=sorted(ids))

    def _announce(self, space: str) -> None:
        for article_id in dict.fromkeys(self._indexed):
            send = partial(
                signals.article_indexed.send,
                HelpArticle,
                article_id=article_id,
                tenant_id=self.tenant.pk,
                space=space,
            )
            transaction.on_commit(send, using=self.using)
