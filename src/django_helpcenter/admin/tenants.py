"""The default tenant model in the admin; a host's own tenant model has the host's own admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.deletion import WITH_TENANT, Summary, summarize
from django_helpcenter.admin.scoping import AnyModelAdmin, allowed_tenants
from django_helpcenter.models import HelpArticle, HelpCategory, HelpTag, HelpTenant


class HelpTenantAdmin(AnyModelAdmin):
    """The help centers of the site that the signed-in person works for."""

    list_display = ("name", "slug", "domain", "created_at")
    search_fields = ("name", "slug", "domain")
    search_help_text = _("Name, slug or domain")
    readonly_fields = ("created_at",)
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        allowed = allowed_tenants(request)
        return super().get_queryset(request).filter(pk__in=allowed.values("pk"))

    # A tenant takes its texts along: who may not delete those may not delete it.
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Summary:
        rows, counts, _needed, protected = summarize(objs, "tenant", WITH_TENANT)
        needed = {
            str(model._meta.verbose_name_plural)
            for model in (HelpArticle, HelpCategory, HelpTag)
            if not request.user.has_perm(f"help_center.delete_{model._meta.model_name}")
        }
        return rows, counts, needed, protected


if not HelpTenant._meta.swapped:
    admin.site.register(HelpTenant, HelpTenantAdmin)
