"""What happens in the same transaction when an article is withdrawn or restricted."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpIndexState,
    HelpLexeme,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.search.lexicon import lexicon_drift
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import fake_embeddings, make_article, make_indexed

TEXT = "Close the valve.\n\n## Docks\n\nOpen the dock."


@pytest.fixture
def service(tenant: Model) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=SYSTEM)


@pytest.fixture
def article(tenant: Model) -> Any:
    """Return an article with two passages and their vectors."""
    with fake_embeddings():
        yield make_indexed(tenant, "Pumps", content=TEXT)


def words(tenant: Model) -> set[tuple[str, tuple[str, ...]]]:
    rows = HelpLexeme.objects.for_tenant(tenant).filter(df__gt=0)
    return {(row.lexeme, tuple(row.audience)) for row in rows}


def audiences(article: HelpArticle) -> list[set[tuple[str, ...]]]:
    """Return the audiences of passages, their vectors, and the article's vector."""
    return [
        {tuple(row.audience) for row in model._default_manager.filter(article=article)}
        for model in (HelpPassage, HelpPassageEmbedding, HelpArticleEmbedding)
    ]


def version(tenant: Model) -> int:
    return HelpIndexState.objects.get(tenant_id=tenant.pk).corpus_version


def test_restriction_reaches_passages_vectors_and_words_at_once(
    service: KnowledgeService, tenant: Model, article: HelpArticle
) -> None:
    with transaction.atomic():
        service.update_article(article, target_roles=["manager"], index=False)
        assert audiences(article) == [{("manager",)}] * 3
        assert {audience for _, audience in words(tenant)} == {("manager",)}


def test_lifted_restriction_reaches_passages_vectors_and_words_at_once(
    service: KnowledgeService, tenant: Model, article: HelpArticle
) -> None:
    restricted = service.update_article(article, target_roles=["manager"], index=False)
    with transaction.atomic():
        service.update_article(restricted, target_roles=[], index=False)
        assert audiences(article) == [{("all",)}] * 3
        assert {audience for _, audience in words(tenant)} == {("all",)}


@pytest.mark.parametrize("before_that", [{}, {"content": "Words for all."}])
@pytest.mark.parametrize(
    ("roles", "left"),
    [([], {("manager",)}), (["manager", "driver"], {("manager",)}), (["driver"], set())],
)
def test_former_text_stays_with_its_audience_until_the_new_one_is_indexed(
    service: KnowledgeService,
    article: HelpArticle,
    roles: list[str],
    left: set[tuple[str, ...]],
    before_that: dict[str, Any],
) -> None:
    with fake_embeddings():
        secret = service.update_article(article, target_roles=["manager"])
        IndexingService(tenant=article.tenant).index_articles([article.pk])
    secret = service.update_article(secret, index=False, **before_that)
    service.update_article(secret, target_roles=roles, content="Words for all.", index=False)
    assert audiences(article) == [left] * 3
    with fake_embeddings():
        IndexingService(tenant=article.tenant).index_articles()
    assert audiences(article) == [{tuple(sorted(roles)) or ("all",)}] * 3
    assert lexicon_drift(article.tenant, using=connection.alias) == 0


@pytest.mark.parametrize("status", ["ARCHIVED", "DRAFT"])
def test_withdrawal_takes_passages_vectors_and_words_at_once(
    service: KnowledgeService, tenant: Model, article: HelpArticle, status: str
) -> None:
    with transaction.atomic():
        service.update_article(article, status=status)
        assert audiences(article) == [set(), set(), set()]
        assert words(tenant) == set()


def test_deletion_takes_passages_vectors_and_words_at_once(
    service: KnowledgeService, tenant: Model, article: HelpArticle
) -> None:
    with transaction.atomic():
        service.delete_article(article)
        for model in (HelpPassage, HelpPassageEmbedding, HelpArticleEmbedding):
            assert not model._default_manager.exists()
        assert words(tenant) == set()


def test_rolled_back_restriction_leaves_everything(
    service: KnowledgeService, tenant: Model, article: HelpArticle
) -> None:
    before = words(tenant)
    with transaction.atomic():
        service.update_article(article, target_roles=["manager"], index=False)
        transaction.set_rollback(True)
    assert audiences(article) == [{("all",)}] * 3
    assert words(tenant) == before


def test_words_of_other_articles_stay(
    service: KnowledgeService, tenant: Model, article: HelpArticle
) -> None:
    with fake_embeddings():
        make_indexed(tenant, "Valve", content="The valve again.")
        service.archive_article(article)
    counts = dict(HelpLexeme.objects.for_tenant(tenant).values_list("lexeme", "df"))
    assert (counts["valv"], counts["dock"]) == (1, 0)
    assert lexicon_drift(tenant, using=connection.alias) == 0


def test_archived_article_comes_back_whole(
    service: KnowledgeService, tenant: Model, article: HelpArticle
) -> None:
    archived = service.archive_article(article)
    with fake_embeddings():
        published = service.publish_article(archived)
        assert published.index_state == "STALE"
        make_indexed(tenant, "Another")
    assert HelpPassage.objects.filter(article=published).count() == 2


def test_instance_of_a_withdrawn_article_does_not_bring_the_old_state_back(
    service: KnowledgeService, article: HelpArticle
) -> None:
    archived = service.archive_article(article)
    archived.save()
    archived.refresh_from_db()
    assert (archived.indexed_hash, archived.index_state) == ("", "STALE")


@pytest.mark.parametrize(
    "change", [{"target_roles": ["manager"]}, {"status": "ARCHIVED"}, {"status": "DRAFT"}]
)
def test_change_of_what_readers_see_raises_the_corpus_version(
    service: KnowledgeService, tenant: Model, article: HelpArticle, change: dict[str, Any]
) -> None:
    before = version(tenant)
    service.update_article(article, index=False, **change)
    assert version(tenant) == before + 1


def test_other_tenants_words_stay(
    service: KnowledgeService, tenant: Model, other_tenant: Model, article: HelpArticle
) -> None:
    make_indexed(other_tenant, "Theirs", content="Their valve.")
    before = words(other_tenant)
    service.delete_article(article)
    assert words(other_tenant) == before


def test_article_that_is_not_indexed_yet_is_restricted_without_ado(
    service: KnowledgeService, tenant: Model
) -> None:
    article = service.update_article(make_article(tenant), target_roles=["manager"], index=False)
    assert article.audience == ["manager"]
    assert words(tenant) == set()
