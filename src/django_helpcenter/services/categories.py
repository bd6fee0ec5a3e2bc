"""Changing the category tree of a tenant, one writer at a time.

Every method takes the tenant's lock before it reads: what a caller holds of a tree may be out of
date by then, and a move that starts from old paths corrupts the tree.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.slugs import free_category_slug
from django_helpcenter.services.visibility import bump_corpus_version

#: Levels that fit into the path column, the hidden root included.
MAX_DEPTH = 255 // HelpCategory.steplen

#: What ``update`` changes; names, slugs and places have methods of their own.
PLAIN_FIELDS = frozenset(
    {"description", "icon", "color", "display_order", "source", "source_path", "source_values"}
)

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


class CategoryService(ActorService):
    """Creates, renames, moves and deletes the categories of a tenant."""

    @in_transaction
    def create(
        self, *, name: str, slug: str = "", parent: HelpCategory | None = None, **fields: Any
    ) -> HelpCategory:
        """Create a category below ``parent``, or at the top.

        Without ``slug`` a free one is made from the name. Raises ValidationError,
        PermissionRefused.
        """
        self.require("add_helpcategory")
        HelpCategory.objects.lock_tree(self.tenant)
        if parent is not None:
            parent = self._current(parent)
            self._refuse_too_deep(parent.depth + 1)
        category = HelpCategory(tenant_id=self.tenant.pk, name=name, slug=slug)
        self._set(category, fields)
        if not category.slug:
            category.slug = free_category_slug(self.tenant, name)
        self._validate(category)
        fields |= {"tenant": self.tenant, "parent": parent, "name": name, "slug": category.slug}
        # The manager takes ``parent``, which the types of Django's own ``create`` do not know.
        create: Any = HelpCategory.objects.create
        created: HelpCategory = create(**fields)
        return created

    @in_transaction
    def rename(self, category: HelpCategory, *, name: str, slug: str = "") -> HelpCategory:
        """Give a category another name, and another slug when one is given.

        Its articles stay findable under the new name. Raises ValidationError, PermissionRefused.
        """
        locked = self._lock(category)
        locked.name = name
        locked.slug = slug or locked.slug
        self._validate(locked)
        locked.save(update_fields=["name", "slug", "updated_at"])
        articles = HelpArticle.objects.for_tenant(self.tenant).filter(category=locked)
        articles.exclude(category_name=name).update(category_name=name)
        self._announce()
        return locked

    @in_transaction
    def update(self, category: HelpCategory, **fields: Any) -> HelpCategory:
        """Change how a category is shown: description, icon, color, order among its siblings.

        Raises ValidationError, PermissionRefused.
        """
        locked = self._lock(category)
        self._set(locked, fields)
        self._validate(locked)
        locked.save(update_fields=[*fields, "updated_at"])
        self._announce()
        return locked

    @in_transaction
    def move(self, category: HelpCategory, parent: HelpCategory | None) -> HelpCategory:
        """Move a category, with all below it, under another one; ``None``: to the top.

        Raises ValidationError when the place is below the category itself or too deep,
        PermissionRefused.
        """
        locked = self._lock(category)
        target = HelpCategory.objects.hidden_root(self.tenant)
        if parent is not None:
            target = self._current(parent)
        if target.path.startswith(locked.path):
            raise ValidationError(
                {"parent": _("A category cannot be placed below itself.")}, code="descendant"
            )
        if locked.is_child_of(target):
            return locked
        deepest = locked.get_descendants(include_self=True).aggregate(depth=Max("depth"))["depth"]
        self._refuse_too_deep(target.depth + 1 + deepest - locked.depth)
        HelpCategory.objects.move(locked, target, "last-child")
        locked.refresh_from_db()
        self._announce()
        return locked

    @in_transaction
    def delete(self, category: HelpCategory) -> None:
        """Delete an empty category.

        Raises ValidationError when it has articles or subcategories, PermissionRefused.
        """
        self.require("delete_helpcategory")
        locked = self._locked(category)
        articles = HelpArticle.objects.for_tenant(self.tenant).filter(category=locked).count()
        children = locked.get_descendants().count()
        if articles or children:
            raise ValidationError(_not_empty(locked.name, articles, children), code="not_empty")
        locked.delete()
        self._announce()

    def _lock(self, category: HelpCategory) -> HelpCategory:
        self.require("change_helpcategory")
        return self._locked(category)

    def _locked(self, category: HelpCategory) -> HelpCategory:
        HelpCategory.objects.lock_tree(self.tenant)
        return self._current(category)

    def _current(self, category: HelpCategory) -> HelpCategory:
        """Read a category again, inside the lock; hidden roots and other tenants' are refused."""
        self.require_own(category)
        try:
            current: HelpCategory = HelpCategory.objects.for_tenant(self.tenant).get(pk=category.pk)
        except HelpCategory.DoesNotExist as exc:
            raise ValidationError(
                _("The category “%(name)s” was deleted meanwhile.") % {"name": category.name},
                code="deleted",
            ) from exc
        return current

    def _set(self, category: HelpCategory, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            if name not in PLAIN_FIELDS:
                raise TypeError(f"{name!r} is not a field that can be set here.")
            setattr(category, name, value)

    def _validate(self, category: HelpCategory) -> None:
        category.clean_fields(exclude=["tenant", "path", "depth", "numchild"])
        if category.color and not _COLOR.fullmatch(category.color):
            raise ValidationError({"color": _("Give a color as #rrggbb.")}, code="color")
        namesakes = HelpCategory.objects.for_tenant(self.tenant).filter(slug=category.slug)
        if namesakes.exclude(pk=category.pk).exists():
            raise ValidationError(
                {"slug": _("The slug “%(slug)s” is taken.") % {"slug": category.slug}},
                code="unique",
            )

    def _refuse_too_deep(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise ValidationError(
                {"parent": _("The tree has at most %(count)d levels.") % {"count": MAX_DEPTH - 1}},
                code="depth",
            )

    def _announce(self) -> None:
        bump_corpus_version(self.tenant.pk, using=write_alias())


def _not_empty(name: str, articles: int, children: int) -> str:
    parts = []
    if articles:
        parts.append(ngettext("%d article", "%d articles", articles) % articles)
    if children:
        parts.append(ngettext("%d subcategory", "%d subcategories", children) % children)
    return _("“%(name)s” is not empty: it has %(what)s. Move them first.") % {
        "name": name,
        "what": ", ".join(parts),
    }
