"""Searches that people made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from django_helpcenter.models import HelpArticle, HelpSearchHistory


def searched(
    tenant: Model,
    query: str,
    *,
    people: int = 3,
    opened: HelpArticle | None = None,
    days_ago: int = 1,
    first: int = 0,
    **fields: Any,
) -> list[HelpSearchHistory]:
    """Record that so many people searched for something, and opened an article or not."""
    made = [
        HelpSearchHistory.objects.create(
            tenant_id=tenant.pk,
            query=query,
            clicked_article=opened,
            **{"results_count": 1, "visitor_key": f"visitor-{first + number}", **fields},
        )
        for number in range(people)
    ]
    HelpSearchHistory.objects.filter(pk__in=[row.pk for row in made]).update(
        created_at=timezone.now() - timedelta(days=days_ago)
    )
    return made


def refined(tenant: Model, first: str, then: str, *, people: int = 3, **fields: Any) -> None:
    """Record that so many people searched for one thing and then for another."""
    for number in range(people):
        (before,) = searched(tenant, first, people=1, first=number)
        searched(tenant, then, people=1, first=number, refined_from=before, **fields)
