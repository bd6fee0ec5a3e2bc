"""Computing and storing vectors.

Embedding is slow, so it runs outside a transaction. What is stored is checked again under the
articles' locks: a passage that changed meanwhile keeps no stale vector, one that was restricted
meanwhile gets its vector with the new audience, and one that is gone gets none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction
from django.db.models import Exists, OuterRef, QuerySet

from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.content.passages import embedding_text
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpArticleQuerySet,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.models.tenants import tenant_key
from django_helpcenter.services.passages import heading_parts

if TYPE_CHECKING:
    from django_helpcenter.backends.embeddings.base import EmbeddingBackend, Vector

#: Passages that are embedded between two writes; long runs sort better by length.
PASSAGES_PER_BATCH = 256

#: Batches that wait for the model or are in it when nothing else is left to do.
BATCHES_AHEAD = 2

#: What a passage has become meanwhile counts: its text must be the same, its audience may not be.
_PASSAGE_VECTORS = """
    INSERT INTO {vectors} (passage_id, part, article_id, tenant_id, language, audience, space,
                           content_hash, embedding)
    SELECT p.id, 0, p.article_id, p.tenant_id, p.language, p.audience, %(space)s, p.content_hash,
           made.embedding::halfvec
    FROM unnest(%(ids)s::bigint[], %(hashes)s::text[], %(embeddings)s::text[])
         AS made (id, content_hash, embedding)
    JOIN {passages} p ON p.id = made.id AND p.content_hash = made.content_hash
"""

#: The vector of an article is the mean of its passages: it sees all of the text and costs no run of
#: the model.
_ARTICLE_VECTORS = """
    INSERT INTO {article_vectors} (article_id, tenant_id, audience, space, content_hash, embedding)
    SELECT e.article_id, e.tenant_id, min(e.audience), e.space, min(a.content_hash),
           l2_normalize(avg(e.embedding))
    FROM {vectors} e JOIN {articles} a ON a.id = e.article_id
    WHERE e.tenant_id = %(tenant)s AND e.space = %(space)s
      AND e.article_id = ANY(%(ids)s::bigint[])
    GROUP BY e.article_id, e.tenant_id, e.space
    ON CONFLICT (article_id) DO UPDATE SET space = excluded.space, audience = excluded.audience,
        content_hash = excluded.content_hash, embedding = excluded.embedding
"""


def missing_vectors(tenant: Any, space: str, *, using: str) -> Any:
    """Return the passages of a tenant that have no vector of their present text in a space."""
    vectors = HelpPassageEmbedding.objects.filter(
        passage=OuterRef("pk"), space=space, part=0, content_hash=OuterRef("content_hash")
    )
    return HelpPassage.objects.using(using).for_tenant(tenant).filter(~Exists(vectors))


def lacking_article_vectors(tenant: Any, space: str, *, using: str) -> HelpArticleQuerySet:
    """Return the indexed articles that have vectors of passages and none of their present whole."""
    parts = HelpPassageEmbedding.objects.filter(article=OuterRef("pk"), space=space)
    whole = HelpArticleEmbedding.objects.filter(
        article=OuterRef("pk"), space=space, content_hash=OuterRef("content_hash")
    )
    indexed = HelpArticle.objects.using(using).filter(
        tenant_id=tenant_key(tenant),
        status=ArticleStatus.PUBLISHED,
        index_state=IndexState.FRESH,
    )
    return indexed.filter(Exists(parts) & ~Exists(whole))


class PassageEmbedder:
    """Embeds the passages of a tenant that have no vector, while its owner does something else.

    What was not stored when it is closed is missing still, and the next run's work.
    ``article_ids`` limits it to the passages of these articles.
    """

    def __init__(
        self,
        tenant: Any,
        backend: EmbeddingBackend,
        *,
        using: str,
        article_ids: Sequence[int] | None = None,
    ) -> None:
        self.backend = backend
        self.using = using
        self._missing = missing_vectors(tenant, backend.space, using=using)
        if article_ids is not None:
            self._missing = self._missing.filter(article__in=article_ids)
        self._last = 0
        self._is_drained = False
        self._ahead: deque[_Batch] = deque()
        # The model works in threads of its own, as it sees fit; this one only waits for it.
        self._thread = ThreadPoolExecutor(1)

    def close(self) -> None:
        """Wait for the batch that the model is working on, and forget the rest."""
        self._thread.shutdown(cancel_futures=True)

    def expect(self) -> None:
        """Look for more passages, although there were none the last time."""
        self._is_drained = False

    def advance(self) -> int:
        """Store what is ready and hand over what is next, without waiting for the model.

        Returns how many passages were stored. Raises EmbeddingError.
        """
        ready = []
        while self._ahead and self._ahead[0].embedding.done():
            ready.append(self._ahead.popleft())
        # Before they are stored, so that the model has work meanwhile.
        if not self._is_drained:
            # One at a time: while it runs more is written, and long batches sort better by length.
            self._hand_over(at_most=1)
        return sum(self._store(batch) for batch in ready)

    def finish(self) -> Iterator[int]:
        """Embed all that is missing still; yields how many passages each batch stored.

        Raises EmbeddingError.
        """
        self._hand_over(at_most=BATCHES_AHEAD)
        while self._ahead:
            batch = self._ahead.popleft()
            # So that the model has work while this batch is stored.
            self._hand_over(at_most=BATCHES_AHEAD)
            yield self._store(batch)

    def count_missing(self) -> int:
        """Return how many passages have no vector in the database."""
        number: int = self._missing.count()
        return number

    def _hand_over(self, *, at_most: int) -> None:
        columns = ("pk", "content_hash", "title", "heading_path", "text")
        while len(self._ahead) < at_most:
            rows = self._missing.filter(pk__gt=self._last).order_by("pk").values_list(*columns)
            batch = list(rows[:PASSAGES_PER_BATCH])
            if not batch:
                self._is_drained = True
                return
            self._last = batch[-1][0]
            texts = [
                embedding_text(title, heading_parts(path), text)
                for _, _, title, path, text in batch
            ]
            hashes = {pk: content_hash for pk, content_hash, *_ in batch}
            embedding = self._thread.submit(self.backend.embed_documents, texts)
            self._ahead.append(_Batch(hashes, embedding))

    def _store(self, batch: _Batch) -> int:
        """Wait for a batch, and store it."""
        vectors = batch.embedding.result()
        return _store(batch.hashes, vectors, self.backend.space, using=self.using)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Passages on their way through the model: their hashes by primary key."""

    hashes: dict[int, str]
    embedding: Future[list[Vector]]


def _store(hashes: dict[int, str], vectors: list[Vector], space: str, *, using: str) -> int:
    sql = _PASSAGE_VECTORS.format(
        vectors=HelpPassageEmbedding._meta.db_table, passages=HelpPassage._meta.db_table
    )
    values: dict[str, Any] = {
        "space": space,
        "ids": list(hashes),
        "hashes": list(hashes.values()),
        "embeddings": [_as_text(vector) for vector in vectors],
    }
    with transaction.atomic(using=using):
        # Articles first, as every writer does, so that no two wait for each other.
        articles = HelpPassage.objects.using(using).filter(pk__in=hashes).values("article")
        _hold(HelpArticle.objects.using(using).filter(pk__in=articles))
        embeddings = HelpPassageEmbedding.objects.using(using)
        embeddings.filter(passage__in=hashes, space=space).delete()
        with connections[using].cursor() as cursor:
            cursor.execute(sql, values)
            return int(cursor.rowcount)


def _as_text(vector: Vector) -> str:
    """Return a vector as PostgreSQL reads it; more digits than these do not fit into a halfvec."""
    return f"[{','.join(['%.6g'] * len(vector)) % tuple(vector)}]"


def write_article_vectors(
    tenant: Any, space: str, *, using: str, article_ids: Sequence[int] | None = None
) -> None:
    """Write the vectors of whole articles from those of their passages."""
    sql = _ARTICLE_VECTORS.format(
        article_vectors=HelpArticleEmbedding._meta.db_table,
        vectors=HelpPassageEmbedding._meta.db_table,
        articles=HelpArticle._meta.db_table,
    )
    with transaction.atomic(using=using):
        articles = HelpArticle.objects.using(using).for_tenant(tenant)
        if article_ids is not None:
            articles = articles.filter(pk__in=article_ids)
        ids = _hold(articles.filter(status=ArticleStatus.PUBLISHED))
        if not ids:
            return
        with connections[using].cursor() as cursor:
            cursor.execute(sql, {"tenant": tenant_key(tenant), "space": space, "ids": ids})


def _hold(articles: QuerySet[HelpArticle]) -> list[int]:
    """Lock articles until the end of the transaction, in the order in which every writer does."""
    rows = articles.order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def prune_vectors(tenant: Any, keep: Sequence[str], *, using: str) -> int:
    """Delete the vectors of spaces that no longer serve; returns how many."""
    deleted = 0
    for model in (HelpPassageEmbedding, HelpArticleEmbedding):
        rows = model.objects.using(using).for_tenant(tenant)
        deleted += rows.exclude(space__in=keep).delete()[0]
    return deleted
