"""Texts that several articles use."""

from __future__ import annotations

import hashlib

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.content.snippets import make_reference
from django_helpcenter.models.articles import default_language
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.file_keys import file_keys_field
from django_helpcenter.models.link_keys import link_keys_field
from django_helpcenter.models.tenants import user_model_name

#: Characters. What is longer is an article; and a text with many of them stays readable.
MAX_SNIPPET_LENGTH = 20_000

valid_key = RegexValidator(
    r"\A[a-z0-9]+(?:[_-]+[a-z0-9]+)*\Z",
    _("Use small letters a to z, digits and hyphens, such as “support-hours”."),
)

#: It also names the folder of a snippet's file.
valid_language = RegexValidator(
    r"\A[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*\Z", _("Give the code of a language, such as “de-at”.")
)


class HelpSnippet(TenantAwareModel):
    """A text that articles name by its key, once for each language.

    An article gets the text in its own language, else the one in the site's.
    """

    key = models.CharField(
        _("key"),
        max_length=80,
        validators=[valid_key],
        help_text=_("What texts call this, such as “support-hours”."),
    )
    language = models.CharField(
        _("language"), max_length=16, default=default_language, validators=[valid_language]
    )
    description = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("What this is for; writers see it when they choose a snippet."),
    )
    content = models.TextField(_("content"), help_text=_("Markdown."))
    file_keys = file_keys_field()
    link_keys = link_keys_field()
    source = models.CharField(_("source"), max_length=200, blank=True, editable=False)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    last_updated_by = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("last updated by"),
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("snippet")
        verbose_name_plural = _("snippets")
        ordering = ["key", "language", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key", "language"], name="help_snippet_uniq"),
        ]
        indexes = [GinIndex(fields=["file_keys"], name="help_snippet_files_idx", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"

    @property
    def reference(self) -> str:
        """What stands for this in a text."""
        return make_reference(self.key)

    @property
    def fingerprint(self) -> str:
        """What tells whether somebody has changed this."""
        said = "\n".join((self.description, self.content))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
