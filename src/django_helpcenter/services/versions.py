"""Keeping what articles said when they were submitted or published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from django_helpcenter.choices import ArticleStatus, Significance
from django_helpcenter.content.differences import Change, ChangeKind, compare_words, folded
from django_helpcenter.content.significance import guess_significance
from django_helpcenter.models import HelpArticle, HelpArticleVersion, HelpDraft

#: What both an article and a version of it have.
Texts = HelpArticle | HelpArticleVersion | HelpDraft

#: In which status a text is kept as a version.
VERSIONED = frozenset({ArticleStatus.REVIEW, ArticleStatus.PUBLISHED})

_TEXT = ("title", "summary", "content")


@dataclass(frozen=True, slots=True)
class TextChanges:
    """What changed between two texts of an article; ``None`` in the body: lines left out."""

    title: list[Change]
    summary: list[Change]
    content: list[Change | None]

    @property
    def is_none(self) -> bool:
        """Whether the texts are the same."""
        pieces = [*self.title, *self.summary, *self.content]
        return all(piece is None or piece.kind is ChangeKind.SAME for piece in pieces)


def compare_texts(before: Texts, after: Texts) -> TextChanges:
    """Return what changed from one text to another, word by word."""
    return TextChanges(
        title=compare_words(before.title, after.title),
        summary=compare_words(before.summary, after.summary),
        content=folded(compare_words(before.content, after.content)),
    )


def find_version(article: HelpArticle, number: int) -> HelpArticleVersion:
    """Return a version of an article; raise ValidationError when there is none of this number."""
    found = version_texts(article, number)
    if found is None:
        raise ValidationError(
            _("There is no version %(number)s of this article.") % {"number": number},
            code="no_version",
        )
    return found


def version_texts(article: HelpArticle, number: int) -> HelpArticleVersion | None:
    """Return a version of an article, ``None`` when there is none of this number."""
    versions = HelpArticleVersion.objects.for_tenant(article.tenant_id)
    return versions.filter(article=article, number=number).first()


def count_version(article: HelpArticle, old_status: str, *, always: bool = False) -> bool:
    """Give a locked article its next version number; tells whether there is anything to keep.

    A text under review is kept when it is submitted, not at each save. The same text is not kept
    twice. ``always`` keeps it in any status.
    """
    is_edit_in_review = article.status == ArticleStatus.REVIEW == old_status
    if not always and (article.status not in VERSIONED or is_edit_in_review):
        return False
    latest = article.versions.order_by("-number").first()
    if latest and all(getattr(latest, name) == getattr(article, name) for name in _TEXT):
        return False
    article.previous_version = latest
    article.version = latest.number + 1 if latest else 1
    return True


def keep_version(
    article: HelpArticle, *, note: str, author_id: Any, significance: str = ""
) -> HelpArticleVersion:
    """Write the snapshot of a saved article under its version number.

    ``significance`` is that of the change since the version before; "" guesses it from the texts.
    """
    return HelpArticleVersion.objects.create(
        tenant_id=article.tenant_id,
        article=article,
        number=article.version,
        title=article.title,
        summary=article.summary,
        content=article.content,
        content_hash=article.content_hash,
        translated_version=article.translated_version,
        significance=significance or _guess_significance(article),
        note=note,
        author_id=author_id,
    )


def _guess_significance(article: HelpArticle) -> str:
    before = article.previous_version
    if before is None:
        return Significance.NORMAL
    return guess_significance(
        *([getattr(text, name) for name in _TEXT] for text in (before, article))
    )
