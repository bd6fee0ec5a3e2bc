"""The tenant model in force, and the one that comes with the package."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpArticle, HelpCategory, HelpTenant, get_tenant_model
from django_helpcenter.models.tenants import tenant_key

IS_SWAPPED = conf.TENANT_MODEL != "help_center.HelpTenant"
default_model = pytest.mark.skipif(IS_SWAPPED, reason="this run has the host's own tenant model")
own_model = pytest.mark.skipif(not IS_SWAPPED, reason="this run has the package's tenant model")


def test_model_in_force_is_the_one_of_the_setting() -> None:
    assert get_tenant_model()._meta.label == conf.TENANT_MODEL


def test_foreign_keys_lead_to_the_model_in_force() -> None:
    for model in (HelpArticle, HelpCategory):
        assert model._meta.get_field("tenant").related_model is get_tenant_model()


@pytest.mark.parametrize("name", ["no_such_app.Tenant", "auth.NoSuchModel", "nonsense", ""])
def test_model_that_there_is_not_is_named(name: str) -> None:
    with (
        override_settings(HELP_CENTER_TENANT_MODEL=name),
        pytest.raises(ConfigurationError, match="HELP_CENTER_TENANT_MODEL is"),
    ):
        get_tenant_model()


def test_key_is_taken_from_an_instance_or_is_one(tenant: Model) -> None:
    assert tenant_key(tenant) == tenant_key(tenant.pk) == tenant.pk


@own_model
def test_table_of_the_default_model_is_not_made_when_swapped(db: None) -> None:
    assert HelpTenant._meta.swapped == conf.TENANT_MODEL
    assert "help_center_helptenant" not in connection.introspection.table_names()


@own_model
def test_primary_key_of_the_host_is_kept(tenant: Model) -> None:
    article = apps.get_model("help_center", "HelpCategory").objects.hidden_root(tenant)
    assert article.tenant_id == tenant.pk
    assert not isinstance(tenant.pk, int)


def make(**fields: Any) -> HelpTenant:
    return HelpTenant.objects.create(**{"name": "Acme", "slug": "acme", **fields})


@default_model
@pytest.mark.parametrize("domain", ["", "  ", None])
def test_no_domain_is_none(db: None, domain: str | None) -> None:
    assert make(domain=domain).domain is None


@default_model
def test_tenants_without_a_domain_do_not_collide(db: None) -> None:
    make(domain="")
    assert make(slug="b", domain="").pk


@default_model
def test_domain_has_no_case(db: None) -> None:
    assert make(domain=" Help.Example.COM ").domain == "help.example.com"


@default_model
def test_form_normalizes_a_domain_too() -> None:
    tenant = HelpTenant(domain="Help.Example.com")
    tenant.clean()
    assert tenant.domain == "help.example.com"


@default_model
def test_domain_belongs_to_one_tenant(db: None) -> None:
    make(domain="help.example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        make(slug="b", domain="HELP.example.com")


@default_model
def test_tenant_is_named_by_its_name(db: None) -> None:
    assert str(make()) == "Acme"
