"""What is to be mended in an article: shown while it is written, and asked before it is published.

The one list of problems. What only the text says is found in ``content.text_checks``; here are the
fields around it; ``services.links.problems`` finds what is wrong with where its links lead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from django_helpcenter.conf import conf
from django_helpcenter.content.document import parse_document
from django_helpcenter.content.plain_text import document_text
from django_helpcenter.content.readability import Readability, count_words
from django_helpcenter.content.text_checks import (
    check_text,
    paragraphs_of,
    readability_of,
    readability_problem,
)
from django_helpcenter.content.toc import Heading
from django_helpcenter.models import HelpArticle, HelpSnippet
from django_helpcenter.services.links.problems import link_problems
from django_helpcenter.services.reuse_checks import (
    placeholder_problems,
    snippet_problems,
    unfilled_fields,
)
from django_helpcenter.services.snippet_texts import snippets_for
from django_helpcenter.types import Problem

#: Characters. Result lists and browser tabs cut what is longer.
LONG_TITLE = 70


@dataclass(frozen=True, slots=True)
class ArticleReview:
    """All that a writer is told of a text: problems in order, outline, length, readability."""

    problems: tuple[Problem, ...]
    headings: tuple[Heading, ...] = ()
    words: int = 0
    readability: Readability | None = None


def check_article(article: HelpArticle, *, using: str | None = None) -> list[Problem]:
    """Return what is to be mended in an article, which need not be saved.

    Those with the severity ``error`` must keep it from being published. Links are looked up among
    the articles of its tenant; without a tenant they are not checked. Messages are in the active
    language. ``using`` names a database alias for reads.
    """
    return list(review_article(article, using=using).problems)


def check_snippet(snippet: HelpSnippet, *, using: str | None = None) -> list[Problem]:
    """Return what is to be mended in the text and the links of a snippet by itself."""
    document = parse_document(snippet.content)
    # Stands for any article that names it; what only some would be told is no error.
    article = HelpArticle(tenant_id=snippet.tenant_id, language=snippet.language)
    return [*check_text(document), *link_problems(article, document, using=using)]


def review_article(article: HelpArticle, *, using: str | None = None) -> ArticleReview:
    """Return the problems of an article with its outline, length and readability."""
    around = tuple(_field_problems(article))
    if len(article.content) > conf.ARTICLE_MAX_CHARACTERS:
        # Not parsed: that would cost time, and there is something to do first.
        message = HelpArticle.too_long_message(len(article.content))
        return ArticleReview((*around, Problem("too_long", "error", message)))
    snippets = snippets_for(article, using=using) if article.tenant_id else None
    document = parse_document(article.content, drop_title=article.title, snippets=snippets)
    readability = readability_of(paragraphs_of(document), article.language)
    hard = readability_problem(readability)
    found = [
        *check_text(document),
        *snippet_problems(document),
        *placeholder_problems(document, article.language),
        *link_problems(article, document, using=using),
    ]
    found.sort(key=lambda problem: problem.line or 0)
    return ArticleReview(
        problems=(*around, *((hard,) if hard else ()), *found),
        headings=document.headings,
        words=count_words(document_text(document.tokens)),
        readability=readability,
    )


def _field_problems(article: HelpArticle) -> Iterator[Problem]:
    if not article.title.strip():
        yield Problem("missing_title", "error", _("The article has no title."), field="title")
    elif len(article.title) > LONG_TITLE:
        message = _("The title has %(count)d characters; lists cut it after about %(limit)d.")
        message %= {"count": len(article.title), "limit": LONG_TITLE}
        yield Problem("long_title", "warning", message, field="title")
    yield from unfilled_fields(article)
    if not article.summary.strip():
        message = _("The article has no summary; result lists show one.")
        yield Problem("missing_summary", "warning", message, field="summary")
    if not article.content.strip():
        yield Problem("missing_content", "error", _("The article has no text."))
