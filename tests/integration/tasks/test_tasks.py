"""Background work, in the same process or through a queue."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery, current_app
from django.db import DatabaseError, connection
from django.db.models import Model
from django.test import override_settings

from django_helpcenter import tasks
from django_helpcenter.choices import IndexState
from django_helpcenter.exceptions import EmbeddingError
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleInteraction,
    HelpLink,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.search.lexicon import lexicon_drift
from django_helpcenter.services.search import SearchService
from django_helpcenter.testing import FakeEmbeddings
from tests.factories import fake_embeddings, make_article, make_category, make_indexed
from tests.refused_links import links_refused

TASKS = [
    tasks.generate_article_embedding,
    tasks.sweep_index,
    tasks.fold_article_counters,
    tasks.check_help_links,
]
celery_mode = override_settings(HELP_CENTER_BACKGROUND="celery")


@pytest.fixture
def model(db: None) -> Iterator[FakeEmbeddings]:
    with fake_embeddings() as backend:
        yield backend


@pytest.fixture
def make_app() -> Iterator[Any]:
    """Return a maker of the Celery app that the tasks belong to for this test."""
    before = current_app._get_current_object()  # type: ignore[attr-defined]

    def make(broker: str = "memory://", **settings: Any) -> Celery:
        app = Celery("host", broker=broker, set_as_current=False)
        app.conf.update(settings)
        app.set_current()
        return app

    yield make
    before.set_current()


def fail(texts: Any) -> None:
    raise EmbeddingError("Out of memory.")


def written(tenant: Model, title: str = "Valve") -> HelpArticle:
    """Create an article straight through the ORM."""
    return HelpArticle.objects.create(
        tenant_id=tenant.pk,
        category=make_category(tenant),
        title=title,
        slug=title.lower(),
        content="Close it.",
        status="PUBLISHED",
    )


# Indexing an article


def test_task_indexes_the_article(model: FakeEmbeddings, tenant: Model) -> None:
    article = make_article(tenant)
    tasks.generate_article_embedding.run(article.pk)
    article.refresh_from_db()
    assert article.index_state == IndexState.FRESH
    assert HelpPassageEmbedding.objects.filter(article=article).exists()


def test_task_may_run_twice(model: FakeEmbeddings, tenant: Model) -> None:
    article = make_article(tenant)
    for _ in range(2):
        tasks.generate_article_embedding.run(article.pk)
    assert len(model.documents) == HelpPassage.objects.count() == 1


def test_article_that_is_gone_is_no_trouble(db: None) -> None:
    tasks.generate_article_embedding.run(4_711)
    assert not HelpPassage.objects.exists()


def test_article_archived_meanwhile_is_taken_out(tenant: Model) -> None:
    article = make_indexed(tenant)
    HelpArticle.objects.filter(pk=article.pk).update(status="ARCHIVED")
    tasks.generate_article_embedding.run(article.pk)
    assert not HelpPassage.objects.exists()


# The sweeper


def test_sweeper_finds_what_was_written_past_the_services(tenant: Model) -> None:
    written(tenant)
    tasks.sweep_index.run()
    assert SearchService(tenant=tenant).hybrid_search("valve").total == 1


def test_sweeper_finds_what_changed_past_the_services(model: FakeEmbeddings, tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    article.content, article.target_roles = "Open the dock.", ["manager"]
    article.save()
    tasks.sweep_index.run()
    passage = article.passages.get()
    assert (passage.text, passage.audience) == ("Open the dock.", ["manager"])
    assert lexicon_drift(tenant, using=connection.alias) == 0


def test_sweeper_works_for_every_tenant(tenant: Model, other_tenant: Model) -> None:
    for each in (tenant, other_tenant):
        written(each)
    tasks.sweep_index.run()
    assert HelpPassage.objects.count() == 2


def test_sweeper_embeds_what_has_no_vector(model: FakeEmbeddings, tenant: Model) -> None:
    model.is_missing = True
    make_indexed(tenant)
    model.is_missing = False
    tasks.sweep_index.run()
    assert HelpPassageEmbedding.objects.count() == 1


def test_sweeper_without_work_asks_little(
    tenant: Model, other_tenant: Model, django_assert_max_num_queries: Any
) -> None:
    for each in (tenant, other_tenant):
        make_indexed(each)
    with django_assert_max_num_queries(1 + 2 * 5):
        tasks.sweep_index.run()


def test_trouble_of_one_tenant_keeps_no_other_waiting(
    model: FakeEmbeddings, tenant: Model, other_tenant: Model
) -> None:
    for each in (tenant, other_tenant):
        written(each)

    def fail_once(texts: Any) -> None:
        model.before_documents = None
        fail(texts)

    model.before_documents = fail_once
    with pytest.raises(EmbeddingError):
        tasks.sweep_index.run()
    assert HelpPassage.objects.count() == 2
    assert HelpPassageEmbedding.objects.count() == 1


# Counters


def test_views_are_counted_in_the_background(tenant: Model) -> None:
    article = make_article(tenant)
    HelpArticleInteraction.record_view(article, visitor_key="v")
    tasks.fold_article_counters.run()
    article.refresh_from_db()
    assert article.view_count == 1


# Links


def test_links_of_every_tenant_are_checked(tenant: Model, other_tenant: Model) -> None:
    for each in (tenant, other_tenant):
        make_article(each, content="[x](article:99999999) [y](https://x.example/)")
    tasks.check_help_links.run()
    states = HelpLink.objects.order_by("tenant", "address").values_list("state", flat=True)
    # Other hosts are left alone until a setting says otherwise.
    assert list(states) == ["BROKEN", "NEW"] * 2


@pytest.mark.django_db(transaction=True)
def test_links_of_the_others_are_checked_when_those_of_one_tenant_cannot_be(
    tenant: Model, other_tenant: Model
) -> None:
    for each in (tenant, other_tenant):
        make_article(each, content="[x](article:99999999)")
    with links_refused(tenant), pytest.raises(DatabaseError, match="no room"):
        tasks.check_help_links.run()
    assert list(HelpLink.objects.values_list("tenant", flat=True)) == [other_tenant.pk]


# The inline way


@pytest.mark.django_db(transaction=True)
def test_published_article_is_indexed_in_the_same_process(tenant: Model) -> None:
    make_article(tenant, "Valve", index=True)
    assert SearchService(tenant=tenant).hybrid_search("valve").total == 1


@pytest.mark.django_db(transaction=True)
def test_failing_model_does_not_fail_the_author(
    model: FakeEmbeddings, tenant: Model, caplog: pytest.LogCaptureFixture
) -> None:
    model.before_documents = fail
    article = make_article(tenant, "Valve", index=True)
    assert HelpArticle.objects.get() == article
    assert f"help_center.generate_article_embedding({article.pk},) was put off" in caplog.text
    assert SearchService(tenant=tenant).hybrid_search("valve").total == 1


@pytest.mark.django_db(transaction=True)
def test_missing_model_does_not_fail_the_author(model: FakeEmbeddings, tenant: Model) -> None:
    model.is_missing = True
    make_article(tenant, "Valve", index=True)
    assert SearchService(tenant=tenant).hybrid_search("valve").total == 1


@pytest.mark.django_db(transaction=True)
def test_wrong_setting_does_not_fail_the_author(
    tenant: Model, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(HELP_CENTER_EMBEDDINGS={"BACKEND": "no.such.Backend"}):
        article = make_article(tenant, "Valve", index=True)
    assert "HELP_CENTER_EMBEDDINGS" in caplog.text
    assert HelpArticle.objects.get() == article


# The queue


@pytest.mark.django_db(transaction=True)
def test_published_article_is_queued_by_its_id(tenant: Model, make_app: Any) -> None:
    app = make_app()
    with celery_mode:
        article = make_article(tenant, index=True)
    with app.connection_for_read() as queue:
        message = queue.SimpleQueue("celery").get(timeout=5)
    assert message.headers["task"] == "help_center.generate_article_embedding"
    assert message.payload[0] == [article.pk]
    assert not HelpPassage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queued_article_is_indexed_by_whoever_takes_it(tenant: Model, make_app: Any) -> None:
    make_app(task_always_eager=True)
    with celery_mode:
        make_article(tenant, "Valve", index=True)
    assert SearchService(tenant=tenant).hybrid_search("valve").total == 1


@pytest.mark.django_db(transaction=True)
def test_dead_broker_does_not_fail_the_author(
    tenant: Model, make_app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    # Nobody listens at port 1.
    make_app("amqp://guest@127.0.0.1:1//", broker_transport_options={"max_retries": 0})
    with celery_mode, caplog.at_level(logging.WARNING):
        article = make_article(tenant, index=True)
    assert HelpArticle.objects.get() == article
    assert "was put off" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_broker_lost_is_swept_up(tenant: Model, make_app: Any) -> None:
    make_app("amqp://guest@127.0.0.1:1//", broker_transport_options={"max_retries": 0})
    with celery_mode:
        article = make_article(tenant, index=True)
    tasks.sweep_index.run()
    article.refresh_from_db()
    assert article.index_state == IndexState.FRESH


def test_failing_model_is_tried_three_times_more(
    model: FakeEmbeddings, tenant: Model, make_app: Any
) -> None:
    make_app()
    tried: list[int] = []

    def count(texts: Any) -> None:
        tried.append(1)
        fail(texts)

    model.before_documents = count
    result = tasks.generate_article_embedding.apply(args=(make_article(tenant).pk,))
    assert (result.failed(), len(tried)) == (True, 4)


def test_article_is_done_when_the_model_recovers(
    model: FakeEmbeddings, tenant: Model, make_app: Any
) -> None:
    make_app()
    article = make_article(tenant)

    def fail_once(texts: Any) -> None:
        model.before_documents = None
        fail(texts)

    model.before_documents = fail_once
    assert tasks.generate_article_embedding.apply(args=(article.pk,)).successful()
    assert HelpPassageEmbedding.objects.count() == 1


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_every_task_has_limits_and_backs_off(task: Any) -> None:
    assert 0 < task.soft_time_limit < task.time_limit
    assert task.max_retries is not None
    assert task.retry_backoff


def test_limits_of_embedding_are_those_of_the_design() -> None:
    task: Any = tasks.generate_article_embedding
    assert (task.max_retries, task.time_limit, task.soft_time_limit) == (3, 300, 270)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_every_task_is_known_by_a_name_of_ours(task: Any) -> None:
    assert task.name.startswith("help_center.")
