"""Synonyms and pinned results in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.saving import ServiceForm, ServiceSavedAdmin, adopt
from django_helpcenter.models import HelpPinnedResult, HelpSynonym
from django_helpcenter.services.search_rules import SearchRuleService


class SynonymForm(ServiceForm):
    """A synonym, one word or phrase a line."""

    class Meta:
        model = HelpSynonym
        fields = ("language", "terms", "meanings")
        widgets = {
            "terms": forms.Textarea(attrs={"rows": 5}),
            "meanings": forms.Textarea(attrs={"rows": 5}),
        }


class _RuleAdmin(ServiceSavedAdmin):
    """What both have in common: who may change them is asked of the service."""

    def service(self, request: HttpRequest, obj: Any) -> SearchRuleService:
        """Return the service for the tenant of a row."""
        return SearchRuleService(tenant=self.owner(request, obj), actor=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.service(request, obj).delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for rule in queryset.select_related("tenant"):
            self.delete_model(request, rule)


@admin.register(HelpSynonym)
class HelpSynonymAdmin(_RuleAdmin):
    """Words that mean the same to readers."""

    form = SynonymForm
    list_display = ("__str__", "language", "tenant", "updated_at")
    list_filter = (TenantFilter, "language")
    list_select_related = ("tenant",)
    search_fields = ("terms", "meanings")
    search_help_text = _("A word or phrase")
    deferred_in_lists = ("lines", "tokens", "search_vector")
    ordering = ("terms", "pk")

    def save_model(self, request: HttpRequest, obj: HelpSynonym, form: Any, change: bool) -> None:
        service, values = self.service(request, obj), form.cleaned_data
        fields = {name: values[name] for name in ("terms", "meanings", "language")}
        saved = service.change_synonym(obj, **fields) if change else service.add_synonym(**fields)
        adopt(obj, saved)


@admin.register(HelpPinnedResult)
class HelpPinnedResultAdmin(_RuleAdmin):
    """Articles that come first for a query."""

    fields = ("query", "article", "position")
    autocomplete_fields = ("article",)
    list_display = ("query", "article", "position", "tenant", "updated_at")
    list_filter = (TenantFilter,)
    list_select_related = ("tenant", "article")
    deferred_in_lists = ("article__content", "article__search_vector")
    search_fields = ("query", "article__title")
    search_help_text = _("Query, or title of the article")
    ordering = ("key", "position", "pk")

    def save_model(
        self, request: HttpRequest, obj: HelpPinnedResult, form: Any, change: bool
    ) -> None:
        service, values = self.service(request, obj), form.cleaned_data
        fields = {name: values[name] for name in ("query", "article", "position")}
        adopt(obj, service.change_pin(obj, **fields) if change else service.pin(**fields))
