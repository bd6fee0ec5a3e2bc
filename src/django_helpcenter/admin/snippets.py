"""Snippets in the admin, each with the texts that use it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.article_form import LinesField, language_choices
from django_helpcenter.admin.article_parts import PartAdmin, PartForm
from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.snippet_uses import listed_uses
from django_helpcenter.models import HelpArticle, HelpDraft, HelpSnippet
from django_helpcenter.services.snippet_uses import use_count, uses_of
from django_helpcenter.services.snippets import SnippetService

EDITED = ("key", "language", "description", "content")


class SnippetForm(PartForm):
    """A snippet."""

    class Meta:
        model = HelpSnippet
        fields = EDITED
        field_classes = {"content": LinesField}
        help_texts = {"content": ""}
        widgets = {
            "key": forms.TextInput(attrs={"class": "vTextField", "autocapitalize": "off"}),
            "description": forms.TextInput(attrs={"class": "vTextField hc-wide", "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            field = self.fields["language"]
            field.widget = forms.Select(choices=language_choices(self.instance.language))
            # Its default is a callable, for which Django would trust a hidden copy of the value.
            field.show_hidden_initial = False


@admin.register(HelpSnippet)
class HelpSnippetAdmin(PartAdmin):
    """Write the texts that several articles use, and see which do."""

    service_class = SnippetService
    edited = EDITED
    offers_snippets = False
    form = SnippetForm
    list_display = (
        "key", "language", "description", "article_count", "draft_count", "tenant", "updated_at",
    )  # fmt: skip
    list_filter = (TenantFilter, "language")
    list_select_related = ("tenant",)
    deferred_in_lists = ("content",)
    search_fields = ("key", "description", "content")
    search_help_text = _("Key, description or text")
    ordering = ("key", "language", "pk")
    readonly_fields = ("reference_display", "uses", "source", "last_updated_by", "updated_at")

    class Media:
        css = {"all": ("help_center/admin/reuse.css",)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        writes = obj is None or self.has_change_permission(request, obj)
        fields = (*EDITED, "seen") if writes else EDITED
        if obj is None:
            return [(None, {"fields": fields})]
        metadata = ("source", ("last_updated_by", "updated_at"))
        return [
            (_("Used in"), {"fields": ("reference_display", "uses")}),
            (_("Content"), {"fields": fields}),
            (_("Metadata"), {"fields": metadata, "classes": ("collapse",)}),
        ]

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        counted: QuerySet[Any] = (
            super()
            .for_list(rows)
            .annotate(article_count=use_count(HelpArticle), draft_count=use_count(HelpDraft))
        )
        return counted

    @admin.display(description=_("articles"), ordering="article_count")
    def article_count(self, snippet: Any) -> int:
        return int(snippet.article_count)

    @admin.display(description=_("drafts"), ordering="draft_count")
    def draft_count(self, snippet: Any) -> int:
        return int(snippet.draft_count)

    @admin.display(description=_("in a text"))
    def reference_display(self, snippet: HelpSnippet) -> SafeString:
        return format_html("<code>{}</code>", snippet.reference)

    @admin.display(description=_("texts that use it"))
    def uses(self, snippet: HelpSnippet) -> SafeString | str:
        return listed_uses(uses_of(snippet.tenant_id, snippet.key), self.admin_site.name)
