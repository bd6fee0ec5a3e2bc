"""What a reader may not see looks the same as what does not exist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client, override_settings
from django.utils import timezone

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from tests.factories import make_article, make_category


def hidden_article(kind: str, tenant: Model, other_tenant: Model) -> HelpArticle:
    owner = other_tenant if kind == "other tenant" else tenant
    category = make_category(owner, "Secrets", slug="secrets")
    now = timezone.now()
    kinds: dict[str, dict[str, Any]] = {
        "draft": {"status": "DRAFT"},
        "review": {"status": "REVIEW"},
        "archived": {"status": "ARCHIVED"},
        "other role": {"target_roles": ["dispatcher"]},
        "not yet": {"publish_at": now + timedelta(hours=1)},
        "no longer": {"expire_at": now - timedelta(hours=1)},
        "other tenant": {},
    }
    return make_article(owner, "Secret", slug="secret", category=category, **kinds[kind])


@pytest.mark.parametrize(
    "kind", ["draft", "review", "archived", "other role", "not yet", "no longer", "other tenant"]
)
def test_hidden_is_like_nonexistent(
    reader: Client, tenant: Model, other_tenant: Model, kind: str
) -> None:
    hidden_article(kind, tenant, other_tenant)
    for hidden, nothing in (
        ("/help/a/secret/", "/help/a/nothing/"),
        ("/help/c/secrets/", "/help/c/nothing/"),
    ):
        response, other = reader.get(hidden), reader.get(nothing)
        assert (response.status_code, response.content) == (404, other.content)
        assert response.headers == other.headers


def test_hidden_article_is_looked_up_like_a_nonexistent_one(
    reader: Client, tenant: Model, other_tenant: Model, django_assert_num_queries: object
) -> None:
    hidden_article("draft", tenant, other_tenant)
    for slug in ("secret", "nothing"):
        with django_assert_num_queries(4):  # type: ignore[operator]
            reader.get(f"/help/a/{slug}/")


def test_not_found_page_helps_on(reader: Client) -> None:
    page = reader.get("/help/a/nothing/").content.decode()
    assert "We could not find that page" in page
    assert '<form class="hc-search' in page


def test_host_without_a_tenant_has_no_help_center(tenant: Model) -> None:
    with override_settings(HELP_CENTER_TENANT_RESOLVER=f"{__name__}.no_tenant"):
        for url in ("/help/", "/help/a/x/", "/help/search/"):
            assert Client().get(url).status_code == 404


def no_tenant(request: object) -> None:
    """Answer like a resolver that knows no tenant for this host."""


def test_name_of_the_tenant_is_the_name_of_the_help_center(reader: Client, tenant: Model) -> None:
    name = getattr(tenant, conf.TENANT_NAME_FIELD)
    assert f"<title>{name}</title>" in reader.get("/help/").content.decode()


@override_settings(HELP_CENTER_TENANT_NAME_FIELD="no_such_field")
def test_tenant_without_a_name_is_called_by_its_text(reader: Client, tenant: Model) -> None:
    assert f"<title>{tenant}</title>" in reader.get("/help/").content.decode()
