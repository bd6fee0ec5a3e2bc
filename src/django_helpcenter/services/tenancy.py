"""Which tenant a request, a connection or a command speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.module_loading import import_string

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError, TenantNotFound
from django_helpcenter.models import get_tenant_model


def current_tenant(request: HttpRequest | Mapping[str, Any]) -> models.Model:
    """Return the tenant of a request or an ASGI scope, as ``HELP_CENTER_TENANT_RESOLVER`` says.

    Raises TenantNotFound when there is none, and ConfigurationError when the resolver cannot be
    imported or answers with something that is not a tenant.
    """
    try:
        resolver = import_string(conf.TENANT_RESOLVER)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_TENANT_RESOLVER is {conf.TENANT_RESOLVER!r}, which cannot be imported: "
            f"{exc}"
        ) from exc
    tenant = resolver(request)
    if tenant is None:
        raise TenantNotFound("No help center answers here.")
    if not isinstance(tenant, get_tenant_model()):
        raise ConfigurationError(
            f"{conf.TENANT_RESOLVER} returned {tenant!r}, which is not a {conf.TENANT_MODEL}."
        )
    return tenant


def resolve_tenant(request: HttpRequest | Mapping[str, Any]) -> models.Model:
    """Find the tenant by host name, else take the only one there is.

    The default of ``HELP_CENTER_TENANT_RESOLVER``. Raises TenantNotFound.
    """
    host = _host(request)
    tenants = get_tenant_model()._default_manager.all()
    field = conf.TENANT_DOMAIN_FIELD
    if host and _has_field(field):
        found = tenants.filter(**{field: host}).first()
        if found is not None:
            return found
    candidates = list(tenants[:2])
    if len(candidates) == 1:
        return candidates[0]
    raise TenantNotFound(f"No help center answers to the host {host!r}.")


def find_tenant(reference: str) -> models.Model:
    """Return the tenant with this slug, else with this primary key.

    Raises TenantNotFound, whose message lists what there is.
    """
    model = get_tenant_model()
    tenants = model._default_manager.all()
    field = slug_field()
    found = tenants.filter(**{field: reference}).first()
    if found is None:
        try:
            found = tenants.filter(pk=reference).first()
        except (ValueError, ValidationError):
            found = None
    if found is None:
        known = [str(slug) for slug in tenants.order_by(field).values_list(field, flat=True)[:10]]
        raise TenantNotFound(
            f"There is no tenant {reference!r}. "
            + (f"Known: {', '.join(known)}. " if known else "There is none yet. ")
            + "sync_documentation --create-tenant creates it."
        )
    return found


def create_tenant(slug: str, *, name: str = "") -> models.Model:
    """Create a tenant with a slug and a name.

    Raises ConfigurationError when the host's tenant model needs more than that.
    """
    model = get_tenant_model()
    fields: dict[str, Any] = {slug_field(): slug}
    if _has_field(conf.TENANT_NAME_FIELD):
        fields[conf.TENANT_NAME_FIELD] = name or slug.replace("-", " ").capitalize()
    tenant = model(**fields)
    try:
        tenant.full_clean()
    except ValidationError as exc:
        reasons = "; ".join(
            f"{name}: {' '.join(messages)}" for name, messages in exc.message_dict.items()
        )
        raise ConfigurationError(
            f"A {conf.TENANT_MODEL} cannot be created from the slug {slug!r} alone ({reasons}). "
            "Create it in your project, then name it with --tenant."
        ) from exc
    tenant.save()
    return tenant


def slug_field() -> str:
    """Return the name of the tenant model's slug field.

    Raises ConfigurationError when the model has no such field.
    """
    name = conf.TENANT_SLUG_FIELD
    if not _has_field(name):
        raise ConfigurationError(
            f"{conf.TENANT_MODEL} has no field {name!r}. "
            "Set HELP_CENTER_TENANT_SLUG_FIELD to the field that names a tenant."
        )
    return name


def _has_field(name: str) -> bool:
    try:
        get_tenant_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _host(request: HttpRequest | Mapping[str, Any]) -> str:
    if isinstance(request, HttpRequest):
        return split_domain_port(request.get_host())[0]
    for key, value in request.get("headers", ()):
        if key == b"host":
            return split_domain_port(value.decode("latin-1").lower())[0]
    return ""
