"""What keeps an article from its readers, all at once."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from django_helpcenter.content.merging import has_conflict_marks
from django_helpcenter.models import HelpArticle


def publishing_problems(article: HelpArticle) -> list[str]:
    """Return all that an article lacks to be published, as sentences; empty: it is fit."""
    problems: list[str] = []
    if not article.title.strip():
        problems.append(_("Give the article a title."))
    if not article.content.strip():
        problems.append(_("An article without a text cannot be published."))
    if has_conflict_marks(article.content):
        problems.append(_("Choose where two people changed the same lines (<<<<<<< … >>>>>>>)."))
    return problems


def refuse_unfit(article: HelpArticle) -> None:
    """Raise ValidationError with all that an article lacks to be published."""
    problems = publishing_problems(article)
    if problems:
        raise ValidationError([ValidationError(text, code="unfit") for text in problems])
