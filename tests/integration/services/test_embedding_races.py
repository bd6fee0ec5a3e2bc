"""What happens to articles while the model is at work on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from django_helpcenter import tasks
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpIndexState,
    HelpPassage,
    HelpPassageEmbedding,
    get_tenant_model,
)
from django_helpcenter.search.lexicon import lexicon_drift
from django_helpcenter.services.drift import measure_drift
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.search import SearchService
from django_helpcenter.testing import FakeEmbeddings
from django_helpcenter.types import SYSTEM
from tests.factories import fake_embeddings, make_article, make_category
from tests.threads import run_at_once

# The changes come from another connection, as they do on a real site.
pytestmark = pytest.mark.django_db(transaction=True)

PARTS = "Close the valve.\n\n## Docks\n\nOpen the dock."


@pytest.fixture
def model(db: None) -> Iterator[FakeEmbeddings]:
    with fake_embeddings() as backend:
        yield backend


@pytest.fixture
def article(tenant: Model) -> HelpArticle:
    return make_article(tenant, "Pumps", content=PARTS)


def once(model: FakeEmbeddings, change: Callable[[], Any]) -> None:
    """Do something, on a connection of its own, when the model starts its work."""

    def run(texts: Any) -> None:
        model.before_documents = None
        run_at_once(change)

    model.before_documents = run


def service(article: HelpArticle) -> KnowledgeService:
    return KnowledgeService(tenant=article.tenant, actor=SYSTEM)


def index(article: HelpArticle) -> None:
    IndexingService(tenant=article.tenant).index_articles([article.pk])


def assert_sound(tenant: Model) -> None:
    IndexingService(tenant=tenant).index_articles()
    assert measure_drift(tenant).is_none
    assert lexicon_drift(tenant, using=connection.alias) == 0


def test_restriction_meanwhile_reaches_the_new_vectors(
    model: FakeEmbeddings, article: HelpArticle
) -> None:
    once(
        model,
        lambda: service(article).update_article(article, target_roles=["manager"], index=False),
    )
    index(article)
    for rows in (HelpPassageEmbedding, HelpArticleEmbedding):
        audiences = rows._default_manager.values_list("audience", flat=True)
        assert [tuple(audience) for audience in audiences.distinct()] == [("manager",)]
    assert_sound(article.tenant)


def test_article_archived_meanwhile_gets_no_vectors(
    model: FakeEmbeddings, article: HelpArticle
) -> None:
    once(model, lambda: service(article).archive_article(article))
    index(article)
    for rows in (HelpPassage, HelpPassageEmbedding, HelpArticleEmbedding):
        assert not rows._default_manager.exists()
    assert_sound(article.tenant)


def test_article_deleted_meanwhile_gets_no_vectors(
    model: FakeEmbeddings, article: HelpArticle
) -> None:
    once(model, lambda: service(article).delete_article(article))
    index(article)
    for rows in (HelpPassageEmbedding, HelpArticleEmbedding):
        assert not rows._default_manager.exists()
    assert_sound(article.tenant)


def test_passage_edited_meanwhile_keeps_no_vector_of_its_old_text(
    model: FakeEmbeddings, article: HelpArticle
) -> None:
    def edit() -> None:
        changed = PARTS.replace("Open the dock.", "Never open the dock.")
        service(article).update_article(article, content=changed, index=False)
        IndexingService(tenant=article.tenant).index_articles([article.pk])

    once(model, edit)
    index(article)
    hashes = set(HelpPassage.objects.values_list("content_hash", flat=True))
    assert set(HelpPassageEmbedding.objects.values_list("content_hash", flat=True)) == hashes
    assert len(hashes) == 2
    assert_sound(article.tenant)


def test_edit_meanwhile_is_not_taken_for_indexed(
    model: FakeEmbeddings, article: HelpArticle
) -> None:
    once(
        model,
        lambda: service(article).update_article(article, content="New text.", index=False),
    )
    index(article)
    article.refresh_from_db()
    assert article.index_state == "STALE"
    assert_sound(article.tenant)
    assert article.passages.get().text == "New text."


def test_tenant_deleted_meanwhile_is_no_trouble(
    model: FakeEmbeddings, article: HelpArticle
) -> None:
    tenants = get_tenant_model()._default_manager.filter(pk=article.tenant_id)
    once(model, tenants.delete)
    tasks.enqueue(tasks.generate_article_embedding, article.pk)
    for rows in (HelpArticle, HelpPassageEmbedding, HelpIndexState):
        assert not rows._default_manager.exists()


def test_same_article_indexed_at_once_has_each_passage_once(
    model: FakeEmbeddings, article: HelpArticle
) -> None:
    run_at_once(*[lambda: index(article)] * 4)
    assert HelpPassage.objects.count() == HelpPassageEmbedding.objects.count() == 2
    assert HelpArticleEmbedding.objects.count() == 1
    assert_sound(article.tenant)


def test_articles_written_and_indexed_at_once_leave_a_sound_index(
    model: FakeEmbeddings, tenant: Model
) -> None:
    category = make_category(tenant)
    shared = [make_article(tenant, f"Shared {n}", category=category) for n in range(4)]

    def work(number: int) -> Callable[[], None]:
        def run() -> None:
            knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
            for step in range(6):
                title = f"Article {number} {step}"
                make_article(tenant, title, category=category, index=True)
                # Different orders, so that locks taken in the order of arrival would cross.
                article = shared[(number + step) % len(shared)]
                knowledge.update_article(article, content=f"Words{number}{step} valve dock.")
                IndexingService(tenant=tenant).index_articles(row.pk for row in shared)

        return run

    run_at_once(*[work(number) for number in range(4)])
    assert_sound(tenant)
    assert SearchService(tenant=tenant).hybrid_search("article", record=False).total == 24
