"""Keeping what lists of the admin are filtered by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from django_helpcenter.exceptions import ArticleConflict, PermissionRefused
from django_helpcenter.models import HelpSavedFilter
from django_helpcenter.models.locks import take_turns
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.refusals import refusal
from django_helpcenter.services.workflow import may
from django_helpcenter.types import SystemActor

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

#: What sharing takes, and changing what others share.
SHARE = "share_helpsavedfilter"
#: More than anybody finds their way in.
MAX_PER_LIST = 50


def filters_for(actor: Actor) -> QuerySet[HelpSavedFilter]:
    """Return the filters that somebody may use, of whatever tenant: their own and shared ones."""
    return HelpSavedFilter.objects.filter(Q(owner=actor.pk) | Q(is_shared=True))


def may_change_filter(actor: Actor, saved: HelpSavedFilter) -> bool:
    """Tell whether somebody may change or delete a filter: their own, or a shared one."""
    return saved.owner_id == actor.pk or (saved.is_shared and may(actor, SHARE))


class SavedFilterService(ActorService):
    """Saves, changes and deletes filters of lists in one tenant for one person.

    All methods raise PermissionRefused, and those that save raise ValidationError. The caller has
    checked that the person may see the list.
    """

    @in_transaction
    def save(
        self, *, list_name: str, name: str, query: str, is_shared: bool = False
    ) -> HelpSavedFilter:
        """Keep a filter under a name; a filter of one's own with this name is replaced."""
        if isinstance(self.actor, SystemActor) or not self.actor.is_authenticated:
            raise PermissionRefused("Filters belong to somebody who is signed in.")
        # Names of one person are taken one after the other: a double click replaces.
        self._take_turns(self.actor.pk)
        own = HelpSavedFilter.objects.for_tenant(self.tenant).filter(
            owner=self.actor.pk, list_name=list_name
        )
        name = _plain("name", " ".join(name.split()))
        saved = own.select_for_update().filter(name=name).first()
        if saved is None:
            if own.count() >= MAX_PER_LIST:
                raise ValidationError(
                    _("You have %(count)d filters for this list. Delete some first.")
                    % {"count": MAX_PER_LIST}
                )
            saved = HelpSavedFilter(
                tenant_id=self.tenant.pk, owner_id=self.actor.pk, list_name=list_name
            )
        return self._saved(saved, name=name, query=_plain("query", query), is_shared=is_shared)

    @in_transaction
    def change(self, saved: HelpSavedFilter, *, name: str, is_shared: bool) -> HelpSavedFilter:
        """Rename a filter, share it, or take it back.

        Raises ArticleConflict when it was deleted meanwhile.
        """
        self._require_change(saved)
        self._take_turns(saved.owner_id)
        rows = HelpSavedFilter.objects.for_tenant(self.tenant).select_for_update()
        locked = rows.filter(pk=saved.pk).first()
        if locked is None:
            raise ArticleConflict(_("The filter was deleted meanwhile. Nothing was saved."))
        return self._saved(locked, name=_plain("name", name), is_shared=is_shared)

    @in_transaction
    def delete(self, saved: HelpSavedFilter) -> None:
        """Delete a filter, for all who use it."""
        self._require_change(saved)
        saved.delete()

    def _take_turns(self, owner: Any) -> None:
        take_turns("saved_filter", f"{self.tenant.pk} {owner}", using=write_alias())

    def _require_change(self, saved: HelpSavedFilter) -> None:
        self.require_own(saved)
        if not may_change_filter(self.actor, saved):
            raise PermissionRefused(f"{self.actor} may not change the saved filter {saved.pk}.")

    def _saved(self, saved: HelpSavedFilter, *, is_shared: bool, **fields: Any) -> HelpSavedFilter:
        if is_shared and not saved.is_shared:
            self.require(SHARE)
        saved.is_shared = is_shared
        for name, value in fields.items():
            setattr(saved, name, value)
        saved.full_clean(exclude=["tenant", "owner"], validate_constraints=False)
        saved.validate_constraints()
        saved.save()
        return saved


def _plain(field: str, text: str) -> str:
    """Return a text that the database can keep and compare; raise ValidationError for others."""
    if "\0" in text:
        raise refusal(field, _("Null characters are not allowed."), "null_characters_not_allowed")
    return text
