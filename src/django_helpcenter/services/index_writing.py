"""The passages of articles, written under the articles' locks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models, transaction
from django.db.models import F

from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpArticleEmbedding, HelpPassage
from django_helpcenter.services.passages import passage_rows, write_passages
from django_helpcenter.services.snippet_texts import load_snippets
from django_helpcenter.services.visibility import apply_visibility, bump_corpus_version

logger = logging.getLogger("help_center.indexing")


@dataclass(slots=True)
class Written:
    """The articles that are indexed now, how many passages are new, and (article id, why not)."""

    indexed: list[int] = field(default_factory=list)
    passages: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)


def write_articles(tenant: models.Model, ids: Sequence[int], *, using: str) -> Written:
    """Bring the passages of a tenant's articles in step, in one transaction.

    What is no longer published is taken out of the index.
    """
    written = Written()
    wanted: dict[int, list[HelpPassage]] = {}
    sound: list[HelpArticle] = []
    failed: list[HelpArticle] = []
    with transaction.atomic(using=using):
        articles = lock_articles(tenant, ids, using=using)
        # Read under the locks: who changes a snippet makes its articles stale under them, too.
        book = load_snippets(tenant.pk, (each.content for each in articles), using=using)
        for article in articles:
            if article.status != ArticleStatus.PUBLISHED:
                if article.indexed_hash:
                    apply_visibility(article)
                continue
            try:
                wanted[article.pk] = passage_rows(article, book.snippets(article.language))
                sound.append(article)
            except ContentError as exc:
                # What stood there before is not what the article says now.
                wanted[article.pk] = []
                article.index_error = str(exc)
                failed.append(article)
        if wanted:
            written.passages = write_passages(tenant, wanted, using=using)
            _mark(sound, failed, using=using)
            bump_corpus_version(tenant.pk, using=using)
    for article in failed:
        logger.warning("Article %s cannot be indexed: %s", article.pk, article.index_error)
    written.indexed = [article.pk for article in sound]
    written.failures = [(article.pk, article.index_error) for article in failed]
    return written


def lock_articles(tenant: models.Model, ids: Sequence[int], *, using: str) -> list[HelpArticle]:
    """Hold articles of a tenant until the end of the transaction; those that are gone are not."""
    rows = HelpArticle.objects.using(using).for_tenant(tenant).filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update(no_key=True).defer("search_vector"))


def _mark(sound: list[HelpArticle], failed: list[HelpArticle], *, using: str) -> None:
    """Note what became of articles that the caller holds."""
    articles = HelpArticle.objects.using(using)
    fresh = articles.filter(pk__in=[article.pk for article in sound])
    fresh.update(index_state=IndexState.FRESH, indexed_hash=F("content_hash"), index_error="")
    renamed = []
    for article in sound:
        before = article.title_words
        article.refresh_title_words()
        if article.title_words != before:
            renamed.append(article)
    for article in failed:
        article.index_state = IndexState.FAILED
        # So that the former text, once it is back, counts as a change.
        article.indexed_hash = ""
    if renamed:
        articles.bulk_update(renamed, ["title_words"], batch_size=200)
    if failed:
        articles.bulk_update(failed, ["index_state", "indexed_hash", "index_error"], batch_size=200)
        HelpArticleEmbedding.objects.using(using).filter(article__in=failed).delete()
