"""The page of an article."""

from __future__ import annotations

from django.db.models import Model
from django.test import Client, override_settings

from django_helpcenter.choices import DifficultyLevel
from django_helpcenter.models import HelpArticle
from tests.factories import make_article, make_category


def html(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_article_shows_title_summary_and_text(reader: Client, tenant: Model) -> None:
    make_article(
        tenant, "Pair a scanner", slug="pair", summary="Takes a minute.", content="Hold **A**."
    )
    page = html(reader, "/help/a/pair/")
    assert '<h1 class="hc-article__title">Pair a scanner</h1>' in page
    assert "Takes a minute." in page
    assert "<p>Hold <strong>A</strong>.</p>" in page


def test_article_shows_when_it_was_updated(reader: Client, tenant: Model) -> None:
    article = make_article(tenant, slug="pair")
    HelpArticle.objects.filter(pk=article.pk).update(updated_at="2026-03-04T05:06:07Z")
    page = html(reader, "/help/a/pair/")
    assert '<time datetime="2026-03-04T05:06:07+00:00">March 4, 2026</time>' in page


def test_breadcrumb_leads_from_the_top_to_the_article(reader: Client, tenant: Model) -> None:
    top = make_category(tenant, "Mobile app", slug="mobile")
    below = make_category(tenant, "Offline", slug="offline", parent=top)
    make_article(tenant, "Sync", slug="sync", category=below)
    page = html(reader, "/help/a/sync/")
    places = [
        page.index(part)
        for part in (
            '<li><a href="/help/c/mobile/">Mobile app</a></li>',
            '<li><a href="/help/c/offline/">Offline</a></li>',
            '<li><span aria-current="page">Sync</span></li>',
        )
    ]
    assert places == sorted(places)


def test_headings_make_a_table_of_contents(reader: Client, tenant: Model) -> None:
    make_article(
        tenant, slug="pair", content="## Before\n\nText.\n\n## After\n\n### Later\n\nText."
    )
    page = html(reader, "/help/a/pair/")
    assert '<a href="#section-before">Before</a>' in page
    assert '<a href="#section-later">Later</a>' in page
    assert '<h2 id="section-before">Before</h2>' in page


def test_short_article_has_no_table_of_contents(reader: Client, tenant: Model) -> None:
    make_article(tenant, slug="pair", content="## Only\n\nText.")
    assert "On this page" not in html(reader, "/help/a/pair/")


def test_tags_lead_to_their_pages(reader: Client, tenant: Model) -> None:
    make_article(tenant, slug="pair", tags=["Offline use"])
    assert '<a href="/help/t/offline-use/">Offline use</a>' in html(reader, "/help/a/pair/")


def test_related_articles_are_offered(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Pair", slug="pair")
    make_article(tenant, "Unpair", slug="unpair")
    page = html(reader, "/help/a/pair/")
    assert '<a href="/help/a/unpair/">Unpair</a>' in page[page.index("Related articles") :]


def test_related_articles_of_another_role_are_not_offered(reader: Client, tenant: Model) -> None:
    make_article(tenant, "Pair", slug="pair")
    make_article(tenant, "Unpair", target_roles=["dispatcher"])
    assert "Unpair" not in html(reader, "/help/a/pair/")


def test_difficulty_is_named_when_it_is_not_the_lowest(reader: Client, tenant: Model) -> None:
    make_article(tenant, slug="easy")
    make_article(tenant, slug="hard", difficulty_level=DifficultyLevel.ADVANCED)
    assert "Advanced" in html(reader, "/help/a/hard/")
    assert "Beginner" not in html(reader, "/help/a/easy/")


def test_slug_in_two_languages_gives_the_language_of_the_reader(tenant: Model) -> None:
    make_article(tenant, "English text", slug="pair", language="en")
    make_article(tenant, "Deutscher Text", slug="pair", language="de")
    assert "Deutscher Text" in html(Client(headers={"accept-language": "de"}), "/help/a/pair/")
    assert "English text" in html(Client(headers={"accept-language": "en"}), "/help/a/pair/")


def test_language_can_be_asked_for(reader: Client, tenant: Model) -> None:
    make_article(tenant, "English text", slug="pair", language="en")
    make_article(tenant, "Deutscher Text", slug="pair", language="de")
    page = html(reader, "/help/a/pair/?lang=de")
    assert "Deutscher Text" in page
    assert '<article class="hc-article" lang="de" dir="ltr">' in page


def test_senseless_language_is_ignored(reader: Client, tenant: Model) -> None:
    make_article(tenant, slug="pair")
    for language in ("\x00", "x" * 3000, "../..", "zz"):
        assert reader.get("/help/a/pair/", {"lang": language}).status_code == 200


def test_article_in_a_foreign_language_only_is_shown_all_the_same(
    reader: Client, tenant: Model
) -> None:
    make_article(tenant, "نص", slug="pair", language="ar")
    assert '<article class="hc-article" lang="ar" dir="rtl">' in html(reader, "/help/a/pair/")


def test_words_around_a_foreign_article_are_in_the_language_of_the_page(
    reader: Client, tenant: Model
) -> None:
    make_article(tenant, slug="pair", language="ar")
    assert '<ul class="hc-facts" lang="en" dir="ltr">' in html(reader, "/help/a/pair/")


def test_translations_are_offered(reader: Client, tenant: Model) -> None:
    english = make_article(tenant, slug="pair", language="en")
    make_article(tenant, slug="koppeln", language="de", translation_group=english.translation_group)
    page = html(reader, "/help/a/pair/")
    assert (
        '<a href="/help/a/koppeln/?lang=de" lang="de" hreflang="de" rel="alternate">Deutsch</a>'
        in page
    )


def test_draft_translation_is_not_offered(reader: Client, tenant: Model) -> None:
    english = make_article(tenant, slug="pair", language="en")
    make_article(
        tenant,
        slug="koppeln",
        language="de",
        status="DRAFT",
        translation_group=english.translation_group,
    )
    assert "koppeln" not in html(reader, "/help/a/pair/")


def test_canonical_address_carries_nothing_of_the_search(reader: Client, tenant: Model) -> None:
    make_article(tenant, slug="pair")
    page = html(reader, "/help/a/pair/?from=1-2")
    assert '<link rel="canonical" href="http://testserver/help/a/pair/">' in page


@override_settings(LANGUAGE_CODE="de")
def test_canonical_address_names_a_language_that_is_not_the_sites(
    reader: Client, tenant: Model
) -> None:
    make_article(tenant, slug="pair", language="en")
    page = html(reader, "/help/a/pair/")
    assert 'href="http://testserver/help/a/pair/?lang=en"' in page


def test_markup_in_titles_and_summaries_is_text(reader: Client, tenant: Model) -> None:
    attack = "<script>alert(1)</script>"
    category = make_category(tenant, attack, slug="x", description=attack)
    make_article(tenant, attack, slug="pair", summary=attack, category=category, tags=[attack])
    for url in ("/help/", "/help/c/x/", "/help/a/pair/"):
        assert "<script>" not in html(reader, url)
