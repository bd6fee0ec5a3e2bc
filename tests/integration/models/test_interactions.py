"""Views and votes of persons, and the counters that follow."""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Model

from django_helpcenter.choices import InteractionType
from django_helpcenter.models import HelpArticle, HelpArticleInteraction
from django_helpcenter.models.interactions import VOTES
from tests.factories import make_article, make_user
from tests.threads import run_at_once

record_view = HelpArticleInteraction.record_view
record_vote = HelpArticleInteraction.record_vote


def counters(article: HelpArticle) -> tuple[int, int]:
    article.refresh_from_db()
    return article.helpful_count, article.not_helpful_count


def votes(article: HelpArticle) -> tuple[int, int]:
    """Count the votes that there are."""
    rows = article.interactions.filter(interaction_type__in=VOTES)
    helpful = rows.filter(interaction_type=InteractionType.VOTE_HELPFUL).count()
    return helpful, rows.count() - helpful


def test_view_is_recorded_with_its_person(tenant: Model) -> None:
    user, session = make_user(), uuid.uuid4()
    view = record_view(make_article(tenant), user=user, session_id=session)
    view.refresh_from_db()
    assert (view.tenant, view.user, view.session_id) == (tenant, user, session)
    assert view.interaction_type == InteractionType.VIEW


def test_view_leaves_the_article_alone(tenant: Model) -> None:
    article = make_article(tenant)
    before = article.updated_at
    record_view(article, visitor_key="v")
    article.refresh_from_db()
    assert (article.view_count, article.updated_at) == (0, before)


def test_every_view_counts(tenant: Model) -> None:
    article = make_article(tenant)
    for _ in range(3):
        record_view(article, visitor_key="v")
    assert article.interactions.count() == 3


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_interaction_needs_a_person(tenant: Model, nobody: Any) -> None:
    article = make_article(tenant)
    with pytest.raises(ValueError, match="signed-in user or a visitor key"):
        record_view(article, user=nobody)
    with pytest.raises(ValueError, match="signed-in user or a visitor key"):
        record_vote(article, is_helpful=True, user=nobody)


def test_visitor_key_of_a_user_is_not_kept(tenant: Model) -> None:
    user = make_user()
    view = record_view(make_article(tenant), user=user, visitor_key="v")
    assert (view.user, view.visitor_key) == (user, "")


def test_vote_is_counted_at_once(tenant: Model) -> None:
    article = make_article(tenant)
    record_vote(article, is_helpful=True, visitor_key="v")
    assert counters(article) == (1, 0)


def test_vote_keeps_its_comment(tenant: Model) -> None:
    vote = record_vote(make_article(tenant), is_helpful=False, visitor_key="v", comment="Old.")
    vote.refresh_from_db()
    assert (vote.interaction_type, vote.comment) == (InteractionType.VOTE_NOT_HELPFUL, "Old.")


def test_second_vote_replaces_the_first(tenant: Model) -> None:
    article = make_article(tenant)
    first = record_vote(article, is_helpful=True, visitor_key="v", comment="Good.")
    second = record_vote(article, is_helpful=False, visitor_key="v")
    assert first.pk == second.pk
    assert (second.comment, counters(article)) == ("", (0, 1))


def test_same_vote_twice_counts_once(tenant: Model) -> None:
    article, user = make_article(tenant), make_user()
    for _ in range(2):
        record_vote(article, is_helpful=True, user=user)
    assert counters(article) == (1, 0)


def test_persons_vote_beside_each_other(tenant: Model) -> None:
    article = make_article(tenant)
    record_vote(article, is_helpful=True, user=make_user("a"))
    record_vote(article, is_helpful=True, user=make_user("b"))
    record_vote(article, is_helpful=False, visitor_key="v")
    assert counters(article) == (2, 1)


def test_vote_concerns_one_article(tenant: Model) -> None:
    article, other = make_article(tenant, "One"), make_article(tenant, "Two")
    record_vote(article, is_helpful=True, visitor_key="v")
    record_vote(other, is_helpful=False, visitor_key="v")
    assert (counters(article), counters(other)) == ((1, 0), (0, 1))


def test_view_is_no_vote(tenant: Model) -> None:
    article = make_article(tenant)
    record_view(article, visitor_key="v")
    record_vote(article, is_helpful=True, visitor_key="v")
    assert counters(article) == (1, 0)
    assert article.interactions.count() == 2


def test_vote_does_not_touch_the_date_of_the_article(tenant: Model) -> None:
    article = make_article(tenant)
    before = article.updated_at
    record_vote(article, is_helpful=True, visitor_key="v")
    article.refresh_from_db()
    assert article.updated_at == before


def test_vote_stays_when_its_user_goes(tenant: Model) -> None:
    article, user = make_article(tenant), make_user()
    record_vote(article, is_helpful=True, user=user)
    user.delete()
    record_vote(article, is_helpful=False, visitor_key="v")
    assert counters(article) == votes(article) == (1, 1)


def test_vote_on_a_deleted_article_is_refused(tenant: Model) -> None:
    article = make_article(tenant)
    HelpArticle.objects.filter(pk=article.pk).delete()
    with pytest.raises(HelpArticle.DoesNotExist):
        record_vote(article, is_helpful=True, visitor_key="v")


@pytest.mark.parametrize("person", ["user", "visitor"])
def test_database_refuses_a_second_vote_of_a_person(tenant: Model, person: str) -> None:
    article = make_article(tenant)
    who = {"user": make_user()} if person == "user" else {"visitor_key": "v"}
    record_vote(article, is_helpful=True, **who)
    second = HelpArticleInteraction(
        tenant_id=tenant.pk,
        article=article,
        interaction_type=InteractionType.VOTE_NOT_HELPFUL,
        **who,
    )
    constraint = f"help_interaction_{person}_vote"
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        second.save()


def test_interaction_is_named_by_its_kind(tenant: Model) -> None:
    article = make_article(tenant)
    assert str(record_view(article, visitor_key="v")) == f"VIEW ({article.pk})"


@pytest.mark.django_db(transaction=True)
def test_counters_equal_the_votes_after_votes_at_once(tenant: Model) -> None:
    article = make_article(tenant)
    users = [make_user(f"user{number}") for number in range(3)]

    def toggle(seed: int) -> Any:
        source = random.Random(seed)

        def run() -> None:
            for _ in range(15):
                # All threads vote as the same persons, so they meet on the same rows.
                person = source.choice(
                    [{"user": source.choice(users)}, {"visitor_key": source.choice("ab")}]
                )
                record_vote(article, is_helpful=source.random() < 0.5, **person)

        return run

    run_at_once(*[toggle(seed) for seed in range(4)])
    assert counters(article) == votes(article)
    assert sum(votes(article)) == 5
