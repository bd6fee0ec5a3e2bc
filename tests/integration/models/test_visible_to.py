"""Who sees what: the one place that decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.test import override_settings
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from tests.factories import make_article, make_user


def sees(tenant: Model, user: Any = None) -> bool:
    return HelpArticle.objects.visible_to(tenant, user).exists()


def roles_by_tenant(user: Any, tenant: Any) -> Iterable[str]:
    """Return a role in Acme alone."""
    return ["manager"] if getattr(tenant, conf.TENANT_SLUG_FIELD) == "acme" else []


def test_published_article_is_seen_by_everybody(tenant: Model) -> None:
    make_article(tenant)
    assert sees(tenant)
    assert sees(tenant, AnonymousUser())
    assert sees(tenant, make_user())


@pytest.mark.parametrize("status", ["DRAFT", "REVIEW", "ARCHIVED"])
def test_article_that_is_not_published_is_seen_by_nobody(tenant: Model, status: str) -> None:
    make_article(tenant, status=status)
    assert not sees(tenant)
    assert not sees(tenant, make_user(is_superuser=True, is_staff=True))


def test_article_of_another_tenant_is_not_seen(tenant: Model, other_tenant: Model) -> None:
    make_article(other_tenant)
    assert not sees(tenant)


def test_tenant_may_be_given_by_its_key(tenant: Model) -> None:
    make_article(tenant)
    assert sees(tenant.pk)


def test_article_is_not_seen_before_its_time(tenant: Model) -> None:
    make_article(tenant, publish_at=timezone.now() + timedelta(minutes=1))
    assert not sees(tenant)


def test_article_is_seen_from_its_time_on(tenant: Model) -> None:
    make_article(tenant, publish_at=timezone.now() - timedelta(seconds=1))
    assert sees(tenant)


def test_article_is_seen_until_it_expires(tenant: Model) -> None:
    make_article(tenant, expire_at=timezone.now() + timedelta(minutes=1))
    assert sees(tenant)


def test_expired_article_is_not_seen(tenant: Model) -> None:
    make_article(tenant, expire_at=timezone.now() - timedelta(seconds=1))
    assert not sees(tenant)


def test_draft_whose_time_has_come_is_not_seen(tenant: Model) -> None:
    make_article(tenant, status="DRAFT", publish_at=timezone.now() - timedelta(hours=1))
    assert not sees(tenant)


def test_restricted_article_is_seen_by_its_role(tenant: Model) -> None:
    make_article(tenant, target_roles=["manager", "dispatcher"])
    assert sees(tenant, make_user(roles=("driver", "dispatcher")))


def test_restricted_article_is_not_seen_by_other_roles(tenant: Model) -> None:
    make_article(tenant, target_roles=["manager"])
    assert not sees(tenant)
    assert not sees(tenant, make_user("a"))
    assert not sees(tenant, make_user("b", roles=("driver",)))


def test_superuser_sees_what_readers_see(tenant: Model) -> None:
    make_article(tenant, target_roles=["manager"])
    assert not sees(tenant, make_user(is_superuser=True))


def test_article_for_all_is_seen_by_everybody(tenant: Model) -> None:
    make_article(tenant, target_roles=["manager", "all"])
    assert sees(tenant)


def test_group_named_like_part_of_a_role_opens_nothing(tenant: Model) -> None:
    make_article(tenant, target_roles=["manager of sites"])
    assert not sees(tenant, make_user(roles=("manager", "%", "manager of")))


@pytest.mark.parametrize("role", ['say "hi"', "a'b", "a\\b", "{x}", "部长", "a,b", " a "])
def test_role_may_have_any_name(tenant: Model, role: str) -> None:
    make_article(tenant, target_roles=[role])
    assert sees(tenant, make_user(roles=(role,)))
    assert not sees(tenant)


def test_roles_differ_by_case(tenant: Model) -> None:
    make_article(tenant, target_roles=["Manager"])
    assert not sees(tenant, make_user(roles=("manager",)))


@override_settings(HELP_CENTER_ROLE_RESOLVER=f"{__name__}.roles_by_tenant")
def test_host_says_which_roles_a_reader_has_in_a_tenant(tenant: Model, other_tenant: Model) -> None:
    user = make_user()
    for each in (tenant, other_tenant):
        make_article(each, target_roles=["manager"])
    assert sees(tenant, user)
    assert not sees(other_tenant, user)


@override_settings(HELP_CENTER_ROLE_RESOLVER=f"{__name__}.roles_by_tenant")
def test_host_is_not_asked_about_who_is_not_signed_in(tenant: Model) -> None:
    make_article(tenant, target_roles=["manager"])
    assert not sees(tenant, AnonymousUser())


@pytest.mark.parametrize("roles", ["manager", {"manager": 1}, [""], [None], 7])
def test_roles_that_make_no_sense_open_an_article_to_nobody(tenant: Model, roles: Any) -> None:
    article = make_article(tenant)
    HelpArticle.objects.filter(pk=article.pk).update(target_roles=roles)
    assert not sees(tenant)
    assert not sees(tenant, make_user())


def test_visible_articles_agree_with_the_article_itself(tenant: Model) -> None:
    now = timezone.now()
    for status in ArticleStatus.values:
        for at in (None, now - timedelta(hours=1), now + timedelta(hours=1)):
            make_article(tenant, status=status, publish_at=at)
            make_article(tenant, status=status, expire_at=at)
    visible = set(HelpArticle.objects.visible_to(tenant, None))
    assert visible == {each for each in HelpArticle.objects.all() if each.is_visible}
    assert len(visible) == 4


def test_light_rows_leave_the_long_columns_behind(tenant: Model) -> None:
    make_article(tenant)
    article = HelpArticle.objects.visible_to(tenant, None).light().get()
    deferred = {"content", "search_vector", "search_tags", "title_words"}
    assert article.get_deferred_fields() == deferred
