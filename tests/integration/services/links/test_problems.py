"""What a writer is told of links to pages of the help center."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle, HelpSnippet, HelpTag
from django_helpcenter.services.article_checks import check_article
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category, make_tenant

pytestmark = pytest.mark.django_db


def write(tenant: Model, content: str, **fields: Any) -> HelpArticle:
    values = {"title": "Title", "slug": "own", "summary": "Short.", "language": "en", **fields}
    return HelpArticle(tenant_id=tenant.pk, content=content, **values)


def told(tenant: Model, content: str, **fields: Any) -> list[tuple[str, str]]:
    return [(each.code, each.severity) for each in check_article(write(tenant, content, **fields))]


@pytest.fixture
def service(tenant: Model) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=SYSTEM)


@pytest.mark.parametrize(
    "address",
    [
        "/help/a/pair/",
        "/help/a/pair",
        "/help/a/pair.md",
        "/help/a/pair/#section-part",
        "../pair/",
        "/help/c/devices/",
        "/help/t/gear/",
        "/help/",
        "/help/search/?q=x",
        "/pricing/",
        "/",
        "mailto:me@example.com",
        "https://example.com/help/a/nowhere/",
        "/help/a/own/#section-here",
    ],
)
def test_link_to_what_there_is_is_no_problem(tenant: Model, address: str) -> None:
    category = make_category(tenant, "Devices")
    HelpTag.objects.create(tenant_id=tenant.pk, name="Gear", slug="gear")
    make_article(tenant, "Pair", slug="pair", content="## Part", category=category)
    assert told(tenant, f"[x]({address})\n\n## Here") == []


@pytest.mark.parametrize(
    ("address", "code", "severity"),
    [
        ("/help/a/nowhere/", "broken_link", "error"),
        ("../nowhere/", "broken_link", "error"),
        ("/help/c/nowhere/", "broken_link", "error"),
        ("/help/t/nowhere/", "broken_link", "error"),
        (f"/help/files/{'0a' * 16}.png", "broken_link", "error"),
        ("/help/nowhere/at/all", "missing_page", "warning"),
        ("other.md", "missing_page", "warning"),
        ("/help/a/own/#nowhere", "missing_heading", "warning"),
        ("#nowhere", "missing_heading", "warning"),
    ],
)
def test_link_to_what_there_is_not_is_told(
    tenant: Model, address: str, code: str, severity: str
) -> None:
    assert told(tenant, f"[x]({address})") == [(code, severity)]


def test_link_to_a_missing_heading_of_another_article_is_told(tenant: Model) -> None:
    target = make_article(tenant, "Pair", slug="pair", content="## Part")
    text = f"[a](article:{target.pk}#part) [b](/help/a/pair/#section-part)"
    assert told(tenant, text) == []
    for address in (f"article:{target.pk}#parts", "/help/a/pair/#part"):
        assert told(tenant, f"[x]({address})") == [("missing_heading", "warning")]


def test_first_heading_that_repeats_the_title_is_none_to_link_to(tenant: Model) -> None:
    target = make_article(tenant, "Pair", slug="pair", content="# Pair\n\n## Part")
    for address in (f"article:{target.pk}#pair", "/help/a/pair/#section-pair"):
        assert told(tenant, f"[x]({address})") == [("missing_heading", "warning")]


def test_heading_in_a_snippet_is_a_heading_of_the_article_that_names_it(tenant: Model) -> None:
    HelpSnippet.objects.create(tenant_id=tenant.pk, key="contact", content="## Contact us")
    target = make_article(tenant, "Target", content='{{ snippet "contact" }}')
    assert told(tenant, f"[x](article:{target.pk}#contact-us)") == []


def test_link_to_a_missing_heading_of_the_article_itself_is_told(tenant: Model) -> None:
    own = make_article(tenant, "Title", summary="Short.")
    own.content = f"[a](article:{own.pk}#part) [b](article:{own.pk}#parts)\n\n## Part"
    assert [each.code for each in check_article(own)] == ["missing_heading"]


def test_link_to_an_archived_article_is_told(tenant: Model) -> None:
    target = make_article(tenant, status=ArticleStatus.ARCHIVED)
    (problem,) = check_article(write(tenant, f"[x](article:{target.pk})"))
    assert (problem.code, problem.severity) == ("archived_link", "warning")
    assert problem.message == "The link “x” leads to an article that is archived."


def test_link_to_a_draft_by_its_address_is_told(tenant: Model) -> None:
    make_article(tenant, slug="pair", status=ArticleStatus.DRAFT)
    assert told(tenant, "[x](/help/a/pair/)") == [("unpublished_link", "warning")]


def test_former_address_of_an_article_is_a_hint(tenant: Model, service: KnowledgeService) -> None:
    target = make_article(tenant, slug="old")
    service.update_article(target, slug="new", index=False)
    (problem,) = check_article(write(tenant, "[x](/help/a/old/)"))
    assert (problem.code, problem.severity) == ("former_address", "warning")
    assert f"Write “article:{target.pk}”, which never changes." in problem.message


def test_former_address_of_a_category_is_a_hint(tenant: Model) -> None:
    category = make_category(tenant, "Old", slug="old")
    CategoryService(tenant=tenant, actor=SYSTEM).rename(category, name="New", slug="new")
    assert told(tenant, "[x](/help/c/old/)") == [("former_address", "warning")]


def test_address_of_a_deleted_article_is_an_error(tenant: Model, service: KnowledgeService) -> None:
    service.delete_article(make_article(tenant, slug="old"), leave_gone=True)
    (problem,) = check_article(write(tenant, "[x](/help/a/old/)"))
    assert problem.severity == "error"
    assert problem.message == "The link “x” leads to an article that was deleted."


def test_pages_of_another_tenant_are_none(tenant: Model) -> None:
    other = make_tenant("Other")
    category = make_category(other, "Devices")
    make_article(other, slug="pair", category=category)
    assert told(tenant, "[x](/help/a/pair/) [y](/help/c/devices/)") == [
        ("broken_link", "error"),
        ("broken_link", "error"),
    ]


def test_slug_of_several_languages_is_the_one_that_readers_get(tenant: Model) -> None:
    make_article(tenant, slug="pair", language="de", status=ArticleStatus.DRAFT)
    make_article(tenant, slug="pair", language="en")
    assert told(tenant, "[x](/help/a/pair/)") == []


@override_settings(ROOT_URLCONF="tests.integration.admin.urls_without_reader_pages")
def test_without_reader_pages_no_address_is_one_of_them(tenant: Model) -> None:
    assert told(tenant, "[x](/help/a/nowhere/) [y](nowhere)") == []


def test_links_of_all_kinds_take_six_queries(tenant: Model, django_assert_num_queries: Any) -> None:
    kinds = ("a", "c", "t")
    few = " ".join(f"[x](/help/{kind}/none-1/)" for kind in kinds)
    many = " ".join(f"[x](/help/{kind}/none-{n}/#p)" for kind in kinds for n in range(20))
    for text in (few, f"{few} {many} [x](/help/files/{'0a' * 16}.png)"):
        article = write(tenant, text)
        with django_assert_num_queries(5 if text == few else 6):
            check_article(article)


def test_only_so_many_other_texts_are_read(tenant: Model) -> None:
    targets = [make_article(tenant, f"Target {number}") for number in range(22)]
    text = " ".join(f"[x](article:{each.pk}#none)" for each in targets)
    assert told(tenant, text) == [("missing_heading", "warning")] * 20
