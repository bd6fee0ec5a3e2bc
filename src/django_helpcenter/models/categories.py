"""The category tree.

Each tenant has one hidden root, so that a tenant's tree is one path prefix and two tenants never
compete for the same paths. Structural writes hold the tenant's lock: unlocked, concurrent moves
corrupt a materialised path tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models, router, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from django_helpcenter.models.base import TenantAwareModel
from django_helpcenter.models.locks import take_turns
from django_helpcenter.models.review_intervals import (
    review_interval_constraint,
    review_interval_field,
)
from django_helpcenter.models.tenants import tenant_key
from django_helpcenter.models.title_words import words_of_title

if TYPE_CHECKING:
    from collections.abc import Iterable


class HelpCategoryQuerySet(MP_NodeQuerySet):
    """Categories; the hidden roots are left out by ``for_tenant()`` and ``without_roots()``."""

    def for_tenant(self, tenant: models.Model | Any) -> HelpCategoryQuerySet:
        """Keep the categories of one tenant, without its hidden root."""
        return self.filter(tenant_id=tenant_key(tenant), depth__gt=1)

    def create(self, **fields: Any) -> HelpCategory:
        """Create a category under ``parent``, or at the top of its tenant's tree."""
        # The manager takes ``parent``, which the types of Django's own ``create`` do not know.
        create: Any = HelpCategory.objects.db_manager(self.db).create
        return cast("HelpCategory", create(**fields))

    def without_roots(self) -> HelpCategoryQuerySet:
        """Leave out the hidden roots."""
        return self.filter(depth__gt=1)


class HelpCategoryManager(MP_NodeManager):
    """Creates categories below the hidden root of their tenant."""

    def get_queryset(self) -> HelpCategoryQuerySet:
        # MP_NodeManager.from_queryset() would drop our queryset class silently.
        return HelpCategoryQuerySet(self.model, using=self._db).order_by("path")

    def for_tenant(self, tenant: models.Model | Any) -> HelpCategoryQuerySet:
        """Keep the categories of one tenant, without its hidden root."""
        return self.get_queryset().for_tenant(tenant)

    def lock_tree(self, tenant: models.Model | Any) -> None:
        """Hold the tenant's tree until the end of the transaction; everyone else waits."""
        take_turns("category_tree", tenant_key(tenant), using=self._write_alias())

    def hidden_root(self, tenant: models.Model | Any) -> HelpCategory:
        """Return the hidden root of a tenant, made on first use."""
        key = tenant_key(tenant)
        root: HelpCategory | None = self.get_queryset().filter(tenant_id=key, depth=1).first()
        if root is None:
            with transaction.atomic(using=self._write_alias()):
                # Roots of all tenants are siblings: making one is serialised for all.
                take_turns("category_root", "root", using=self._write_alias())
                root = self.get_queryset().filter(tenant_id=key, depth=1).first()
                if root is None:
                    root = self.add_root({"tenant_id": key, "name": "", "slug": ""})
        return cast("HelpCategory", root)

    def create(self, **fields: Any) -> HelpCategory:
        """Create a category under ``parent``, or at the top of its tenant's tree."""
        parent = fields.pop("parent", None)
        tenant = fields.pop("tenant", None)
        key = fields.pop("tenant_id", None) if tenant is None else tenant_key(tenant)
        if key is None and parent is not None:
            key = parent.tenant_id
        if key is None:
            raise TypeError("A category needs a tenant.")
        with transaction.atomic(using=self._write_alias()):
            self.lock_tree(key)
            target = self.hidden_root(key) if parent is None else self.get(pk=parent.pk)
            if target.tenant_id != key:
                raise ValueError("The parent belongs to another tenant.")
            target.refresh_from_db()
            child: HelpCategory = self.add_child(target, {**fields, "tenant_id": key})
            return child

    def _write_alias(self) -> str:
        return self._db or router.db_for_write(self.model)


class HelpCategory(TenantAwareModel, MP_Node):
    """A node of a tenant's category tree.

    The order among siblings is ``display_order``, then the name, and nothing else; the materialised
    path only says who is below whom, so reordering never rewrites paths.
    """

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=255, allow_unicode=True, db_index=False)
    description = models.TextField(_("description"), blank=True)
    icon = models.CharField(_("icon"), max_length=50, blank=True)
    color = models.CharField(_("color"), max_length=7, blank=True, help_text=_("As #rrggbb."))
    display_order = models.IntegerField(_("display order"), default=0)
    review_interval_days = review_interval_field()
    name_words = ArrayField(
        models.TextField(), verbose_name=_("name words"), default=list, blank=True, editable=False
    )
    source = models.CharField(_("source"), max_length=200, blank=True, editable=False)
    source_path = models.CharField(_("source path"), max_length=1000, blank=True, editable=False)
    source_values = models.JSONField(
        _("source values"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("What the folder said when it was last read; a new saying is written."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects: ClassVar[HelpCategoryManager] = HelpCategoryManager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "slug"], name="help_category_slug_uniq"),
            review_interval_constraint("help_category_interval_check"),
        ]
        indexes = [
            models.Index(fields=["tenant", "depth"], name="help_category_tenant_idx"),
            # Lists of articles ask for all intervals that there are.
            models.Index(
                fields=["path"],
                condition=Q(review_interval_days__isnull=False),
                name="help_category_interval_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the words that the name is found by."""
        self.name_words = words_of_title(self.tenant_id, self.name)
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_words"}
        super().save(*args, **kwargs)

    @property
    def parent(self) -> HelpCategory | None:
        """The category above, ``None`` at the top."""
        if self.depth <= 2:
            return None
        parent: HelpCategory | None = type(self).objects.get_parent(self)
        return parent

    def get_ancestors(self) -> HelpCategoryQuerySet:
        """Return the categories above, outermost first, without the hidden root."""
        above: HelpCategoryQuerySet = type(self).objects.get_ancestors(self)
        return above.without_roots()

    def get_descendants(self, *, include_self: bool = False) -> HelpCategoryQuerySet:
        """Return the categories below, in tree order."""
        everything = type(self).objects.for_tenant(self.tenant_id)
        found: HelpCategoryQuerySet = everything.filter(path__startswith=self.path)
        return found if include_self else found.exclude(pk=self.pk)

    def get_breadcrumb(self) -> list[HelpCategory]:
        """Return the way from the top to this category, both included."""
        return [*self.get_ancestors(), self]


def sorted_tree(categories: Iterable[HelpCategory]) -> list[HelpCategory]:
    """Sort categories depth first, siblings by ``display_order`` and name.

    A category whose parent is not among them is left out with all below it.
    """
    children: dict[str, list[HelpCategory]] = {}
    for category in categories:
        children.setdefault(category.path[: -HelpCategory.steplen], []).append(category)
    if not children:
        return []
    result: list[HelpCategory] = []
    stack = [
        node
        for prefix in sorted(children, reverse=True)
        if len(prefix) == HelpCategory.steplen
        for node in sorted(children[prefix], key=sibling_key, reverse=True)
    ]
    while stack:
        node = stack.pop()
        result.append(node)
        stack.extend(sorted(children.get(node.path, []), key=sibling_key, reverse=True))
    return result


def sibling_key(category: HelpCategory) -> tuple[int, str, str]:
    """Return what the order among siblings goes by."""
    return (category.display_order, category.name.casefold(), category.path)
