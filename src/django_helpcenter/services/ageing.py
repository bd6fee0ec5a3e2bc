"""Keeping articles right: what is due, who sees to it, and the word that it is still right."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from django_helpcenter import signals
from django_helpcenter.choices import ArticleStatus, ReviewAction
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpArticle, HelpArticleQuerySet, HelpReview
from django_helpcenter.services.article_rules import conflict_message
from django_helpcenter.services.article_writing import ArticleWriter
from django_helpcenter.services.base import in_transaction, write_alias
from django_helpcenter.services.ownership import may_own
from django_helpcenter.services.refusals import refusal
from django_helpcenter.services.translation_state import is_outdated
from django_helpcenter.services.workflow import CHANGE

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class AgeingService(ArticleWriter):
    """Says what is due in a tenant, and records what people do about it.

    Nothing here touches ``updated_at``, the index or the versions: the text stays as it is.
    """

    def due(self) -> HelpArticleQuerySet:
        """Return what is due, most read first. Raises PermissionRefused."""
        self.require_to_look()
        rows = HelpArticle.objects.filter(tenant_id=self.tenant.pk).due()
        return rows.with_review_days().light().order_by("-view_count", "pk")

    @in_transaction
    def verify(
        self,
        article: HelpArticle,
        note: str = "",
        *,
        expected_hash: str | None = None,
        at: datetime | None = None,
    ) -> HelpArticle:
        """Record that an article is still right, and return it as it is now.

        ``expected_hash`` is the ``content_hash`` of what the actor has read. ``at`` is when they
        did, now unless said otherwise; before what is recorded it changes nothing. Raises
        ArticleConflict when the article says something else by now, ValidationError when it is
        not published or, now, an outdated translation, PermissionRefused.
        """
        locked = self._lock_to_change(article)
        if expected_hash is not None and locked.content_hash != expected_hash:
            raise ArticleConflict(conflict_message(locked))
        if locked.status != ArticleStatus.PUBLISHED:
            raise ValidationError(_("Only what is published can be found still right."))
        moment = at or timezone.now()
        if locked.verified_at is not None and moment <= locked.verified_at:
            return locked
        # What was right at an earlier time may have become outdated since.
        if at is None:
            _refuse_outdated(locked)
        locked.verified_at = moment
        locked.verified_by_id = self.author_id
        self._write(locked, "verified_at", "verified_by_id")
        self._record(locked, ReviewAction.VERIFIED, note)
        self._send(signals.article_verified, locked, note)
        return locked

    @in_transaction
    def assign_owner(
        self, article: HelpArticle, owner: AbstractUser | None, note: str = ""
    ) -> HelpArticle:
        """Give an article to somebody who may change it, or to nobody.

        Raises ValidationError when that person may not, PermissionRefused.
        """
        locked = self._lock_to_change(article)
        if owner is not None and not may_own(owner, self.tenant, locked):
            message = _("Choose somebody who may change articles of this help center.")
            raise refusal("owner", message, "owner")
        former = locked.owner_id
        if former == (owner.pk if owner else None):
            return locked
        locked.owner_id = owner.pk if owner else None
        self._write(locked, "owner_id")
        self._record(locked, ReviewAction.OWNER, note)
        ids = {"owner_id": locked.owner_id, "former_owner_id": former}
        self._send(signals.article_owner_changed, locked, note, **ids)
        return locked

    @in_transaction
    def set_interval(self, article: HelpArticle, days: int | None, note: str = "") -> HelpArticle:
        """Say after how many days an article is due; ``None``: as its category says, or ``NEVER``.

        Raises ValidationError for days that are none, PermissionRefused.
        """
        locked = self._lock_to_change(article)
        if locked.review_interval_days == days:
            return locked
        locked.review_interval_days = days
        locked.clean_fields(exclude=_all_but("review_interval_days"))
        self._write(locked, "review_interval_days")
        self._record(locked, ReviewAction.INTERVAL, note)
        return locked

    def _lock_to_change(self, article: HelpArticle) -> HelpArticle:
        self.require_own(article)
        self.require(CHANGE, article)
        return self._lock(article)

    def _write(self, article: HelpArticle, *names: str) -> None:
        """Write these columns alone: ``save()`` would move ``updated_at`` on."""
        values = {name: getattr(article, name) for name in names}
        HelpArticle.objects.using(write_alias()).filter(pk=article.pk).update(**values)

    def _record(self, article: HelpArticle, action: str, note: str) -> None:
        review = HelpReview(
            tenant_id=article.tenant_id,
            article=article,
            action=action,
            owner_id=article.owner_id if action == ReviewAction.OWNER else None,
            actor_id=self.author_id,
            note=note,
        )
        review.clean_fields(exclude=["tenant", "article", "owner", "actor"])
        review.save(using=write_alias())

    def _send(self, signal: Signal, article: HelpArticle, note: str, **ids: Any) -> None:
        send = partial(
            signal.send,
            HelpArticle,
            article_id=article.pk,
            tenant_id=article.tenant_id,
            actor_id=self.author_id,
            note=note,
            **ids,
        )
        transaction.on_commit(send, using=write_alias())


def _refuse_outdated(article: HelpArticle) -> None:
    """Raise ValidationError for a translation that does not say what its original says."""
    if HelpArticle.objects.filter(is_outdated(), pk=article.pk).exists():
        message = _(
            "The original of this translation has changed. Bring the translation up to date with "
            "the original, or say that it is; then it can be found still right."
        )
        raise ValidationError(message, code="outdated")


def _all_but(name: str) -> list[str]:
    return [field.name for field in HelpArticle._meta.fields if field.name != name]
