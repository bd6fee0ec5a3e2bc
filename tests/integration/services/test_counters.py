"""Interactions into the counters of articles."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.choices import InteractionType
from django_helpcenter.models import HelpArticle, HelpArticleInteraction
from django_helpcenter.services.counters import VIEWS_PER_BATCH, fold_views, recount_votes
from django_helpcenter.services.indexing import IndexingService
from tests.factories import make_article
from tests.threads import run_at_once


def view(article: HelpArticle, times: int = 1) -> None:
    HelpArticleInteraction.objects.bulk_create(
        HelpArticleInteraction(
            tenant_id=article.tenant_id,
            article=article,
            interaction_type=InteractionType.VIEW,
            visitor_key="v",
        )
        for _ in range(times)
    )


def views(article: HelpArticle) -> int:
    article.refresh_from_db()
    return article.view_count


def test_views_are_added_to_their_articles(tenant: Model) -> None:
    one, two = make_article(tenant, "One"), make_article(tenant, "Two")
    view(one, 3)
    view(two)
    assert fold_views() == 4
    assert (views(one), views(two)) == (3, 1)


def test_views_are_added_once(tenant: Model) -> None:
    article = make_article(tenant)
    view(article, 3)
    fold_views()
    view(article)
    assert fold_views() == 1
    assert fold_views() == 0
    assert views(article) == 4


def test_views_of_all_tenants_are_added(tenant: Model, other_tenant: Model) -> None:
    ours, theirs = make_article(tenant), make_article(other_tenant)
    view(ours)
    view(theirs)
    fold_views()
    assert (views(ours), views(theirs)) == (1, 1)


def test_other_interactions_are_no_views(tenant: Model) -> None:
    article = make_article(tenant)
    HelpArticleInteraction.record_vote(article, is_helpful=True, visitor_key="v")
    assert fold_views() == 0
    assert views(article) == 0


def test_more_views_than_a_batch_are_all_added(tenant: Model) -> None:
    article = make_article(tenant)
    view(article, VIEWS_PER_BATCH + 1)
    assert fold_views() == VIEWS_PER_BATCH + 1
    assert views(article) == VIEWS_PER_BATCH + 1


def test_counting_touches_neither_date_nor_index(tenant: Model) -> None:
    article = make_article(tenant)
    IndexingService(tenant=tenant).index_articles()
    article.refresh_from_db()
    before = (article.updated_at, article.index_state)
    view(article)
    fold_views()
    article.refresh_from_db()
    assert (article.updated_at, article.index_state) == before


def test_counting_costs_the_same_for_one_view_and_for_many(
    tenant: Model, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        view(make_article(tenant, f"Article {number}"), 20)
    with django_assert_max_num_queries(8):
        fold_views()


@pytest.mark.django_db(transaction=True)
def test_views_counted_at_once_are_counted_once(tenant: Model) -> None:
    articles = [make_article(tenant, f"Article {number}") for number in range(6)]
    for article in articles:
        view(article, 50)
    results = run_at_once(*[fold_views] * 4)
    assert sum(results) == 300
    assert [views(article) for article in articles] == [50] * 6


@pytest.mark.django_db(transaction=True)
def test_counting_and_indexing_at_once_do_not_wait_for_each_other(tenant: Model) -> None:
    articles = [make_article(tenant, f"Article {number}") for number in range(12)]
    ids = [article.pk for article in articles]

    def count() -> None:
        for _ in range(10):
            for article in reversed(articles):
                view(article)
            fold_views()

    def index() -> None:
        for _ in range(10):
            IndexingService(tenant=tenant).index_articles(ids)

    run_at_once(count, index, count, index)
    assert [views(article) for article in articles] == [20] * 12


def test_wrong_counters_are_set_to_the_votes(tenant: Model, other_tenant: Model) -> None:
    right, wrong = make_article(tenant, "Right"), make_article(tenant, "Wrong")
    theirs = make_article(other_tenant)
    for article in (right, wrong):
        HelpArticleInteraction.record_vote(article, is_helpful=True, visitor_key="a")
        HelpArticleInteraction.record_vote(article, is_helpful=False, visitor_key="b")
    HelpArticle.objects.exclude(pk=right.pk).update(helpful_count=9, not_helpful_count=0)
    assert recount_votes(tenant) == 1
    for article in (right, wrong, theirs):
        article.refresh_from_db()
    assert (wrong.helpful_count, wrong.not_helpful_count) == (1, 1)
    assert (right.helpful_count, right.not_helpful_count) == (1, 1)
    assert theirs.helpful_count == 9


def test_counters_without_votes_are_set_to_zero(tenant: Model) -> None:
    article = make_article(tenant)
    HelpArticle.objects.update(not_helpful_count=4)
    assert recount_votes(tenant) == 1
    article.refresh_from_db()
    assert article.not_helpful_count == 0


@pytest.mark.django_db(transaction=True)
def test_votes_during_the_recount_are_not_lost(tenant: Model) -> None:
    article = make_article(tenant)

    def vote() -> None:
        for number in range(40):
            HelpArticleInteraction.record_vote(
                article, is_helpful=number % 2 == 0, visitor_key=f"v{number}"
            )

    def recount() -> None:
        for _ in range(40):
            HelpArticle.objects.update(helpful_count=99)
            recount_votes(tenant)

    run_at_once(vote, recount)
    article.refresh_from_db()
    assert (article.helpful_count, article.not_helpful_count) == (20, 20)
