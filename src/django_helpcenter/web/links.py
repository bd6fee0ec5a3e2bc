"""What the addresses of the reader pages say beyond their path."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from django_helpcenter.services.addresses import article_url, base_language

_CLICK = re.compile(r"([0-9]{1,18})-([0-9]{1,4})")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,2}")


def canonical_url(request: HttpRequest, slug: str, language: str) -> str:
    """Return the one absolute address of an article, the same for every reader."""
    with translation.override(settings.LANGUAGE_CODE):
        return request.build_absolute_uri(article_url(slug, language))


def markdown_url(slug: str, language: str) -> str:
    """Return the address of an article as Markdown, the same for every reader."""
    query = {} if base_language(language) == base_language(None) else {"lang": language}
    return reverse("help_center:article-markdown", args=[slug], query=query or None)


def wanted_language(request: HttpRequest) -> str:
    """Return the language that ``?lang=`` asks for, "" without one."""
    code = request.GET.get("lang", "")
    return code if _LANGUAGE.fullmatch(code) else ""


def click_token(history_id: int, position: int) -> str:
    """Return what a link on a result page carries, so that opening it counts for that search."""
    return f"{history_id}-{position}"


def read_click(request: HttpRequest) -> tuple[int, int] | None:
    """Return the search and the position that a link came from; whose search is not known."""
    match = _CLICK.fullmatch(request.GET.get("from", ""))
    return (int(match[1]), int(match[2])) if match else None
