"""Changing the category tree of a tenant, one writer at a time.

Every method takes the tenant's lock before it reads: what a caller holds of a tree may be out of
date by then, and a move that starts from old paths corrupts the tree.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.base import in_transaction
from django_helpcenter.services.category_base import newcomer_order
from django_helpcenter.services.category_order import CategoryOrder
from django_helpcenter.services.category_removal import CategoryRemoval
from django_helpcenter.services.refusals import refusal
from django_helpcenter.services.slugs import free_category_slug

#: What ``update`` changes; names, slugs and places have methods of their own.
PLAIN_FIELDS = frozenset(
    {
        "description", "icon", "color", "display_order", "review_interval_days", "source",
        "source_path", "source_values",
    }
)  # fmt: skip

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


class CategoryService(CategoryOrder, CategoryRemoval):
    """Creates, renames, moves, merges and deletes the categories of a tenant."""

    @in_transaction
    def create(
        self, *, name: str, slug: str = "", parent: HelpCategory | None = None, **fields: Any
    ) -> HelpCategory:
        """Create a category below ``parent``, or at the top.

        Without ``slug`` a free one is made from the name; without ``display_order`` it comes last,
        or where its name belongs when nobody has ordered what is there. Raises ValidationError,
        PermissionRefused.
        """
        self.require("add_helpcategory")
        HelpCategory.objects.lock_tree(self.tenant)
        if parent is not None:
            parent = self._current(parent)
            self._refuse_too_deep(parent.depth + 1)
        if "display_order" not in fields:
            above = parent or HelpCategory.objects.hidden_root(self.tenant)
            fields["display_order"] = newcomer_order(above)
        category = HelpCategory(tenant_id=self.tenant.pk, name=name, slug=slug)
        self._set(category, fields)
        if not category.slug:
            category.slug = free_category_slug(self.tenant, name)
        self._validate(category)
        self._claim_slug(category.slug)
        fields |= {"tenant": self.tenant, "parent": parent, "name": name, "slug": category.slug}
        # The manager takes ``parent``, which the types of Django's own ``create`` do not know.
        create: Any = HelpCategory.objects.create
        created: HelpCategory = create(**fields)
        return created

    @in_transaction
    def rename(self, category: HelpCategory, *, name: str, slug: str = "") -> HelpCategory:
        """Give a category another name, and another slug when one is given.

        Its articles stay findable under the new name, and a former slug leads to the new one.
        Raises ValidationError, PermissionRefused.
        """
        locked = self._lock(category)
        former = locked.slug
        locked.name = name
        locked.slug = slug or locked.slug
        self._validate(locked)
        locked.save(update_fields=["name", "slug", "updated_at"])
        if locked.slug != former:
            self._claim_slug(locked.slug)
            self._leave_redirect(former, locked)
        articles = HelpArticle.objects.for_tenant(self.tenant).filter(category=locked)
        # In the order in which every writer locks them, so that no two wait for each other.
        named = articles.exclude(category_name=name).order_by("pk").select_for_update(no_key=True)
        articles.filter(pk__in=list(named.values_list("pk", flat=True))).update(category_name=name)
        self._announce()
        return locked

    @in_transaction
    def update(self, category: HelpCategory, **fields: Any) -> HelpCategory:
        """Change how a category is shown: description, icon, color, order among its siblings.

        ``review_interval_days`` says how often the articles below it are due for review.

        Raises ValidationError, PermissionRefused.
        """
        locked = self._lock(category)
        self._set(locked, fields)
        self._validate(locked)
        locked.save(update_fields=[*fields, "updated_at"])
        self._announce()
        return locked

    def _set(self, category: HelpCategory, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            if name not in PLAIN_FIELDS:
                raise TypeError(f"{name!r} is not a field that can be set here.")
            setattr(category, name, value)

    def _validate(self, category: HelpCategory) -> None:
        category.clean_fields(exclude=["tenant", "path", "depth", "numchild"])
        if category.color and not _COLOR.fullmatch(category.color):
            raise refusal("color", _("Give a color as #rrggbb."), "color")
        namesakes = HelpCategory.objects.for_tenant(self.tenant).filter(slug=category.slug)
        if namesakes.exclude(pk=category.pk).exists():
            text = _("The slug “%(slug)s” is taken.") % {"slug": category.slug}
            raise refusal("slug", text, "unique")
