"""What is told to the rest of the site, and when."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from django_helpcenter.choices import IndexState
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category, make_indexed
from tests.signals_log import heard_signals

WRITING = ("article_index_stale", "article_published", "article_unpublished")


@pytest.fixture
def service(tenant: Model) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=SYSTEM)


def names(heard: Any) -> list[str]:
    return [name for name, _ in heard]


def test_published_article_is_announced(
    service: KnowledgeService, tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    with heard_signals(*WRITING) as heard, django_capture_on_commit_callbacks(execute=True):
        article = make_article(tenant, index=True)
    ids = {"article_id": article.pk, "tenant_id": tenant.pk}
    assert heard == [("article_index_stale", ids), ("article_published", {**ids, "version": 1})]


def test_draft_is_nobodys_business(
    service: KnowledgeService, tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    with heard_signals(*WRITING) as heard, django_capture_on_commit_callbacks(execute=True):
        service.update_article(make_article(tenant, status="DRAFT"), content="Other")
    assert heard == []


def test_index_left_to_the_caller_is_not_announced(
    service: KnowledgeService, tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    with heard_signals(*WRITING) as heard, django_capture_on_commit_callbacks(execute=True):
        make_article(tenant, index=False)
    assert names(heard) == ["article_published"]


def test_change_that_the_index_does_not_hold_needs_no_indexing(
    service: KnowledgeService, tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_indexed(tenant)
    with heard_signals(*WRITING) as heard, django_capture_on_commit_callbacks(execute=True):
        service.update_article(article, display_order=4)
    assert names(heard) == ["article_published"]


@pytest.mark.parametrize("status", ["ARCHIVED", "DRAFT"])
def test_withdrawn_article_is_announced(
    service: KnowledgeService,
    tenant: Model,
    status: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    article = make_article(tenant)
    with heard_signals(*WRITING) as heard, django_capture_on_commit_callbacks(execute=True):
        service.update_article(article, status=status)
    assert heard == [("article_unpublished", {"article_id": article.pk, "tenant_id": tenant.pk})]


def test_deleted_article_is_announced(
    service: KnowledgeService, tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(tenant)
    with heard_signals(*WRITING) as heard, django_capture_on_commit_callbacks(execute=True):
        service.delete_article(article)
    assert heard == [("article_unpublished", {"article_id": article.pk, "tenant_id": tenant.pk})]


def test_deleted_draft_is_not_announced(
    service: KnowledgeService, tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(tenant, status="DRAFT")
    with heard_signals(*WRITING) as heard, django_capture_on_commit_callbacks(execute=True):
        service.delete_article(article)
    assert heard == []


def test_refused_change_is_not_announced(
    service: KnowledgeService, tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(tenant)
    with (
        heard_signals(*WRITING) as heard,
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ValidationError),
    ):
        service.update_article(article, title="")
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_before_the_commit(service: KnowledgeService, tenant: Model) -> None:
    make_category(tenant)
    with heard_signals(*WRITING) as heard:
        with transaction.atomic():
            make_article(tenant, index=True)
            assert heard == []
        assert names(heard) == ["article_index_stale", "article_published"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_after_a_rollback(service: KnowledgeService, tenant: Model) -> None:
    make_category(tenant)
    with heard_signals(*WRITING) as heard:
        with transaction.atomic():
            make_article(tenant, index=True)
            transaction.set_rollback(True)
        assert heard == []
    assert not HelpArticle.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_published_article_is_indexed_after_the_commit(
    service: KnowledgeService, tenant: Model
) -> None:
    article = make_article(tenant, index=True)
    article.refresh_from_db()
    assert article.index_state == IndexState.FRESH
    assert article.passages.count() == 1


@pytest.mark.django_db(transaction=True)
def test_changed_article_is_indexed_after_the_commit(
    service: KnowledgeService, tenant: Model
) -> None:
    article = make_article(tenant, index=True)
    service.update_article(article, content="About docks.")
    assert article.passages.get().text == "About docks."


def test_indexed_article_is_announced_with_its_space(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    with (
        heard_signals("article_indexed") as heard,
        django_capture_on_commit_callbacks(execute=True),
    ):
        article = make_indexed(tenant)
    assert heard == [
        (
            "article_indexed",
            {"article_id": article.pk, "tenant_id": tenant.pk, "space": ""},
        )
    ]
