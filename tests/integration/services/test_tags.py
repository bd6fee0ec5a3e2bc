"""Tags under their service."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpTag
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.tags import TagService
from django_helpcenter.types import SYSTEM


@pytest.fixture
def service(tenant: Any) -> TagService:
    return TagService(tenant=tenant, actor=SYSTEM)


def tagged_article(*tags: HelpTag) -> HelpArticle:
    tenant = tags[0].tenant
    category = CategoryService(tenant=tenant, actor=SYSTEM).create(name="Devices")
    article = HelpArticle.objects.create(tenant=tenant, title="A", slug="a", category=category)
    article.tags.set(tags)
    return article


def test_slug_is_made_from_the_name_in_any_script(service: TagService) -> None:
    tag = service.create(name="  Geräte   und Strom ")
    assert (tag.name, tag.slug) == ("Geräte und Strom", "geräte-und-strom")


@pytest.mark.parametrize(
    ("name", "slug", "field"), [("Power", "other", "name"), ("Other", "power", "slug")]
)
def test_name_and_slug_are_unique_in_the_tenant(
    service: TagService, name: str, slug: str, field: str
) -> None:
    service.create(name="Power")
    with pytest.raises(ValidationError) as caught:
        service.create(name=name, slug=slug)
    assert list(caught.value.message_dict) == [field]


def test_other_tenants_may_have_the_same_tag(service: TagService, other_tenant: Any) -> None:
    TagService(tenant=other_tenant, actor=SYSTEM).create(name="Power")
    assert service.create(name="Power").slug == "power"


def test_name_without_letters_needs_a_slug(service: TagService) -> None:
    with pytest.raises(ValidationError, match="blank"):
        service.create(name="!!!")


def test_renaming_reaches_the_search_text_of_its_articles(service: TagService) -> None:
    power, scanner = service.create(name="Power"), service.create(name="Scanner")
    article = tagged_article(power, scanner)
    renamed = service.rename(power, name="Battery")
    article.refresh_from_db()
    assert (renamed.slug, article.search_tags) == ("power", "Battery Scanner")


def test_deleting_leaves_the_articles(service: TagService) -> None:
    power, scanner = service.create(name="Power"), service.create(name="Scanner")
    article = tagged_article(power, scanner)
    service.delete(power)
    article.refresh_from_db()
    assert article.search_tags == "Scanner"


def test_tag_of_another_tenant_cannot_be_changed(service: TagService, other_tenant: Any) -> None:
    foreign = TagService(tenant=other_tenant, actor=SYSTEM).create(name="Power")
    with pytest.raises(PermissionRefused):
        service.rename(foreign, name="Ours")
    with pytest.raises(PermissionRefused):
        service.delete(foreign)


@pytest.mark.parametrize(
    ("permission", "change"),
    [
        ("add_helptag", lambda service, tag: service.create(name="New")),
        ("change_helptag", lambda service, tag: service.rename(tag, name="New")),
        ("delete_helptag", lambda service, tag: service.delete(tag)),
    ],
)
def test_every_change_needs_its_permission(
    service: TagService, permission: str, change: Any
) -> None:
    user = get_user_model().objects.create_user("reader")
    tag = service.create(name="Power")
    with pytest.raises(PermissionRefused, match=permission):
        change(TagService(tenant=service.tenant, actor=user), tag)
