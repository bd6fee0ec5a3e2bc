"""What is recorded of readers, and when they get a cookie."""

from __future__ import annotations

import pytest
from django.db.models import Model
from django.test import Client

from django_helpcenter.models import HelpArticle, HelpArticleInteraction, HelpSearchHistory
from django_helpcenter.web.visitors import COOKIE_NAME
from tests.factories import make_article, make_indexed
from tests.integration.web.conftest import BROWSER


@pytest.fixture
def article(tenant: Model) -> HelpArticle:
    return make_article(tenant, slug="pair")


def test_opened_article_is_counted(reader: Client, article: HelpArticle) -> None:
    reader.get("/help/a/pair/")
    view = HelpArticleInteraction.objects.get()
    assert (view.article_id, view.interaction_type) == (article.pk, "VIEW")
    assert len(view.visitor_key) == 32


def test_visitor_keeps_the_key(reader: Client, article: HelpArticle) -> None:
    reader.get("/help/a/pair/")
    reader.get("/help/a/pair/")
    assert len(set(HelpArticleInteraction.objects.values_list("visitor_key"))) == 1


def test_cookie_is_out_of_reach_of_scripts(reader: Client, article: HelpArticle) -> None:
    cookie = reader.get("/help/a/pair/").cookies[COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]


def test_cookie_of_a_secure_page_is_secure(reader: Client, article: HelpArticle) -> None:
    assert reader.get("/help/a/pair/", secure=True).cookies[COOKIE_NAME]["secure"]


def test_signed_in_reader_gets_no_cookie(dispatcher: Client, article: HelpArticle) -> None:
    assert COOKIE_NAME not in dispatcher.get("/help/a/pair/").cookies
    assert HelpArticleInteraction.objects.get().user is not None


def test_browsing_sets_no_cookie(reader: Client, article: HelpArticle) -> None:
    for url in ("/help/", "/help/c/general/", "/help/search/", "/help/a/nothing/"):
        assert not reader.get(url).cookies


@pytest.mark.parametrize(
    "headers",
    [
        {"dnt": "1"},
        {"sec-gpc": "1"},
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": ""},
    ],
)
def test_reader_who_is_not_to_be_recorded_reads_all_the_same(
    tenant: Model, headers: dict[str, str]
) -> None:
    make_indexed(tenant, "Pair a scanner", slug="pair")
    client = Client(headers={"user-agent": BROWSER, **headers})
    for url in ("/help/a/pair/", "/help/search/?q=scanner"):
        response = client.get(url)
        assert response.status_code == 200
        assert COOKIE_NAME not in response.cookies
    assert not HelpArticleInteraction.objects.exists()
    assert not HelpSearchHistory.objects.exists()


def test_head_is_not_recorded(reader: Client, article: HelpArticle) -> None:
    reader.head("/help/a/pair/")
    assert not HelpArticleInteraction.objects.exists()


def test_reader_who_asked_not_to_be_tracked_can_vote(article: HelpArticle) -> None:
    client = Client(headers={"user-agent": BROWSER, "dnt": "1"})
    client.post(f"/help/a/{article.pk}/vote/", {"helpful": "yes"})
    assert "Thank you for your answer" in client.get("/help/a/pair/").content.decode()
    assert list(HelpArticleInteraction.objects.values_list("interaction_type", flat=True)) == [
        "VOTE_HELPFUL"
    ]


def test_coming_back_from_the_vote_is_no_second_view(reader: Client, article: HelpArticle) -> None:
    reader.get("/help/a/pair/")
    reader.post(f"/help/a/{article.pk}/vote/", {"helpful": "yes"}, follow=True)
    assert HelpArticleInteraction.objects.filter(interaction_type="VIEW").count() == 1


def test_search_gives_a_visitor_a_name(reader: Client, tenant: Model) -> None:
    assert COOKIE_NAME in reader.get("/help/search/?q=scanner").cookies


def test_search_that_is_not_kept_gives_no_cookie(
    reader: Client, tenant: Model, settings: object
) -> None:
    settings.HELP_CENTER_SEARCH_HISTORY = False  # type: ignore[attr-defined]
    assert COOKIE_NAME not in reader.get("/help/search/?q=scanner").cookies
