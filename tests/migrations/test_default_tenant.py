"""The tenant that a site with one help center has without asking."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from django_helpcenter.conf import conf
from django_helpcenter.models import get_tenant_model
from tests.scratch_database import ALIAS, Scratch

pytestmark = pytest.mark.thorough

IS_SWAPPED = conf.TENANT_MODEL != "help_center.HelpTenant"
default_model = pytest.mark.skipif(IS_SWAPPED, reason="this run has the host's own tenant model")
own_model = pytest.mark.skipif(not IS_SWAPPED, reason="this run has the package's tenant model")


class NotHere:
    """A router that keeps the help center out of the scratch database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if (db, app_label) == (ALIAS, "help_center") else None


def tenants() -> Any:
    return get_tenant_model()._default_manager.using(ALIAS)


@default_model
def test_migrate_makes_one_tenant(migrated: Scratch) -> None:
    assert list(tenants().values_list("slug", "name", "domain")) == [
        ("default", "Help center", None)
    ]


@default_model
def test_migrating_again_makes_no_second_one(migrated: Scratch) -> None:
    migrated.migrate()
    assert tenants().count() == 1


@default_model
def test_tenant_of_the_site_is_enough(migrated: Scratch) -> None:
    tenants().update(slug="acme")
    migrated.migrate()
    assert list(tenants().values_list("slug", flat=True)) == ["acme"]


@default_model
def test_flushed_database_gets_its_tenant_back(migrated: Scratch) -> None:
    before = tenants().get().pk
    call_command("flush", database=ALIAS, interactive=False, verbosity=0)
    assert tenants().get().slug == "default"
    assert before is not None


@default_model
def test_first_migration_alone_makes_the_tenant(scratch: Scratch) -> None:
    scratch.migrate("help_center", "0001")
    assert tenants().count() == 1


@own_model
def test_host_with_its_own_model_gets_no_tenant(migrated: Scratch) -> None:
    assert not tenants().exists()
    call_command("flush", database=ALIAS, interactive=False, verbosity=0)
    assert not tenants().exists()


@override_settings(DATABASE_ROUTERS=[f"{__name__}.NotHere"])
def test_database_that_a_router_keeps_free_stays_free(scratch: Scratch) -> None:
    scratch.migrate()
    assert scratch.tables() == []
    assert scratch.tables("auth_")


def test_migrating_another_app_alone_makes_no_tenant(scratch: Scratch) -> None:
    scratch.migrate("contenttypes")
    assert scratch.tables() == []
