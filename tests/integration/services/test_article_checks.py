"""What is to be mended in an article: its fields, and the articles that it links to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.article_checks import LONG_TITLE, check_article, review_article
from tests.factories import make_article, make_tenant

pytestmark = pytest.mark.django_db


def write(tenant: Model, content: str = "Text.", **fields: Any) -> HelpArticle:
    """Return an article that is not saved."""
    values: dict[str, Any] = {"title": "Title", "summary": "In short.", "language": "en", **fields}
    return HelpArticle(tenant_id=tenant.pk, content=content, **values)


def found(article: HelpArticle) -> list[tuple[str, str, str]]:
    return [(each.code, each.severity, each.field) for each in check_article(article)]


def link_to(target: HelpArticle) -> str:
    return f"See [there](article:{target.pk}#part)."


def with_part(tenant: Model, title: str = "Target", **fields: Any) -> HelpArticle:
    return make_article(tenant, title, content="## Part\n\nText.", **fields)


def test_article_in_order_has_no_problems(tenant: Model) -> None:
    target = with_part(tenant)
    assert check_article(write(tenant, link_to(target))) == []


def test_missing_summary_is_told(tenant: Model) -> None:
    assert found(write(tenant, summary=" ")) == [("missing_summary", "warning", "summary")]


def test_long_title_is_told(tenant: Model) -> None:
    article = write(tenant, title="x" * (LONG_TITLE + 1))
    assert found(article) == [("long_title", "warning", "title")]


def test_missing_title_and_text_are_errors(tenant: Model) -> None:
    assert found(write(tenant, " ", title="")) == [
        ("missing_title", "error", "title"),
        ("missing_content", "error", "content"),
    ]


def test_link_to_no_article_is_an_error_at_its_line(tenant: Model) -> None:
    (problem,) = check_article(write(tenant, "One\n\n[there](article:999999)"))
    assert (problem.code, problem.severity, problem.line) == ("broken_link", "error", 3)


def test_link_without_a_number_is_an_error(tenant: Model) -> None:
    assert found(write(tenant, "[there](article:pair)")) == [("broken_link", "error", "content")]


def test_link_to_a_foreign_article_is_like_one_to_no_article(tenant: Model) -> None:
    foreign = make_article(make_tenant("Other"), "Secret")
    ours = check_article(write(tenant, link_to(foreign)))
    foreign.delete()
    assert ours == check_article(write(tenant, link_to(HelpArticle(pk=999_999))))
    assert ours[0].code == "broken_link"


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ArticleStatus.DRAFT},
        {"publish_at": timezone.now() + timedelta(days=1)},
        {"expire_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_link_to_what_is_not_published_is_told(tenant: Model, fields: dict[str, Any]) -> None:
    target = make_article(tenant, **fields)
    assert found(write(tenant, link_to(target))) == [("unpublished_link", "warning", "content")]


@pytest.mark.parametrize(
    ("own", "theirs", "is_told"),
    [
        ([], ["staff"], True),
        (["staff", "driver"], ["staff"], True),
        (["staff"], ["staff", "driver"], False),
        (["staff"], [], False),
        (["staff"], ["all", "driver"], False),
    ],
)
def test_link_that_not_all_readers_may_follow_is_told(
    tenant: Model, own: list[str], theirs: list[str], is_told: bool
) -> None:
    target = with_part(tenant, target_roles=theirs)
    codes = [code for code, *_rest in found(write(tenant, link_to(target), target_roles=own))]
    assert codes == ["narrower_link"] * is_told


def test_link_to_itself_is_no_problem(tenant: Model) -> None:
    article = make_article(tenant, status=ArticleStatus.DRAFT, summary="In short.")
    article.content = f"{link_to(article)}\n\n## Part"
    assert check_article(article) == []


def test_links_of_an_article_without_a_tenant_are_not_looked_up() -> None:
    article = HelpArticle(title="Title", summary="Short.", content="[there](article:999999)")
    assert check_article(article) == []


def test_many_links_take_one_query(tenant: Model, django_assert_num_queries: Any) -> None:
    targets = [with_part(tenant, f"Target {number}") for number in range(5)]
    article = write(tenant, " ".join(map(link_to, targets)))
    with django_assert_num_queries(1):
        assert check_article(article) == []


def test_text_without_links_takes_no_query(tenant: Model, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        check_article(write(tenant, "[web](https://example.com/)"))


def test_text_that_is_too_long_is_told_and_not_read(tenant: Model, settings: Any) -> None:
    settings.HELP_CENTER_ARTICLE_MAX_CHARACTERS = 10
    assert found(write(tenant, "# One\n\n# Two")) == [("too_long", "error", "content")]


def test_problems_stand_in_the_order_of_the_text(tenant: Model) -> None:
    article = write(tenant, "[a]()\n\n![](/x.png)\n\n[b]()", summary="")
    assert [problem.line for problem in check_article(article)] == [None, 1, 3, 5]


def test_review_has_the_outline_of_the_page(tenant: Model) -> None:
    review = review_article(write(tenant, "# Title\n\n## One\n\ntext\n\n### Two"))
    assert [(each.level, each.text, each.line) for each in review.headings] == [
        (2, "One", 3),
        (3, "Two", 7),
    ]


def test_review_counts_the_words_that_readers_see(tenant: Model) -> None:
    assert review_article(write(tenant, "## One\n\n[two](https://x.example/) **three**")).words == 3
