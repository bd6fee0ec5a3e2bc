"""Nothing of a tenant that the signed-in person does not work for is shown, offered or reachable.

Every list, page, autocompletion and action of the admin starts from ``get_queryset``, so that is
where rows of other tenants end; forms offer rows of the edited row's tenant alone. Another tenant's
row then behaves like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from django_helpcenter.admin.saved_filter_bar import QuickFilter, filter_bar
from django_helpcenter.models import TenantAwareModel
from django_helpcenter.services.tenant_access import administered_tenants

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin

#: The query parameter that names a tenant, in lists and when something is added.
TENANT_PARAMETER = "tenant"

#: A sidebar with more links than this is no help; the search finds the rest.
MAX_LINKS = 200

T = TypeVar("T")


def once(function: Callable[[HttpRequest], T]) -> Callable[[HttpRequest], T]:
    """Make a function of a request answer from memory when it is asked again for this request."""
    name = f"_help_center_{function.__name__}"

    @wraps(function)
    def remembered(request: HttpRequest) -> T:
        if not hasattr(request, name):
            setattr(request, name, function(request))
        answer: T = getattr(request, name)
        return answer

    return remembered


@once
def _administered(request: HttpRequest) -> QuerySet[Any]:
    return administered_tenants(request.user)


def allowed_tenants(request: HttpRequest) -> QuerySet[Any]:
    """Return the tenants that the signed-in person works for."""
    return _administered(request).all()


@once
def listed_tenants(request: HttpRequest) -> list[Any]:
    """Return the first tenants that the person works for, as many as a list of links can hold."""
    return list(allowed_tenants(request)[:MAX_LINKS])


def sole_tenant(request: HttpRequest) -> Model | None:
    """Return the tenant of a person who works for exactly one."""
    found = listed_tenants(request)
    return found[0] if len(found) == 1 else None


@once
def chosen_tenant(request: HttpRequest) -> Model | None:
    """Return the tenant that a list is filtered by or a new row is for, else the only one."""
    return _named_tenant(request) or sole_tenant(request)


def _named_tenant(request: HttpRequest) -> Model | None:
    kept = QueryDict(request.GET.get("_changelist_filters", ""))
    reference = request.GET.get(TENANT_PARAMETER) or kept.get(TENANT_PARAMETER)
    if not reference or "\x00" in reference:
        return None
    try:
        found: Model | None = allowed_tenants(request).filter(pk=reference).first()
    except (ValueError, ValidationError, OverflowError):
        return None
    return found


class TenantRelatedWidget(RelatedFieldWidgetWrapper):
    """The "+" beside a select: what is added there belongs to the same tenant."""

    def __init__(self, wrapped: RelatedFieldWidgetWrapper, tenant_key: Any) -> None:
        super().__init__(
            wrapped.widget,
            wrapped.rel,
            wrapped.admin_site,
            can_add_related=wrapped.can_add_related,
            can_change_related=wrapped.can_change_related,
            can_view_related=wrapped.can_view_related,
        )
        self.tenant_key = tenant_key

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["url_params"] += f"&{TENANT_PARAMETER}={self.tenant_key}"
        return context


class ListChangeList(ChangeList):
    """A list that fetches what it shows and leaves the rest in the database."""

    model_admin: TenantScopedAdmin

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        # PostgreSQL refuses NUL in a text; the list then starts again without filters.
        if any("\0" in value for values in request.GET.lists() for value in values[1]):
            raise IncorrectLookupParameters
        self.root_queryset = self.model_admin.for_list(self.root_queryset)
        return super().get_queryset(request, *args, **kwargs)


class TenantScopedAdmin(AnyModelAdmin):
    """Shows and accepts rows of the tenants that the signed-in person works for."""

    #: Columns that lists do not fetch.
    deferred_in_lists: tuple[str, ...] = ()
    #: What the rows of lists point at, fetched by itself where a join would be slow.
    prefetched_in_lists: tuple[str, ...] = ()
    #: Filters that stand above the list from the start.
    quick_filters: tuple[QuickFilter, ...] = ()

    class Media:
        css = {"all": ("help_center/admin/admin.css", "help_center/admin/views.css")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(tenant__in=allowed_tenants(request))

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Prepare the rows of the list page: annotations in, long columns out."""
        if self.deferred_in_lists:
            rows = rows.defer(*self.deferred_in_lists)
        return rows.prefetch_related(*self.prefetched_in_lists)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Called by the template: an action that leads elsewhere need not look for filters.
        bar = partial(
            filter_bar,
            self,
            request,
            tenants=allowed_tenants(request),
            tenant=chosen_tenant(request),
            is_sole=sole_tenant(request) is not None,
        )
        return super().changelist_view(request, {"saved_filters": bar, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ListChangeList

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out the column of the tenant where all rows are of one."""
        columns = super().get_list_display(request)
        if chosen_tenant(request) is None:
            return columns
        return [column for column in columns if column != "tenant"]

    def tenant_for(self, request: HttpRequest, obj: Any) -> Model | None:
        """Return the tenant of a row, or the one that a new row is for."""
        if obj is not None and obj.tenant_id is not None:
            owner: Model = obj.tenant
            return owner
        return chosen_tenant(request)

    def owner(self, request: HttpRequest, obj: Any) -> Model:
        """Return the tenant that a row is saved for; raise PermissionDenied when there is none."""
        tenant = self.tenant_for(request, obj)
        if tenant is None:
            raise PermissionDenied
        return tenant

    def answer_missing(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer as Django does for a row that is not there, which another tenant's is, too."""
        django: Any = self
        answer: HttpResponse = django._get_obj_does_not_exist_redirect(  # noqa: SLF001 - no public one
            request, self.opts, object_id
        )
        return answer

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        tenant = self.tenant_for(request, obj)
        for field in form.base_fields.values():
            if isinstance(field, ModelChoiceField):
                limit_to_tenant(field, tenant)
        return form

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if self.has_add_permission(request) and chosen_tenant(request) is None:
            return self.choose_tenant(request)
        if sole_tenant(request) is None:
            extra_context = {"subtitle": str(chosen_tenant(request)), **(extra_context or {})}
        return super().add_view(request, form_url, extra_context)

    def choose_tenant(self, request: HttpRequest) -> HttpResponse:
        """Ask which help center a new row is for."""
        kept = [(k, v) for k, v in request.GET.items() if k != TENANT_PARAMETER]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Add %s") % self.opts.verbose_name,
            "subtitle": None,
            "opts": self.opts,
            "tenants": allowed_tenants(request),
            "kept_parameters": kept,
            "is_popup": "_popup" in request.GET,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/help_center/choose_tenant.html", context)


def may_open_tenant(site: admin.AdminSite, request: HttpRequest, tenant: Model) -> bool:
    """Tell whether a link to a tenant's page leads the person anywhere."""
    model = type(tenant)
    return site.is_registered(model) and site.get_model_admin(model).has_view_permission(
        request, tenant
    )


def limit_to_tenant(field: ModelChoiceField[Any], tenant: Model | None) -> None:
    """Make a form field offer, and accept, rows of one tenant; other models are left alone."""
    queryset = field.queryset
    if queryset is None or not issubclass(queryset.model, TenantAwareModel):
        return
    if isinstance(field.widget, RelatedFieldWidgetWrapper) and tenant is not None:
        field.widget = TenantRelatedWidget(field.widget, tenant.pk)
    field.queryset = queryset.filter(tenant=tenant) if tenant is not None else queryset.none()


class ReadOnlyAdmin(TenantScopedAdmin):
    """Rows that the help center writes itself: to look at, not to change."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
