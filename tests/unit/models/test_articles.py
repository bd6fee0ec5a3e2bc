"""What an article knows of itself, without a database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle, HelpCategory


def article(**fields: Any) -> HelpArticle:
    return HelpArticle(**{"title": "Valve", "content": "Close it.", **fields})


def test_ratio_is_the_share_of_helpful_votes() -> None:
    assert article(helpful_count=3, not_helpful_count=1).helpful_ratio == 0.75


def test_ratio_without_votes_is_unknown() -> None:
    assert article().helpful_ratio is None


def test_ratio_of_nothing_but_complaints_is_zero() -> None:
    assert article(not_helpful_count=2).helpful_ratio == 0.0


def edited(days_ago: float, **fields: Any) -> HelpArticle:
    before = timezone.now() - timedelta(days=days_ago)
    return article(status=ArticleStatus.PUBLISHED, text_changed_at=before, **fields)


def test_article_is_stale_after_half_a_year() -> None:
    assert edited(days_ago=181).is_stale
    assert not edited(days_ago=179).is_stale


@override_settings(HELP_CENTER_STALE_AFTER_DAYS=10)
def test_site_says_after_how_long_an_article_is_stale() -> None:
    assert edited(days_ago=11).is_stale
    assert not edited(days_ago=9).is_stale


def test_draft_is_never_stale() -> None:
    draft = edited(days_ago=999)
    draft.status = ArticleStatus.DRAFT
    assert not draft.is_stale


def hours(number: int) -> Any:
    return timezone.now() + timedelta(hours=number)


@pytest.mark.parametrize(
    ("fields", "is_visible"),
    [
        ({"status": "PUBLISHED"}, True),
        ({"status": "DRAFT"}, False),
        ({"status": "REVIEW"}, False),
        ({"status": "ARCHIVED"}, False),
        ({"status": "PUBLISHED", "publish_at": hours(-1)}, True),
        ({"status": "PUBLISHED", "publish_at": hours(1)}, False),
        ({"status": "PUBLISHED", "expire_at": hours(1)}, True),
        ({"status": "PUBLISHED", "expire_at": hours(-1)}, False),
        ({"status": "PUBLISHED", "publish_at": hours(-2), "expire_at": hours(-1)}, False),
    ],
)
def test_article_is_visible_when_published_now(fields: dict[str, Any], is_visible: bool) -> None:
    assert article(**fields).is_visible is is_visible


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"summary": "Other"},
        {"content": "Other"},
        {"language": "de"},
        {"status": ArticleStatus.PUBLISHED},
        {"target_roles": ["manager"]},
    ],
)
def test_fingerprint_follows_what_the_index_holds(change: dict[str, Any]) -> None:
    assert article(**change).hash_content() != article().hash_content()


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "other"},
        {"view_count": 5},
        {"helpful_count": 5},
        {"display_order": 5},
        {"target_roles": ["all"]},
    ],
)
def test_fingerprint_leaves_out_what_the_index_does_not_hold(change: dict[str, Any]) -> None:
    assert article(**change).hash_content() == article().hash_content()


def test_fingerprint_keeps_fields_apart() -> None:
    one = article(title="ab", summary="c").hash_content()
    assert article(title="a", summary="bc").hash_content() != one


def test_fingerprint_of_half_a_character_is_no_error() -> None:
    assert len(article(content="\ud800").hash_content()) == 64


@pytest.mark.parametrize("name", ["title", "summary", "content"])
@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_text_that_cannot_be_stored_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        article(**{name: text}).clean()
    assert set(caught.value.message_dict) == {name}


@pytest.mark.parametrize("roles", ["all", {"all": 1}, [1], [["all"]], [""], ["a", " "]])
def test_target_roles_are_a_list_of_names(roles: Any) -> None:
    with pytest.raises(ValidationError, match="list of role names"):
        article(target_roles=roles).clean()


@override_settings(HELP_CENTER_ARTICLE_MAX_CHARACTERS=10)
def test_body_may_be_as_long_as_the_setting_says() -> None:
    article(content="x" * 10).clean()
    with pytest.raises(ValidationError, match="11 characters; at most 10"):
        article(content="x" * 11).clean()


def test_article_is_named_by_its_title() -> None:
    assert str(article()) == "Valve"


def test_category_is_named_by_its_name() -> None:
    assert str(HelpCategory(name="Pumps")) == "Pumps"
