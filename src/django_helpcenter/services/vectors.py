"""Computing and storing vectors.

Embedding is slow, so it runs outside a transaction. What is stored is checked again under the
articles' locks: a passage that changed meanwhile keeps no stale vector, one that was restricted
meanwhile gets its vector with the new audience, and one that is gone gets none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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


def embed_passages(
    tenant: Any,
    backend: EmbeddingBackend,
    *,
    using: str,
    article_ids: Sequence[int] | None = None,
) -> Iterator[int]:
    """Embed what is missing, batch by batch; yields how many passages each batch stored.

    Raises EmbeddingError.
    """
    pending = missing_vectors(tenant, backend.space, using=using)
    if article_ids is not None:
        pending = pending.filter(article__in=article_ids)
    # While one batch is stored, the next one is embedded.
    with ThreadPoolExecutor(1) as embedder:
        ahead: tuple[dict[int, str], Future[list[Vector]]] | None = None
        for hashes, texts in _batches(pending):
            ready, ahead = ahead, (hashes, embedder.submit(backend.embed_documents, texts))
            if ready:
                yield _store(*ready, backend.space, using=using)
        if ahead:
            yield _store(*ahead, backend.space, using=using)


def _batches(pending: QuerySet[HelpPassage]) -> Iterator[tuple[dict[int, str], list[str]]]:
    """Yield passages as their hashes by primary key, and their texts."""
    columns = ("pk", "content_hash", "title", "heading_path", "text")
    last = 0
    while True:
        rows = pending.filter(pk__gt=last).order_by("pk").values_list(*columns)
        batch = list(rows[:PASSAGES_PER_BATCH])
        if not batch:
            return
        last = batch[-1][0]
        texts = [
            embedding_text(title, heading_parts(path), text) for _, _, title, path, text in batch
        ]
        yield {pk: content_hash for pk, content_hash, *_ in batch}, texts


def _store(
    hashes: dict[int, str], embedding: Future[list[Vector]], space: str, *, using: str
) -> int:
    vectors = dict(zip(hashes, embedding.result(), strict=True))
    with transaction.atomic(using=using):
        passages = HelpPassage.objects.using(using)
        # Articles first, as every writer does, so that no two wait for each other.
        articles = passages.filter(pk__in=vectors).values("article")
        _hold(HelpArticle.objects.using(using).filter(pk__in=articles))
        current = [
            row
            for row in passages.filter(pk__in=vectors).only(
                "article_id", "tenant_id", "language", "audience", "content_hash"
            )
            if row.content_hash == hashes[row.pk]
        ]
        embeddings = HelpPassageEmbedding.objects.using(using)
        embeddings.filter(passage__in=vectors, space=space).delete()
        embeddings.bulk_create(
            HelpPassageEmbedding(
                passage=row,
                article_id=row.article_id,
                tenant_id=row.tenant_id,
                language=row.language,
                audience=row.audience,
                space=space,
                content_hash=row.content_hash,
                embedding=vectors[row.pk],
            )
            for row in current
        )
    return len(current)


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
