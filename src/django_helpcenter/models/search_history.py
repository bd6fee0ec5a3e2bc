"""What readers looked for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import SearchMode
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import user_model_name


class HelpSearchHistory(TenantAwareModel):
    """One search: what was asked, how much was found, what was opened."""

    user = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    visitor_key = models.CharField(_("visitor"), max_length=64, blank=True)
    session_id = models.UUIDField(_("session"), null=True, blank=True)
    query = models.CharField(_("query"), max_length=512)
    language = models.CharField(_("language"), max_length=16, blank=True)
    mode = models.CharField(
        _("mode"), max_length=10, choices=SearchMode.choices, default=SearchMode.HYBRID
    )
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    results_count = models.PositiveIntegerField(_("results"), default=0)
    degraded = models.CharField(_("degraded"), max_length=100, blank=True)
    clicked_article = models.ForeignKey(
        HelpArticle,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened article"),
    )
    click_position = models.PositiveIntegerField(_("position opened"), null=True, blank=True)
    clicked_at = models.DateTimeField(_("opened"), null=True, blank=True)
    refined_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("refines"),
    )
    created_at = models.DateTimeField(_("searched"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("search history")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["query", "results_count"], name="help_search_zero_idx"),
            models.Index(fields=["tenant", "created_at"], name="help_search_tenant_idx"),
        ]

    def __str__(self) -> str:
        return self.query

    @property
    def is_zero_result(self) -> bool:
        """Whether nothing was found."""
        return self.results_count == 0
