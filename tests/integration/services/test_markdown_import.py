"""Many texts at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_author, make_category, make_user


@pytest.fixture
def service(tenant: Model) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=SYSTEM)


FULL = """---
title: Close a valve
summary: In short.
slug: valves
category: [Devices, Valves]
tags: [pumps, docks]
target_roles: [manager]
language: de
difficulty_level: ADVANCED
order: 3
status: PUBLISHED
---
Turn it.
"""


def test_front_matter_says_what_an_article_is(service: KnowledgeService) -> None:
    (found,) = service.bulk_import_from_markdown([FULL])
    article = found.article
    assert article is not None
    assert (article.title, article.summary, article.slug) == (
        "Close a valve",
        "In short.",
        "valves",
    )
    assert [c.name for c in article.category.get_breadcrumb()] == ["Devices", "Valves"]
    assert sorted(tag.name for tag in article.tags.all()) == ["docks", "pumps"]
    assert (article.target_roles, article.language) == (["manager"], "de")
    assert (article.difficulty_level, article.display_order) == ("ADVANCED", 3)
    assert article.content == "Turn it."


def test_nothing_is_published(service: KnowledgeService) -> None:
    service.bulk_import_from_markdown([FULL, "# Pumps\n\nStart it."])
    assert set(HelpArticle.objects.values_list("status", flat=True)) == {"DRAFT"}


def test_what_is_not_said_is_taken_from_the_text(service: KnowledgeService) -> None:
    (found,) = service.bulk_import_from_markdown(["# Pumps\n\nStart it.\n\nStop it."])
    assert found.article is not None
    assert (found.article.title, found.article.summary) == ("Pumps", "Start it.")
    assert found.article.category.name == "General"


def test_category_of_the_caller_is_taken_where_the_text_names_none(
    service: KnowledgeService, tenant: Model
) -> None:
    devices = make_category(tenant, "Gear")
    found = service.bulk_import_from_markdown(["# A\n\nx", FULL], category=devices)
    assert [each.article.category.name for each in found if each.article] == ["Gear", "Valves"]


def test_equal_titles_get_slugs_of_their_own(service: KnowledgeService) -> None:
    found = service.bulk_import_from_markdown(["# Pumps\n\nOne."] * 2)
    assert [each.article.slug for each in found if each.article] == ["pumps", "pumps-2"]


@pytest.mark.parametrize(
    ("text", "error", "line"),
    [
        ("", "no text", None),
        ("---\ntitle: [a\n---\nx", "not valid YAML", 2),
        ("---\ntags: {a: b}\n---\nx", "tags", 2),
        ("# " + "x" * 501, "at most 500", 1),
    ],
)
def test_text_that_cannot_be_read_stops_none_of_the_others(
    service: KnowledgeService, text: str, error: str, line: Any
) -> None:
    bad, good = service.bulk_import_from_markdown([text, "# Pumps\n\nStart it."])
    assert (bad.article, bad.line) == (None, line)
    assert error in bad.error
    assert good.article is not None


def test_refused_text_leaves_nothing_behind(service: KnowledgeService) -> None:
    service.bulk_import_from_markdown([FULL])
    (again,) = service.bulk_import_from_markdown([FULL.replace("[Devices, Valves]", "New")])
    assert "taken" in again.error
    assert HelpArticle.objects.count() == 1
    assert not HelpCategory.objects.filter(name="New").exists()


def test_importing_takes_the_permission_to_write(tenant: Model) -> None:
    service = KnowledgeService(tenant=tenant, actor=make_author("rita", "view_helparticle"))
    with pytest.raises(PermissionRefused, match="add_helparticle"):
        service.bulk_import_from_markdown(["x"])


UPKEEP = """---
owner: boss
review_interval: 30
publish_at: 2031-01-31T08:00+00:00
expire_at: 2032-01-31T08:00+00:00
---
# Pumps

Start it.
"""


def test_owner_interval_and_times_are_kept(service: KnowledgeService) -> None:
    boss = make_user("boss", is_superuser=True)
    (found,) = service.bulk_import_from_markdown([UPKEEP])
    assert found.article is not None
    assert (found.article.owner, found.article.review_interval_days) == (boss, 30)
    assert (found.article.publish_at, found.article.expire_at) == (
        datetime(2031, 1, 31, 8, tzinfo=UTC),
        datetime(2032, 1, 31, 8, tzinfo=UTC),
    )
    assert found.warnings == ()


def test_owner_whom_nobody_knows_is_told(service: KnowledgeService) -> None:
    (found,) = service.bulk_import_from_markdown([UPKEEP])
    assert found.article is not None
    assert found.article.review_interval_days == 30
    (warning,) = found.warnings
    assert "nobody of that name" in warning


def test_upkeep_that_the_actor_may_not_write_is_told(tenant: Model) -> None:
    permissions = ("add_helparticle", "add_helpcategory")
    service = KnowledgeService(tenant=tenant, actor=make_author("rita", *permissions))
    (found,) = service.bulk_import_from_markdown(["---\nreview_interval: 30\n---\n# A\n\nx"])
    assert found.article is not None
    assert found.article.review_interval_days is None
    (warning,) = found.warnings
    assert "change_helparticle" in warning


def test_draft_is_not_found_right(service: KnowledgeService) -> None:
    (found,) = service.bulk_import_from_markdown(["---\nverified_at: 2026-01-31\n---\n# A\n\nx"])
    assert found.article is not None
    assert found.article.verified_at is None
    assert found.warnings == ("Only what is published can be found still right.",)
