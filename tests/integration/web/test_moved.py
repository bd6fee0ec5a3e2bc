"""Old addresses of articles and categories."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.test import Client

from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category


def moved(tenant: Model, **fields: str) -> HelpArticle:
    """Return an article that was at /help/a/old/ and is at /help/a/new/."""
    article = make_article(tenant, slug="old", **fields)
    return KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, slug="new")


def test_old_address_leads_to_the_new_one(reader: Client, tenant: Model) -> None:
    moved(tenant)
    response = reader.get("/help/a/old/")
    assert (response.status_code, response["Location"]) == (301, "/help/a/new/")


def test_old_address_keeps_the_language(reader: Client, tenant: Model) -> None:
    moved(tenant, language="de")
    assert reader.get("/help/a/old/")["Location"] == "/help/a/new/?lang=de"


def test_old_address_of_an_invisible_article_leads_nowhere(reader: Client, tenant: Model) -> None:
    article = moved(tenant)
    HelpArticle.objects.filter(pk=article.pk).update(status="DRAFT")
    assert reader.get("/help/a/old/").content == reader.get("/help/a/nothing/").content


def test_old_address_in_another_tenant_leads_nowhere(
    reader: Client, tenant: Model, other_tenant: Model
) -> None:
    moved(other_tenant)
    assert reader.get("/help/a/old/").status_code == 404


def test_new_article_at_the_old_address_is_shown(reader: Client, tenant: Model) -> None:
    moved(tenant)
    # Only the import and the database itself may reuse an address.
    taken = make_article(tenant, "Another", slug="another")
    HelpArticle.objects.filter(pk=taken.pk).update(slug="old")
    assert "Another" in reader.get("/help/a/old/").content.decode()


def renamed_category(tenant: Model, **fields: Any) -> HelpCategory:
    """Return a category with an article that was at /help/c/old/ and is at /help/c/new/."""
    category = make_category(tenant, "Devices", slug="old")
    make_article(tenant, category=category, **fields)
    service = CategoryService(tenant=tenant, actor=SYSTEM)
    return service.rename(category, name="Devices", slug="new")


def test_old_address_of_a_category_leads_to_the_new_one(reader: Client, tenant: Model) -> None:
    renamed_category(tenant)
    response = reader.get("/help/c/old/")
    assert (response.status_code, response["Location"]) == (301, "/help/c/new/")


def test_address_of_a_merged_category_leads_to_the_one_that_took_it_in(
    reader: Client, tenant: Model
) -> None:
    category = renamed_category(tenant)
    gear = make_category(tenant, "Gear", slug="gear")
    CategoryService(tenant=tenant, actor=SYSTEM).merge(category, into=gear)
    for slug in ("old", "new"):
        assert reader.get(f"/help/c/{slug}/")["Location"] == "/help/c/gear/"


def test_old_address_of_a_category_with_nothing_for_the_reader_leads_nowhere(
    reader: Client, tenant: Model
) -> None:
    renamed_category(tenant, target_roles=["dispatcher"])
    assert reader.get("/help/c/old/").content == reader.get("/help/c/nothing/").content


def test_old_address_of_a_category_in_another_tenant_leads_nowhere(
    reader: Client, tenant: Model, other_tenant: Model
) -> None:
    renamed_category(other_tenant)
    make_article(tenant, category=make_category(tenant, "Devices", slug="new"))
    assert reader.get("/help/c/old/").status_code == 404


def test_new_category_at_the_old_address_is_shown(reader: Client, tenant: Model) -> None:
    renamed_category(tenant)
    make_article(tenant, "Another", category=make_category(tenant, "Printers", slug="printers"))
    # Only the database itself may give an address to two.
    HelpCategory.objects.filter(slug="printers").update(slug="old")
    assert "Another" in reader.get("/help/c/old/").content.decode()


# What is gone for good


def test_address_of_a_deleted_public_article_says_that_it_is_gone(
    reader: Client, tenant: Model
) -> None:
    delete(moved(tenant))
    for address in ("/help/a/old/", "/help/a/new/"):
        response = reader.get(address)
        assert response.status_code == 410
        assert "This page was removed" in response.content.decode()


def test_address_of_a_deleted_article_of_another_tenant_is_like_none(
    reader: Client, tenant: Model, other_tenant: Model
) -> None:
    delete(moved(other_tenant))
    assert reader.get("/help/a/new/").content == reader.get("/help/a/nothing/").content


def test_new_article_at_an_address_that_was_gone_is_shown(reader: Client, tenant: Model) -> None:
    delete(moved(tenant))
    make_article(tenant, "Back", slug="new")
    assert reader.get("/help/a/new/").status_code == 200


def delete(article: HelpArticle) -> None:
    service = KnowledgeService(tenant=article.tenant, actor=SYSTEM)
    service.delete_article(article, leave_gone=True)
