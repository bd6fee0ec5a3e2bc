"""When an article is due: the same for a row in hand and for a query."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.models.review_intervals import NEVER
from tests.factories import make_article, make_category

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def aged(tenant: Any, days: float, title: str = "Valve", **fields: Any) -> HelpArticle:
    """Make an article that nobody has confirmed for so many days."""
    given = {name: fields.pop(name) for name in ("category",) if name in fields}
    article = make_article(tenant, title, **given)
    before = timezone.now() - days * DAY
    fields = {"text_changed_at": before, "published_date": before, **fields}
    HelpArticle.objects.filter(pk=article.pk).update(**fields)
    article.refresh_from_db()
    return article


def due() -> list[str]:
    return sorted(HelpArticle.objects.due().values_list("title", flat=True))


def test_article_is_due_after_the_interval_of_the_site(tenant: Any) -> None:
    old, new = aged(tenant, 181, "Old"), aged(tenant, 179, "New")
    assert (old.is_stale, new.is_stale) == (True, False)
    assert due() == ["Old"]


def test_site_says_how_long_its_interval_is(tenant: Any, settings: Any) -> None:
    settings.HELP_CENTER_STALE_AFTER_DAYS = 10
    aged(tenant, 11, "Old")
    aged(tenant, 9, "New")
    assert due() == ["Old"]


def test_site_may_say_never(tenant: Any, settings: Any) -> None:
    settings.HELP_CENTER_STALE_AFTER_DAYS = NEVER
    assert aged(tenant, 9_000).due_at is None
    assert due() == []


def test_own_interval_goes_before_that_of_the_category(tenant: Any) -> None:
    category = make_category(tenant, review_interval_days=5)
    aged(tenant, 30, "Own", category=category, review_interval_days=60)
    aged(tenant, 30, "Inherited", category=category)
    assert due() == ["Inherited"]


def test_nearest_category_that_has_an_interval_counts(tenant: Any) -> None:
    top = make_category(tenant, "Top", review_interval_days=5)
    middle = make_category(tenant, "Middle", parent=top, review_interval_days=60)
    bottom = make_category(tenant, "Bottom", parent=middle)
    beside = make_category(tenant, "Beside", parent=top)
    aged(tenant, 30, "Deep", category=bottom)
    aged(tenant, 30, "Beside", category=beside)
    assert due() == ["Beside"]


def test_interval_of_another_branch_or_help_center_does_not_count(
    tenant: Any, other_tenant: Any
) -> None:
    make_category(tenant, "Elsewhere", review_interval_days=5)
    make_category(other_tenant, "General", review_interval_days=5)
    assert not aged(tenant, 30).is_stale
    assert due() == []


def test_article_of_a_category_that_is_never_due_may_be_due(tenant: Any) -> None:
    category = make_category(tenant, review_interval_days=NEVER)
    aged(tenant, 900, "Never", category=category)
    aged(tenant, 900, "Often", category=category, review_interval_days=1)
    assert due() == ["Often"]


@pytest.mark.parametrize("name", ["verified_at", "text_changed_at", "published_date"])
def test_latest_confirmation_counts(tenant: Any, name: str) -> None:
    fields: dict[str, Any] = {name: timezone.now() - DAY}
    article = aged(tenant, 900, **fields)
    assert not article.is_stale
    assert due() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ArticleStatus.DRAFT},
        {"status": ArticleStatus.REVIEW},
        {"status": ArticleStatus.ARCHIVED},
        {"publish_at": timezone.now() + 900 * DAY},
        {"expire_at": timezone.now() - DAY},
    ],
)
def test_what_readers_do_not_see_is_not_due(tenant: Any, fields: dict[str, Any]) -> None:
    assert not aged(tenant, 900, **fields).is_stale
    assert due() == []
    assert not HelpArticle.objects.not_due().exists()


def test_row_and_query_agree(tenant: Any) -> None:
    """All intervals, own and inherited, around their last day."""
    categories = [
        make_category(tenant, f"Every {days}", review_interval_days=days)
        for days in (None, 1, 30, NEVER)
    ]
    intervals = (None, 1, 30, 180, NEVER)
    for number, (category, interval) in enumerate(itertools.product(categories, intervals)):
        for age in (0.9, 1.1, 29.9, 30.1, 179.9, 180.1, 40_000):
            fields = {"category": category, "review_interval_days": interval}
            aged(tenant, age, f"{number} {age}", **fields)
    rows = list(HelpArticle.objects.all())
    # A hundred years and more are not told from never, in either.
    rows = [row for row in rows if row.interval_in_force < NEVER or "40000" not in row.title]
    assert {row.title for row in rows if row.is_stale} == set(due()) & {row.title for row in rows}
    fresh = set(HelpArticle.objects.not_due().values_list("title", flat=True))
    assert fresh | set(due()) == set(HelpArticle.objects.values_list("title", flat=True))
    assert not fresh & set(due())


def test_list_asks_once_whatever_the_number_of_articles(tenant: Any) -> None:
    below = make_category(tenant, "Below", parent=make_category(tenant, review_interval_days=5))
    for number in range(5):
        aged(tenant, 30, f"{number}", category=below)
    with CaptureQueriesContext(connection) as captured:
        assert all(row.is_stale for row in HelpArticle.objects.with_review_days())
    assert len(captured) == 2  # which levels have an interval, and the rows


def test_overdue_days_count_from_the_day_that_it_was_due(tenant: Any) -> None:
    assert aged(tenant, 40.5, review_interval_days=30).overdue_days == 10
    assert aged(tenant, 20, review_interval_days=30).overdue_days == 0
    assert aged(tenant, 20, review_interval_days=NEVER).overdue_days == 0


@pytest.mark.parametrize("days", [0, -1, NEVER + 1])
def test_interval_that_is_none_is_refused(tenant: Any, days: int) -> None:
    article = aged(tenant, 1)
    article.review_interval_days = days
    with pytest.raises(ValidationError, match="never"):
        article.full_clean(exclude=["search_vector", "file_keys"])


@pytest.mark.parametrize("model", [HelpArticle, HelpCategory])
@pytest.mark.parametrize("days", [0, NEVER + 1])
def test_database_refuses_an_interval_that_is_none(tenant: Any, model: Any, days: int) -> None:
    aged(tenant, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(tenant=tenant).update(review_interval_days=days)
