"""How often a text is to be looked at again."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: Days that stand for "never". A hundred years are never, and need no case of their own in SQL.
NEVER = 36_500


def review_interval_field() -> models.PositiveIntegerField[int | None, int | None]:
    """Return the column of an interval in days; ``None`` inherits, ``NEVER`` is never."""
    return models.PositiveIntegerField(
        _("review every"),
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, _("Give one day or more, or say “never”.")),
            MaxValueValidator(NEVER, _("Give at most %(limit_value)s days, or say “never”.")),
        ],
    )


def review_interval_constraint(name: str) -> models.CheckConstraint:
    """Return the constraint that keeps other days out, whoever writes them."""
    return models.CheckConstraint(
        condition=Q(review_interval_days__isnull=True) | Q(review_interval_days__range=(1, NEVER)),
        name=name,
    )
