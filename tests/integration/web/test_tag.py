"""The page of a tag."""

from __future__ import annotations

from django.db.models import Model
from django.test import Client

from tests.factories import make_article


def test_tag_shows_its_articles(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Sync", tags=["Offline use"])
    make_article(tenant, "Pay", tags=["Billing"])
    page = reader.get("/help/t/offline-use/").content.decode()
    assert "1 article with this tag" in page
    assert "Sync" in page
    assert "Pay" not in page


def test_tag_without_a_visible_article_is_not_found(reader: Client, tenant: Model) -> None:
    make_article(tenant, tags=["Margins"], target_roles=["dispatcher"])
    response = reader.get("/help/t/margins/")
    assert (response.status_code, response.content) == (404, reader.get("/help/t/x/").content)


def test_tag_of_another_tenant_is_not_found(
    reader: Client, tenant: Model, other_tenant: Model
) -> None:
    make_article(other_tenant, tags=["Secret"])
    assert reader.get("/help/t/secret/").status_code == 404
