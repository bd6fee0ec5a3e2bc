"""How the help center finds Larchwork's tenants and roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from django_helpcenter.types import Reader
from larchwork.models import Organization, Role, User

#: Whose help center visitors see who are not signed in.
PUBLIC_ORGANIZATION = "larchwork"


def organization_of(request: HttpRequest | Mapping[str, Any]) -> Organization | None:
    """Return the organization of whoever is signed in, else the public one."""
    if isinstance(request, HttpRequest):
        user = getattr(request, "user", None)
    else:
        user = request.get("user")
    if isinstance(user, User) and user.organization is not None:
        return user.organization
    return Organization.objects.filter(slug=PUBLIC_ORGANIZATION).first()


def tenants_of(user: User) -> QuerySet[Organization]:
    """Return the organizations whose help center somebody works on: their own, or all of them."""
    if user.is_superuser:
        return Organization.objects.all()
    if user.organization_id is None:
        return Organization.objects.none()
    return Organization.objects.filter(pk=user.organization_id)


def roles_offered(tenant: Organization) -> Iterable[str]:
    """Return the roles that authors may restrict an article to."""
    return Role.values


def roles_of(user: Reader, tenant: Organization) -> Iterable[str]:
    """Return a person's role in their own organization; nobody has a role in another one.

    A superuser has all of them.
    """
    if not isinstance(user, User) or user.organization_id != tenant.pk:
        return []
    if user.is_superuser:
        return Role.values
    return [user.role] if user.role else []
