"""Redirects in the admin: made when a slug changes, deleted by hand when they are in the way."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.scoping import TenantScopedAdmin
from django_helpcenter.models import HelpCategoryRedirect, HelpRedirect


class RedirectAdmin(TenantScopedAdmin):
    """Redirects are deleted by hand alone."""

    ordering = ("-created_at", "-pk")
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(HelpRedirect)
class HelpRedirectAdmin(RedirectAdmin):
    """Former addresses of articles."""

    list_display = ("slug", "article", "language", "tenant", "created_at")
    list_filter = (TenantFilter, "language")
    list_select_related = ("tenant", "article")
    deferred_in_lists = ("article__content", "article__search_vector")
    search_fields = ("slug", "article__title")
    search_help_text = _("Former slug, or title of the article")


@admin.register(HelpCategoryRedirect)
class HelpCategoryRedirectAdmin(RedirectAdmin):
    """Former addresses of categories."""

    list_display = ("slug", "category", "tenant", "created_at")
    list_filter = (TenantFilter,)
    list_select_related = ("tenant", "category")
    search_fields = ("slug", "category__name")
    search_help_text = _("Former slug, or name of the category")
