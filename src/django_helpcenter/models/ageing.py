"""When an article is to be looked at again, by one definition for rows and for queries.

An article is due when readers see it and its last confirmation is older than its interval. It is
confirmed by whoever says that it is still right, changes its title, summary or text, or publishes
it for the first time; not by votes, views, the index, its order, its tags or its category. The
interval is its own, else that of the nearest category above that has one, else that of the site.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import DateTimeField, F, Func, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Left, Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_helpcenter.conf import conf
from django_helpcenter.models.categories import HelpCategory
from django_helpcenter.models.review_intervals import NEVER, review_interval_field
from django_helpcenter.models.tenants import user_model_name

#: What confirms an article; at least one of them is always there.
CONFIRMATIONS = ("verified_at", "text_changed_at", "published_date")

#: The name under which queries bring the interval in force along.
REVIEW_DAYS = "review_days"


class Ageing(models.Model):
    """What an article knows of its age, and who sees to it."""

    owner = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Who sees to it that this stays right, and is reminded of it."),
    )
    review_interval_days = review_interval_field()
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("verified by"),
    )
    text_changed_at = models.DateTimeField(_("text changed"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @property
    def confirmed_at(self) -> datetime:
        """When somebody last took this for right."""
        moments = [getattr(self, name) for name in CONFIRMATIONS]
        return max(moment for moment in moments if moment is not None)

    @property
    def interval_in_force(self) -> int:
        """Days until this is looked at again; a query unless ``with_review_days()`` brought it."""
        if self.review_interval_days is not None:
            return self.review_interval_days
        brought = vars(self).get(REVIEW_DAYS)
        return inherited_days(getattr(self, "category_id", None)) if brought is None else brought

    @property
    def due_at(self) -> datetime | None:
        """When this is to be looked at again; ``None``: never."""
        days = self.interval_in_force
        return None if days >= NEVER else self.confirmed_at + timedelta(days=days)

    @property
    def overdue_days(self) -> int:
        """Whole days that this has been due for; 0 before that day."""
        due_at = self.due_at
        return 0 if due_at is None else max(0, (timezone.now() - due_at).days)

    @property
    def is_stale(self) -> bool:
        """Whether readers see this and nobody has taken it for right for longer than its interval.

        Lists use ``with_review_days()``: without it this asks the database for each article.
        """
        if not getattr(self, "is_visible", False):
            return False
        due_at = self.due_at
        return due_at is not None and due_at <= timezone.now()


def review_days() -> Coalesce:
    """Return the interval in force, of a row of articles."""
    return Coalesce(
        "review_interval_days",
        _nearest(OuterRef("category__path")),
        Value(conf.STALE_AFTER_DAYS),
    )


def due_at() -> models.Expression:
    """Return when a row of articles is to be looked at again."""
    # Hours, because days of an interval are longer or shorter where the clock is changed.
    interval = Func(
        review_days() * 24,
        template="make_interval(hours => %(expressions)s)",
        output_field=models.DurationField(),
    )
    return models.ExpressionWrapper(
        Greatest(*CONFIRMATIONS) + interval, output_field=DateTimeField()
    )


def inherited_days(category_id: Any) -> int:
    """Return the interval of articles of a category that have none of their own."""
    days = None
    if category_id is not None:
        row = HelpCategory.objects.filter(pk=category_id).annotate(days=_nearest(OuterRef("path")))
        days = row.values_list("days", flat=True).first()
    return conf.STALE_AFTER_DAYS if days is None else int(days)


def _nearest(path: OuterRef) -> Subquery:
    """Return the interval of the nearest category at a path or above it."""
    above = HelpCategory.objects.get_queryset().filter(review_interval_days__isnull=False)
    # Paths are steps of equal length, and no two help centers share a first step.
    above = above.filter(path=Left(path, Length(F("path")))).order_by("-depth")
    return Subquery(above.values("review_interval_days")[:1])
