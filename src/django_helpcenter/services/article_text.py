"""The text of an article as its readers get it: safe HTML with links to where articles are now."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.urls import NoReverseMatch
from django.utils import translation
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from django_helpcenter.content.markdown import render_markdown
from django_helpcenter.content.toc import TocEntry, heading_anchor
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpArticleQuerySet
from django_helpcenter.services.addresses import article_url
from django_helpcenter.services.snippet_texts import snippets_for
from django_helpcenter.services.stored_files import FileAddress, reader_address, resolve_file

#: How a stored text points at another article of its tenant: by primary key, as slugs change.
ARTICLE_LINK = re.compile(r"article:(\d{1,18})(?:#(\S*))?")


@dataclass(frozen=True, slots=True)
class ArticleText:
    """Safe HTML, its headings as a tree, and its words."""

    html: SafeString
    toc: tuple[TocEntry, ...] = ()
    plain_text: str = ""

    def begins_with(self, summary: str) -> bool:
        """Tell whether the text opens with this summary, as it does where nobody wrote one."""
        opening = " ".join(self.plain_text.split())
        return opening.startswith(" ".join(summary.split()).rstrip(" ….") or "\0")


def render_article(
    article: HelpArticle, *, visible: HelpArticleQuerySet, mark_missing: bool = False
) -> ArticleText:
    """Render an article's Markdown.

    Links to other articles lead to where those are now, and become plain words when the article is
    not among the ``visible`` ones. Stored pictures get the address where it is asked who may have
    them. A text that is too long for the renderer comes without markup. ``mark_missing`` shows
    where a snippet is named that does not exist; readers see nothing there.
    """
    try:
        return render_draft(article, visible=visible, mark_missing=mark_missing)
    except ContentError:
        return ArticleText(mark_safe(linebreaks(article.content, autoescape=True)))  # noqa: S308


def render_draft(
    article: HelpArticle,
    *,
    visible: HelpArticleQuerySet,
    file_address: FileAddress = reader_address,
    mark_missing: bool = False,
) -> ArticleText:
    """Render an article that need not be saved yet; raises ContentError for a text too long.

    ``file_address`` says where its stored pictures are, when not at the address for readers.
    """
    snippets = snippets_for(article, using=visible.db, mark_missing=mark_missing)
    addresses = _addresses("\n".join([article.content, *snippets.texts.values()]), visible)

    def resolve(target: str) -> str | None:
        match = ARTICLE_LINK.fullmatch(target)
        if match is None:
            return resolve_file(target, address=file_address)
        address = addresses.get(int(match[1]))
        anchor = f"#{heading_anchor(match[2])}" if match[2] else ""
        return address and address + anchor

    # Words such as "Note" are in the language of the text that they stand in.
    with translation.override(article.language):
        rendered = render_markdown(
            article.content,
            resolve_link=resolve,
            resolve_image=resolve,
            drop_title=article.title,
            snippets=snippets,
        )
    html = mark_safe(rendered.html)  # noqa: S308 - the renderer's promise
    return ArticleText(html, rendered.toc, rendered.plain_text)


def _addresses(content: str, visible: HelpArticleQuerySet) -> dict[int, str]:
    """Return the addresses of the articles that a text may link to, by primary key."""
    wanted = {int(match[1]) for match in ARTICLE_LINK.finditer(content)}
    if not wanted:
        return {}
    found = visible.filter(pk__in=wanted).values_list("pk", "slug", "language")
    try:
        return {pk: article_url(slug, language) for pk, slug, language in found}
    except NoReverseMatch:  # the host has no reader pages
        return {}
