"""People and content for the tests of the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.test import Client, override_settings

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, HelpCategory, get_tenant_model
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM

MakeArticle = Callable[..., HelpArticle]
MakeCategory = Callable[..., HelpCategory]


def works_for_acme(user: Any) -> QuerySet[Any]:
    """The policy of these tests: superusers work for all tenants, others for Acme."""
    tenants = get_tenant_model()._default_manager.all()
    return tenants if user.is_superuser else tenants.filter(**{conf.TENANT_SLUG_FIELD: "acme"})


@pytest.fixture(autouse=True)
def policy() -> Any:
    with override_settings(HELP_CENTER_ADMIN_TENANTS=f"{__name__}.works_for_acme"):
        yield


@pytest.fixture
def superuser(db: None) -> Any:
    return get_user_model().objects.create_superuser("root", password="x")


@pytest.fixture
def editor(tenant: Any) -> Any:
    """A member of staff of Acme with every permission of the help center."""
    user = get_user_model().objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="help_center"))
    return user


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def root_client(superuser: Any) -> Client:
    return logged_in(superuser)


@pytest.fixture
def editor_client(editor: Any) -> Client:
    return logged_in(editor)


@pytest.fixture
def make_category() -> MakeCategory:
    def make(tenant: Any, name: str = "Devices", **fields: Any) -> HelpCategory:
        return CategoryService(tenant=tenant, actor=SYSTEM).create(name=name, **fields)

    return make


@pytest.fixture
def make_article(make_category: MakeCategory) -> MakeArticle:
    def make(tenant: Any, title: str = "Pair a scanner", **fields: Any) -> HelpArticle:
        if "category" not in fields:
            known = HelpCategory.objects.for_tenant(tenant).first()
            fields["category"] = known or make_category(tenant)
        fields.setdefault("content", "# Pairing\n\nHold the button.")
        return KnowledgeService(tenant=tenant, actor=SYSTEM).create_article(
            title=title, index=False, **fields
        )

    return make
