"""What the search field asks for while somebody types."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from django_helpcenter.models import HelpSearchHistory
from tests.factories import make_article, make_category, make_indexed
from tests.integration.search.searches import searched


def suggested(client: Client, typed: str, **extra: Any) -> list[dict[str, str]]:
    response = client.get("/help/search/suggest/", {"q": typed}, **extra)
    assert response.status_code == 200
    found: list[dict[str, str]] = response.json()["suggestions"]
    return found


def test_suggestions_say_where_they_lead(reader: Client, tenant: Model) -> None:
    article = make_indexed(
        tenant,
        "Scan & go",
        slug="scan-go",
        content="Scan it.",
        category=make_category(tenant, "Scanners", slug="scanners"),
    )
    searched(tenant, "scan & go", opened=article)
    assert suggested(reader, "scan") == [
        {
            "kind": "query",
            "text": "scan & go",
            "note": "Search",
            "url": "/help/search/?q=scan+%26+go",
            "language": "",
        },
        {
            "kind": "article",
            "text": "Scan & go",
            "note": "Scanners",
            "url": "/help/a/scan-go/",
            "language": "en",
        },
        {
            "kind": "category",
            "text": "Scanners",
            "note": "Topic",
            "url": "/help/c/scanners/",
            "language": "",
        },
    ]


def test_article_in_another_language_says_so(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Scanner", slug="scanner", language="de")
    (found,) = suggested(reader, "scan")
    assert (found["url"], found["language"]) == ("/help/a/scanner/?lang=de", "de")


def test_language_of_the_page_comes_first(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Scanner one")
    make_article(tenant, "Scanner zwei", language="de")
    found = suggested(reader, "scan", headers={"accept-language": "de"})
    assert [each["text"] for each in found] == ["Scanner zwei", "Scanner one"]


def test_restricted_article_is_suggested_to_its_role(
    reader: Client, dispatcher: Client, tenant: Model
) -> None:
    make_article(tenant, "Scanner", target_roles=["dispatcher"])
    assert suggested(reader, "scan") == []
    assert len(suggested(dispatcher, "scan")) == 1


@pytest.mark.parametrize("typed", ["", " ", "\x00", "%", "🦉", "x" * 100_000, "'; --", "a & !b"])
def test_odd_text_is_answered(reader: Client, tenant: Model, typed: str) -> None:
    make_indexed(tenant, "Scanner")
    assert suggested(reader, typed) == []


def test_no_text_is_answered(reader: Client) -> None:
    assert reader.get("/help/search/suggest/").json() == {"suggestions": []}


def test_suggestions_are_kept_nowhere(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Scanner")
    response = reader.get("/help/search/suggest/", {"q": "scan"})
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache", "no-store"}
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert not HelpSearchHistory.objects.exists()


def test_search_field_names_where_to_ask(reader: Client) -> None:
    page = reader.get("/help/").content.decode()
    assert 'data-hc-suggest="/help/search/suggest/"' in page
    assert '<script type="module" src="/static/help_center/js/search-suggestions.js">' in page
