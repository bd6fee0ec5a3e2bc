"""Articles that a writer may link to."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.services.link_targets import LIMIT, LinkTargetService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_tenant

pytestmark = pytest.mark.django_db


def titles(tenant: Model, query: str, actor: Any = SYSTEM) -> list[str]:
    found = LinkTargetService(tenant=tenant, actor=actor).find(query)
    return [article.title for article in found]


def test_all_words_are_looked_for(tenant: Model) -> None:
    make_article(tenant, "Pair a scanner")
    make_article(tenant, "Pair a printer")
    assert titles(tenant, "SCAN  pair") == ["Pair a scanner"]


def test_slug_is_looked_at_too(tenant: Model) -> None:
    make_article(tenant, "Pair a scanner", slug="zebra-ds22")
    assert titles(tenant, "ds22") == ["Pair a scanner"]


@pytest.mark.parametrize("form", ["{}", "#{}", "article:{}"])
def test_number_finds_its_article(tenant: Model, form: str) -> None:
    article = make_article(tenant, "Pair a scanner")
    assert "Pair a scanner" in titles(tenant, form.format(article.pk))


def test_number_of_a_foreign_article_finds_nothing(tenant: Model) -> None:
    foreign = make_article(make_tenant("Other"), "Secret")
    assert titles(tenant, f"article:{foreign.pk}") == []
    assert titles(tenant, "secret") == []
    assert titles(tenant, "") == []


def test_every_status_is_found(tenant: Model) -> None:
    for status in ArticleStatus.values:
        make_article(tenant, f"Scanner {status}", status=status)
    assert len(titles(tenant, "scanner")) == len(ArticleStatus.values)


def test_title_that_begins_so_comes_first(tenant: Model) -> None:
    make_article(tenant, "Scanner")
    make_article(tenant, "Pair a scanner")
    assert titles(tenant, "scan") == ["Scanner", "Pair a scanner"]


def test_nothing_typed_gives_what_changed_last(tenant: Model) -> None:
    for number in range(LIMIT + 2):
        make_article(tenant, f"Article {number}")
    found = titles(tenant, " ")
    assert found[0] == f"Article {LIMIT + 1}"
    assert len(found) == LIMIT


@pytest.mark.parametrize("query", ["%", "_", "\\", "\0", "x" * 5_000, "9" * 30, "²", "'; --"])
def test_odd_queries_find_nothing_and_break_nothing(tenant: Model, query: str) -> None:
    make_article(tenant, "Pair a scanner", slug="pair")
    assert titles(tenant, query) == (["Pair a scanner"] if query == "\0" else [])


def test_search_takes_one_query_and_no_texts(tenant: Model, django_assert_num_queries: Any) -> None:
    make_article(tenant, "Pair a scanner")
    with django_assert_num_queries(1):
        (article,) = LinkTargetService(tenant=tenant, actor=SYSTEM).find("pair")
        assert article.is_visible
    assert "content" in article.get_deferred_fields()


@pytest.mark.parametrize("permission", ["view_helparticle", "change_helparticle"])
def test_who_may_see_articles_may_look(tenant: Model, permission: str) -> None:
    make_article(tenant, "Pair a scanner")
    assert titles(tenant, "pair", make_author("someone", permission)) == ["Pair a scanner"]


def test_nobody_else_may_look(tenant: Model) -> None:
    for actor in (make_author("adder", "add_helparticle"), AnonymousUser()):
        with pytest.raises(PermissionRefused):
            titles(tenant, "pair", actor)
