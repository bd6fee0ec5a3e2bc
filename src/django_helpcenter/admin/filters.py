"""Filters of lists that never name a row of another tenant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, QueryDict
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

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Leave the order out, whose numbers count a column that lists of one tenant have not."""
        for choice in super().choices(changelist):
            query = QueryDict(choice["query_string"].removeprefix("?"), mutable=True)
            query.pop(ORDER_VAR, None)
            yield {**choice, "query_string": f"?{query.urlencode()}"}

    def get_facet_counts(self, pk_attname: str, filtered_qs: QuerySet[Any]) -> dict[str, Count]:
        """Count rows by their tenant: Django's own asks for the rows of each anew."""
        return {
            f"{place}__c": Count(pk_attname, filter=Q(tenant=key))
            for place, (key, _label) in enumerate(self.lookup_choices)
        }


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

    def get_facet_queryset(self, changelist: Any) -> dict[str, int]:
        """Count the articles of each category once, and add up what is below it.

        Django's own takes a subquery for each category: 200 of them take longer than all the rest.
        """
        rows = changelist.get_queryset(
            self.request, exclude_parameters=self.expected_parameters()
        ).order_by()
        counts = list(rows.values_list("category__path").annotate(Count("pk")))
        paths = {str(category.pk): category.path for category in _categories(self.request)}
        return {
            f"{place}__c": sum(count for path, count in counts if path.startswith(paths[key]))
            for place, (key, _label) in enumerate(self.lookup_choices)
        }


class MineFilter(admin.SimpleListFilter):
    """Articles that the person has begun or sees to."""

    title = _("mine")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Begun or owned by me"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(Q(created_by=request.user.pk) | Q(owner=request.user.pk))


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

    _NONE = Q(helpful_count=0, not_helpful_count=0)
    _CONDITIONS = {
        "unhelpful": Q(not_helpful_count__gt=F("helpful_count")),
        "helpful": Q(not_helpful_count__lte=F("helpful_count")) & ~_NONE,
        "none": _NONE,
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("unhelpful", _("More unhelpful than helpful")),
            ("helpful", _("At least as helpful")),
            ("none", _("No votes")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        condition = self._CONDITIONS.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)

    def get_facet_counts(self, pk_attname: str, filtered_qs: QuerySet[Any]) -> dict[str, Count]:
        """Count in one pass: Django's own asks for the rows of each choice anew."""
        return {
            f"{place}__c": Count(pk_attname, filter=self._CONDITIONS[key])
            for place, (key, _label) in enumerate(self.lookup_choices)
        }


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
