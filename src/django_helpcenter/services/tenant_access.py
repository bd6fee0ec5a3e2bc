"""Which tenants a member of staff works for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.utils.module_loading import import_string

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import get_tenant_model

if TYPE_CHECKING:
    from django_helpcenter.types import Reader


def administered_tenants(user: Reader) -> QuerySet[Any]:
    """Return the tenants whose content the admin shows to a user.

    ``HELP_CENTER_ADMIN_TENANTS`` names who decides. Raises ConfigurationError when it cannot be
    imported or returns something else.
    """
    try:
        policy = import_string(conf.ADMIN_TENANTS)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_ADMIN_TENANTS is {conf.ADMIN_TENANTS!r}, which cannot be imported: {exc}"
        ) from exc
    tenants = policy(user)
    if not isinstance(tenants, QuerySet) or tenants.model is not get_tenant_model():
        raise ConfigurationError(
            f"{conf.ADMIN_TENANTS} returned {tenants!r}, which is not a queryset of "
            f"{conf.TENANT_MODEL}."
        )
    return tenants


def all_or_sole_tenant(user: Reader) -> QuerySet[Model]:
    """Return all tenants to superusers, and the only one there is to other staff.

    The default of ``HELP_CENTER_ADMIN_TENANTS``: where there are several tenants, nobody but a
    superuser sees anything until the host says who works for which.
    """
    tenants = get_tenant_model()._default_manager.all()
    if not getattr(user, "is_active", False):
        return tenants.none()
    if getattr(user, "is_superuser", False):
        return tenants
    found = list(tenants.values_list("pk", flat=True)[:2])
    if getattr(user, "is_staff", False) and len(found) == 1:
        return tenants.filter(pk=found[0])
    return tenants.none()
