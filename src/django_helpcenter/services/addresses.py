"""Where articles are read."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def article_url(slug: str, language: str, *, anchor: str = "", **query: str) -> str:
    """Return the address at which a reader with the active language gets this article.

    Raises NoReverseMatch when the host does not include ``django_helpcenter.web.urls``.
    """
    if base_language(language) != base_language(translation.get_language()):
        query = {"lang": language, **query}
    return reverse("help_center:article", args=[slug], query=query or None, fragment=anchor or None)


def base_language(code: str | None) -> str:
    """Return a language without its region, the site's for none: ``pt`` for ``pt-br``."""
    return (code or settings.LANGUAGE_CODE).lower().split("-")[0]


def language_label(code: str) -> str:
    """Return what a language is called in the active one; the code when Django does not know it."""
    try:
        return str(translation.get_language_info(code)["name_translated"])
    except KeyError:
        return code
