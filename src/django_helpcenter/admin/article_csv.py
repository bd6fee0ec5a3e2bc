"""Articles as rows of a file: what their list knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _t

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.ageing import REVIEW_DAYS, due_at
from django_helpcenter.models.review_intervals import NEVER
from django_helpcenter.services.translation_state import with_translation_state

#: The columns that are fields.
FIELDS = (
    "id", "title", "slug", "language", "category", "status", "version", "search_tags",
    "view_count", "helpful_count", "not_helpful_count", "created_at", "updated_at",
    "published_date", "publish_at", "expire_at", "source_path", "owner",
)  # fmt: skip
#: What the state of a translation is told by; the first that holds.
_TRANSLATION = ("is_outdated_translation", "is_translation", "is_translated")


def article_header() -> list[str]:
    """Return the names of the columns."""
    names = {field.name: field.verbose_name for field in HelpArticle._meta.fields}
    return [*(str(names[name]) for name in FIELDS), _t("due"), _t("translation")]


def article_rows(articles: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    """Read a row for each article, oldest first: one query, however many there are."""
    rows = with_translation_state(articles.prefetch_related(None).with_review_days())  # type: ignore[attr-defined]
    is_looked_at = When(
        status=ArticleStatus.PUBLISHED, **{f"{REVIEW_DAYS}__lt": NEVER}, then=due_at(rows.db)
    )
    paths = {"category": "category__name", "owner": f"owner__{get_user_model().USERNAME_FIELD}"}
    columns = [paths.get(name, name) for name in FIELDS]
    rows = rows.annotate(csv_due_at=Case(is_looked_at)).order_by("pk")
    found = rows.values_list(*columns, "csv_due_at", *_TRANSLATION).iterator()
    # In the language of the person, which is known until the answer is on its way.
    words = (_t("Outdated"), _t("Up to date"), _t("Original"))
    return (_with_words(row, words) for row in found)


def _with_words(row: tuple[Any, ...], words: Sequence[str]) -> tuple[Any, ...]:
    told, states = row[: -len(words)], row[-len(words) :]
    return (*told, next((word for word, holds in zip(words, states, strict=True) if holds), ""))
