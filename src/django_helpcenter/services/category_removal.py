"""How a category goes: empty, or with what it holds given to another one."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleQuerySet,
    HelpCategory,
    HelpCategoryRedirect,
)
from django_helpcenter.services.base import in_transaction
from django_helpcenter.services.category_base import CategoryWriter, children_in_order, number

#: What a category hands on to one that has none of its own when the two are merged.
DISPLAY = ("description", "icon", "color")
#: How an import finds the category of a folder again.
ORIGIN = ("source", "source_path", "source_values")


class CategoryRemoval(CategoryWriter):
    """Deletes and merges categories of a tenant."""

    @in_transaction
    def delete(self, category: HelpCategory, *, move_to: HelpCategory | None = None) -> None:
        """Delete a category; its articles and subcategories, and its address, go to another one.

        Raises ValidationError when it has any and ``move_to`` is missing, is the category itself
        or is below it; PermissionRefused, also when the actor may not change what would move.
        """
        self.require("delete_helpcategory")
        locked = self._locked(category)
        if move_to is not None:
            self._dissolve(locked, self._receiver(locked, move_to))
        else:
            articles = self._articles(locked).count()
            children = locked.get_descendants().count()
            if articles or children:
                raise ValidationError(_not_empty(locked.name, articles, children), code="not_empty")
            locked.delete()
        self._announce()

    @in_transaction
    def merge(self, category: HelpCategory, *, into: HelpCategory) -> HelpCategory:
        """Make one category of two, and return it.

        Articles, subcategories and the address of the first go to the second, as do description,
        icon and color where the second has none. Raises ValidationError when the second is the
        first or below it, PermissionRefused.
        """
        self.require("delete_helpcategory")
        locked = self._lock(category)
        receiver = self._receiver(locked, into)
        taken = [name for name in DISPLAY if not getattr(receiver, name) and getattr(locked, name)]
        if locked.source_path and not receiver.source_path:
            taken += ORIGIN
        for name in taken:
            setattr(receiver, name, getattr(locked, name))
        receiver.save(update_fields=[*taken, "updated_at"])
        self._dissolve(locked, receiver)
        self._announce()
        return self._current(receiver)

    def _receiver(self, category: HelpCategory, into: HelpCategory) -> HelpCategory:
        """Read again what is to take in a category."""
        receiver = self._current(into)
        if receiver.path.startswith(category.path):
            text = _("Choose another category, which is not below “%(name)s”.")
            raise ValidationError(text % {"name": category.name}, code="descendant")
        return receiver

    def _dissolve(self, category: HelpCategory, into: HelpCategory) -> None:
        """Give all that a category has to another one, and delete it."""
        self._move_articles(category, into)
        self._move_children(category, into)
        former = HelpCategoryRedirect.objects.for_tenant(self.tenant).filter(category=category)
        former.update(category=into)
        self._leave_redirect(category.slug, into)
        self._current(category).delete()

    def _move_articles(self, category: HelpCategory, into: HelpCategory) -> None:
        # In the order in which every writer locks: articles by key, then what they point at. From
        # then on no article can come into the category.
        articles = self._articles(category)
        locked = articles.order_by("pk").select_for_update(of=("self",))
        list(locked.values_list("pk"))
        list(HelpCategory.objects.filter(pk=category.pk).select_for_update().values_list("pk"))
        statuses = set(articles.values_list("status", flat=True))
        if statuses:
            self.require("change_helparticle")
        if ArticleStatus.PUBLISHED in statuses:
            self.require("publish_helparticle")
        articles.update(category=into, category_name=into.name)

    def _move_children(self, category: HelpCategory, into: HelpCategory) -> None:
        children = children_in_order(category)
        if not children:
            return
        self.require("change_helpcategory")
        there = [each for each in children_in_order(into) if each != category]
        for child in children:
            # Each move changes paths and counts that the instances do not know of.
            self._hang(self._current(child), self._current(into))
        together = [*there, *children]
        if len({each.display_order for each in together}) > 1:
            number(together)

    def _articles(self, category: HelpCategory) -> HelpArticleQuerySet:
        return HelpArticle.objects.filter(tenant_id=self.tenant.pk, category=category)


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
