"""Which tenant a request, a connection or a command speaks for."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import DisallowedHost
from django.db import models
from django.db.models import Model
from django.test import RequestFactory, override_settings

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError, TenantNotFound
from django_helpcenter.models import get_tenant_model
from django_helpcenter.services.tenancy import (
    create_tenant,
    current_tenant,
    find_tenant,
    resolve_tenant,
    slug_field,
)


def request(host: str = "testserver") -> Any:
    return RequestFactory().get("/", headers={"host": host})


def scope(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "websocket", "path": "/", "headers": list(headers)}


def tenants() -> Any:
    return get_tenant_model()._default_manager


@pytest.fixture
def nobody(db: None) -> None:
    """Take away the tenant that ``migrate`` makes."""
    tenants().all().delete()


@pytest.fixture
def two(nobody: None, tenant: Model, other_tenant: Model) -> tuple[Model, Model]:
    for each, domain in ((tenant, "help.acme.test"), (other_tenant, "help.globex.test")):
        tenants().filter(pk=each.pk).update(**{conf.TENANT_DOMAIN_FIELD: domain})
    return tenant, other_tenant


def none_at_all(request: Any) -> None:
    return None


def a_group(request: Any) -> Group:
    return Group(name="no tenant")


def by_header(request: Any) -> Model:
    return find_tenant(request.headers["x-tenant"])


def resolver(name: str) -> override_settings:
    return override_settings(HELP_CENTER_TENANT_RESOLVER=f"{__name__}.{name}")


# Resolving


def test_tenant_is_found_by_its_domain(two: tuple[Model, Model]) -> None:
    assert resolve_tenant(request("help.globex.test")) == two[1]


@pytest.mark.parametrize("host", ["help.acme.test:8000", "HELP.Acme.Test", "help.acme.test."])
def test_port_and_case_of_a_host_do_not_matter(two: tuple[Model, Model], host: str) -> None:
    assert resolve_tenant(request(host)) == two[0]


def test_unknown_host_among_several_tenants_is_nobodys(two: tuple[Model, Model]) -> None:
    with pytest.raises(TenantNotFound, match=r"host 'other\.test'"):
        resolve_tenant(request("other.test"))


def test_only_tenant_answers_to_every_host(nobody: None, tenant: Model) -> None:
    assert resolve_tenant(request("anything.test")) == tenant


def test_several_tenants_without_domains_answer_to_no_host(
    nobody: None, tenant: Model, other_tenant: Model
) -> None:
    with pytest.raises(TenantNotFound):
        resolve_tenant(request())


def test_no_tenant_answers_to_no_host(nobody: None) -> None:
    with pytest.raises(TenantNotFound):
        resolve_tenant(request())


def test_site_with_the_default_tenant_needs_no_setting(db: None) -> None:
    if conf.TENANT_MODEL != "help_center.HelpTenant":
        pytest.skip("this run has the host's own tenant model")
    assert getattr(resolve_tenant(request()), conf.TENANT_SLUG_FIELD) == "default"


@override_settings(ALLOWED_HOSTS=["help.acme.test"])
def test_host_that_django_refuses_is_refused(two: tuple[Model, Model]) -> None:
    with pytest.raises(DisallowedHost):
        resolve_tenant(request("help.globex.test"))


def test_connection_is_resolved_like_a_request(two: tuple[Model, Model]) -> None:
    found = resolve_tenant(scope((b"origin", b"x"), (b"host", b"Help.Globex.test:443")))
    assert found == two[1]


def test_connection_without_a_host_is_nobodys_among_several(two: tuple[Model, Model]) -> None:
    with pytest.raises(TenantNotFound):
        resolve_tenant(scope())


def test_connection_without_a_host_belongs_to_the_only_tenant(nobody: None, tenant: Model) -> None:
    assert resolve_tenant(scope()) == tenant


@pytest.mark.parametrize("host", [b"\xff\xfe", b"a b", b"", b"<script>", b"[::1]:80"])
def test_odd_host_of_a_connection_is_nobodys(two: tuple[Model, Model], host: bytes) -> None:
    with pytest.raises(TenantNotFound):
        resolve_tenant(scope((b"host", host)))


@override_settings(HELP_CENTER_TENANT_DOMAIN_FIELD="no_such_field")
def test_tenant_model_without_domains_has_none(nobody: None, tenant: Model) -> None:
    assert resolve_tenant(request("help.acme.test")) == tenant


# The resolver of the host


def test_default_resolver_is_asked(nobody: None, tenant: Model) -> None:
    assert current_tenant(request()) == tenant


def test_host_may_bring_its_own_resolver(two: tuple[Model, Model]) -> None:
    slug = getattr(two[1], conf.TENANT_SLUG_FIELD)
    wanted = RequestFactory().get("/", headers={"x-tenant": slug})
    with resolver("by_header"):
        assert current_tenant(wanted) == two[1]


def test_resolver_that_finds_none_means_no_help_center(nobody: None, tenant: Model) -> None:
    with (
        resolver("none_at_all"),
        pytest.raises(TenantNotFound, match="No help center answers here"),
    ):
        current_tenant(request())


def test_resolver_that_answers_with_something_else_is_named(db: None) -> None:
    with (
        resolver("a_group"),
        pytest.raises(ConfigurationError, match=r"a_group returned .* is not a "),
    ):
        current_tenant(request())


def test_resolver_that_cannot_be_imported_is_named(db: None) -> None:
    with (
        resolver("no_such_function"),
        pytest.raises(ConfigurationError, match=r"HELP_CENTER_TENANT_RESOLVER.*no_such_function"),
    ):
        current_tenant(request())


# Finding and creating by name


def test_tenant_is_found_by_its_slug(tenant: Model, other_tenant: Model) -> None:
    assert find_tenant("globex") == other_tenant


def test_tenant_is_found_by_its_primary_key(tenant: Model, other_tenant: Model) -> None:
    assert find_tenant(str(other_tenant.pk)) == other_tenant


def test_slug_goes_before_the_primary_key(tenant: Model) -> None:
    named = create_tenant(str(tenant.pk))
    assert find_tenant(str(tenant.pk)) == named


@pytest.mark.parametrize("reference", ["", "nobody", "0", "9" * 40, str(uuid.UUID(int=1)), "a'b"])
def test_unknown_tenant_is_an_error_that_says_what_there_is(
    tenant: Model, other_tenant: Model, reference: str
) -> None:
    with pytest.raises(TenantNotFound) as caught:
        find_tenant(reference)
    message = str(caught.value)
    assert f"There is no tenant {reference!r}." in message
    assert "acme, " in message
    assert "globex" in message
    assert "--create-tenant" in message


def test_error_says_that_there_is_none_yet(nobody: None) -> None:
    with pytest.raises(TenantNotFound, match="There is none yet"):
        find_tenant("nobody")


def test_tenant_is_created_from_a_slug(db: None) -> None:
    tenant = create_tenant("field-teams")
    assert (getattr(tenant, "slug", ""), getattr(tenant, "name", "")) == (
        "field-teams",
        "Field teams",
    )
    assert find_tenant("field-teams") == tenant


def test_created_tenant_may_have_a_name(db: None) -> None:
    assert str(create_tenant("x", name="Larchwork")) == "Larchwork"


@override_settings(HELP_CENTER_TENANT_NAME_FIELD="no_such_field")
def test_model_that_needs_more_than_a_slug_is_an_error(db: None) -> None:
    with pytest.raises(ConfigurationError) as caught:
        create_tenant("field-teams")
    assert "name: This field cannot be blank." in str(caught.value)
    assert "Create it in your project, then name it with --tenant." in str(caught.value)
    assert not tenants().filter(slug="field-teams").exists()


@pytest.mark.parametrize("slug", ["no slug", "", "x" * 101])
def test_slug_that_is_none_is_an_error(db: None, slug: str) -> None:
    with pytest.raises(ConfigurationError, match="slug: "):
        create_tenant(slug)


def test_slug_that_is_taken_is_an_error(tenant: Model) -> None:
    with pytest.raises(ConfigurationError, match="slug: .*already exists"):
        create_tenant("acme")


@override_settings(HELP_CENTER_TENANT_SLUG_FIELD="no_such_field")
def test_tenant_model_without_the_field_is_named(tenant: Model) -> None:
    for call in (slug_field, lambda: find_tenant("acme"), lambda: create_tenant("acme")):
        with pytest.raises(ConfigurationError) as caught:
            call()
        assert "HELP_CENTER_TENANT_SLUG_FIELD" in str(caught.value)
        assert conf.TENANT_MODEL in str(caught.value)


@override_settings(HELP_CENTER_TENANT_SLUG_FIELD="name")
def test_tenant_may_be_named_by_another_field(tenant: Model) -> None:
    assert isinstance(find_tenant("Acme"), models.Model)
