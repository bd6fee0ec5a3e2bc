"""The home page."""

from __future__ import annotations

import re

from django.db.models import Model
from django.test import Client, override_settings

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from tests.factories import make_article, make_category


def text(client: Client, url: str = "/help/") -> str:
    """Return what a page says, without its markup."""
    html = client.get(url).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_home_counts_the_articles_below_a_category(reader: Client, tenant: Model) -> None:
    parent = make_category(tenant, "Mobile app")
    make_article(tenant, "Install", category=parent)
    make_article(tenant, "Sync", category=make_category(tenant, "Offline", parent=parent))
    assert "Mobile app Offline 2 articles" in text(reader)


def test_home_does_not_count_drafts(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Install", category=make_category(tenant, "Mobile app"))
    make_article(tenant, "Soon", category=make_category(tenant, "Mobile app"), status="DRAFT")
    assert "Mobile app 1 article" in text(reader)
    assert "2 articles" not in text(reader)


def test_category_with_nothing_to_read_is_not_named(reader: Client, tenant: Model) -> None:
    make_article(
        tenant, "Margins", category=make_category(tenant, "Prices"), target_roles=["dispatcher"]
    )
    assert "Prices" not in text(reader)


def test_category_of_a_role_is_named_to_that_role(dispatcher: Client, tenant: Model) -> None:
    make_article(
        tenant, "Margins", category=make_category(tenant, "Prices"), target_roles=["dispatcher"]
    )
    assert "Prices 1 article" in text(dispatcher)


def test_categories_stand_in_their_order(reader: Client, tenant: Model) -> None:
    for order, name in ((2, "Billing"), (1, "Zones")):
        make_article(tenant, name, category=make_category(tenant, name, display_order=order))
    assert text(reader).index("Zones") < text(reader).index("Billing")


def test_popular_articles_are_those_read_most(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Seldom read")
    make_article(tenant, "Often read")
    HelpArticle.objects.filter(title="Seldom read").update(view_count=3)
    HelpArticle.objects.filter(title="Often read").update(view_count=30)
    page = text(reader)
    popular = page[page.index("Popular articles") : page.index("Recently updated")]
    assert popular.index("Often read") < popular.index("Seldom read")


def test_nothing_is_popular_before_anything_was_read(reader: Client, tenant: Model) -> None:
    make_article(tenant)
    assert "Popular articles" not in text(reader)
    assert "Recently updated" in text(reader)


def test_empty_help_center_says_so(reader: Client) -> None:
    assert "There are no articles here yet." in text(reader)


def test_article_in_several_languages_is_listed_once(reader: Client, tenant: Model) -> None:
    english = make_article(tenant, "Install the app", language="en")
    make_article(
        tenant, "App installieren", language="de", translation_group=english.translation_group
    )
    page = text(reader)
    assert "Install the app" in page
    assert "App installieren" not in page
    assert "1 article" in page


def test_list_shows_the_language_of_the_reader(tenant: Model) -> None:
    english = make_article(tenant, "Install the app", language="en")
    make_article(
        tenant, "App installieren", language="de", translation_group=english.translation_group
    )
    german = Client(headers={"accept-language": "de"})
    assert "App installieren" in text(german)
    assert "Install the app" not in text(german)


def test_article_in_another_language_says_so(reader: Client, tenant: Model) -> None:
    make_article(tenant, "App installieren", slug="app", language="de")
    assert (
        '<a href="/help/a/app/?lang=de" lang="de" dir="ltr">'
        in reader.get("/help/").content.decode()
    )


def test_page_says_its_language_and_direction(tenant: Model) -> None:
    html = Client(headers={"accept-language": "ar"}).get("/help/").content.decode()
    assert '<html class="hc-page" lang="ar" dir="rtl">' in html


@override_settings(HELP_CENTER_SUPPORT_URL="/support/")
def test_way_to_support_is_shown_when_there_is_one(reader: Client) -> None:
    assert '<a href="/support/">Contact support</a>' in reader.get("/help/").content.decode()


def test_no_way_to_support_is_shown_when_there_is_none(reader: Client) -> None:
    assert "Contact support" not in text(reader)


def test_archived_article_is_not_listed(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Old way", status=ArticleStatus.ARCHIVED)
    assert "Old way" not in text(reader)
