"""Keeping what articles said when they were submitted or published."""

from __future__ import annotations

from typing import Any

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle, HelpArticleVersion

#: In which status a text is kept as a version.
VERSIONED = frozenset({ArticleStatus.REVIEW, ArticleStatus.PUBLISHED})

_TEXT = ("title", "summary", "content")


def count_version(article: HelpArticle, old_status: str) -> bool:
    """Give a locked article its next version number; tells whether there is anything to keep.

    A text under review is kept when it is submitted, not at each save. The same text is not kept
    twice.
    """
    is_edit_in_review = article.status == ArticleStatus.REVIEW == old_status
    if article.status not in VERSIONED or is_edit_in_review:
        return False
    latest = article.versions.order_by("-number").first()
    if latest and all(getattr(latest, name) == getattr(article, name) for name in _TEXT):
        return False
    article.previous_version = latest
    article.version = latest.number + 1 if latest else 1
    return True


def keep_version(article: HelpArticle, *, note: str, author_id: Any) -> HelpArticleVersion:
    """Write the snapshot of a saved article under its version number."""
    return HelpArticleVersion.objects.create(
        tenant_id=article.tenant_id,
        article=article,
        number=article.version,
        title=article.title,
        summary=article.summary,
        content=article.content,
        content_hash=article.content_hash,
        note=note,
        author_id=author_id,
    )
