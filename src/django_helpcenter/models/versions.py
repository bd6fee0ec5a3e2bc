"""Immutable snapshots of articles."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import Significance
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.file_keys import file_keys_field
from django_helpcenter.models.tenants import user_model_name


class HelpArticleVersion(TenantAwareModel):
    """What an article said when it was submitted or published; numbered from 1, never changed.

    ``translated_version`` is the version of the original that a translation said then.
    """

    article = models.ForeignKey(
        HelpArticle, on_delete=models.CASCADE, related_name="versions", verbose_name=_("article")
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=500)
    summary = models.TextField(_("summary"), blank=True)
    content = models.TextField(_("content"))
    file_keys = file_keys_field()
    content_hash = models.CharField(_("content hash"), max_length=64)
    text_hash = models.CharField(_("text hash"), max_length=64, blank=True, editable=False)
    significance = models.CharField(
        _("significance"),
        max_length=10,
        choices=Significance.choices,
        default=Significance.NORMAL,
        help_text=_("What the change from the version before asks of translations."),
    )
    translated_version = models.PositiveIntegerField(
        _("translated version"), default=0, editable=False
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    author = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("article version")
        verbose_name_plural = _("article versions")
        ordering = ["article", "-number"]
        indexes = [GinIndex(fields=["file_keys"], name="help_version_files_idx")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "article", "number"], name="help_version_number_uniq"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A version is never changed; publish a new one.")
        self.text_hash = self.hash_text()
        super().save(*args, **kwargs)

    def hash_text(self) -> str:
        """Return the fingerprint of the text alone: equal for versions that say the same."""
        parts = json.dumps([self.title, self.summary, self.content], ensure_ascii=False)
        return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()
