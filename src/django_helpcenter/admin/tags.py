"""Tags in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.saving import ServiceForm, ServiceSavedAdmin, adopt
from django_helpcenter.models import HelpTag
from django_helpcenter.services.tags import TagService


class TagForm(ServiceForm):
    """A tag; without a slug, one is made from the name."""

    class Meta:
        model = HelpTag
        fields = ("name", "slug")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False


@admin.register(HelpTag)
class HelpTagAdmin(ServiceSavedAdmin):
    """Create, rename and delete tags."""

    form = TagForm
    list_display = ("name", "slug", "tenant", "article_count")
    list_filter = (TenantFilter,)
    list_select_related = ("tenant",)
    search_fields = ("name", "slug")
    search_help_text = _("Name or slug")
    ordering = ("name", "pk")
    prepopulated_fields = {"slug": ("name",)}

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        counted: QuerySet[Any] = super().for_list(rows).annotate(article_count=Count("articles"))
        return counted

    @admin.display(description=_("articles"), ordering="article_count")
    def article_count(self, tag: Any) -> int:
        count: int = tag.article_count
        return count

    def save_model(self, request: HttpRequest, obj: HelpTag, form: Any, change: bool) -> None:
        service = TagService(tenant=self.owner(request, obj), actor=request.user)
        names = {"name": form.cleaned_data["name"], "slug": form.cleaned_data["slug"]}
        adopt(obj, service.rename(obj, **names) if change else service.create(**names))

    def delete_model(self, request: HttpRequest, obj: HelpTag) -> None:
        TagService(tenant=obj.tenant, actor=request.user).delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[HelpTag]) -> None:
        for tag in queryset.select_related("tenant"):
            self.delete_model(request, tag)
