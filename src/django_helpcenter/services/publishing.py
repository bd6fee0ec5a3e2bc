"""What keeps an article from its readers, all at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from django_helpcenter.content.merging import has_conflict_marks
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.article_checks import check_article
from django_helpcenter.services.base import write_alias
from django_helpcenter.types import Problem


def publishing_problems(article: HelpArticle) -> list[str]:
    """Return all that an article lacks to be published, as sentences; empty: it is fit.

    These are the errors of ``check_article``, whose warnings keep nothing from being published.
    """
    found = check_article(article, using=write_alias())
    problems = [as_sentence(problem) for problem in found if problem.severity == "error"]
    if article.expire_at is not None and article.expire_at <= timezone.now():
        problems.append(_("The article has expired: change or clear the time at which it does."))
    if has_conflict_marks(article.content):
        problems.append(_("Choose where two people changed the same lines (<<<<<<< … >>>>>>>)."))
    return problems


def as_sentence(problem: Problem) -> str:
    """Return what is to be mended, with its line."""
    if problem.line is None:
        return problem.message
    return _("Line %(line)d: %(message)s") % {"line": problem.line, "message": problem.message}


def refuse_unfit(article: HelpArticle) -> None:
    """Raise ValidationError with all that an article lacks to be published."""
    refuse_problems(publishing_problems(article))


def refuse_problems(problems: Iterable[str]) -> None:
    """Raise ValidationError with all that keeps a text from readers, if anything does."""
    errors = [ValidationError(text, code="unfit") for text in problems]
    if errors:
        raise ValidationError(errors)
