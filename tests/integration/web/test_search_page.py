"""The page of search results."""

from __future__ import annotations

import re

import pytest
from django.db.models import Model
from django.test import Client, override_settings

from django_helpcenter.models import HelpSearchHistory
from django_helpcenter.web.search_page import LAST_PAGE, PAGE_SIZE
from tests.factories import index, make_article, make_category, make_indexed
from tests.integration.search.searches import refined


def html(client: Client, query: str, **parameters: str) -> str:
    response = client.get("/help/search/", {"q": query, **parameters})
    assert response.status_code == 200
    return response.content.decode()


def text(client: Client, query: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html(client, query)).split())


def test_result_is_shown_with_its_matches_marked(reader: Client, tenant: Model) -> None:
    make_indexed(tenant, "Pair a scanner", slug="pair", content="Hold the trigger to pair it.")
    page = html(reader, "scanner trigger")
    assert "Pair a <mark>scanner</mark></a></h2>" in page
    assert "<mark>trigger</mark>" in page


def test_number_of_results_is_told(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Scanner one")
    make_article(tenant, "Scanner two")
    index(tenant)
    assert "2 articles match “scanner”" in text(reader, "scanner")


@override_settings(HELP_CENTER_SEARCH_CANDIDATES=34, HELP_CENTER_SEARCH_SCAN_LIMIT=0)
def test_number_that_may_be_higher_is_told_as_a_round_one(reader: Client, tenant: Model) -> None:
    for number in range(35):
        make_article(tenant, f"Scanner {number}")
    index(tenant)
    assert "More than 30 articles match “scanner”" in text(reader, "scanner")


def test_mistyped_query_offers_what_was_meant(reader: Client, tenant: Model) -> None:
    make_indexed(tenant, "Pair a scanner & more", content="Hold the trigger.")
    page = html(reader, "scaner & trigger")
    link = '<a href="/help/search/?q=scanner%20%26%20trigger"><bdi>scanner &amp; trigger</bdi></a>'
    assert f"Did you mean {link}?" in page
    assert "Did you mean" not in html(reader, "scanner")


def test_result_leads_to_the_heading_that_answers(reader: Client, tenant: Model) -> None:
    words = "The trigger is on the side. " * 60
    make_indexed(
        tenant,
        "Scanners",
        slug="scanners",
        content=f"## Batteries\n\n{words}\n\n## Zebra mode\n\nPress Z.",
    )
    assert re.search(
        r'href="/help/a/scanners/\?from=\d+-1#section-zebra-mode"', html(reader, "zebra mode")
    )


def test_result_names_its_category(reader: Client, tenant: Model) -> None:
    make_indexed(tenant, "Pair a scanner", category=make_category(tenant, "Devices"))
    assert "Devices" in text(reader, "scanner")


def test_long_result_has_pages(reader: Client, tenant: Model) -> None:
    for number in range(PAGE_SIZE + 2):
        make_article(tenant, f"Scanner {number}")
    index(tenant)
    first, second = html(reader, "scanner"), html(reader, "scanner", page="2")
    assert first.count('<li class="hc-result"') == PAGE_SIZE
    assert second.count('<li class="hc-result"') == 2
    assert f'<ol class="hc-results" start="{PAGE_SIZE + 1}">' in second
    assert 'rel="next" href="/help/search/?q=scanner&amp;page=2"' in first


@pytest.mark.parametrize("number", ["2", "0", str(LAST_PAGE + 1), "999999"])
def test_page_behind_the_last_is_not_found(reader: Client, tenant: Model, number: str) -> None:
    make_indexed(tenant, "Scanner")
    assert reader.get("/help/search/", {"q": "scanner", "page": number}).status_code == 404


def test_only_the_first_page_is_a_search_of_its_own(reader: Client, tenant: Model) -> None:
    for number in range(PAGE_SIZE + 1):
        make_article(tenant, f"Scanner {number}")
    index(tenant)
    html(reader, "scanner")
    html(reader, "scanner", page="2")
    assert HelpSearchHistory.objects.count() == 1


def test_nothing_found_offers_something_else(reader: Client, tenant: Model) -> None:
    make_indexed(tenant, "Pair a scanner", category=make_category(tenant, "Devices"))
    page = text(reader, "xyzzy")
    for expected in ("No articles match “xyzzy”", "Things to try", "Pair a scanner", "Devices"):
        assert expected in page


@override_settings(HELP_CENTER_SUPPORT_URL="/support/")
def test_nothing_found_leads_to_support(reader: Client) -> None:
    assert '<a class="hc-button hc-button--primary" href="/support/">' in html(reader, "xyzzy")


def test_nothing_found_offers_nothing_of_another_role(reader: Client, tenant: Model) -> None:
    make_indexed(
        tenant, "Margins", category=make_category(tenant, "Prices"), target_roles=["dispatcher"]
    )
    page = text(reader, "xyzzy")
    assert "Margins" not in page
    assert "Prices" not in page


def test_article_of_another_role_is_not_found(
    reader: Client, dispatcher: Client, tenant: Model
) -> None:
    make_indexed(tenant, "Margin table", target_roles=["dispatcher"])
    assert "No articles match" in text(reader, "margin")
    assert "1 article matches" in text(dispatcher, "margin")


def test_page_without_a_query_asks_for_one(reader: Client, tenant: Model) -> None:
    make_indexed(tenant, "Pair a scanner")
    for query in ("", "   ", "\x00\x01"):
        page = text(reader, query)
        assert "Search the help center" in page
        assert "Pair a scanner" in page
        assert "Things to try" not in page
    assert not HelpSearchHistory.objects.exists()


def test_query_is_shown_as_text(reader: Client, tenant: Model) -> None:
    page = html(reader, '"><script>alert(1)</script>')
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "query",
    [
        "the of and",
        "!!! ??? ***",
        "🦉🦉",
        "打印机 连接",
        "'; DROP TABLE x; --",
        "a & !b | (c:*",
        "x" * 100_000,
    ],
)
def test_odd_query_is_answered(reader: Client, tenant: Model, query: str) -> None:
    make_indexed(tenant, "Pair a scanner")
    assert html(reader, query)


def test_reader_is_not_told_that_search_is_degraded(reader: Client, tenant: Model) -> None:
    make_indexed(tenant, "Pair a scanner")
    with override_settings(
        HELP_CENTER_EMBEDDINGS={
            "BACKEND": "django_helpcenter.backends.embeddings.onnx.OnnxEmbeddings",
            "OPTIONS": {"model_dir": "/nowhere"},
        }
    ):
        page = text(reader, "scanner")
    assert "1 article matches" in page
    assert "degraded" not in page.lower()


def test_search_is_not_indexed_by_search_engines(reader: Client) -> None:
    assert '<meta name="robots" content="noindex">' in html(reader, "scanner")


def test_opened_result_is_noted(reader: Client, tenant: Model) -> None:
    article = make_indexed(tenant, "Pair a scanner", slug="pair")
    address = re.search(r'href="(/help/a/pair/\?from=[^"#]+)', html(reader, "scanner"))
    assert address is not None
    assert reader.get(address[1]).status_code == 200
    history = HelpSearchHistory.objects.get()
    assert (history.clicked_article_id, history.click_position) == (article.pk, 1)


def test_result_opened_by_somebody_else_is_not_noted(reader: Client, tenant: Model) -> None:
    make_indexed(tenant, "Pair a scanner", slug="pair")
    html(reader, "scanner")
    history = HelpSearchHistory.objects.get()
    other = Client(headers={"user-agent": "Mozilla/5.0"})
    assert other.get("/help/a/pair/", {"from": f"{history.pk}-1"}).status_code == 200
    history.refresh_from_db()
    assert history.clicked_article_id is None


@pytest.mark.parametrize(
    "token", ["1", "1-", "x-1", "-1--1", "1-1-1", "9" * 30 + "-1", "\x00", "١-١"]
)
def test_senseless_origin_is_ignored(reader: Client, tenant: Model, token: str) -> None:
    make_article(tenant, slug="pair")
    assert reader.get("/help/a/pair/", {"from": token}).status_code == 200


def test_related_searches_are_offered(reader: Client, tenant: Model) -> None:
    make_indexed(tenant, "Pair a scanner", content="Hold & the trigger.")
    refined(tenant, "scanner", "scanner & trigger")
    page = html(reader, "Scanner")
    assert "Related searches" in page
    link = '<a href="/help/search/?q=scanner%20%26%20trigger"><bdi>scanner &amp; trigger</bdi></a>'
    assert link in page
    assert "Related searches" not in html(reader, "hold")


def test_names_like_a_query_without_results_are_offered(reader: Client, tenant: Model) -> None:
    make_indexed(
        tenant,
        "Pair a scanner",
        slug="pair",
        content="All about barcodes.",
        category=make_category(tenant, "Barcodes", slug="codes"),
    )
    page = html(reader, "scan")
    assert "No articles match" in page
    assert '<a href="/help/a/pair/">Pair a scanner</a>' in page
    assert '<a href="/help/c/codes/">Barcodes</a>' in html(reader, "barcodez")
    assert "Were you looking for this" not in html(reader, "xyzzy")
    assert "Were you looking for this" not in html(reader, "scanner")
