"""What is to be mended where a text reuses others: snippets, and templates that are not filled."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from django_helpcenter.content.document import Document
from django_helpcenter.content.placeholders import find_placeholders
from django_helpcenter.content.plain_text import inline_text
from django_helpcenter.models import HelpArticle
from django_helpcenter.types import Problem


def snippet_problems(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with the references of a text whose snippets were looked up."""
    for reference in document.references:
        name = {"key": reference.key}
        if reference.problem == "missing":
            message = _("There is no snippet “%(key)s”.") % name
            yield Problem("missing_snippet", "error", message, reference.line)
        elif reference.problem == "too_long":
            message = _("With the snippet “%(key)s” the text becomes too long; it is left out.")
            yield Problem("long_snippets", "error", message % name, reference.line)
        elif reference.problem == "blocks":
            message = _(
                "The snippet “%(key)s” is more than a paragraph: name it on a line of its own."
            )
            yield Problem("snippet_in_line", "warning", message % name, reference.line)


def placeholder_problems(document: Document, language: str) -> Iterator[Problem]:
    """Yield the parts of a template that nobody has replaced; code may show what looks like it."""
    line = 1
    for block in document.tokens:
        line = block.map[0] + 1 if block.map else line
        written = [child for child in block.children or () if child.type != "code_inline"]
        for found in find_placeholders(inline_text(written), language):
            yield Problem("placeholder", "error", _message(found), line)


def unfilled_fields(article: HelpArticle) -> Iterator[Problem]:
    """Yield the fields that still say what their template does."""
    for name in ("title", "summary"):
        for found in find_placeholders(getattr(article, name), article.language):
            yield Problem("placeholder", "error", _message(found), field=name)


def _message(found: str) -> str:
    return _("Replace “%(placeholder)s” with your own words.") % {"placeholder": found}
