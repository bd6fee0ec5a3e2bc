"""Sitemap, feed, overview and articles as Markdown."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import TimeMachineFixture

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.public import SITEMAP_PAGE, PublicService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category

PAGES = ("/help/sitemap.xml", "/help/feed.atom", "/help/llms.txt")
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "a": "http://www.w3.org/2005/Atom",
}
#: All that may break XML, Markdown or a header in a title.
NASTY = "</title><script>alert(1)</script> & ]]> [x](javascript:y) \x0b\ufffe \u2028 “é” `*_"


def xml(client: Client, url: str) -> ET.Element:
    return ET.fromstring(client.get(url).content)  # noqa: S314 - our own


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.fixture
def hidden(tenant: Model, other_tenant: Model) -> None:
    """Make articles that are not for everybody, each with the word “zumbrella”."""
    hour, now = timedelta(hours=1), timezone.now()
    category = make_category(tenant, "Zumbrella topic")
    states: list[dict[str, Any]] = [
        {"target_roles": ["dispatcher"]},
        {"status": ArticleStatus.DRAFT},
        {"status": ArticleStatus.REVIEW},
        {"status": ArticleStatus.ARCHIVED},
        {"publish_at": now + hour},
        {"expire_at": now - hour},
    ]
    for number, fields in enumerate(states):
        make_article(tenant, f"Zumbrella {number}", category=category, tags=["zumbrella"], **fields)
    make_article(other_tenant, "Zumbrella elsewhere")


@pytest.mark.parametrize("url", PAGES)
def test_only_what_everybody_may_read_is_told(
    tenant: Model, hidden: None, reader: Client, url: str
) -> None:
    make_article(tenant, "Open to all", slug="open-to-all")
    found = text(reader, url)
    assert "open-to-all" in found
    assert "zumbrella" not in found.lower()


@pytest.mark.parametrize("url", PAGES)
def test_roles_of_who_asks_make_no_difference(
    tenant: Model, hidden: None, reader: Client, dispatcher: Client, url: str
) -> None:
    make_article(tenant)
    assert reader.get(url).content == dispatcher.get(url).content


@pytest.mark.parametrize("url", PAGES)
def test_help_center_without_articles_has_all_pages(
    tenant: Model, reader: Client, url: str
) -> None:
    assert reader.get(url).status_code == 200


@pytest.mark.parametrize("url", [*PAGES, "/help/a/one.md"])
def test_what_has_not_changed_is_not_sent_again(tenant: Model, reader: Client, url: str) -> None:
    article = make_article(tenant, "One", slug="one")
    first = reader.get(url)
    headers = {"if-none-match": first["ETag"]}
    assert reader.get(url, headers=headers).status_code == 304
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, title="Won")
    assert reader.get(url, headers=headers).status_code == 200


@pytest.mark.parametrize("url", [*PAGES, "/help/a/one.md"])
def test_text_is_never_taken_for_a_page(tenant: Model, reader: Client, url: str) -> None:
    make_article(tenant, "One", slug="one")
    response = reader.get(url)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "html" not in response["Content-Type"]
    assert response["Cache-Control"] == "private, no-cache"
    assert "help_center_visitor" not in response.cookies


@pytest.mark.parametrize("url", ["/help/sitemap.xml", "/help/feed.atom"])
def test_xml_holds_whatever_a_title_says(tenant: Model, reader: Client, url: str) -> None:
    make_article(tenant, NASTY, summary=NASTY, category=make_category(tenant, NASTY[:100]))
    xml(reader, url)
    assert "<script" not in text(reader, url)


# Sitemap


def test_sitemap_has_address_time_and_translations(tenant: Model, reader: Client) -> None:
    english = make_article(tenant, "One", slug="one")
    group = english.translation_group
    make_article(tenant, "Eins", slug="eins", language="de", translation_group=group)
    hidden = make_article(tenant, "Un", language="fr", translation_group=group, status="DRAFT")
    first, second = xml(reader, "/help/sitemap.xml").findall("s:url", NAMES)
    assert first.findtext("s:loc", "", NAMES) == "http://testserver/help/a/one/"
    assert second.findtext("s:loc", "", NAMES) == "http://testserver/help/a/eins/?lang=de"
    changed = first.findtext("s:lastmod", "", NAMES)
    assert changed == english.updated_at.isoformat()
    for url in (first, second):
        links = {each.get("hreflang"): each.get("href") for each in url.findall("x:link", NAMES)}
        assert links == {
            "en": "http://testserver/help/a/one/",
            "de": "http://testserver/help/a/eins/?lang=de",
        }
    assert hidden.slug not in text(reader, "/help/sitemap.xml")


@pytest.mark.scale
def test_long_sitemap_has_pages(tenant: Model, reader: Client) -> None:
    category = make_category(tenant)
    HelpArticle.objects.bulk_create(
        HelpArticle(
            tenant_id=tenant.pk,
            category=category,
            slug=f"no-{number}",
            title="No",
            status="PUBLISHED",
        )
        for number in range(SITEMAP_PAGE + 1)
    )
    pages = [each.text or "" for each in xml(reader, "/help/sitemap.xml").iter() if each.text]
    assert pages == [f"http://testserver/help/sitemap.xml?page={number}" for number in (1, 2)]
    assert [len(xml(reader, page).findall("s:url", NAMES)) for page in pages] == [SITEMAP_PAGE, 1]
    assert reader.get("/help/sitemap.xml?page=3").status_code == 404


def test_sitemap_takes_as_many_queries_for_many_articles(
    tenant: Model, reader: Client, django_assert_num_queries: Any
) -> None:
    make_article(tenant, "First")
    reader.get("/help/sitemap.xml")
    with CaptureQueriesContext(connection) as few:
        reader.get("/help/sitemap.xml")
    for number in range(10):
        make_article(tenant, f"No {number}")
    with django_assert_num_queries(len(few)):
        reader.get("/help/sitemap.xml")


# Feed


def test_feed_has_what_changed_last_first(tenant: Model, reader: Client) -> None:
    first = make_article(tenant, "First")
    make_article(tenant, "Second")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(first, summary="Now different.")
    feed = xml(reader, "/help/feed.atom")
    entries = feed.findall("a:entry", NAMES)
    assert [entry.findtext("a:title", "", NAMES) for entry in entries] == ["First", "Second"]
    assert entries[0].findtext("a:summary", "", NAMES) == "Now different."
    assert {link.get("href") for link in feed.findall("a:link", NAMES)} == {
        "http://testserver/help/",
        "http://testserver/help/feed.atom",
    }


def test_article_that_was_written_long_before_it_came_out_is_new_in_the_feed(
    tenant: Model, reader: Client, time_machine: TimeMachineFixture
) -> None:
    now = timezone.now()
    make_article(tenant, "Embargoed", publish_at=now + timedelta(days=7))
    time_machine.move_to(now + timedelta(days=3))
    make_article(tenant, "Written later")
    time_machine.move_to(now + timedelta(days=8))
    found = PublicService(tenant=tenant).changed_last()
    assert [article.title for article in found] == ["Embargoed", "Written later"]
    feed = reader.get("/help/feed.atom").content.decode()
    assert f"<updated>{now + timedelta(days=7):%Y-%m-%dT%H:%M:%S}" in feed


def test_feed_ends_somewhere(tenant: Model) -> None:
    for number in range(3):
        make_article(tenant, f"No {number}")
    found = PublicService(tenant=tenant).changed_last(limit=2)
    assert [article.title for article in found] == ["No 2", "No 1"]


def test_entry_keeps_its_id_when_the_address_changes(tenant: Model, reader: Client) -> None:
    article = make_article(tenant, "One")

    def entry_id() -> str:
        return xml(reader, "/help/feed.atom").findtext("a:entry/a:id", "", NAMES)

    before = entry_id()
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, slug="won")
    assert entry_id() == before


def test_summary_is_no_markup_to_a_feed_reader(tenant: Model, reader: Client) -> None:
    make_article(tenant, "One", summary="Press <b> & go.")
    (entry,) = xml(reader, "/help/feed.atom").findall("a:entry", NAMES)
    assert entry.findtext("a:summary", "", NAMES) == "Press &lt;b&gt; &amp; go."


def test_pages_lead_to_the_feed(tenant: Model, reader: Client) -> None:
    assert '<link rel="alternate" type="application/atom+xml"' in text(reader, "/help/")


# Overview


def test_overview_lists_articles_by_category(tenant: Model, reader: Client) -> None:
    above = make_category(tenant, "Above", display_order=2)
    below = make_category(tenant, "Below", parent=above)
    first = make_category(tenant, "First", display_order=1)
    make_article(tenant, "B", slug="b", category=below, summary="What b is.")
    group = make_article(tenant, "A", slug="a", category=first).translation_group
    make_article(tenant, "Ah", category=first, language="de", translation_group=group)
    lines = text(reader, "/help/llms.txt").split("\n")
    assert lines[0].startswith("# ")
    assert [line for line in lines[3:] if line] == [
        "## First",
        "- [A](http://testserver/help/a/a.md)",
        "## Above › Below",
        "- [B](http://testserver/help/a/b.md): What b is.",
    ]


def test_overview_ends_somewhere_and_counts_the_rest(tenant: Model) -> None:
    for number in range(5):
        make_article(tenant, f"No {number}")
    chapters, left_out = PublicService(tenant=tenant).overview(limit=2)
    assert [article.title for article in chapters[0].articles] == ["No 0", "No 1"]
    assert left_out == 3


def test_title_makes_no_markup_in_the_overview(tenant: Model, reader: Client) -> None:
    make_article(tenant, "A\n# B [x](javascript:y) <b>")
    assert r"- [A # B \[x\](javascript:y) \<b\>](http" in text(reader, "/help/llms.txt")


# Markdown


def test_article_is_served_as_markdown(tenant: Model, reader: Client) -> None:
    make_article(tenant, "One", slug="one", summary="In short.", content="## Part\n\nText.")
    response = reader.get("/help/a/one.md")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Link"] == '<http://testserver/help/a/one/>; rel="canonical"'
    assert response.content.decode() == "# One\n\n> In short.\n\n## Part\n\nText.\n"


def test_title_and_summary_that_the_text_has_are_not_repeated(
    tenant: Model, reader: Client
) -> None:
    make_article(tenant, "One", slug="one", summary="In short.", content="# One\n\nIn short.")
    assert text(reader, "/help/a/one.md") == "# One\n\nIn short.\n"


def test_links_between_articles_become_absolute(tenant: Model, reader: Client) -> None:
    goal = make_article(tenant, "Goal", slug="goal")
    make_article(
        tenant, "One", slug="one", content=f"[a](article:{goal.pk}#Part) `article:{goal.pk}`"
    )
    found = text(reader, "/help/a/one.md")
    assert "[a](http://testserver/help/a/goal/#section-part) " in found
    assert f"`article:{goal.pk}`" in found


def test_links_to_hidden_articles_lead_nowhere(tenant: Model, hidden: None, reader: Client) -> None:
    keys = [*HelpArticle.objects.filter(title__startswith="Zumb").values_list("pk", flat=True)]
    links = " ".join(f"[x](article:{key})" for key in [*keys, 999_999_999])
    make_article(tenant, "One", slug="one", content=f"{links} [y](javascript:alert(1))")
    found = text(reader, "/help/a/one.md")
    assert re.sub(r"\[[xy]\]\(#\)", "", found).split() == ["#", "One"]


def test_restricted_article_is_markdown_for_its_role_alone(
    tenant: Model, reader: Client, dispatcher: Client
) -> None:
    make_article(tenant, "One", slug="one", target_roles=["dispatcher"])
    assert dispatcher.get("/help/a/one.md").status_code == 200
    assert reader.get("/help/a/one.md").status_code == 404


def test_former_address_leads_to_the_present_one(tenant: Model, reader: Client) -> None:
    article = make_article(tenant, "Eins", slug="eins", language="de")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, slug="uno")
    response = reader.get("/help/a/eins.md")
    assert (response.status_code, response["Location"]) == (301, "/help/a/uno.md?lang=de")


def test_reading_markdown_is_not_counted(tenant: Model, reader: Client) -> None:
    article = make_article(tenant, "One", slug="one")
    reader.get("/help/a/one.md")
    assert not article.interactions.exists()


def test_addresses_in_headers_are_ascii(tenant: Model, reader: Client) -> None:
    make_article(tenant, "Über", slug="über")
    assert reader.get("/help/a/über.md")["Link"].isascii()
