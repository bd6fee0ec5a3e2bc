"""What is to be mended in an article: shown while it is written, and asked before it is published.

The one list of problems. What only the text says is found in ``content.text_checks``; here are the
fields around it and the articles that it links to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from django_helpcenter.choices import ROLE_ALL
from django_helpcenter.conf import conf
from django_helpcenter.content.document import Document, parse_document
from django_helpcenter.content.links import Link, links_of, url_scheme
from django_helpcenter.content.plain_text import document_text
from django_helpcenter.content.readability import Readability, count_words
from django_helpcenter.content.text_checks import (
    check_text,
    paragraphs_of,
    readability_of,
    readability_problem,
)
from django_helpcenter.content.toc import Heading
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.article_text import ARTICLE_LINK
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
        *_article_link_problems(article, document, using),
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


def _article_link_problems(
    article: HelpArticle, document: Document, using: str | None
) -> Iterator[Problem]:
    if not article.tenant_id:
        return
    links = [link for link in links_of(document.tokens) if url_scheme(link.target) == "article"]
    named = {link: match for link in links if (match := ARTICLE_LINK.fullmatch(link.target))}
    wanted = {int(match[1]) for match in named.values()} - {article.pk}
    known = _find_articles(article, wanted, using)
    for link in links:
        match = named.get(link)
        key = int(match[1]) if match else None
        if key is None or key != article.pk:
            yield from _link_problem(article, link, known.get(key) if key is not None else None)


def _find_articles(
    article: HelpArticle, wanted: set[int], using: str | None
) -> dict[int, HelpArticle]:
    if not wanted:
        return {}
    rows = HelpArticle.objects.using(using).filter(tenant_id=article.tenant_id, pk__in=wanted)
    columns = ("tenant_id", "status", "publish_at", "expire_at", "target_roles")
    return {row.pk: row for row in rows.only(*columns)}


def _link_problem(
    article: HelpArticle, link: Link, target: HelpArticle | None
) -> Iterator[Problem]:
    words = {"text": link.text}
    if target is None:
        message = _("The link “%(text)s” leads to an article that does not exist.") % words
        yield Problem("broken_link", "error", message, link.line)
    elif not target.is_visible:
        # No error: of two new articles that link to each other one is published first.
        message = _("The link “%(text)s” leads to an article that is not published.") % words
        yield Problem("unpublished_link", "warning", message, link.line)
    elif not _may_all_follow(article.audience, target.audience):
        message = _("The link “%(text)s” leads to an article that fewer roles may read.") % words
        yield Problem("narrower_link", "warning", message, link.line)


def _may_all_follow(readers: list[str], allowed: list[str]) -> bool:
    """Tell whether all readers of one audience belong to another."""
    return ROLE_ALL in allowed or set(readers) <= set(allowed)
