"""Filters of lists that never name a row of another tenant."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.scoping import (
    MAX_LINKS,
    TENANT_PARAMETER,
    chosen_tenant,
    listed_tenants,
    once,
    sole_tenant,
)
from django_helpcenter.admin.tree import in_tree_order, indented
from django_helpcenter.models import HelpCategory


@once
def _categories(request: HttpRequest) -> list[HelpCategory]:
    tenant = chosen_tenant(request)
    if tenant is None:
        return []
    found = HelpCategory.objects.for_tenant(tenant).only("name", "path", "depth")
    return list(in_tree_order(found)[:MAX_LINKS])


class TenantFilter(admin.SimpleListFilter):
    """By tenant, for people who work for several."""

    title = _("help center")
    parameter_name = TENANT_PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if sole_tenant(request) is not None:
            return []
        return [(str(tenant.pk), str(tenant)) for tenant in listed_tenants(request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        keys = [
            str(tenant.pk)
            for tenant in (*listed_tenants(request), chosen_tenant(request))
            if tenant
        ]
        return queryset.filter(tenant=value) if value in keys else queryset.none()


class CategoryFilter(admin.SimpleListFilter):
    """By category, with all below it; offered once the list shows one tenant."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(category.pk), indented(category)) for category in _categories(request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        paths = [c.path for c in _categories(request) if str(c.pk) == value]
        return queryset.filter(category__path__startswith=paths[0]) if paths else queryset.none()


class FreshnessFilter(admin.SimpleListFilter):
    """By whether a published article is due for review."""

    title = _("freshness")
    parameter_name = "freshness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("stale", _("Stale")), ("fresh", _("Fresh"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "stale":
            return queryset.due()  # type: ignore[attr-defined,no-any-return]
        if self.value() == "fresh":
            return queryset.not_due()  # type: ignore[attr-defined,no-any-return]
        return queryset


class VotesFilter(admin.SimpleListFilter):
    """By what readers think of an article."""

    title = _("votes")
    parameter_name = "votes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("unhelpful", _("More unhelpful than helpful")),
            ("helpful", _("At least as helpful")),
            ("none", _("No votes")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        none = Q(helpful_count=0, not_helpful_count=0)
        conditions = {
            "unhelpful": Q(not_helpful_count__gt=F("helpful_count")),
            "helpful": Q(not_helpful_count__lte=F("helpful_count")) & ~none,
            "none": none,
        }
        condition = conditions.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


class ZeroResultFilter(admin.SimpleListFilter):
    """By whether a search found anything."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("nothing", _("Nothing found")),
            ("opened", _("An article was opened")),
            ("ignored", _("Found, nothing opened")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        conditions = {
            "nothing": Q(results_count=0),
            "opened": Q(clicked_article__isnull=False),
            "ignored": Q(results_count__gt=0, clicked_article__isnull=True),
        }
        condition = conditions.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)
