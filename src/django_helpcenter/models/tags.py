"""Tags of articles."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet


class HelpTag(TenantAwareModel):
    """A word that articles are grouped by, unique in its tenant."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=100, allow_unicode=True, db_index=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "slug"], name="help_tag_slug_uniq"),
            models.UniqueConstraint(fields=["tenant", "name"], name="help_tag_name_uniq"),
        ]

    def __str__(self) -> str:
        return self.name
