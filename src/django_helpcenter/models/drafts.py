"""What an editor is writing, beside the article that readers see."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import DraftState, Significance
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.file_keys import file_keys_field
from django_helpcenter.models.snippet_keys import snippet_keys_field
from django_helpcenter.models.tenants import user_model_name


class DraftText(NamedTuple):
    """The part of an article that drafts and versions hold."""

    title: str
    summary: str
    content: str


class HelpDraft(TenantAwareModel):
    """The changed text of an article by one editor, until it is published or discarded.

    ``base_…`` is the article's text that the editor began with, ``base_version`` its number:
    where the article says something else by now, the two have to be merged. ``revision`` counts the
    saves, so that two windows of one editor do not overwrite each other. ``translated_version`` is
    the version of the original that a translation will say, where the editor has said so.
    """

    article = models.ForeignKey(
        HelpArticle, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("article")
    )
    editor = models.ForeignKey(
        user_model_name(), on_delete=models.CASCADE, related_name="+", verbose_name=_("editor")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=DraftState.choices, default=DraftState.WRITING
    )
    title = models.CharField(_("title"), max_length=500)
    summary = models.TextField(_("summary"), blank=True)
    content = models.TextField(_("content"), blank=True)
    file_keys = file_keys_field()
    snippet_keys = snippet_keys_field()
    base_version = models.PositiveIntegerField(_("base version"))
    base_title = models.CharField(_("base title"), max_length=500)
    base_summary = models.TextField(_("base summary"), blank=True)
    base_content = models.TextField(_("base content"), blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    note = models.CharField(_("note"), max_length=500, blank=True)
    significance = models.CharField(
        _("significance"), max_length=10, choices=Significance.choices, blank=True
    )
    translated_version = models.PositiveIntegerField(
        _("translated version"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-updated_at", "-pk"]
        indexes = [
            GinIndex(fields=["file_keys"], name="help_draft_files_idx"),
            GinIndex(fields=["snippet_keys"], name="help_draft_snippets_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "article", "editor"], name="help_draft_editor_uniq"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> DraftText:
        """What the editor has written."""
        return DraftText(self.title, self.summary, self.content)

    @property
    def base(self) -> DraftText:
        """What the editor began with."""
        return DraftText(self.base_title, self.base_summary, self.base_content)


def text_of(article: HelpArticle) -> DraftText:
    """Return the text of an article as drafts and versions hold it."""
    return DraftText(article.title, article.summary, article.content)
