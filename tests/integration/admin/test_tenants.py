"""The default tenant model in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpArticle, HelpTenant

pytestmark = pytest.mark.skipif(
    bool(HelpTenant._meta.swapped), reason="the host's own tenant model has the host's own admin"
)


def test_tenant_is_created(root_client: Client, db: None) -> None:
    data = {"name": "Initech", "slug": "initech", "domain": "Help.Initech.example"}
    root_client.post(reverse("admin:help_center_helptenant_add"), data)
    assert HelpTenant.objects.get(slug="initech").domain == "help.initech.example"


def test_several_tenants_may_have_no_domain(root_client: Client, db: None) -> None:
    for name in ("one", "two"):
        root_client.post(
            reverse("admin:help_center_helptenant_add"), {"name": name, "slug": name, "domain": ""}
        )
    assert HelpTenant.objects.filter(slug__in=["one", "two"], domain=None).count() == 2


def test_deletion_says_what_goes_along_and_takes_it(
    root_client: Client, tenant: Any, make_article: Any
) -> None:
    make_article(tenant)
    url = reverse("admin:help_center_helptenant_delete", args=[tenant.pk])
    text = root_client.get(url).content.decode()
    assert "Articles: 1" in text
    assert "Categories: 2" in text  # one of them is the hidden root
    root_client.post(url, {"post": "yes"})
    assert not HelpArticle.objects.exists()


def test_who_may_not_delete_articles_may_not_delete_their_tenant(
    editor: Any, tenant: Any, make_article: Any
) -> None:
    make_article(tenant)
    editor.user_permissions.remove(Permission.objects.get(codename="delete_helparticle"))
    client = Client()
    client.force_login(editor)
    url = reverse("admin:help_center_helptenant_delete", args=[tenant.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert HelpArticle.objects.count() == 1
