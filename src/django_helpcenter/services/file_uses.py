"""Which texts name which files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from django_helpcenter.models import (
    HelpArticle,
    HelpArticleTemplate,
    HelpArticleVersion,
    HelpDraft,
    HelpFile,
    HelpSnippet,
)

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

    Both may be an ``OuterRef`` to the query around this.
    """
    # The query of the snippets is one level deeper.
    of_key, of_tenant = (
        OuterRef(value) if isinstance(value, OuterRef) else value for value in (key, tenant_id)
    )
    naming_snippets = HelpSnippet.objects.filter(tenant=of_tenant, file_keys__contains=[of_key])
    keys = naming_snippets.order_by().values("key")
    return Q(file_keys__contains=[key]) | Q(snippet_keys__overlap=ArraySubquery(keys))


def article_count() -> Coalesce:
    """Return how many articles show a file now."""
    shown = HelpArticle.objects.filter(
        shows(OuterRef("key"), OuterRef("tenant")), tenant=OuterRef("tenant")
    )
    found = shown.order_by().annotate(number=Func("pk", function="count"))
    return Coalesce(Subquery(found.values("number")), 0)


def unused_files(tenant: models.Model, *, before: datetime | None = None) -> QuerySet[HelpFile]:
    """Return the files that no text names, of those that were added before a time."""
    files = HelpFile.objects.for_tenant(tenant).filter(~is_used())
    return files if before is None else files.filter(created_at__lt=before)


def articles_with(file: HelpFile) -> QuerySet[HelpArticle]:
    """Return the articles that show a file now, whatever their status."""
    articles = HelpArticle.objects.filter(tenant_id=file.tenant_id)
    return articles.filter(shows(file.key, file.tenant_id)).order_by("title", "pk")
