"""Which texts name which files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from django_helpcenter.models import HelpArticle, HelpArticleVersion, HelpDraft, HelpFile

#: The models whose texts keep a file: all that have a column ``file_keys``. What readers may have
#: is decided by articles alone.
HOLDERS: tuple[type[models.Model], ...] = (HelpArticle, HelpArticleVersion, HelpDraft)


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


def article_count() -> Coalesce:
    """Return how many articles name a file now."""
    found = naming(HelpArticle).order_by().annotate(number=Func("pk", function="count"))
    return Coalesce(Subquery(found.values("number")), 0)


def unused_files(tenant: models.Model, *, before: datetime | None = None) -> QuerySet[HelpFile]:
    """Return the files that no text names, of those that were added before a time."""
    files = HelpFile.objects.for_tenant(tenant).filter(~is_used())
    return files if before is None else files.filter(created_at__lt=before)


def articles_with(file: HelpFile) -> QuerySet[HelpArticle]:
    """Return the articles that name a file now, whatever their status."""
    articles = HelpArticle.objects.filter(tenant_id=file.tenant_id)
    return articles.filter(file_keys__contains=[file.key]).order_by("title", "pk")
