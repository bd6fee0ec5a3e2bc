"""Which texts name which files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from django_helpcenter.models import (
    HelpArticle,
    HelpArticleTemplate,
    HelpArticleVersion,
    HelpDraft,
    HelpFile,
    HelpSnippet,
)
from django_helpcenter.services.snippet_texts import language_rank

#: The models whose texts keep a file: all that have a column ``file_keys``. What readers may have
#: is decided by articles alone.
HOLDERS: tuple[type[models.Model], ...] = (
    HelpArticle,
    HelpArticleVersion,
    HelpDraft,
    HelpSnippet,
    HelpArticleTemplate,
)


def naming(model: type[models.Model]) -> QuerySet[Any]:
    """Return the rows of a model that name the file of the query around this."""
    return model._default_manager.filter(
        tenant=OuterRef("tenant"), file_keys__contains=[OuterRef("key")]
    )


def is_used() -> Q:
    """Return the condition that some text names a file, former versions of articles included."""
    condition = Q()
    for model in HOLDERS:
        condition |= Q(Exists(naming(model)))
    return condition


def shows(key: Any, tenant_id: Any) -> Q:
    """Return the condition that an article shows a file: by itself, or by a snippet that it names.

    Of a snippet that counts which the article gets in its own language, and no other. Both may be
    an ``OuterRef`` to the query around this.
    """
    # The query of the snippets is one level deeper.
    of_key, of_tenant = (
        OuterRef(value) if isinstance(value, OuterRef) else value for value in (key, tenant_id)
    )
    snippets = HelpSnippet.objects.filter(tenant=of_tenant, file_keys__contains=[of_key])
    # In whatever language, first: the index finds these articles.
    names_one = Q(snippet_keys__overlap=ArraySubquery(snippets.order_by().values("key")))
    ranked = snippets.alias(rank=language_rank(OuterRef("language")))
    taken = ranked.filter(~Exists(_better_ones()), rank__isnull=False)
    return Q(file_keys__contains=[key]) | names_one & Q(
        snippet_keys__overlap=ArraySubquery(taken.order_by().values("key"))
    )


def _better_ones() -> QuerySet[HelpSnippet]:
    """Return the snippets that an article takes rather than that of the query around this."""
    ranked = HelpSnippet.objects.alias(rank=language_rank(OuterRef(OuterRef("language"))))
    return ranked.filter(tenant=OuterRef("tenant"), key=OuterRef("key"), rank__lt=OuterRef("rank"))


def article_count() -> Coalesce:
    """Return how many articles show a file now."""
    shown = HelpArticle.objects.filter(
        shows(OuterRef("key"), OuterRef("tenant")), tenant=OuterRef("tenant")
    )
    found = shown.order_by().annotate(number=Func("pk", function="count"))
    return Coalesce(Subquery(found.values("number")), 0)


def unused_files(tenant: models.Model, *, before: datetime | None = None) -> QuerySet[HelpFile]:
    """Return the files that no text names; ``before``: those that none has used since that time.

    To bring a file again, and to take it out of a text, is to use it.
    """
    files = HelpFile.objects.for_tenant(tenant).filter(~is_used())
    return files if before is None else files.filter(last_used_at__lt=before)


def note_last_use(tenant_id: Any, keys: Iterable[str], *, text: str = "", using: str) -> None:
    """Note for the files of these keys that they were used until now; not for those of ``text``.

    Whoever writes calls it with what a text named before. So what was taken out of it a moment ago
    is not deleted as unused at once, however long ago it was brought.
    """
    gone = [key for key in set(keys) if key not in text]
    if not gone:
        return
    files = HelpFile.objects.using(using).filter(tenant_id=tenant_id, key__in=gone)
    # Who holds one of them notes the same time, or deletes it: nobody waits.
    held = files.select_for_update(skip_locked=True).values_list("pk", flat=True)
    HelpFile.objects.using(using).filter(pk__in=list(held)).update(last_used_at=timezone.now())


def keys_named_by(article: HelpArticle, *, using: str) -> set[str]:
    """Return the keys of the files that an article names, in whatever version or draft."""
    keys = set(article.file_keys or ())
    for model in (HelpArticleVersion, HelpDraft):
        rows = model._default_manager.using(using).filter(article=article)
        keys.update(chain.from_iterable(rows.values_list("file_keys", flat=True)))
    return keys


def articles_with(file: HelpFile) -> QuerySet[HelpArticle]:
    """Return the articles that show a file now, whatever their status."""
    articles = HelpArticle.objects.filter(tenant_id=file.tenant_id)
    return articles.filter(shows(file.key, file.tenant_id)).order_by("title", "pk")
