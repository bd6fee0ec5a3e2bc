"""The categories that a run needs, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.documentation.folders import CategoryPlace

if TYPE_CHECKING:
    from django_helpcenter.types import Actor


class CategoryFinder:
    """Finds the categories of one source; read once, then kept in memory.

    A folder finds its category again by its path, whatever it is called now. A name finds the
    category that has it at this place, whoever made it.
    """

    def __init__(self, tenant: models.Model, source: str) -> None:
        self.tenant = tenant
        self.source = source
        self._by_folder: dict[str, HelpCategory] = {}
        self._by_name: dict[tuple[str, str], HelpCategory] = {}
        for category in HelpCategory.objects.for_tenant(tenant):
            self._know(category)

    def find(self, places: Sequence[CategoryPlace]) -> HelpCategory | None:
        """Return the category at the end of a path, ``None`` when a level is missing."""
        found: HelpCategory | None = None
        for place in places:
            found = self._find_level(found, place)
            if found is None:
                return None
        return found

    def _find_level(self, parent: HelpCategory | None, place: CategoryPlace) -> HelpCategory | None:
        found = self._by_folder.get(place.folder) if place.folder else None
        return found or self._namesake(parent.path if parent else "", place)

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

    def _know(self, category: HelpCategory) -> None:
        above = category.path[: -HelpCategory.steplen]
        if category.depth <= 2:
            above = ""
        self._by_name.setdefault((above, category.name.casefold()), category)
        if category.source == self.source and category.source_path:
            self._by_folder[category.source_path] = category


class CategoryTree(CategoryFinder):
    """Makes the categories of one source and keeps them in step with its folders.

    What a folder says is written when it is new: somebody may have changed the category since.
    """

    def __init__(self, *, tenant: models.Model, actor: Actor, source: str) -> None:
        super().__init__(tenant, source)
        self.service = CategoryService(tenant=tenant, actor=actor)
        self._used: dict[tuple[CategoryPlace, ...], HelpCategory] = {}

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
        except (ValidationError, PermissionRefused):
            # Somebody put something into it meanwhile, or the actor may not delete.
            return

    def _level(self, parent: HelpCategory | None, place: CategoryPlace) -> HelpCategory:
        found = self._find_level(parent, place)
        if found is None:
            category = self.service.create(
                name=place.name,
                parent=parent,
                description=place.description,
                icon=place.icon,
                color=place.color,
                display_order=place.order or 0,
                review_interval_days=place.review_interval,
                source=self.source,
                source_path=place.folder,
                source_values=_said(place),
            )
        elif place.folder and found.source == self.source and found.source_path == place.folder:
            category = self._refresh(found, place)
        else:
            category = found
        self._know(category)
        return category

    def _refresh(self, category: HelpCategory, place: CategoryPlace) -> HelpCategory:
        """Write what the folder says now and did not say when it was last written."""
        said = _said(place)
        if said == category.source_values:
            return category
        changed = {
            name: value
            for name, value in said.items()
            if value != category.source_values.get(name) and value != getattr(category, name)
        }
        for name in [name for name, value in changed.items() if value in (None, "")]:
            # What the folder no longer says goes, unless somebody has said something else since.
            if getattr(category, name) == category.source_values.get(name):
                changed[name] = getattr(HelpCategory(), name)
            else:
                del changed[name]
        new_name = changed.pop("name", None)
        if new_name:
            category = self.service.rename(category, name=str(new_name))
        return self.service.update(category, **changed, source_values=said)


def _said(place: CategoryPlace) -> dict[str, object]:
    return {
        "name": place.name,
        "description": place.description,
        "icon": place.icon,
        "color": place.color,
        "display_order": place.order,
        "review_interval_days": place.review_interval,
    }
