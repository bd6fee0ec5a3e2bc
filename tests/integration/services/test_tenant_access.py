"""Which tenants the admin shows to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings

from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpTag, get_tenant_model
from django_helpcenter.services.tenant_access import administered_tenants

pytestmark = pytest.mark.django_db


def only_acme(user: Any) -> Any:
    return get_tenant_model()._default_manager.filter(slug="acme")


def not_tenants(user: Any) -> Any:
    return HelpTag.objects.all()


def person(**fields: Any) -> Any:
    return get_user_model().objects.create_user("person", **fields)


def sole(tenant: Any) -> None:
    """Leave this tenant alone in the database."""
    type(tenant)._default_manager.exclude(pk=tenant.pk).delete()


def test_superuser_sees_all_tenants(tenant: Any, other_tenant: Any) -> None:
    found = administered_tenants(person(is_staff=True, is_superuser=True))
    assert {tenant.pk, other_tenant.pk} <= set(found.values_list("pk", flat=True))


def test_staff_sees_the_only_tenant(tenant: Any) -> None:
    sole(tenant)
    assert list(administered_tenants(person(is_staff=True))) == [tenant]


def test_staff_sees_no_tenant_where_there_are_several(tenant: Any, other_tenant: Any) -> None:
    assert not administered_tenants(person(is_staff=True)).exists()


@pytest.mark.parametrize(
    "fields", [{"is_staff": False}, {"is_staff": True, "is_superuser": True, "is_active": False}]
)
def test_readers_and_inactive_users_see_no_tenant(tenant: Any, fields: dict[str, bool]) -> None:
    sole(tenant)
    assert not administered_tenants(person(**fields)).exists()


def test_anonymous_visitor_sees_no_tenant(tenant: Any) -> None:
    sole(tenant)
    assert not administered_tenants(AnonymousUser()).exists()


@override_settings(HELP_CENTER_ADMIN_TENANTS=f"{__name__}.only_acme")
def test_the_host_decides_with_the_setting(tenant: Any, other_tenant: Any) -> None:
    assert list(administered_tenants(person(is_staff=True))) == [tenant]


@override_settings(HELP_CENTER_ADMIN_TENANTS="nowhere.policy")
def test_policy_that_cannot_be_imported_is_named(tenant: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"HELP_CENTER_ADMIN_TENANTS is 'nowhere\.policy'"):
        administered_tenants(person())


@override_settings(HELP_CENTER_ADMIN_TENANTS=f"{__name__}.not_tenants")
def test_policy_must_return_tenants(tenant: Any) -> None:
    with pytest.raises(ConfigurationError, match="not a queryset of"):
        administered_tenants(person())
