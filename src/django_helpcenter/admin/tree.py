"""Categories in the order of their tree, sorted by the database so that lists can be paged."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, CharField, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Collate, Concat, Left, Lower, LPad

from django_helpcenter.models import HelpCategory
from django_helpcenter.services.category_base import MAX_DEPTH

#: Makes every value of a 32-bit column positive, so that its digits sort like the number.
_SHIFT = 2**31


def _ancestors() -> QuerySet[Any]:
    """Return the categories above a row and the row itself; hidden roots first."""
    paths = [Left(OuterRef("path"), depth * HelpCategory.steplen) for depth in range(1, MAX_DEPTH)]
    return HelpCategory.objects.filter(path__in=paths).order_by("depth")


def in_tree_order(categories: Any) -> Any:
    """Sort depth first, siblings by ``display_order`` and name; tenants stay together."""
    number = Cast("display_order", BigIntegerField()) + Value(_SHIFT)
    position = LPad(Cast(number, CharField()), 10, Value("0"))
    key = Concat(
        position, Value(" "), Lower("name"), Value(" "), F("path"), output_field=CharField()
    )
    # By code points, as the pages of readers sort and the service moves, whatever the database's.
    ancestors = _ancestors().annotate(key=Collate(key, "C"))
    return categories.annotate(tree_order=ArraySubquery(ancestors.values("key"))).order_by(
        "tree_order"
    )


def with_breadcrumb(categories: Any) -> Any:
    """Annotate ``breadcrumb``: the names from the top to the category, both included."""
    names = _ancestors().filter(depth__gt=1).values("name")
    return categories.annotate(breadcrumb=ArraySubquery(names))


def indented(category: HelpCategory) -> str:
    """Return the name of a category behind as many spaces as it is deep."""
    return "\u2003" * max(category.depth - 2, 0) + category.name


class CategoryChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A select that shows the tree by indentation."""

    def label_from_instance(self, obj: HelpCategory) -> str:
        return indented(obj)
