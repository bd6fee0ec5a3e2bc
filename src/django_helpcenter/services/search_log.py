"""Keeping what readers looked for, what they opened of it, and what they asked next."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import router, transaction
from django.utils import timezone

from django_helpcenter import signals
from django_helpcenter.exceptions import DATABASE_EXCEPTIONS
from django_helpcenter.models import HelpArticle, HelpSearchHistory
from django_helpcenter.services.base import TenantService

if TYPE_CHECKING:
    from django_helpcenter.models import TenantQuerySet
    from django_helpcenter.types import SearchResults

logger = logging.getLogger("help_center.search")

#: A search this soon after another of the same person refines it.
REFINEMENT_WINDOW = timedelta(minutes=10)
#: A position further down is not one that somebody opened.
LAST_POSITION = 10_000


class SearchLog(TenantService):
    """The searches of one person in one tenant."""

    def record(
        self,
        results: SearchResults,
        *,
        filters: Mapping[str, Any],
        language: str = "",
        session_id: UUID | None = None,
    ) -> int | None:
        """Keep a search and return its id; a database that cannot write stops no search."""
        try:
            with transaction.atomic(using=self._write_alias()):
                return self._record(results, filters, language, session_id)
        except DATABASE_EXCEPTIONS:
            logger.warning("A search was not recorded.", exc_info=True)
            return None

    def _record(
        self,
        results: SearchResults,
        filters: Mapping[str, Any],
        language: str,
        session_id: UUID | None,
    ) -> int:
        user_id = self.user.pk if self.user is not None and self.user.is_authenticated else None
        row = HelpSearchHistory.objects.create(
            tenant_id=self.tenant.pk,
            user_id=user_id,
            visitor_key=self.visitor_key if user_id is None else "",
            session_id=session_id,
            query=results.query,
            # What a page was asked for need not be a language.
            language=language[: HelpSearchHistory._meta.get_field("language").max_length],
            mode=results.mode,
            filters=dict(filters),
            results_count=results.total,
            degraded=results.degraded,
            refined_from=self._refined(results.query),
        )
        send = partial(
            signals.search_recorded.send,
            HelpSearchHistory,
            history_id=row.pk,
            tenant_id=row.tenant_id,
            results_count=row.results_count,
        )
        transaction.on_commit(send, using=self._write_alias())
        return row.pk

    def click(self, history_id: int, article_id: int, position: int) -> bool:
        """Note which result was opened first; tells whether the search was this person's.

        A database that cannot write stops nobody from opening it.
        """
        try:
            with transaction.atomic(using=self._write_alias()):
                return self._click(history_id, article_id, position)
        except DATABASE_EXCEPTIONS:
            logger.warning("A click was not recorded.", exc_info=True)
            return False

    def _click(self, history_id: int, article_id: int, position: int) -> bool:
        visible = HelpArticle.objects.visible_to(self.tenant, self.user)
        if not visible.filter(pk=article_id).exists():
            return False
        waiting = self._own().filter(pk=history_id, clicked_article__isnull=True)
        changed = waiting.update(
            clicked_article_id=article_id,
            click_position=max(1, min(position, LAST_POSITION)),
            clicked_at=timezone.now(),
        )
        return bool(changed)

    def _refined(self, query: str) -> HelpSearchHistory | None:
        """Return the person's search just before this one, when nothing of it was opened."""
        since = timezone.now() - REFINEMENT_WINDOW
        last = self._own().filter(created_at__gte=since).first()
        if last is None or last.clicked_article_id or last.query == query:
            return None
        return last

    def _own(self) -> TenantQuerySet[HelpSearchHistory]:
        rows = HelpSearchHistory.objects.filter(tenant_id=self.tenant.pk)
        if self.user is not None and self.user.is_authenticated:
            return rows.filter(user_id=self.user.pk)
        if not self.visitor_key:
            return rows.none()
        return rows.filter(user__isnull=True, visitor_key=self.visitor_key)

    def _write_alias(self) -> str:
        return router.db_for_write(HelpSearchHistory)
