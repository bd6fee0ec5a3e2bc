"""The categories that a run needs, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models

from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.documentation.folders import CategoryPlace

if TYPE_CHECKING:
    from django_helpcenter.types import Actor


class CategoryTree:
    """Finds, makes and renames the categories of one source; read once, then kept in memory.

    A folder finds its category again by its path, so a new title renames it. A name finds the
    category that has it at this place, whoever made it.
    """

    def __init__(self, *, tenant: models.Model, actor: Actor, source: str) -> None:
        self.tenant = tenant
        self.source = source
        self.service = CategoryService(tenant=tenant, actor=actor)
        self._by_folder: dict[str, HelpCategory] = {}
        self._by_name: dict[tuple[str, str], HelpCategory] = {}
        self._used: dict[tuple[CategoryPlace, ...], HelpCategory] = {}
        for category in HelpCategory.objects.for_tenant(tenant):
            self._know(category)

    def ensure(self, places: Sequence[CategoryPlace]) -> HelpCategory:
        """Return the category at the end of a path of at least one level, made when it is missing.

        Raises ValidationError.
        """
        path = tuple(places)
        if path not in self._used:
            parent = self.ensure(path[:-1]) if len(path) > 1 else None
            self._used[path] = self._level(parent, path[-1])
        return self._used[path]

    def prune(self) -> None:
        """Delete what this source made and no longer needs: no article, no child, no file."""
        needed = set(HelpArticle.objects.for_tenant(self.tenant).values_list("category", flat=True))
        needed |= {category.pk for category in self._used.values()}
        parents: set[str] = set()
        # Backwards: children come before their parents.
        for category in HelpCategory.objects.for_tenant(self.tenant).order_by("-path"):
            is_ours = category.source == self.source
            if is_ours and category.pk not in needed and category.path not in parents:
                self._delete(category)
            else:
                parents.add(category.path[: -HelpCategory.steplen])

    def _delete(self, category: HelpCategory) -> None:
        try:
            self.service.delete(category)
        except ValidationError:  # somebody put something into it meanwhile
            return

    def _level(self, parent: HelpCategory | None, place: CategoryPlace) -> HelpCategory:
        above = parent.path if parent else ""
        found = self._by_folder.get(place.folder) if place.folder else None
        found = found or self._namesake(above, place)
        if found is None:
            category = self.service.create(
                name=place.name,
                parent=parent,
                description=place.description,
                icon=place.icon,
                color=place.color,
                display_order=place.order or 0,
                source=self.source,
                source_path=place.folder,
            )
        elif found.source == self.source and found.source_path == place.folder:
            category = self._refresh(found, place)
        else:
            category = found
        self._know(category)
        return category

    def _namesake(self, above: str, place: CategoryPlace) -> HelpCategory | None:
        """Return the category of this name at this place, unless it is another of our folders."""
        found = self._by_name.get((above, place.name.casefold()))
        is_other_folder = (
            found is not None
            and place.folder
            and found.source == self.source
            and found.source_path not in ("", place.folder)
        )
        return None if is_other_folder else found

    def _refresh(self, category: HelpCategory, place: CategoryPlace) -> HelpCategory:
        if category.name != place.name:
            category = self.service.rename(category, name=place.name)
        wanted = {
            "description": place.description,
            "icon": place.icon,
            "color": place.color,
            "display_order": place.order,
        }
        changed = {
            name: value
            for name, value in wanted.items()
            if value not in (None, "") and value != getattr(category, name)
        }
        return self.service.update(category, **changed) if changed else category

    def _know(self, category: HelpCategory) -> None:
        above = category.path[: -HelpCategory.steplen]
        if category.depth <= 2:
            above = ""
        self._by_name.setdefault((above, category.name.casefold()), category)
        if category.source == self.source and category.source_path:
            self._by_folder[category.source_path] = category
