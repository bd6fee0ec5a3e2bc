"""Where categories stand: below which other one, and in which order."""

from __future__ import annotations

from typing import Literal, get_args

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from django_helpcenter.models import HelpCategory
from django_helpcenter.services.base import in_transaction
from django_helpcenter.services.category_base import (
    CategoryWriter,
    children_in_order,
    newcomer_order,
    number,
)

#: Beside another category, or below it: as the first there (``first``) or the last (``inside``).
Position = Literal["before", "after", "first", "inside"]
POSITIONS: tuple[Position, ...] = get_args(Position)

#: One place up or down among siblings, below the one before, or out of the one above.
Step = Literal["up", "down", "in", "out"]
STEPS: tuple[Step, ...] = get_args(Step)


class CategoryOrder(CategoryWriter):
    """Moves categories about in the tree of a tenant."""

    @in_transaction
    def move(self, category: HelpCategory, parent: HelpCategory | None) -> HelpCategory:
        """Move a category, with all below it, under another one; ``None``: to the top.

        It comes last there, or where its name belongs when nobody has ordered what is there. Raises
        ValidationError when the place is below the category itself or too deep, PermissionRefused.
        """
        locked = self._lock(category)
        target = HelpCategory.objects.hidden_root(self.tenant)
        if parent is not None:
            target = self._current(parent)
        if locked.is_child_of(target):
            return locked
        order = newcomer_order(target)
        locked = self._hang(locked, target)
        HelpCategory.objects.filter(pk=locked.pk).update(display_order=order)
        locked.display_order = order
        self._announce()
        return locked

    @in_transaction
    def place(
        self, category: HelpCategory, target: HelpCategory, position: Position
    ) -> HelpCategory:
        """Put a category, with all below it, before, after or inside another one.

        ``first`` makes it the first one below the target, ``inside`` the last. Raises
        ValidationError when the place is below the category itself or too deep, PermissionRefused.
        """
        if position not in POSITIONS:
            raise ValueError(f"{position!r} is none of {', '.join(POSITIONS)}.")
        locked = self._lock(category)
        anchor = self._current(target)
        is_inside = position in ("first", "inside")
        if anchor == locked and not is_inside:
            return locked
        parent = anchor if is_inside else self._above(anchor)
        locked = self._hang(locked, parent)
        siblings = [each for each in children_in_order(parent) if each != locked]
        if is_inside:
            index = 0 if position == "first" else len(siblings)
        else:
            index = siblings.index(anchor) + (position == "after")
        number([*siblings[:index], locked, *siblings[index:]])
        self._announce()
        return locked

    @in_transaction
    def step(self, category: HelpCategory, direction: Step) -> HelpCategory:
        """Move a category by one place as the tree is now, whatever it was for the person.

        ``in`` puts it below the sibling before it, ``out`` behind the one that it is below. Raises
        ValidationError when there is no such place, PermissionRefused.
        """
        if direction not in STEPS:
            raise ValueError(f"{direction!r} is none of {', '.join(STEPS)}.")
        locked = self._lock(category)
        parent = self._above(locked)
        if direction == "out":
            if parent.depth == 1:
                raise _no_place(_("“%(name)s” is at the top level already."), locked)
            return self.place(locked, parent, "after")
        siblings = children_in_order(parent)
        index = siblings.index(locked)
        if direction == "down":
            if index + 1 == len(siblings):
                raise _no_place(_("“%(name)s” is the last one here already."), locked)
            return self.place(locked, siblings[index + 1], "after")
        if index == 0:
            text = (
                _("“%(name)s” is the first one here already.")
                if direction == "up"
                else _("There is no category before “%(name)s” that it could go into.")
            )
            raise _no_place(text, locked)
        return self.place(locked, siblings[index - 1], "before" if direction == "up" else "inside")


def place_of(category: HelpCategory) -> tuple[HelpCategory | None, int, int]:
    """Return what a category is below, its number among its siblings, and how many they are."""
    parent = category.parent
    siblings = children_in_order(parent or HelpCategory.objects.hidden_root(category.tenant_id))
    return parent, siblings.index(category) + 1, len(siblings)


def _no_place(text: str, category: HelpCategory) -> ValidationError:
    return ValidationError(text % {"name": category.name}, code="no_place")
