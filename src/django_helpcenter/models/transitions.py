"""How articles went from one status to another."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import user_model_name


class HelpTransition(TenantAwareModel):
    """Who took an article from one status to another, when, and why; ``actor`` none: the system."""

    article = models.ForeignKey(
        HelpArticle,
        on_delete=models.CASCADE,
        related_name="transitions",
        verbose_name=_("article"),
    )
    before = models.CharField(_("from"), max_length=20, choices=ArticleStatus.choices)
    after = models.CharField(_("to"), max_length=20, choices=ArticleStatus.choices)
    actor = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="help_transition_tenant_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"
