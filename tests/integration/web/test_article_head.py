"""What the head of an article's page says to search engines and social networks."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.db.models import Model
from django.test import Client

from tests.factories import make_article, make_category

NASTY = "</script><script>alert(1)</script><!-- & \u2028 \"quoted\" 'so'"


def page(client: Client, url: str = "/help/a/one/") -> str:
    return client.get(url).content.decode()


def structured(text: str) -> dict[str, dict[str, Any]]:
    """Return the schema.org data of a page by type."""
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return {each["@type"]: each for each in json.loads(found)["@graph"]}


def meta(text: str) -> dict[str, str]:
    """Return the Open Graph properties of a page."""
    found = re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', text)
    return {name: html.unescape(value) for name, value in found}


def languages(text: str) -> dict[str, str]:
    """Return the addresses of a page in other languages."""
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', text))


def test_article_has_open_graph_data(tenant: Model, reader: Client) -> None:
    make_article(tenant, "One & all", slug="one", summary="In “short”.", language="en")
    assert meta(page(reader)) == {
        "type": "article",
        "title": "One & all",
        "description": "In “short”.",
        "url": "http://testserver/help/a/one/",
        "locale": "en",
        "site_name": "Acme",
    }


def test_article_has_structured_data(tenant: Model, reader: Client) -> None:
    above = make_category(tenant, "Above")
    below = make_category(tenant, "Below", parent=above)
    article = make_article(
        tenant, "One", slug="one", summary="Short.", category=below, tags=["gear"]
    )
    found = structured(page(reader))
    assert found["TechArticle"] == {
        "@type": "TechArticle",
        "@id": "http://testserver/help/a/one/",
        "url": "http://testserver/help/a/one/",
        "headline": "One",
        "description": "Short.",
        "inLanguage": article.language,
        "datePublished": article.published_date.isoformat() if article.published_date else "",
        "dateModified": article.updated_at.isoformat(),
        "keywords": ["gear"],
        "publisher": {"@type": "Organization", "name": "Acme"},
    }
    assert [
        (step["position"], step["name"], step["item"])
        for step in found["BreadcrumbList"]["itemListElement"]
    ] == [
        (1, "Above", "http://testserver/help/c/above/"),
        (2, "Below", "http://testserver/help/c/below/"),
        (3, "One", "http://testserver/help/a/one/"),
    ]


def test_no_text_leaves_the_head(tenant: Model, reader: Client) -> None:
    category = make_category(tenant, NASTY, slug="nasty")
    make_article(tenant, NASTY, slug="one", summary=NASTY, category=category, tags=[NASTY])
    text = page(reader)
    assert "<script>" not in text
    assert structured(text)["TechArticle"]["headline"] == NASTY
    assert meta(text)["title"] == NASTY


def test_translations_that_a_reader_may_see_are_named(tenant: Model, reader: Client) -> None:
    group = make_article(tenant, "One", slug="one").translation_group
    make_article(tenant, "Eins", slug="eins", language="de", translation_group=group)
    make_article(
        tenant, "Un", slug="un", language="fr", translation_group=group, target_roles=["dispatcher"]
    )
    expected = {
        "en": "http://testserver/help/a/one/",
        "de": "http://testserver/help/a/eins/?lang=de",
        "x-default": "http://testserver/help/a/one/",
    }
    assert languages(page(reader)) == expected
    assert languages(page(reader, "/help/a/eins/?lang=de")) == expected


def test_article_in_one_language_names_no_other(tenant: Model, reader: Client) -> None:
    make_article(tenant, "One", slug="one")
    assert languages(page(reader)) == {}


def test_page_leads_to_its_markdown(tenant: Model, reader: Client) -> None:
    make_article(tenant, "One", slug="one")
    wanted = '<link rel="alternate" type="text/markdown" href="http://testserver/help/a/one.md">'
    assert wanted in page(reader)
