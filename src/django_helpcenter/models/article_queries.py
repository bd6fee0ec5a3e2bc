"""Which articles: published, visible to a reader, behind in the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.models.ageing import REVIEW_DAYS, due_at, review_days
from django_helpcenter.models.base import TenantQuerySet
from django_helpcenter.models.roles import roles_of
from django_helpcenter.models.tenants import tenant_key

if TYPE_CHECKING:
    from django_helpcenter.models.articles import HelpArticle  # noqa: F401 - named below
    from django_helpcenter.types import Reader


class HelpArticleQuerySet(TenantQuerySet["HelpArticle"]):
    """Questions about articles."""

    def published(self, at: datetime | None = None) -> HelpArticleQuerySet:
        """Keep what is published now, or at another time: status, publishing time and expiry."""
        now = at or timezone.now()
        return self.filter(
            Q(publish_at__isnull=True) | Q(publish_at__lte=now),
            Q(expire_at__isnull=True) | Q(expire_at__gt=now),
            status=ArticleStatus.PUBLISHED,
        )

    def visible_to(self, tenant: models.Model | Any, user: Reader) -> HelpArticleQuerySet:
        """Keep what a reader may see: published in this tenant, for all or for a role of theirs."""
        return self.visible_to_roles(tenant, roles_of(user, tenant))

    def visible_to_roles(
        self, tenant: models.Model | Any, roles: Sequence[str], at: datetime | None = None
    ) -> HelpArticleQuerySet:
        """Keep what a reader with these roles may see, ``all`` among them.

        The only place that decides so; every read goes through it.
        """
        return self.published(at).filter(
            Q(target_roles=[]) | Q(target_roles__has_any_keys=list(roles)),
            tenant_id=tenant_key(tenant),
        )

    def needing_index(self) -> HelpArticleQuerySet:
        """Keep what the index is behind with."""
        return self.filter(index_state=IndexState.STALE)

    def with_review_days(self) -> HelpArticleQuerySet:
        """Bring along what ``is_stale`` asks for, so that a list does not ask for each row."""
        return self.annotate(**{REVIEW_DAYS: review_days(self.db)})

    def due(self, at: datetime | None = None) -> HelpArticleQuerySet:
        """Keep what is published and to be looked at again: what ``is_stale`` says of a row."""
        now = at or timezone.now()
        return (
            self.published(now).alias(review_due_at=due_at(self.db)).filter(review_due_at__lte=now)
        )

    def not_due(self, at: datetime | None = None) -> HelpArticleQuerySet:
        """Keep what is published and was taken for right within its interval."""
        now = at or timezone.now()
        return (
            self.published(now).alias(review_due_at=due_at(self.db)).filter(review_due_at__gt=now)
        )

    def light(self) -> HelpArticleQuerySet:
        """Leave the long columns in the database; for lists."""
        return self.defer("content", "search_vector", "search_tags", "title_words")
