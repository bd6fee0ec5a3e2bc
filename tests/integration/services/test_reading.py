"""What the reading service gives to a reader."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.utils import translation

from django_helpcenter.exceptions import NotVisible
from django_helpcenter.models import HelpArticle, HelpArticleInteraction
from django_helpcenter.services.reading import ReadingService
from tests.factories import make_article, make_category, make_user


def reading(tenant: Model, **scope: Any) -> ReadingService:
    return ReadingService(tenant=tenant, **scope)


def titles(articles: Any) -> list[str]:
    return sorted(article.title for article in articles)


@pytest.fixture
def group(tenant: Model) -> dict[str, Any]:
    """Return one article in three languages, by language."""
    english = make_article(tenant, "en", language="en")
    return {"en": english} | {
        code: make_article(tenant, code, language=code, translation_group=english.translation_group)
        for code in ("de", "pt-br")
    }


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "en"), ("en-gb", "en"), ("de", "de"), ("de-at", "de"), ("pt", "pt-br"), ("fr", "en")],
)
def test_list_shows_the_language_that_suits_best(
    tenant: Model, group: dict[str, Any], language: str, expected: str
) -> None:
    assert titles(reading(tenant, language=language).listed) == [expected]


def test_language_of_the_page_is_the_default(tenant: Model, group: dict[str, Any]) -> None:
    with translation.override("de"):
        assert titles(reading(tenant).listed) == ["de"]


def test_hidden_translation_does_not_hide_the_others(tenant: Model, group: dict[str, Any]) -> None:
    german = group["de"]
    german.target_roles = ["dispatcher"]
    german.save()
    assert titles(reading(tenant, language="de").listed) == ["en"]


def test_articles_that_are_no_translations_are_all_listed(tenant: Model) -> None:
    make_article(tenant, "a", language="en")
    make_article(tenant, "b", language="de")
    assert titles(reading(tenant, language="en").listed) == ["a", "b"]


@pytest.mark.parametrize(
    ("wanted", "reader", "expected"),
    [
        ("", "de", "de"),
        ("pt-br", "de", "pt-br"),
        ("pt", "de", "pt"),
        ("pt-pt", "de", "pt"),
        ("", "pt-br", "pt-br"),
        ("fr", "ja", "en"),
    ],
)
def test_slug_in_several_languages(tenant: Model, wanted: str, reader: str, expected: str) -> None:
    for code in ("pt-br", "pt", "de", "en"):
        make_article(tenant, code, slug="same", language=code)
    assert reading(tenant, language=reader).find_article("same", language=wanted).title == expected


def test_without_any_wanted_language_there_is_still_an_article(tenant: Model) -> None:
    make_article(tenant, "ja", slug="same", language="ja")
    assert reading(tenant, language="fr").find_article("same").title == "ja"


def test_reader_without_a_key_has_no_vote(tenant: Model) -> None:
    article = make_article(tenant)
    HelpArticleInteraction.record_vote(article, is_helpful=True, visitor_key="somebody")
    assert reading(tenant).article(article).vote is None


def test_vote_belongs_to_the_person(tenant: Model) -> None:
    article, user = make_article(tenant), make_user()
    HelpArticleInteraction.record_vote(article, is_helpful=False, user=user)
    assert reading(tenant, user=user).article(article).vote is False
    assert reading(tenant, visitor_key="somebody").article(article).vote is None


def test_database_that_cannot_write_stops_no_reader(
    tenant: Model, caplog: pytest.LogCaptureFixture
) -> None:
    article = make_article(tenant)
    with transaction.atomic(), caplog.at_level(logging.WARNING, logger="help_center"):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        reading(tenant, visitor_key="somebody").record_view(article)
        transaction.set_rollback(True)
    assert f"A view of article {article.pk} was not recorded." in caplog.text
    assert not HelpArticleInteraction.objects.exists()


def test_category_of_another_tenant_is_not_visible(tenant: Model, other_tenant: Model) -> None:
    make_article(other_tenant, category=make_category(other_tenant, "Devices", slug="devices"))
    with pytest.raises(NotVisible):
        reading(tenant).category("devices")


def test_short_lists_are_short(tenant: Model) -> None:
    for number in range(8):
        make_article(tenant, f"Article {number}")
    HelpArticle.objects.update(view_count=1)
    home = reading(tenant).home()
    assert (len(home.popular), len(home.recent)) == (6, 6)
