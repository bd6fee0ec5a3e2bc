"""What commands are told by name, and names that they print."""

from __future__ import annotations

from django.db import models

from django_helpcenter.exceptions import TenantNotFound
from django_helpcenter.models import get_tenant_model
from django_helpcenter.services.tenancy import find_tenant


def named_or_sole_tenant(reference: str | None, *, hint: str = "") -> models.Model:
    """Return the tenant of a slug or key, without one the only tenant that there is.

    Raises TenantNotFound; ``hint`` says what else there is to do.
    """
    if reference is not None:
        return find_tenant(reference)
    tenants = list(get_tenant_model()._default_manager.all()[:2])
    if len(tenants) == 1:
        return tenants[0]
    raise TenantNotFound(f"Name the tenant with --tenant{hint and '; '}{hint}.")


def plain(text: str) -> str:
    """Escape what a terminal might take for a command; names of files may hold anything."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
