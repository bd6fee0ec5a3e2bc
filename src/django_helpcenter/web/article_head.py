"""What the head of an article's page tells search engines and social networks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import to_locale

from django_helpcenter.services.reading import ArticlePage
from django_helpcenter.services.translations import language_rank
from django_helpcenter.web.links import canonical_url, markdown_url

#: What would end the element, or begin another one; as ``json_script`` has it.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}
#: Characters of a headline; search engines cut longer ones.
_HEADLINE_LENGTH = 110


@dataclass(frozen=True, slots=True)
class Alternate:
    """An article in another language."""

    language: str
    url: str


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """Addresses of an article, and what it is.

    ``alternates`` has the article itself and its translations for this reader, and is empty without
    any; ``structured_data`` is safe inside a ``script`` element of JSON-LD.
    """

    canonical_url: str
    markdown_url: str
    locale: str
    alternates: tuple[Alternate, ...]
    default_url: str
    structured_data: SafeString


def article_head(request: HttpRequest, page: ArticlePage, *, site_name: str) -> ArticleHead:
    """Return the head of an article's page; all addresses are absolute."""
    article = page.article
    texts = sorted([article, *page.translations], key=lambda text: language_rank(text.language))
    alternates = tuple(
        Alternate(text.language, canonical_url(request, text.slug, text.language)) for text in texts
    )
    url = canonical_url(request, article.slug, article.language)
    return ArticleHead(
        canonical_url=url,
        markdown_url=request.build_absolute_uri(markdown_url(article.slug, article.language)),
        locale=to_locale(article.language or settings.LANGUAGE_CODE),
        alternates=alternates if page.translations else (),
        default_url=alternates[0].url,
        structured_data=json_ld([_article(page, url, site_name), _breadcrumb(request, page, url)]),
    )


def json_ld(graph: list[dict[str, Any]]) -> SafeString:
    """Return schema.org data that cannot leave the ``script`` element that it stands in."""
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - escaped above


def _article(page: ArticlePage, url: str, site_name: str) -> dict[str, Any]:
    article = page.article
    data = {
        "@type": "TechArticle",
        "@id": url,
        "url": url,
        "headline": article.title[:_HEADLINE_LENGTH],
        "description": article.summary,
        "inLanguage": article.language,
        "datePublished": article.published_date and article.published_date.isoformat(),
        "dateModified": article.updated_at.isoformat(),
        "keywords": [tag.name for tag in page.tags],
        "publisher": {"@type": "Organization", "name": site_name},
    }
    return {name: value for name, value in data.items() if value}


def _breadcrumb(request: HttpRequest, page: ArticlePage, url: str) -> dict[str, Any]:
    steps = [
        (category.name, request.build_absolute_uri(reverse("help_center:category", args=[slug])))
        for category in page.breadcrumb
        for slug in [category.slug]
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate([*steps, (page.article.title, url)], 1)
        ],
    }
