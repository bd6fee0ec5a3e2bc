"""Rows for tests, made the way that a host makes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.testing import FakeEmbeddings
from django_helpcenter.types import SYSTEM

#: A backend that needs no model: for tests of what surrounds the vectors.
HASHING = {"BACKEND": "django_helpcenter.backends.embeddings.hashing.HashingEmbeddings"}
ONNX = {"BACKEND": "django_helpcenter.backends.embeddings.onnx.OnnxEmbeddings"}

_labels = itertools.count(1)


def make_tenant(name: str, slug: str = "") -> Model:
    """Create a tenant, of whichever model this run uses."""
    slug = slug or name.replace(" ", "-")
    fields = {conf.TENANT_NAME_FIELD: name, conf.TENANT_SLUG_FIELD: slug}
    tenant: Model = apps.get_model(conf.TENANT_MODEL)._default_manager.create(**fields)
    return tenant


def make_category(tenant: Model, name: str = "General", **fields: Any) -> HelpCategory:
    """Return the category of this name, made when missing."""
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    return service.ensure_category(name=name, **fields)


def make_article(tenant: Model, title: str = "An article", **fields: Any) -> HelpArticle:
    """Create an article, published unless said otherwise; it is not in the index yet."""
    fields.setdefault("category", None)
    category = fields.pop("category") or make_category(tenant)
    tags = KnowledgeService(tenant=tenant, actor=SYSTEM).ensure_tags(fields.pop("tags", ()))
    return KnowledgeService(tenant=tenant, actor=SYSTEM).create_article(
        **{
            "title": title,
            "content": f"Text of {title}.",
            "category": category,
            "status": ArticleStatus.PUBLISHED,
            "index": False,
            "tags": tags,
            **fields,
        }
    )


def make_indexed(tenant: Model, title: str = "An article", **fields: Any) -> HelpArticle:
    """Create a published article that search finds."""
    article = make_article(tenant, title, **fields)
    index(tenant)
    article.refresh_from_db()
    return article


def index(tenant: Model) -> None:
    """Bring the index of a tenant in step."""
    IndexingService(tenant=tenant).index_articles()


def make_user(name: str = "reader", *, roles: tuple[str, ...] = (), **fields: Any) -> Any:
    """Create a user with groups of these names."""
    user = get_user_model().objects.create_user(username=name, password="secret", **fields)
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_author(name: str = "author", *permissions: str) -> Any:
    """Create a user with these permissions of the help center, without their app label."""
    user = make_user(name)
    found = Permission.objects.filter(
        content_type__app_label="help_center", codename__in=permissions
    )
    assert found.count() == len(permissions), f"one of {permissions} is no permission"
    user.user_permissions.set(found)
    return user


@contextmanager
def fake_embeddings(label: str = "", **settings: Any) -> Iterator[FakeEmbeddings]:
    """Embed with a fresh fake, which the block may tell what to do."""
    declaration = FakeEmbeddings.declaration(label or f"space-{next(_labels)}")
    with override_settings(HELP_CENTER_EMBEDDINGS=declaration, **settings):
        backend = get_embeddings()
        assert isinstance(backend, FakeEmbeddings)
        yield backend
