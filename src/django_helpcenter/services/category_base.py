"""What all changes of a category tree share: the lock, the look inside it, the order of siblings.

The order of siblings is ``display_order``, then the name, and nothing else: the materialised path
only says who is below whom. Where all siblings have the same number they are sorted by name; the
first one that is put somewhere by hand gives all of them numbers, from 1 upwards.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from django_helpcenter.models import HelpCategory, HelpCategoryRedirect
from django_helpcenter.models.categories import HelpCategoryQuerySet, sibling_key
from django_helpcenter.services.base import ActorService, write_alias
from django_helpcenter.services.refusals import refusal
from django_helpcenter.services.visibility import bump_corpus_version

#: Levels that fit into the path column, the hidden root included.
MAX_DEPTH = 255 // HelpCategory.steplen


class CategoryWriter(ActorService):
    """Holds a tenant's tree while it is changed."""

    def _lock(self, category: HelpCategory) -> HelpCategory:
        self.require("change_helpcategory")
        return self._locked(category)

    def _locked(self, category: HelpCategory) -> HelpCategory:
        HelpCategory.objects.lock_tree(self.tenant)
        return self._current(category)

    def _current(self, category: HelpCategory) -> HelpCategory:
        """Read a category again, inside the lock.

        Another tenant's and a hidden root are refused with the words for one that is gone.
        """
        found: HelpCategory | None = (
            HelpCategory.objects.for_tenant(self.tenant).filter(pk=category.pk).first()
        )
        if found is None:
            raise ValidationError(
                _("The category “%(name)s” was deleted meanwhile.") % {"name": category.name},
                code="deleted",
            )
        return found

    def _above(self, category: HelpCategory) -> HelpCategory:
        """Return the category above, the hidden root for one at the top."""
        return category.parent or HelpCategory.objects.hidden_root(self.tenant)

    def _hang(self, category: HelpCategory, parent: HelpCategory) -> HelpCategory:
        """Put a category with all below it under another one, and return it as it is then."""
        if parent.path.startswith(category.path):
            raise refusal("parent", _("A category cannot be placed below itself."), "descendant")
        if category.is_child_of(parent):
            return category
        self._refuse_too_deep(parent.depth + 1 + _height(category))
        HelpCategory.objects.move(category, parent, "last-child")
        category.refresh_from_db()
        return category

    def _refuse_too_deep(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            text = _("The tree has at most %(count)d levels.") % {"count": MAX_DEPTH - 1}
            raise refusal("parent", text, "depth")

    def _claim_slug(self, slug: str) -> None:
        """Make redirects give way to a category."""
        HelpCategoryRedirect.objects.for_tenant(self.tenant).filter(slug=slug).delete()

    def _leave_redirect(self, slug: str, category: HelpCategory) -> None:
        HelpCategoryRedirect.objects.update_or_create(
            tenant_id=self.tenant.pk, slug=slug, defaults={"category": category}
        )

    def _announce(self) -> None:
        bump_corpus_version(self.tenant.pk, using=write_alias())


def children_of(parent: HelpCategory) -> HelpCategoryQuerySet:
    """Keep the categories directly below another one, or below a hidden root."""
    below = HelpCategory.objects.for_tenant(parent.tenant_id)
    return below.filter(path__startswith=parent.path, depth=parent.depth + 1)


def children_in_order(parent: HelpCategory) -> list[HelpCategory]:
    """Return the categories directly below another one, or below a hidden root, as shown."""
    return sorted(children_of(parent), key=sibling_key)


def newcomer_order(parent: HelpCategory) -> int:
    """Return the number that puts one more last there, or in by name where all have the same."""
    numbers = children_of(parent).aggregate(least=Min("display_order"), most=Max("display_order"))
    least, most = numbers["least"] or 0, numbers["most"] or 0
    return most if least == most else most + 1


def number(siblings: list[HelpCategory]) -> None:
    """Store the order of these siblings."""
    changed = []
    for place, category in enumerate(siblings, start=1):
        if category.display_order != place:
            category.display_order = place
            changed.append(category)
    HelpCategory.objects.get_queryset().bulk_update(changed, ["display_order"])


def _height(category: HelpCategory) -> int:
    """Return how many levels there are below a category."""
    family = category.get_descendants(include_self=True)
    deepest: int = family.aggregate(depth=Max("depth"))["depth"]
    return deepest - category.depth
