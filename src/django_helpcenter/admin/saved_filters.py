"""Saved filters in the admin: kept from a list, opened, renamed, shared and deleted."""

from __future__ import annotations

from typing import Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.list_parameters import (
    MAX_LENGTH,
    Parameters,
    columns_of,
    read_parameters,
    unknown_parameters,
    with_names,
    with_numbers,
    write_parameters,
)
from django_helpcenter.admin.saving import REFUSALS, ServiceSavedAdmin, adopt, refusal_text
from django_helpcenter.admin.scoping import TenantScopedAdmin, chosen_tenant, sole_tenant
from django_helpcenter.models import HelpSavedFilter
from django_helpcenter.services.saved_filters import (
    SHARE,
    SavedFilterService,
    filters_for,
    may_change_filter,
)
from django_helpcenter.services.workflow import may


@admin.register(HelpSavedFilter)
class HelpSavedFilterAdmin(ServiceSavedAdmin):
    """One's own filters and those of the team; new ones are saved above the lists themselves."""

    list_display = ("name", "open_link", "list_label", "owner", "is_shared", "tenant", "created_at")
    list_filter = (TenantFilter, "is_shared")
    list_select_related = ("tenant", "owner")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("list_name", "name", "pk")
    fields = ("name", "is_shared", "list_label", "query", "owner", "tenant", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request) & filters_for(cast("Any", request.user))
        return rows.filter(list_name__in=self._lists(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ["list_label", "query", "owner", "tenant", "created_at"]
        may_share = (obj is not None and obj.is_shared) or may(cast("Any", request.user), SHARE)
        return fixed if may_share else ["is_shared", *fixed]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_module_perms("help_center")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show their filters to all who see a list of the help center."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = self.has_module_permission(request)
        user = cast("Any", request.user)
        return allowed and (obj is None or may_change_filter(user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        name = "help_center_helpsavedfilter"
        view = self.admin_site.admin_view
        return [
            path("keep/", view(self.keep_view), name=f"{name}_keep"),
            path("<path:object_id>/open/", view(self.open_view), name=f"{name}_open"),
            *super().get_urls(),
        ]

    def keep_view(self, request: HttpRequest) -> HttpResponse:
        """Save what a list is filtered by; leads back to the list."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        shown = self._lists(request).get(request.POST.get("list", ""))
        tenant = chosen_tenant(request)
        if shown is None or tenant is None:
            raise PermissionDenied
        query = request.POST.get("query", "")
        fixed = self._tenant_parameter(request, tenant)
        try:
            service = SavedFilterService(tenant=tenant, actor=cast("Any", request.user))
            saved = service.save(
                list_name=str(shown.opts.model_name),
                name=request.POST.get("name", ""),
                query=_checked(shown, request, query, fixed),
                is_shared="is_shared" in request.POST,
            )
        except REFUSALS as exc:
            self.message_user(request, refusal_text(exc), messages.ERROR)
        else:
            text = _t("The filter “%s” was saved.") % saved.name
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._list_address(shown, {**read_parameters(query), **fixed}))

    def open_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the list as the filter has it; say what of it the list does not know any more."""
        saved: HelpSavedFilter | None = self.get_object(request, object_id)
        if saved is None:
            raise Http404
        shown = self._lists(request)[saved.list_name]
        fixed = self._tenant_parameter(request, saved.tenant)
        columns = columns_of(shown, request, fixed)
        parameters, gone = with_numbers(read_parameters(saved.query), columns)
        unknown = unknown_parameters(shown, request, parameters, fixed)
        if unknown or gone:
            text = _t("The filter “%(name)s” uses what this list does not have any more: %(gone)s.")
            values = {"name": saved.name, "gone": ", ".join([*unknown, *gone])}
            self.message_user(request, text % values, messages.WARNING)
        kept = {name: values for name, values in parameters.items() if name not in unknown}
        return HttpResponseRedirect(self._list_address(shown, {**kept, **fixed}))

    def save_model(
        self, request: HttpRequest, obj: HelpSavedFilter, form: Any, change: bool
    ) -> None:
        stored = self.get_queryset(request).get(pk=obj.pk)
        service = SavedFilterService(tenant=stored.tenant, actor=cast("Any", request.user))
        values = {"name": stored.name, "is_shared": stored.is_shared, **form.cleaned_data}
        adopt(obj, service.change(stored, name=values["name"], is_shared=values["is_shared"]))

    def delete_model(self, request: HttpRequest, obj: HelpSavedFilter) -> None:
        service = SavedFilterService(tenant=obj.tenant, actor=cast("Any", request.user))
        service.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for saved in queryset.select_related("tenant"):
            self.delete_model(request, saved)

    @admin.display(description=_("list"), ordering="list_name")
    def list_label(self, saved: HelpSavedFilter) -> str:
        model = apps.all_models["help_center"].get(saved.list_name)
        return saved.list_name if model is None else capfirst(str(model._meta.verbose_name_plural))

    @admin.display(description=_("open"))
    def open_link(self, saved: HelpSavedFilter) -> SafeString:
        address = reverse(
            "admin:help_center_helpsavedfilter_open",
            args=[saved.pk],
            current_app=self.admin_site.name,
        )
        label = _t("Open the list filtered by %s") % saved.name
        return format_html('<a href="{}" aria-label="{}">{}</a>', address, label, _t("Open"))

    def _lists(self, request: HttpRequest) -> dict[str, TenantScopedAdmin]:
        """Return the lists that have filters and that the person may see, by their names."""
        registered = [
            self.admin_site.get_model_admin(model)
            for model in apps.get_app_config("help_center").get_models()
            if self.admin_site.is_registered(model)
        ]
        return {
            str(each.opts.model_name): each
            for each in registered
            if isinstance(each, TenantScopedAdmin) and each.has_view_permission(request)
        }

    def _tenant_parameter(self, request: HttpRequest, tenant: Any) -> Parameters:
        return {} if sole_tenant(request) is not None else {"tenant": [str(tenant.pk)]}

    def _list_address(self, shown: TenantScopedAdmin, parameters: Parameters) -> str:
        name = f"admin:help_center_{shown.opts.model_name}_changelist"
        address = reverse(name, current_app=self.admin_site.name)
        return f"{address}?{write_parameters(parameters)}" if parameters else address


def _checked(shown: TenantScopedAdmin, request: HttpRequest, query: str, fixed: Parameters) -> str:
    """Return what is kept of a list's address; raise ValidationError when that is nothing."""
    parameters = read_parameters(query)
    if len(query) > MAX_LENGTH or unknown_parameters(shown, request, parameters, fixed):
        raise ValidationError(_t("This list does not know these filters."))
    kept = with_names(parameters, columns_of(shown, request, fixed))
    if not kept:
        raise ValidationError(_t("There is nothing to save: filter, search or sort first."))
    return write_parameters(kept)
