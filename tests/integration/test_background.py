"""Background work that follows from what people do, without a worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.test import override_settings

from django_helpcenter import tasks
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle, HelpIndexState
from django_helpcenter.models.locks import lock_key
from django_helpcenter.services.drift import measure_drift
from django_helpcenter.services.exclusive import exclusively
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.reading import ReadingService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_indexed
from tests.signals_log import heard_signals
from tests.threads import run_at_once


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def read(article: HelpArticle, visitor: str = "somebody") -> None:
    reader = ReadingService(tenant=article.tenant, user=None, visitor_key=visitor)
    reader.record_view(article)


def views(article: HelpArticle) -> int:
    article.refresh_from_db(fields=["view_count"])
    return article.view_count


# Views


def test_view_is_announced_after_the_commit(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(tenant)
    with (
        heard_signals("article_viewed") as heard,
        django_capture_on_commit_callbacks(execute=True),
    ):
        read(article)
        assert heard == []
    assert heard == [("article_viewed", {"article_id": article.pk, "tenant_id": tenant.pk})]


def test_view_is_counted_without_a_worker(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(tenant)
    with django_capture_on_commit_callbacks(execute=True):
        read(article)
    assert views(article) == 1


def test_views_are_counted_once_a_minute(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(tenant)
    for visitor in ("first", "second", "third"):
        with django_capture_on_commit_callbacks(execute=True):
            read(article, visitor)
    assert views(article) == 1
    cache.clear()  # a minute later
    with django_capture_on_commit_callbacks(execute=True):
        read(article, "fourth")
    assert views(article) == 4


def test_with_celery_the_schedule_counts_views(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(tenant)
    with (
        override_settings(HELP_CENTER_BACKGROUND="celery"),
        django_capture_on_commit_callbacks(execute=True),
    ):
        read(article)
    assert views(article) == 0


def test_rebuild_counts_views(tenant: Model) -> None:
    article = make_article(tenant)
    read(article)
    IndexingService(tenant=tenant).rebuild()
    assert views(article) == 1


# Articles that leave the index


def test_index_is_in_step_after_an_article_is_archived(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        article = make_article(tenant, status=ArticleStatus.DRAFT)
        service.publish_article(article)
    assert measure_drift(tenant).is_none
    with django_capture_on_commit_callbacks(execute=True):
        service.archive_article(article)
    assert measure_drift(tenant).is_none


def test_index_is_in_step_after_an_article_is_deleted(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_indexed(tenant)
    with django_capture_on_commit_callbacks(execute=True):
        KnowledgeService(tenant=tenant, actor=SYSTEM).delete_article(article)
    assert measure_drift(tenant).is_none


def test_statistics_of_a_tenant_that_is_gone_are_no_error(tenant: Model) -> None:
    key = tenant.pk
    tenant.delete()
    tasks.enqueue(tasks.refresh_index_statistics, key)
    assert not HelpIndexState.objects.filter(tenant_id=key).exists()


# The sweeper


def test_sweep_indexes_what_is_stale(tenant: Model) -> None:
    article = make_article(tenant)
    tasks.enqueue(tasks.sweep_index)
    assert article.passages.exists()


@pytest.mark.django_db(transaction=True)
def test_tenant_under_another_sweep_is_left_alone(tenant: Model) -> None:
    article = make_article(tenant)
    with exclusively("sweep", tenant.pk) as is_mine:
        assert is_mine
        run_at_once(lambda: tasks.enqueue(tasks.sweep_index))
        assert not article.passages.exists()
    run_at_once(lambda: tasks.enqueue(tasks.sweep_index))
    assert article.passages.exists()


@pytest.mark.django_db(transaction=True)
def test_tenants_are_swept_independently(tenant: Model, other_tenant: Model) -> None:
    article = make_article(other_tenant)
    with exclusively("sweep", tenant.pk):
        run_at_once(lambda: tasks.enqueue(tasks.sweep_index))
    assert article.passages.exists()


def test_failed_sweep_frees_the_tenant(tenant: Model) -> None:
    with pytest.raises(ValueError, match="broken"), exclusively("sweep", tenant.pk):
        raise ValueError("broken")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            " AND mode = 'ExclusiveLock' AND classid = %s",
            lock_key("sweep", "")[:1],
        )
        assert cursor.fetchone() == (0,)
