"""The text of an article as readers get it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils import translation

from django_helpcenter.models import HelpArticle
from django_helpcenter.services.article_text import render_article
from django_helpcenter.services.reading import ReadingService
from tests.factories import make_article, make_user


def render(article: HelpArticle, user: Any = None) -> str:
    visible = HelpArticle.objects.visible_to(article.tenant, user)
    return str(render_article(article, visible=visible).html)


def linking(tenant: Model, target: HelpArticle, anchor: str = "") -> HelpArticle:
    return make_article(tenant, content=f"See [the other](article:{target.pk}{anchor}).")


def test_link_leads_to_where_the_article_is(tenant: Model) -> None:
    target = make_article(tenant, slug="other")
    assert '<a href="/help/a/other/">the other</a>' in render(linking(tenant, target))


def test_link_keeps_its_heading(tenant: Model) -> None:
    target = make_article(tenant, slug="other")
    page = render(linking(tenant, target, "#change-the-seats"))
    assert 'href="/help/a/other/#section-change-the-seats"' in page


def test_link_to_an_article_in_another_language_names_it(tenant: Model) -> None:
    target = make_article(tenant, slug="other", language="de")
    assert 'href="/help/a/other/?lang=de"' in render(linking(tenant, target))


def test_link_to_an_article_of_another_role_is_plain_text(tenant: Model) -> None:
    target = make_article(tenant, slug="other", target_roles=["dispatcher"])
    article = linking(tenant, target)
    assert render(article) == "<p>See the other.</p>\n"
    assert "/help/a/other/" in render(article, make_user(roles=("dispatcher",)))


def test_link_to_an_article_of_another_tenant_is_plain_text(
    tenant: Model, other_tenant: Model
) -> None:
    assert render(linking(tenant, make_article(other_tenant))) == "<p>See the other.</p>\n"


def test_link_to_no_article_is_plain_text(tenant: Model) -> None:
    for target in ("article:999999999", "article:", "article:x", "article:" + "9" * 40):
        article = make_article(tenant, content=f"See [the other]({target}).")
        assert render(article) == "<p>See the other.</p>\n", target


def test_other_links_stay_as_they_are(tenant: Model) -> None:
    article = make_article(tenant, content="[a](https://example.com/) [b](/x/) [c](mailto:a@b.c)")
    html = render(article)
    for address in ("https://example.com/", "/x/", "mailto:a@b.c"):
        assert f'href="{address}"' in html


def test_title_repeated_in_the_text_is_left_out(tenant: Model) -> None:
    assert render(make_article(tenant, "Pair", content="# Pair\n\nText.")) == "<p>Text.</p>\n"


def test_words_of_the_renderer_are_in_the_language_of_the_article(tenant: Model) -> None:
    article = make_article(tenant, content="> [!WARNING]\n> Look.", language="en")
    with translation.override("de"):
        assert ">Warning<" in render(article)
        assert translation.get_language() == "de"


def test_language_that_django_does_not_know_is_rendered(tenant: Model) -> None:
    assert "<p>Text.</p>" in render(make_article(tenant, content="Text.", language="tlh"))


def test_text_too_long_for_the_renderer_is_shown_plain(tenant: Model) -> None:
    article = make_article(tenant)
    article.content = "<b>x</b>\n\n" + "word " * 110_000
    html = render(article)
    assert html.startswith("<p>&lt;b&gt;x&lt;/b&gt;</p>")


def test_corner_of_a_table_is_no_header(tenant: Model) -> None:
    html = render(make_article(tenant, content="| | A |\n| - | - |\n| b | 1 |"))
    assert "<td></td>" in html.replace("\n", "").split("</thead>")[0]
    assert '<th scope="col">A</th>' in html


def test_summary_that_the_text_begins_with_is_not_said_twice(tenant: Model) -> None:
    text = "Choose *Forgot password?* now."
    article = make_article(tenant, summary="Choose Forgot password…", content=text)
    page = ReadingService(tenant=tenant).article(article)
    assert page.lede == ""


def test_summary_of_its_own_leads_the_text(tenant: Model) -> None:
    text = "Choose *Forgot password?* now."
    article = make_article(tenant, summary="Get back in.", content=text)
    page = ReadingService(tenant=tenant).article(article)
    assert page.lede == "Get back in."


FILE = f"{'0a' * 16}.png"


def test_stored_picture_is_shown_from_where_it_is_asked_who_may_have_it(tenant: Model) -> None:
    page = render(make_article(tenant, content=f"![p](image:{FILE}) [large](image:{FILE})"))
    assert f'<img src="/help/files/{FILE}" alt="p"' in page
    assert f'<a href="/help/files/{FILE}">large</a>' in page


def test_name_of_a_picture_leads_to_no_other_file(tenant: Model) -> None:
    for name in (f"../{FILE}", "x.png", f"{FILE}?x", f"{FILE}%00"):
        page = render(make_article(tenant, content=f"![words](image:{name})"))
        assert page == "<p>words</p>\n", name


def test_picture_leaves_its_words_where_there_are_no_reader_pages(
    tenant: Model, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.integration.admin.urls_without_reader_pages"
    assert render(make_article(tenant, content=f"![words](image:{FILE})")) == "<p>words</p>\n"
