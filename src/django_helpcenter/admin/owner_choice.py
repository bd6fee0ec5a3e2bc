"""Choosing who sees to an article: a select that looks people up while somebody types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.numbers import whole_number
from django_helpcenter.admin.saving import ServiceSavedAdmin
from django_helpcenter.admin.scoping import TENANT_PARAMETER, chosen_tenant
from django_helpcenter.services.ownership import find_owner, find_owners, may_own

NOBODY = _("— nobody —")
#: Characters of a name that are looked for.
MAX_TERM = 100


class OwnerSelect(forms.Select):
    """A select with a search that adds people of one tenant to it.

    Without scripts it has the people whom it begins with.
    """

    template_name = "admin/help_center/widgets/owner.html"

    class Media:
        js = (forms.Script("help_center/admin/owner-search.js", type="module"),)

    def __init__(self, address: str = "") -> None:
        super().__init__()
        self.address = address

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "address": self.address}


class OwnerChoice(ServiceSavedAdmin):
    """Gives the form the people it begins with, and finds the others."""

    def get_urls(self) -> list[URLPattern]:
        owners = path(
            "owners/",
            self.admin_site.admin_view(self.owners_view),
            name="help_center_helparticle_owners",
        )
        return [owners, *super().get_urls()]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        tenant = self.tenant_for(request, obj)
        if "owner" in form.base_fields and tenant is not None:
            form.owners = _begin_with(request, tenant)
            form.owners_address = reverse(
                "admin:help_center_helparticle_owners",
                query={TENANT_PARAMETER: str(tenant.pk)},
                current_app=self.admin_site.name,
            )
        return form

    def owners_view(self, request: HttpRequest) -> HttpResponse:
        """Find people who may be given articles of a help center; needs to write articles."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        if request.method == "POST":
            return HttpResponseNotAllowed(["GET"])
        tenant = chosen_tenant(request)
        if tenant is None:
            return _answer([], has_more=False)
        term = request.GET.get("term", "").replace("\0", "").strip()[:MAX_TERM]
        page = whole_number(request.GET.get("page", "")) or 1
        found = find_owners(tenant, term, page=page, first=request.user)
        return _answer(found.people, has_more=found.has_more)


def _answer(people: list[Any], *, has_more: bool) -> HttpResponse:
    """Return people as the script of the widget reads them."""
    results = [{"id": str(person.pk), "text": str(person)} for person in people]
    return JsonResponse({"results": results, "pagination": {"more": has_more}})


def _begin_with(request: HttpRequest, tenant: Model) -> list[Any]:
    """Return who asks and who was chosen, if they may; nobody else is asked about for a form."""
    people = [request.user] if may_own(request.user, tenant) else []
    key = request.POST.get("owner", "")
    chosen = find_owner(tenant, key) if key != str(request.user.pk) else None
    return [*people, chosen] if chosen is not None else people
