"""What new articles begin with."""

from __future__ import annotations

import hashlib
import json

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import BuiltInTemplate
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.categories import HelpCategory
from django_helpcenter.models.file_keys import file_keys_field
from django_helpcenter.models.roles import refuse_unfit_roles
from django_helpcenter.models.snippet_keys import snippet_keys_field
from django_helpcenter.models.snippets import valid_language
from django_helpcenter.models.tags import HelpTag


class HelpArticleTemplate(TenantAwareModel):
    """What the form of a new article is filled with, of those fields that say something."""

    name = models.CharField(_("name"), max_length=200)
    description = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("When to use this; writers see it when they choose."),
    )
    replaces = models.CharField(
        _("replaces"),
        max_length=20,
        choices=BuiltInTemplate.choices,
        blank=True,
        help_text=_("The template that comes with the help center which this is offered for."),
    )
    display_order = models.IntegerField(_("display order"), default=0)
    language = models.CharField(
        _("language"),
        max_length=16,
        blank=True,
        validators=[valid_language],
        help_text=_("Empty: the site's."),
    )
    title = models.CharField(_("title"), max_length=500, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    content = models.TextField(
        _("content"),
        help_text=_(
            "Markdown. “[Replace: …]” marks what every article says in its own words; an article "
            "in which one is left is not published."
        ),
    )
    file_keys = file_keys_field()
    snippet_keys = snippet_keys_field()
    category = models.ForeignKey(
        HelpCategory,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    tags = models.ManyToManyField(HelpTag, blank=True, related_name="+", verbose_name=_("tags"))
    target_roles = models.JSONField(
        _("target roles"),
        default=list,
        blank=True,
        help_text=_("Roles that may read this; empty, or “all”: everybody."),
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("article template")
        verbose_name_plural = _("article templates")
        ordering = ["display_order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name", "language"], name="help_template_name_uniq"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "display_order"], name="help_template_order_idx"),
            GinIndex(fields=["file_keys"], name="help_template_files_idx"),
            GinIndex(fields=["snippet_keys"], name="help_template_snippets_idx"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """What tells whether somebody has changed this, its tags aside."""
        said = [
            self.name, self.description, self.replaces, self.display_order, self.language,
            self.title, self.summary, self.content, self.category_id, self.target_roles,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def clean(self) -> None:
        """Check the roles; raises ValidationError."""
        super().clean()
        refuse_unfit_roles(self.target_roles)
