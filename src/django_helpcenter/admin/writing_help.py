"""What the editor is told while somebody writes: checks of the text, articles to link to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_helpcenter.admin.badges import STATUS_TONES
from django_helpcenter.admin.posted_article import posted_article
from django_helpcenter.admin.scoping import chosen_tenant
from django_helpcenter.choices import ROLE_ALL, ArticleStatus
from django_helpcenter.content.readability import Readability, reading_minutes
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.article_checks import ArticleReview, review_article
from django_helpcenter.services.link_targets import LinkTargetService
from django_helpcenter.types import Problem

#: Names the query parameter that says: what is posted is a part of articles, without a title.
TEXT_ONLY = "text_only"
#: Problems and headings that are listed; more help nobody.
LISTED_PROBLEMS = 30
LISTED_HEADINGS = 200


def checks_response(request: HttpRequest) -> JsonResponse:
    """Answer a POST of an article's form with its problems, its outline and its length."""
    review = review_article(posted_article(request))
    if TEXT_ONLY in request.GET:
        # A placeholder is meant where the text is a template.
        kept = (each for each in review.problems if each.line and each.code != "placeholder")
        review = replace(review, problems=tuple(kept))
    headings = [
        {"level": each.level, "text": each.text, "line": each.line, "untitled": _("Untitled")}
        for each in review.headings[:LISTED_HEADINGS]
    ]
    return JsonResponse(
        {
            "status": _status(review),
            "length": _length(review),
            "problems": _listed(review.problems),
            "headings": headings,
        }
    )


def search_response(request: HttpRequest) -> JsonResponse:
    """Answer with the articles of one tenant that ``q`` names, for a link."""
    tenant = chosen_tenant(request)
    if tenant is None:
        return JsonResponse({"articles": []})
    service = LinkTargetService(tenant=tenant, actor=request.user)
    found = service.find(request.GET.get("q", ""))
    return JsonResponse({"articles": [_target(article) for article in found]})


def _status(review: ArticleReview) -> str:
    errors = sum(problem.severity == "error" for problem in review.problems)
    warnings = len(review.problems) - errors
    parts = []
    if errors:
        text = ngettext(
            "%d error keeps this from being published.",
            "%d errors keep this from being published.",
            errors,
        )
        parts.append(text % errors)
    if warnings:
        parts.append(ngettext("%d hint.", "%d hints.", warnings) % warnings)
    return " ".join(parts) or _("No problems found.")


def _length(review: ArticleReview) -> str:
    minutes = reading_minutes(review.words)
    parts = [
        ngettext("%d word", "%d words", review.words) % review.words,
        ngettext("%d minute to read", "%d minutes to read", minutes) % minutes,
    ]
    if review.readability:
        parts.append(_ease(review.readability))
    return " · ".join(parts)


def _ease(readability: Readability) -> str:
    """Name the score with the words that its author gave to it."""
    score = round(readability.score)
    if readability.formula == "flesch":
        bands = ((70, _("easy")), (50, _("standard")), (30, _("difficult")))
        word = next((name for least, name in bands if score >= least), _("very difficult"))
        return _("reading ease %(score)d (%(word)s)") % {"score": score, "word": word}
    bands = ((40, _("easy")), (50, _("standard")), (60, _("difficult")))
    word = next((name for most, name in bands if score <= most), _("very difficult"))
    return _("LIX %(score)d (%(word)s)") % {"score": score, "word": word}


def _listed(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    # What keeps an article from its readers must not be among those left out.
    numbered = enumerate(problems)
    urgent = sorted(numbered, key=lambda each: each[1].severity != "error")[:LISTED_PROBLEMS]
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "label": _("Error") if problem.severity == "error" else _("Hint"),
            "message": _at_line(problem),
            "line": problem.line,
            "field": problem.field,
        }
        for _number, problem in sorted(urgent, key=lambda each: each[0])
    ]


def _at_line(problem: Problem) -> str:
    if problem.line is None:
        return problem.message
    return _("Line %(line)d: %(message)s") % {"line": problem.line, "message": problem.message}


def _target(article: HelpArticle) -> dict[str, Any]:
    return {
        "reference": f"article:{article.pk}",
        "title": article.title,
        "language": article.language,
        "category": article.category_name,
        "badges": _badges(article),
    }


def _badges(article: HelpArticle) -> list[dict[str, str]]:
    """Say what keeps readers from an article."""
    badges = []
    if article.status != ArticleStatus.PUBLISHED:
        label = str(article.get_status_display())
        badges.append({"tone": STATUS_TONES[article.status], "text": label})
    elif article.publish_at and article.publish_at > timezone.now():
        badges.append({"tone": "attention", "text": _("Scheduled")})
    elif not article.is_visible:
        badges.append({"tone": "muted", "text": _("Expired")})
    if ROLE_ALL not in article.audience:
        badges.append({"tone": "neutral", "text": ", ".join(article.audience[:5])})
    return badges
