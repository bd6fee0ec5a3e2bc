"""What stands above a list: filters that are built in, one's own, and those of the team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from django_helpcenter.admin.list_parameters import (
    columns_of,
    read_parameters,
    with_names,
    write_parameters,
)
from django_helpcenter.models import HelpSavedFilter
from django_helpcenter.services.saved_filters import SHARE, filters_for
from django_helpcenter.services.workflow import may

#: Stands in a built-in filter for the key of the person who looks.
ME = "{me}"
#: Links above a list; the page of saved filters has the rest.
MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class QuickFilter:
    """A filter that a list brings along: its parameters, ``ME`` for the person who looks."""

    label: Any
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FilterLink:
    """A filter above a list; ``note`` says whose it is."""

    label: str
    address: str
    is_current: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class FilterBar:
    """All that stands there; ``keep_address`` is "" where it is not known for which tenant."""

    links: Sequence[FilterLink]
    query: str
    list_name: str
    keep_address: str
    manage_address: str
    may_share: bool


def filter_bar(
    model_admin: Any,
    request: HttpRequest,
    *,
    tenants: QuerySet[Any],
    tenant: Model | None,
    is_sole: bool,
) -> FilterBar:
    """Return the bar of a list that shows one tenant, or all that the person works for.

    ``is_sole``: the person works for no other tenant, so that no address need name it.
    """
    user: Any = request.user
    present = with_names(read_parameters(request.GET), columns_of(model_admin, request))
    query = write_parameters(present)
    own = {} if is_sole or tenant is None else {"tenant": str(tenant.pk)}
    links = [_built_in(quick, user, query, own) for quick in model_admin.quick_filters]
    rows = filters_for(user).filter(
        list_name=model_admin.opts.model_name, tenant__in=tenants if tenant is None else [tenant]
    )
    links += [
        _saved(row, user, query, tenant, model_admin.admin_site.name)
        for row in rows.select_related("owner", "tenant").order_by("is_shared", "name", "pk")[
            :MAX_SHOWN
        ]
    ]
    base = "admin:help_center_helpsavedfilter"
    site = model_admin.admin_site.name
    keep = reverse(f"{base}_keep", query=own or None, current_app=site) if tenant else ""
    return FilterBar(
        links=links,
        query=request.GET.urlencode() if present else "",
        list_name=model_admin.opts.model_name,
        keep_address=keep,
        manage_address=reverse(f"{base}_changelist", current_app=site),
        may_share=may(user, SHARE),
    )


def _built_in(quick: QuickFilter, user: Any, query: str, own: Mapping[str, str]) -> FilterLink:
    parameters = {
        name: str(user.pk) if value == ME else value for name, value in quick.parameters.items()
    }
    is_current = write_parameters({name: [value] for name, value in parameters.items()}) == query
    address = write_parameters({name: [value] for name, value in {**parameters, **own}.items()})
    return FilterLink(str(quick.label), f"?{address}", is_current)


def _saved(
    saved: HelpSavedFilter, user: Any, query: str, tenant: Model | None, site: str
) -> FilterLink:
    notes = []
    if saved.owner_id != user.pk:
        notes.append(_("shared by %s") % saved.owner)
    elif saved.is_shared:
        notes.append(_("shared"))
    if tenant is None:
        notes.append(str(saved.tenant))
    return FilterLink(
        label=saved.name,
        address=reverse(
            "admin:help_center_helpsavedfilter_open", args=[saved.pk], current_app=site
        ),
        is_current=tenant is not None and saved.query == query,
        note=", ".join(notes),
    )
