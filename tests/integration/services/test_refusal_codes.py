"""What programs learn of a refusal: a code for each field that is at fault."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

import django_helpcenter
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle, HelpCategory, HelpPinnedResult, HelpSynonym
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.tags import TagService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article

SOURCES = sorted(Path(django_helpcenter.__file__).parent.rglob("*.py"))


def codes_of(action: Callable[[], Any]) -> dict[str, list[str | None]]:
    with pytest.raises(ValidationError) as caught:
        action()
    return {
        field: [error.code for error in errors] for field, errors in caught.value.error_dict.items()
    }


@pytest.fixture
def service(tenant: Any) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=SYSTEM)


def test_taken_slug_of_an_article_has_a_code(service: KnowledgeService, tenant: Any) -> None:
    taken = make_article(tenant, slug="one")
    again: dict[str, Any] = {
        "title": "Two",
        "content": "x",
        "slug": "one",
    }
    assert codes_of(lambda: service.create_article(category=taken.category, **again)) == {
        "slug": ["unique"]
    }


def test_article_without_a_category_has_a_code(service: KnowledgeService, tenant: Any) -> None:
    root = HelpCategory.objects.hidden_root(tenant)
    codes = codes_of(lambda: service.create_article(title="x", content="x", category=root))
    assert codes == {"category": ["required"]}


def test_published_article_without_a_text_has_a_code(
    service: KnowledgeService, tenant: Any
) -> None:
    article = make_article(tenant)
    assert codes_of(lambda: service.update_article(article, content="")) == {
        "content": ["required"]
    }


def test_end_before_the_beginning_has_a_code(service: KnowledgeService, tenant: Any) -> None:
    article = make_article(tenant, status=ArticleStatus.DRAFT)
    past = timezone.now() - timedelta(days=1)
    assert codes_of(lambda: service.schedule(article, expire_at=past)) == {"expire_at": ["times"]}


def test_step_that_there_is_not_has_a_code(service: KnowledgeService, tenant: Any) -> None:
    article = make_article(tenant, status=ArticleStatus.ARCHIVED)
    assert codes_of(lambda: service.submit_for_review(article)) == {"status": ["transition"]}


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"name": "Power", "slug": "x"}, "name"), ({"name": "X", "slug": "power"}, "slug")],
)
def test_taken_name_of_a_tag_has_a_code(tenant: Any, fields: dict[str, str], field: str) -> None:
    tags = TagService(tenant=tenant, actor=SYSTEM)
    tags.create(name="Power")
    assert codes_of(lambda: tags.create(**fields)) == {field: ["unique"]}


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (HelpArticle(title="a\0"), {"title": ["unstorable"]}),
        (HelpArticle(content="x" * 500_001), {"content": ["max_length"]}),
        (HelpArticle(target_roles=[""]), {"target_roles": ["invalid"]}),
        (HelpArticle(target_roles=["x" * 3_000]), {"target_roles": ["max_length"]}),
        (HelpSynonym(terms="one"), {"terms": ["invalid"]}),
        (HelpPinnedResult(query="?"), {"query": ["required"]}),
    ],
)
def test_what_a_row_must_not_hold_has_a_code(row: Any, codes: dict[str, list[str]]) -> None:
    assert codes_of(row.clean) == codes


def test_no_code_is_given_beside_a_dict() -> None:
    """Django drops it there without a word."""
    lost = [
        f"{path}:{call.lineno}"
        for path in SOURCES
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "ValidationError"
        and call.args
        and isinstance(call.args[0], ast.Dict)
        and any(keyword.arg == "code" for keyword in call.keywords)
    ]
    assert lost == []
