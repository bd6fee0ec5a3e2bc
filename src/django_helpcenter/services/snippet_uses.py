"""Which texts name which snippets, and what a changed snippet changes in articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from django_helpcenter import signals
from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleLinks,
    HelpArticleTemplate,
    HelpDraft,
    HelpSnippet,
)

#: Stands for "was indexed with another text": no fingerprint is written so.
_OUTDATED = "snippet changed"


@dataclass(frozen=True, slots=True)
class SnippetUses:
    """What names a snippet; former versions of articles do not count."""

    articles: QuerySet[HelpArticle]
    drafts: QuerySet[HelpDraft]
    templates: QuerySet[HelpArticleTemplate]

    @property
    def are_published(self) -> bool:
        """Whether a published article names it, so that its readers get what it says."""
        return self.articles.filter(status=ArticleStatus.PUBLISHED).exists()


def uses_of(tenant_id: Any, key: str, *, using: str | None = None) -> SnippetUses:
    """Return what names a snippet of a tenant, in whatever language."""
    named = {"tenant_id": tenant_id, "snippet_keys__contains": [key]}
    return SnippetUses(
        HelpArticle.objects.using(using).filter(**named).order_by("title", "pk"),
        HelpDraft.objects.using(using).filter(**named).order_by("title", "pk"),
        HelpArticleTemplate.objects.using(using).filter(**named).order_by("name", "pk"),
    )


def use_count(model: type[models.Model]) -> Coalesce:
    """Return how many rows of a model name the snippet of the query around this."""
    naming = model._default_manager.filter(
        tenant=OuterRef("tenant"), snippet_keys__contains=[OuterRef("key")]
    )
    number = naming.order_by().annotate(number=Func("pk", function="count")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def note_changed_snippet(snippet: HelpSnippet, *, using: str) -> None:
    """Make the index of the articles that name a snippet stale, in the caller's transaction.

    Whoever wrote the snippet. Their links are read again too. After the commit a signal says so;
    the sweeper finds what it misses.
    """
    articles = HelpArticle.objects.using(using).filter(
        tenant_id=snippet.tenant_id, snippet_keys__contains=[snippet.key]
    )
    published = articles.filter(status=ArticleStatus.PUBLISHED)
    with transaction.atomic(using=using):
        # In the order in which every writer locks them.
        rows = published.order_by("pk").select_for_update(no_key=True)
        keys = list(rows.values_list("pk", flat=True))
        outdate_articles(keys, using=using)
        HelpArticleLinks.objects.using(using).filter(article__in=articles).delete()
    if not keys:
        return
    send = partial(
        signals.snippet_changed.send,
        HelpSnippet,
        tenant_id=snippet.tenant_id,
        key=snippet.key,
        article_ids=keys,
    )
    transaction.on_commit(send, using=using)


def outdate_articles(keys: Iterable[int], *, using: str) -> None:
    """Mark articles whose passages say what a snippet said before.

    Their fingerprint goes too: until they are indexed again, nobody new gets what they said.
    """
    found = HelpArticle.objects.using(using).filter(pk__in=list(keys))
    found.exclude(indexed_hash="").update(indexed_hash=_OUTDATED)
    found.update(index_state=IndexState.STALE)
