"""Versions of articles, their steps from status to status and their reviews; to look at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.scoping import ReadOnlyAdmin
from django_helpcenter.models import HelpArticleVersion, HelpReview, HelpTransition


@admin.register(HelpArticleVersion)
class HelpArticleVersionAdmin(ReadOnlyAdmin):
    """What articles said each time they were published."""

    list_display = (
        "title", "number", "note", "significance", "author", "tenant", "created_at",
    )  # fmt: skip
    list_filter = (TenantFilter, "created_at")
    list_select_related = ("tenant", "author")
    deferred_in_lists = ("content", "summary")
    search_fields = ("title", "note")
    search_help_text = _("Title or note")
    ordering = ("-created_at", "-pk")
    date_hierarchy = "created_at"
    fields = (
        "tenant", "article", "number", "title", "summary", "content", "note",
        "significance", "author", "created_at", "content_hash",
    )  # fmt: skip


@admin.register(HelpTransition)
class HelpTransitionAdmin(ReadOnlyAdmin):
    """Who took which article from one status to another, and why."""

    list_display = ("article", "before", "after", "actor", "note", "tenant", "created_at")
    list_filter = (TenantFilter, "after", "created_at")
    list_select_related = ("tenant", "actor", "article")
    deferred_in_lists = ("article__content", "article__search_vector")
    search_fields = ("article__title", "note")
    search_help_text = _("Title of the article, or note")
    ordering = ("-created_at", "-pk")
    date_hierarchy = "created_at"


@admin.register(HelpReview)
class HelpReviewAdmin(ReadOnlyAdmin):
    """Who found which article still right, or changed who sees to it."""

    list_display = ("article", "action", "owner", "actor", "note", "tenant", "created_at")
    list_filter = (TenantFilter, "action", "created_at")
    list_select_related = ("tenant", "actor", "owner", "article")
    deferred_in_lists = ("article__content", "article__search_vector")
    search_fields = ("article__title", "note")
    search_help_text = _("Title of the article, or note")
    ordering = ("-created_at", "-pk")
    date_hierarchy = "created_at"
