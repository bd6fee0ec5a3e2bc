"""Comparing and restoring versions in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.conftest import MakeArticle
from tests.integration.admin.pages import told


@pytest.fixture
def article(tenant: Model, make_article: MakeArticle) -> HelpArticle:
    """An article of three versions: One, Two, Three."""
    article = make_article(tenant, "Valve", content="One.", status="PUBLISHED")
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    for text in ("Two.", "Three."):
        article = service.update_article(article, content=text, note=f"Now {text}")
    return article


def url(article: HelpArticle) -> str:
    return reverse("admin:help_center_helparticle_versions", args=[article.pk])


def shown(client: Client, article: HelpArticle, **query: Any) -> str:
    return client.get(url(article), query).content.decode()


def test_versions_are_listed_with_their_notes(editor_client: Client, article: HelpArticle) -> None:
    page = shown(editor_client, article)
    assert "Now Two." in page
    assert "Now Three." in page


def test_newest_is_compared_with_the_one_before(
    editor_client: Client, article: HelpArticle
) -> None:
    page = shown(editor_client, article)
    assert "From version 2 to version 3" in page
    assert "<del>Two</del><ins>Three</ins>." in page


def test_any_two_are_compared(editor_client: Client, article: HelpArticle) -> None:
    page = shown(editor_client, article, **{"from": 3, "to": 1})
    assert "<del>Three</del><ins>One</ins>." in page


def test_version_is_compared_with_the_text_now(editor_client: Client, article: HelpArticle) -> None:
    page = shown(editor_client, article, **{"from": 1})
    assert "From version 1 to the text now" in page
    assert "<del>One</del><ins>Three</ins>." in page


@pytest.mark.parametrize("query", [{"from": "x"}, {"from": 9, "to": 1}, {"from": "²", "to": "-1"}])
def test_version_that_is_not_there_is_not_compared(
    editor_client: Client, article: HelpArticle, query: dict[str, Any]
) -> None:
    assert "From version 2 to version 3" in shown(editor_client, article, **query)


def test_equal_texts_are_said_to_be_equal(editor_client: Client, article: HelpArticle) -> None:
    assert "The texts are the same." in shown(editor_client, article, **{"from": 2, "to": 2})


def test_article_without_versions_says_so(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    assert "There is no version yet" in shown(editor_client, make_article(tenant))


def test_hostile_texts_are_shown_as_text(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, content="<script>a</script>", status="PUBLISHED")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
        article, content="<img src=x onerror=b>", note="<i>note</i>"
    )
    page = shown(editor_client, article)
    assert "<script>a" not in page
    assert "<img src=x" not in page
    assert "<i>note" not in page


def test_restored_version_is_a_new_version(editor_client: Client, article: HelpArticle) -> None:
    response = editor_client.post(url(article), {"restore": "1"})
    assert told(response) == ["The text of version 1 is that of version 4 now."]
    stored = HelpArticle.objects.get()
    assert (stored.content, stored.version) == ("One.", 4)


@pytest.mark.parametrize("number", ["", "9", "x", "-1", "1" * 30])
def test_version_that_is_not_there_is_not_restored(
    editor_client: Client, article: HelpArticle, number: str
) -> None:
    response = editor_client.post(url(article), {"restore": number})
    assert "There is no version" in told(response)[0]
    assert HelpArticle.objects.get().content == "Three."
