"""The page of an article says who may read it, and shows it as they see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.view_as import may_read


@pytest.fixture
def here(tenant: Any) -> None:
    """The pages of readers are on the host of the admin, and there are two roles."""
    setattr(tenant, conf.TENANT_DOMAIN_FIELD, "testserver")
    tenant.save()
    for name in ("dispatcher", "guest"):
        Group.objects.create(name=name)


def panel(client: Client, article: HelpArticle) -> Any:
    address = reverse("admin:help_center_helparticle_change", args=[article.pk])
    return client.get(address).context["readers"]


def test_article_says_which_roles_may_read_it(
    here: None, editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED", target_roles=["guest"])
    roles = {role.name: role.may_read for role in panel(editor_client, article).roles}
    assert roles == {"": False, "dispatcher": False, "guest": True}


@pytest.mark.parametrize("target_roles", [[], ["all"], ["guest"], ["guest", "dispatcher"]])
@pytest.mark.parametrize("role", ["all", "guest", "dispatcher"])
def test_it_says_what_readers_find(
    tenant: Any, make_article: Any, target_roles: list[str], role: str
) -> None:
    article = make_article(tenant, status="PUBLISHED", target_roles=target_roles)
    visible = HelpArticle.objects.visible_to_roles(tenant, sorted({"all", role}))
    assert may_read(article, role) == visible.filter(pk=article.pk).exists()


def test_button_shows_the_article_as_a_role_sees_it(
    here: None, editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED", target_roles=["guest"])
    found = panel(editor_client, article)
    response = editor_client.post(found.switch, {"role": "guest", "next": found.page}, follow=True)
    assert response.redirect_chain[-1][0] == found.page
    assert "as readers with the role “guest” do" in response.content.decode()


def test_draft_cannot_be_looked_at(
    here: None, editor_client: Client, tenant: Any, make_article: Any
) -> None:
    found = panel(editor_client, make_article(tenant))
    assert (found.is_visible, found.switch) == (False, "")


def test_article_of_another_host_has_no_buttons(
    editor_client: Client, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    assert panel(editor_client, make_article(tenant, status="PUBLISHED")).switch == ""


def test_names_of_roles_are_inert(
    here: None, editor_client: Client, tenant: Any, make_article: Any
) -> None:
    Group.objects.create(name='"><script>alert(1)</script>')
    article = make_article(tenant, status="PUBLISHED")
    address = reverse("admin:help_center_helparticle_change", args=[article.pk])
    assert "<script>alert" not in editor_client.get(address).content.decode()
