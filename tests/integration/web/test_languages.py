"""Readers get their language, then the fallback, and are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from django_helpcenter.choices import Significance
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.types import SYSTEM
from tests.factories import HASHING, index, make_article

pytestmark = pytest.mark.django_db

Change = Callable[..., HelpArticle]


@pytest.fixture
def german() -> Client:
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def original(tenant: Model) -> HelpArticle:
    return make_article(tenant, "Valve", slug="valve", content="Open the valve.")


@pytest.fixture
def translated(tenant: Model, original: HelpArticle) -> HelpArticle:
    article = make_article(tenant, "Ventil", slug="ventil", content="Ventil öffnen.", language="de")
    return TranslationService(tenant=tenant, actor=SYSTEM).link(article, original)


@pytest.fixture
def change(tenant: Model, original: HelpArticle) -> Change:
    def run(**fields: Any) -> HelpArticle:
        return KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(original, **fields)

    return run


def notice(client: Client, url: str) -> str:
    """The words of the notice on a page, "" without one."""
    response = client.get(url)
    assert response.status_code == 200, response
    found = re.search(
        r'<div class="hc-admonition[^>]*role="note".*?</div>', page_of(response), re.DOTALL
    )
    return " ".join(re.sub("<[^>]*>", "", found[0]).split()) if found else ""


def page_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_reader_is_sent_to_their_language(
    german: Client, original: HelpArticle, translated: HelpArticle
) -> None:
    response = german.get("/help/a/valve/?from=4-1")
    assert (response.status_code, response["Location"]) == (302, "/help/a/ventil/?from=4-1")


def test_reader_who_asks_for_a_language_gets_it(
    german: Client, original: HelpArticle, translated: HelpArticle
) -> None:
    assert "Open the valve." in page_of(german.get("/help/a/valve/?lang=en"))


def test_reader_is_not_sent_to_what_they_may_not_see(
    tenant: Model, german: Client, original: HelpArticle, translated: HelpArticle
) -> None:
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(translated, target_roles=["staff"])
    assert german.get("/help/a/valve/").status_code == 200


def test_reader_without_a_text_of_theirs_is_told(german: Client, original: HelpArticle) -> None:
    told = "This page is not available in Deutsch; you are reading it in Englisch."
    assert notice(german, "/help/a/valve/") == told
    assert notice(german, "/help/a/valve/?lang=en") == told


def test_reader_of_their_own_language_is_told_nothing(
    reader: Client, german: Client, original: HelpArticle, translated: HelpArticle
) -> None:
    assert notice(reader, "/help/a/valve/") == ""
    assert notice(german, "/help/a/ventil/") == ""


def test_reader_who_chose_another_language_is_told_nothing(
    german: Client, original: HelpArticle, translated: HelpArticle
) -> None:
    assert notice(german, "/help/a/valve/?lang=en") == ""


def test_reader_who_asks_for_what_there_is_not_is_told(
    reader: Client, original: HelpArticle
) -> None:
    told = "This page is not available in French; you are reading it in English."
    assert notice(reader, "/help/a/valve/?lang=fr") == told


def test_language_that_is_none_is_not_repeated(reader: Client, original: HelpArticle) -> None:
    assert notice(reader, "/help/a/valve/?lang=zz") == ""


def test_notice_is_in_the_language_and_direction_of_the_page(
    original: HelpArticle, tenant: Model
) -> None:
    arabic = Client(headers={"accept-language": "ar"})
    page = page_of(arabic.get("/help/a/valve/"))
    assert 'hc-language-notice" role="note" lang="ar" dir="rtl"' in page
    assert '<article class="hc-article" lang="en" dir="ltr">' in page


def test_reader_of_an_outdated_translation_is_told_and_led_to_the_original(
    german: Client, change: Change, translated: HelpArticle
) -> None:
    change(content="Close the valve.")
    told = "The Englisch original has changed since; this translation may be out of date."
    assert notice(german, "/help/a/ventil/") == f"{told} Read the original: Valve"
    page = page_of(german.get("/help/a/ventil/"))
    link = '<a href="/help/a/valve/?lang=en" hreflang="en" lang="en" dir="ltr"><bdi>Valve</bdi></a>'
    assert link in page


def test_important_change_is_told_as_such(
    german: Client, change: Change, translated: HelpArticle
) -> None:
    change(content="Never open the valve.", significance=Significance.MAJOR)
    assert "in an important way" in notice(german, "/help/a/ventil/")


def test_minor_change_is_not_told(german: Client, change: Change, translated: HelpArticle) -> None:
    change(content="Open the valve!")
    assert notice(german, "/help/a/ventil/") == ""


@pytest.mark.parametrize("fields", [{"target_roles": ["staff"]}, {"status": "DRAFT"}])
def test_change_of_an_original_that_the_reader_may_not_see_is_not_told(
    german: Client, change: Change, translated: HelpArticle, fields: dict[str, Any]
) -> None:
    change(content="Close the valve.")
    change(**fields)
    assert notice(german, "/help/a/ventil/") == ""


def test_original_of_an_outdated_translation_says_nothing(
    reader: Client, change: Change, translated: HelpArticle
) -> None:
    change(content="Close the valve.")
    assert notice(reader, "/help/a/valve/") == ""


def test_title_of_the_original_stays_text(
    german: Client, change: Change, translated: HelpArticle
) -> None:
    change(title="<script>alert(1)</script>", content="Close it.")
    page = page_of(german.get("/help/a/ventil/"))
    assert "<script>alert" not in page


def test_language_is_marked_in_lists_where_it_is_another(
    german: Client, original: HelpArticle
) -> None:
    mark = '<span class="hc-language-mark" lang="de" dir="ltr">Englisch</span>'
    assert mark in page_of(german.get("/help/"))
    assert mark in page_of(german.get("/help/c/general/"))


def test_language_is_not_marked_where_it_is_the_readers(
    reader: Client, original: HelpArticle
) -> None:
    assert "hc-language-mark" not in page_of(reader.get("/help/"))


def test_language_is_marked_in_search_results_and_suggestions(
    tenant: Model, german: Client, original: HelpArticle, settings: Any
) -> None:
    settings.HELP_CENTER_EMBEDDINGS = HASHING
    index(tenant)
    assert "hc-language-mark" in page_of(german.get("/help/search/?q=valve"))
    found = german.get("/help/search/suggest/?q=val").json()["suggestions"]
    assert [each["note"] for each in found] == ["General · Englisch"]


def test_markdown_and_canonical_address_stay_those_of_the_article(
    german: Client, original: HelpArticle, translated: HelpArticle
) -> None:
    response = german.get("/help/a/valve.md")
    assert response.status_code == 200
    assert "Open the valve." in page_of(response)


def test_page_takes_as_many_queries_whatever_the_number_of_translations(
    tenant: Model, german: Client, change: Change, translated: HelpArticle
) -> None:
    def count() -> int:
        german.get("/help/a/ventil/")
        with CaptureQueriesContext(connection) as queries:
            german.get("/help/a/ventil/")
        return len(queries)

    few = count()
    for language in ("fr", "es", "it"):
        other = make_article(tenant, f"In {language}", language=language)
        TranslationService(tenant=tenant, actor=SYSTEM).link(other, translated)
    change(content="Close the valve.")
    assert count() == few
