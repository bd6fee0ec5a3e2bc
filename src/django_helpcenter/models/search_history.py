"""What readers looked for."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import SearchMode
from django_helpcenter.content.lexemes import query_key
from django_helpcenter.content.title_words import known_by
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import user_model_name

#: Letters of the longest search that is suggested to others.
LONGEST_SHARED = 100


class HelpSearchHistory(TenantAwareModel):
    """One search: what was asked, how much was found, what was opened.

    ``query_key`` is the same for searches that differ in case, accents and punctuation, "" for
    those that are too long to be suggested; ``query_words`` are what a reader must know of to have
    them suggested.
    """

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
    query_key = models.CharField(
        _("query in plain words"), max_length=LONGEST_SHARED, blank=True, editable=False
    )
    query_words = ArrayField(
        models.TextField(), verbose_name=_("words"), default=list, blank=True, editable=False
    )
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
            # Searches of somebody: those of nobody in particular count for nothing.
            models.Index(
                "tenant",
                OpClass("query_key", name="text_pattern_ops"),
                F("created_at").desc(),
                condition=~Q(query_key="") & (Q(user__isnull=False) | ~Q(visitor_key="")),
                name="help_search_asked_idx",
            ),
            # Searches after which something was opened, and by whom: what is suggested.
            models.Index(
                "tenant",
                OpClass("query_key", name="text_pattern_ops"),
                F("created_at").desc(),
                condition=Q(clicked_article__isnull=False)
                & ~Q(query_key="")
                & (Q(user__isnull=False) | ~Q(visitor_key="")),
                include=["user", "visitor_key"],
                name="help_search_opened_idx",
            ),
            models.Index(
                F("clicked_article"),
                F("created_at").desc(),
                condition=Q(clicked_article__isnull=False)
                & (Q(user__isnull=False) | ~Q(visitor_key="")),
                name="help_search_led_to_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.query

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with what the search is compared with others by."""
        self.query_key = shared_key(self.query)
        self.query_words = known_by(self.query) if self.query_key else []
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "query_key", "query_words"}
        super().save(*args, **kwargs)

    @property
    def is_zero_result(self) -> bool:
        """Whether nothing was found."""
        return self.results_count == 0


def shared_key(query: str) -> str:
    """Return a search in plain words, "" when it has none or too many to be suggested."""
    key = query_key(query)
    return key if max(len(key), len(query)) <= LONGEST_SHARED else ""
