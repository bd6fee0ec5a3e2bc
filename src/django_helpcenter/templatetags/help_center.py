"""Tags for the templates of the help center."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import select_template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from django_helpcenter.services.addresses import article_url, base_language, language_label

register = template.Library()

_ICON_NAME = re.compile(r"[a-z0-9-]{1,50}")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


@register.simple_tag
def help_article_url(article: Any) -> str:
    """Return the address of an article: anything with a ``slug`` and a ``language``."""
    return article_url(article.slug, article.language)


@register.simple_tag
def help_icon(name: str, *, color: str = "") -> SafeString:
    """Draw ``help_center/icons/<name>.svg``, a folder for a name that has no drawing.

    ``color`` is ``#rrggbb``; anything else is ignored.
    """
    wanted = name if _ICON_NAME.fullmatch(name) else "folder"
    drawing = select_template([f"help_center/icons/{wanted}.svg", "help_center/icons/folder.svg"])
    html: SafeString = drawing.render(
        {"color": color if _COLOR.fullmatch(color) else "currentColor"}
    )
    return html


@register.simple_tag
def help_lang(language: str, *, always: bool = False) -> str:
    """Return ``lang`` and ``dir`` attributes for text that is not in the language of the page."""
    if not always and base_language(language) == base_language(translation.get_language()):
        return ""
    direction = "rtl" if base_language(language) in settings.LANGUAGES_BIDI else "ltr"
    return format_html(' lang="{}" dir="{}"', language, direction)


@register.simple_tag
def help_language_mark(language: str) -> SafeString | str:
    """Say in which language a text is that is not in the language of the page."""
    if base_language(language) == base_language(translation.get_language()):
        return ""
    page = translation.get_language() or settings.LANGUAGE_CODE
    return format_html(
        '<span class="hc-language-mark"{}>{}</span>',
        help_lang(page, always=True),
        language_label(language),
    )


@register.filter
def help_language_label(code: str) -> str:
    """Return what a language is called in the language of the page; the code when unknown."""
    return language_label(code)


@register.filter
def help_language_name(code: str) -> str:
    """Return what a language calls itself; the code when Django does not know it."""
    try:
        return str(translation.get_language_info(code)["name_local"])
    except KeyError:
        return code
