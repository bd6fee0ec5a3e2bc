"""Steps between statuses: who may take them, and what is noted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.test import override_settings
from django.utils import timezone

from django_helpcenter.exceptions import ArticleConflict, ConfigurationError, PermissionRefused
from django_helpcenter.models import HelpArticle, HelpRedirect, HelpTransition
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.workflow import TRANSITION_TABLE, reachable_statuses
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_category, make_user
from tests.signals_log import heard_signals


def by(tenant: Model, actor: Any) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=actor)


def steps(article: HelpArticle) -> list[tuple[str, str, Any, str]]:
    rows = HelpTransition.objects.filter(article=article).order_by("pk")
    return [(row.before, row.after, row.actor, row.note) for row in rows]


def test_every_step_is_noted_with_who_and_why(tenant: Model) -> None:
    publisher = make_author("petra", "change_helparticle", "publish_helparticle")
    article = make_article(tenant, status="DRAFT")
    by(tenant, publisher).submit_for_review(article, note="Ready.")
    by(tenant, publisher).publish_article(article, note="Good.")
    by(tenant, SYSTEM).archive_article(article)
    assert steps(article) == [
        ("DRAFT", "REVIEW", publisher, "Ready."),
        ("REVIEW", "PUBLISHED", publisher, "Good."),
        ("PUBLISHED", "ARCHIVED", None, ""),
    ]


def test_change_without_a_step_is_not_noted(tenant: Model) -> None:
    article = make_article(tenant)
    by(tenant, SYSTEM).update_article(article, content="Other.")
    assert steps(article) == []


def test_step_is_told_after_the_commit(
    tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(tenant, status="DRAFT")
    with (
        heard_signals("article_transitioned") as heard,
        django_capture_on_commit_callbacks(execute=True),
    ):
        by(tenant, SYSTEM).publish_article(article, note="Go.")
    assert [arguments for _, arguments in heard] == [
        {
            "article_id": article.pk,
            "tenant_id": tenant.pk,
            "before": "DRAFT",
            "after": "PUBLISHED",
            "actor_id": None,
            "note": "Go.",
        }
    ]


@pytest.mark.parametrize("step", TRANSITION_TABLE, ids=str)
def test_step_takes_its_permission(tenant: Model, step: Any) -> None:
    article = make_article(tenant, status=step.before)
    service = by(tenant, make_author("ana", *{"change_helparticle", step.permission}))
    assert service.update_article(article, status=step.after).status == step.after


@pytest.mark.parametrize("step", TRANSITION_TABLE, ids=str)
def test_step_is_refused_without_its_permission(tenant: Model, step: Any) -> None:
    article = make_article(tenant, status=step.before)
    others = {"change_helparticle", "review_helparticle"} - {step.permission}
    with pytest.raises(PermissionRefused, match=step.permission):
        by(tenant, make_author("ana", *others)).update_article(article, status=step.after)


def test_author_takes_back_what_they_have_submitted_themselves(tenant: Model) -> None:
    author = make_author("ana", "add_helparticle", "change_helparticle")
    category = make_category(tenant)
    service = by(tenant, author)
    article = service.create_article(title="Mine", content="x", category=category)
    service.submit_for_review(article)
    assert service.send_back(article).status == "DRAFT"


def test_publisher_sends_back(tenant: Model) -> None:
    article = make_article(tenant, status="REVIEW")
    publisher = make_author("petra", "change_helparticle", "publish_helparticle")
    assert by(tenant, publisher).send_back(article, note="Short.").status == "DRAFT"


def test_reachable_statuses_are_those_that_the_person_may_choose(tenant: Model) -> None:
    article = make_article(tenant, status="DRAFT")
    assert reachable_statuses(article, make_author("ana", "change_helparticle")) == ["REVIEW"]
    assert reachable_statuses(article, SYSTEM) == ["REVIEW", "PUBLISHED", "ARCHIVED"]
    assert reachable_statuses(article, make_user("rita")) == []


# A policy of the host


def only_own_articles(actor: Any, permission: str, article: HelpArticle | None) -> bool:
    return article is None or article.created_by_id == actor.pk


@override_settings(HELP_CENTER_WRITE_POLICY=f"{__name__}.only_own_articles")
def test_host_may_decide_by_the_article(tenant: Model) -> None:
    ana, other = make_user("ana"), make_article(tenant, status="DRAFT")
    service = by(tenant, ana)
    own = service.create_article(title="Mine", content="x", category=make_category(tenant))
    assert service.update_article(own, content="y").content == "y"
    with pytest.raises(PermissionRefused):
        service.update_article(other, content="y")


@override_settings(HELP_CENTER_WRITE_POLICY="nowhere.policy")
def test_policy_that_cannot_be_imported_is_named(tenant: Model) -> None:
    with pytest.raises(ConfigurationError, match="HELP_CENTER_WRITE_POLICY is 'nowhere.policy'"):
        by(tenant, make_user("ana")).ensure_tags(["Pumps"])


# Publishing


def test_all_that_keeps_an_article_from_its_readers_is_said_at_once(tenant: Model) -> None:
    content = "![](x.png)\n\n[there](article:4711)\n\n<<<<<<< a\nb\n=======\nc\n>>>>>>> d\n"
    article = make_article(tenant, status="DRAFT", content=content)
    with pytest.raises(ValidationError) as refused:
        by(tenant, SYSTEM).publish_article(article)
    image, link, conflict = refused.value.messages
    assert image.startswith("Line 1: ")
    assert link == "Line 3: The link “there” leads to an article that does not exist."
    assert "two people changed" in conflict
    article.refresh_from_db()
    assert article.status == "DRAFT"


def test_what_is_not_quite_right_keeps_nothing_from_being_published(tenant: Model) -> None:
    article = make_article(tenant, "x" * 100, status="DRAFT", content="# A\n\n#### B\n\nc")
    assert by(tenant, SYSTEM).publish_article(article).status == "PUBLISHED"


def test_article_cannot_expire_before_it_is_published(tenant: Model) -> None:
    article, now = make_article(tenant, status="DRAFT"), timezone.now()
    times: dict[str, Any] = {
        "publish_at": now + timedelta(days=2),
        "expire_at": now + timedelta(days=1),
    }
    with pytest.raises(ValidationError, match="expire before it is published"):
        KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, **times)


def test_article_that_has_expired_is_not_published_again(tenant: Model) -> None:
    article = make_article(tenant, expire_at=timezone.now() - timedelta(days=1))
    service = by(tenant, SYSTEM)
    service.archive_article(article)
    with pytest.raises(ValidationError, match="has expired"):
        service.publish_article(article)


# Scheduling


def test_scheduled_article_is_seen_between_its_times(tenant: Model) -> None:
    now = timezone.now()
    article = make_article(tenant, status="DRAFT")
    by(tenant, SYSTEM).schedule(
        article, publish_at=now + timedelta(days=1), expire_at=now + timedelta(days=3)
    )
    seen = [
        HelpArticle.objects.visible_to_roles(tenant, ["all"], now + timedelta(days=days)).exists()
        for days in (0, 2, 4)
    ]
    assert seen == [False, True, False]


@pytest.mark.parametrize(("begins", "ends"), [(2, 1), (1, 1), (None, -1), (-3, -1)])
def test_end_before_the_beginning_or_now_is_refused(
    tenant: Model, begins: int | None, ends: int
) -> None:
    now = timezone.now()
    article = make_article(tenant, status="DRAFT")
    publish_at = None if begins is None else now + timedelta(days=begins)
    with pytest.raises(ValidationError, match="after the beginning"):
        by(tenant, SYSTEM).schedule(
            article, publish_at=publish_at, expire_at=now + timedelta(days=ends)
        )


def test_scheduling_takes_the_permission_to_publish(tenant: Model) -> None:
    article = make_article(tenant, status="DRAFT")
    with pytest.raises(PermissionRefused, match="publish_helparticle"):
        by(tenant, make_author("ana", "change_helparticle")).schedule(article)


# Restoring


def test_restored_version_is_a_new_version(tenant: Model) -> None:
    article = make_article(tenant, "One", content="First.", summary="Short.")
    service = by(tenant, SYSTEM)
    service.update_article(article, title="Two", content="Second.", summary="")
    restored = service.restore_version(article, 1)
    assert (restored.title, restored.content, restored.summary) == ("One", "First.", "Short.")
    assert restored.version == 3
    assert restored.versions.get(number=3).note == "Version 1 restored."


def test_draft_gets_a_version_when_one_is_restored(tenant: Model) -> None:
    article = make_article(tenant, content="First.")
    service = by(tenant, SYSTEM)
    article = service.update_article(article, status="DRAFT", content="Second.")
    restored = service.restore_version(article, 1, note="Back.")
    assert (restored.status, restored.content, restored.version) == ("DRAFT", "First.", 3)
    kept = restored.versions.get(number=2)
    assert (kept.content, kept.note) == ("Second.", "Before version 1 was restored.")


def test_version_is_not_restored_over_what_was_not_seen(tenant: Model) -> None:
    article = make_article(tenant, content="First.")
    service = by(tenant, SYSTEM)
    service.update_article(article, content="Second.")
    with pytest.raises(ArticleConflict):
        service.restore_version(article, 1, expected_hash=article.content_hash)


def test_version_that_is_not_fit_is_not_shown_to_readers(tenant: Model) -> None:
    article = make_article(tenant, content="![](x.png)")
    service = by(tenant, SYSTEM)
    service.update_article(article, content="Second.")
    with pytest.raises(ValidationError, match="no description"):
        service.restore_version(article, 1)


def test_version_that_is_not_there_is_not_restored(tenant: Model) -> None:
    with pytest.raises(ValidationError, match="no version 7"):
        by(tenant, SYSTEM).restore_version(make_article(tenant), 7)


# Deleting


def gone(tenant: Model) -> set[str]:
    found = HelpRedirect.objects.for_tenant(tenant).filter(article=None)
    return set(found.values_list("slug", flat=True))


def test_addresses_of_a_deleted_article_may_answer_that_it_is_gone(tenant: Model) -> None:
    service = by(tenant, SYSTEM)
    article = service.update_article(make_article(tenant, "One"), slug="two")
    service.delete_article(article, leave_gone=True)
    assert gone(tenant) == {"one", "two"}


def test_deleted_article_leaves_nothing_unless_that_is_wanted(tenant: Model) -> None:
    by(tenant, SYSTEM).delete_article(make_article(tenant))
    assert gone(tenant) == set()


TOMORROW = timezone.now() + timedelta(days=1)


@pytest.mark.parametrize(
    "fields", [{"target_roles": ["manager"]}, {"status": "DRAFT"}, {"publish_at": TOMORROW}]
)
def test_what_not_everybody_could_read_leaves_no_trace(
    tenant: Model, fields: dict[str, Any]
) -> None:
    by(tenant, SYSTEM).delete_article(make_article(tenant, **fields), leave_gone=True)
    assert gone(tenant) == set()


def test_new_article_takes_an_address_that_is_gone(tenant: Model) -> None:
    service = by(tenant, SYSTEM)
    service.delete_article(make_article(tenant, "One"), leave_gone=True)
    make_article(tenant, "Another", slug="one")
    assert gone(tenant) == set()
