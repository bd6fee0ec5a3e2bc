"""The body of a file as the text of an article."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django_helpcenter.conf import conf
from django_helpcenter.content.document import Document as Parsed
from django_helpcenter.content.document import parse_document
from django_helpcenter.content.foreign import reduce_foreign_markup
from django_helpcenter.content.snippets import Snippets
from django_helpcenter.content.titles import first_paragraph
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.documentation.metadata import MAX_TITLE_LENGTH
from django_helpcenter.services.documentation.naming import humanize
from django_helpcenter.services.documentation.reading import Document
from django_helpcenter.services.documentation.rewriting import References, find_references

#: Characters of a summary that is taken from the first paragraph.
SUMMARY_LENGTH = 300

_EMPTY_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_FOREIGN_SIGNS = re.compile(r"[<{]")


@dataclass(frozen=True, slots=True)
class ArticleText:
    """Title, summary and Markdown, with the links still as the author wrote them.

    ``first_line`` is the line of the file where ``content`` begins.
    """

    title: str
    summary: str
    content: str
    references: References
    first_line: int


def article_text(document: Document, *, folder_title: str) -> ArticleText | None:
    """Return what a file says, ``None`` when no text is left of its markup.

    Raises ContentError, with the line, for a title or text that is too long.
    """
    body = document.body
    if document.metadata.foreign_markup and (document.is_mdx or _FOREIGN_SIGNS.search(body)):
        body = reduce_foreign_markup(body, is_mdx=document.is_mdx)
    start = match.end() if (match := _EMPTY_LINES.match(body)) else 0
    content = body[start:].rstrip()
    if not content:
        return None
    if len(content) > conf.ARTICLE_MAX_CHARACTERS:
        raise ContentError(str(HelpArticle.too_long_message(len(content))))
    first_line = document.body_line + body.count("\n", 0, start)
    # A summary is of the article's own words.
    parsed = parse_document(content, snippets=Snippets())
    return ArticleText(
        title=_title(document, parsed, first_line, folder_title),
        summary=_summary(document, parsed),
        content=content,
        references=find_references(parsed.tokens),
        first_line=first_line,
    )


def _summary(document: Document, parsed: Parsed) -> str:
    metadata = document.metadata
    if metadata.has_no_summary:
        return ""
    return metadata.summary or first_paragraph(parsed, SUMMARY_LENGTH)


def _title(document: Document, parsed: Parsed, first_line: int, folder_title: str) -> str:
    metadata = document.metadata
    if metadata.title:
        return metadata.title
    for heading in parsed.headings[:1]:
        if len(heading.text) > MAX_TITLE_LENGTH:
            raise ContentError(
                f"The first heading has {len(heading.text):,} characters; as a title it may have "
                f"at most {MAX_TITLE_LENGTH}. Shorten it, or give a `title` in the front matter.",
                line=first_line + heading.line - 1,
            )
        if heading.text:
            return " ".join(heading.text.split())
    if metadata.short_title:
        return metadata.short_title
    if document.is_index:
        return folder_title or "Overview"
    return (humanize(document.stem) or document.stem)[:MAX_TITLE_LENGTH]
