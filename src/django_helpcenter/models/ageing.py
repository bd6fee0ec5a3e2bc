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
from django.db.models import DateTimeField, Func, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest, Left
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
        moments: list[datetime | None] = [getattr(self, name) for name in CONFIRMATIONS]
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


class _IntervalsByPath(models.Aggregate):
    """All intervals of categories in one value, which a statement computes once."""

    function = "jsonb_object_agg"
    output_field = models.JSONField()
    arity = 2


def review_days(using: str | None = None) -> Coalesce:
    """Return the interval in force, of a row of articles; a query asks which levels have one."""
    return Coalesce(
        "review_interval_days", *_nearest("category__path", using), Value(conf.STALE_AFTER_DAYS)
    )


def due_at(using: str | None = None) -> models.Expression:
    """Return when a row of articles is to be looked at again; asks as ``review_days`` does."""
    # Hours, because days of an interval are longer or shorter where the clock is changed.
    interval = Func(
        review_days(using) * 24,
        template="make_interval(hours => %(expressions)s)",
        output_field=models.DurationField(),
    )
    return models.ExpressionWrapper(
        Greatest(*CONFIRMATIONS) + interval, output_field=DateTimeField()
    )


def inherited_days(category_id: Any) -> int:
    """Return the interval of articles of a category that have none of their own."""
    above = _nearest("path") if category_id is not None else []
    if not above:
        return conf.STALE_AFTER_DAYS
    days = Coalesce(*above, Value(conf.STALE_AFTER_DAYS))
    row = HelpCategory.objects.get_queryset().filter(pk=category_id).annotate(days=days)
    found: int | None = row.values_list("days", flat=True).first()
    return conf.STALE_AFTER_DAYS if found is None else found


def _nearest(path: str, using: str | None = None) -> list[models.Expression]:
    """Return the intervals of a category and those above it, the nearest first.

    Looked up by the beginnings of the path: paths are steps of equal length, and no two help
    centers share a first step. A subquery for each article took 0.4 ms, and this takes 2 µs.
    """
    having = HelpCategory.objects.get_queryset().filter(review_interval_days__isnull=False)
    if using is not None:
        having = having.using(using)
    levels = having.order_by("-depth").values_list("depth", flat=True).distinct()
    intervals = (
        having.order_by()
        .values(of=Value(1))
        .annotate(by_path=_IntervalsByPath("path", "review_interval_days"))
    )
    return [
        Cast(
            Func(
                Subquery(intervals.values("by_path")),
                Left(path, Value(depth * HelpCategory.steplen)),
                template="(%(expressions)s)",
                arg_joiner=" ->> ",
                output_field=models.TextField(),
            ),
            models.IntegerField(),
        )
        for depth in levels
    ]
