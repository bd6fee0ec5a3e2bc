"""Filters of lists in the admin that somebody saved under a name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import user_model_name


class HelpSavedFilter(TenantAwareModel):
    """What a list of the admin is filtered, searched and sorted by, for one person or for all.

    ``list_name`` is the name of the model that the list shows. ``query`` are parameters of that
    list alone, as an address holds them, but with the names of the columns that it is sorted by:
    their numbers differ between people. The tenant is never among them.
    """

    owner = models.ForeignKey(
        user_model_name(), on_delete=models.CASCADE, related_name="+", verbose_name=_("owner")
    )
    list_name = models.CharField(_("list"), max_length=100)
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(_("filters"), max_length=2000)
    is_shared = models.BooleanField(
        _("shared"), default=False, help_text=_("Everybody who works for this help center sees it.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        permissions = [("share_helpsavedfilter", _("Can share saved filters with the team"))]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "list_name", "owner", "name"], name="help_filter_name_uniq"
            ),
        ]

    def __str__(self) -> str:
        return self.name
