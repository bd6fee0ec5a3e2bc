"""Saying whether an article helped."""

from __future__ import annotations

import pytest
from django.db.models import Model
from django.test import Client

from django_helpcenter.models import HelpArticle, HelpArticleInteraction
from django_helpcenter.web.visitors import COOKIE_NAME
from tests.factories import make_article


@pytest.fixture
def article(tenant: Model) -> HelpArticle:
    return make_article(tenant, slug="pair")


def vote(client: Client, article: HelpArticle, helpful: str = "yes") -> object:
    return client.post(f"/help/a/{article.pk}/vote/", {"helpful": helpful})


def test_vote_is_counted(reader: Client, article: HelpArticle) -> None:
    vote(reader, article)
    article.refresh_from_db()
    assert (article.helpful_count, article.not_helpful_count) == (1, 0)


def test_vote_leads_back_to_the_article(reader: Client, article: HelpArticle) -> None:
    response = reader.post(f"/help/a/{article.pk}/vote/", {"helpful": "no"})
    assert response.status_code == 302
    assert response["Location"] == "/help/a/pair/?voted=1#hc-feedback"


def test_own_vote_is_shown_with_thanks(reader: Client, article: HelpArticle) -> None:
    vote(reader, article)
    page = reader.get("/help/a/pair/").content.decode()
    assert "Thank you for your answer" in page
    assert 'value="yes" type="submit" aria-pressed="true"' in page
    assert 'value="no" type="submit" aria-pressed="false"' in page


def test_vote_against_is_shown(reader: Client, article: HelpArticle) -> None:
    vote(reader, article, "no")
    page = reader.get("/help/a/pair/").content.decode()
    assert "You said that this article did not help." in page


def test_vote_of_another_person_is_not_shown(
    reader: Client, dispatcher: Client, article: HelpArticle
) -> None:
    vote(reader, article)
    assert "Was this article helpful?" in dispatcher.get("/help/a/pair/").content.decode()


def test_second_vote_replaces_the_first(reader: Client, article: HelpArticle) -> None:
    vote(reader, article, "yes")
    vote(reader, article, "no")
    article.refresh_from_db()
    assert (article.helpful_count, article.not_helpful_count) == (0, 1)


def test_vote_of_a_signed_in_reader_needs_no_cookie(
    dispatcher: Client, article: HelpArticle
) -> None:
    vote(dispatcher, article)
    assert COOKIE_NAME not in dispatcher.cookies
    interaction = HelpArticleInteraction.objects.get()
    assert interaction.user is not None
    assert interaction.visitor_key == ""


def test_two_visitors_have_two_votes(reader: Client, article: HelpArticle) -> None:
    vote(reader, article)
    vote(Client(), article)
    article.refresh_from_db()
    assert article.helpful_count == 2


def test_forged_cookie_is_no_visitor(article: HelpArticle) -> None:
    client = Client()
    client.cookies[COOKIE_NAME] = "somebody-else"
    vote(client, article)
    assert HelpArticleInteraction.objects.get().visitor_key != "somebody-else"


@pytest.mark.parametrize("answer", ["", "maybe", "\x00", "YES"])
def test_vote_that_is_neither_yes_nor_no_is_refused(
    reader: Client, article: HelpArticle, answer: str
) -> None:
    response = reader.post(f"/help/a/{article.pk}/vote/", {"helpful": answer})
    assert response.status_code == 400
    assert not HelpArticleInteraction.objects.exists()


def test_vote_without_a_token_is_refused(article: HelpArticle) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"/help/a/{article.pk}/vote/", {"helpful": "yes"}).status_code == 403
    assert not HelpArticleInteraction.objects.exists()


def test_vote_is_protected_where_the_host_has_no_csrf_middleware(
    article: HelpArticle, settings: object
) -> None:
    settings.MIDDLEWARE = [  # type: ignore[attr-defined]
        name
        for name in settings.MIDDLEWARE  # type: ignore[attr-defined]
        if "Csrf" not in name
    ]
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"/help/a/{article.pk}/vote/", {"helpful": "yes"}).status_code == 403


def test_form_of_the_page_casts_a_vote(article: HelpArticle) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/help/a/pair/")
    response = client.post(
        f"/help/a/{article.pk}/vote/",
        {"helpful": "yes", "csrfmiddlewaretoken": client.cookies["csrftoken"].value},
    )
    assert response.status_code == 302
    assert HelpArticleInteraction.objects.count() == 1


def test_vote_on_an_invisible_article_is_like_one_on_none(
    reader: Client, tenant: Model, other_tenant: Model
) -> None:
    hidden = [
        make_article(tenant, status="DRAFT"),
        make_article(tenant, target_roles=["dispatcher"]),
        make_article(other_tenant),
    ]
    nothing = reader.post("/help/a/999999999/vote/", {"helpful": "yes"})
    assert nothing.status_code == 404
    for article in hidden:
        response = reader.post(f"/help/a/{article.pk}/vote/", {"helpful": "yes"})
        assert (response.status_code, response.content) == (404, nothing.content)
        assert COOKIE_NAME not in response.cookies
    assert not HelpArticleInteraction.objects.exists()


def test_absurd_article_number_is_not_found(reader: Client) -> None:
    assert reader.post(f"/help/a/{'9' * 40}/vote/", {"helpful": "yes"}).status_code == 404
