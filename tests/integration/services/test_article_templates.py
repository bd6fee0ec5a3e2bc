"""Templates: what a new article may begin with, and who keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from django_helpcenter.choices import BuiltInTemplate
from django_helpcenter.exceptions import ArticleConflict, PermissionRefused
from django_helpcenter.models import HelpArticle, HelpArticleTemplate, HelpCategory, HelpTag
from django_helpcenter.services.article_checks import check_article
from django_helpcenter.services.article_templates import (
    TemplateService,
    beginning_of,
    offered_templates,
    template_of,
)
from django_helpcenter.services.publishing import publishing_problems
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_category

KEEPER = (
    "add_helparticletemplate",
    "change_helparticletemplate",
    "delete_helparticletemplate",
)

pytestmark = pytest.mark.django_db


def templates(tenant: Any, actor: Any = SYSTEM) -> TemplateService:
    return TemplateService(tenant=tenant, actor=actor)


def names(tenant: Any) -> list[str]:
    return [offer.name for offer in offered_templates(tenant)]


def test_three_templates_come_with_the_help_center(tenant: Any) -> None:
    assert names(tenant) == ["How-to", "Troubleshooting", "Release note"]


def test_own_templates_are_offered_first_in_their_order(tenant: Any, other_tenant: Any) -> None:
    templates(tenant).create(name="Last", content="x", display_order=9)
    templates(tenant).create(name="First", content="x", display_order=1)
    templates(other_tenant).create(name="Foreign", content="x")
    assert names(tenant)[:3] == ["First", "Last", "How-to"]
    assert "Foreign" not in names(tenant)


def test_own_template_stands_in_for_one_that_comes_with_the_help_center(tenant: Any) -> None:
    templates(tenant).create(name="Our guide", content="x", replaces=BuiltInTemplate.HOW_TO)
    assert names(tenant) == ["Our guide", "Troubleshooting", "Release note"]


@pytest.mark.parametrize("kind", BuiltInTemplate.values)
def test_article_that_leaves_a_placeholder_is_not_published(tenant: Any, kind: str) -> None:
    beginning = beginning_of(tenant, kind)
    assert beginning is not None
    article = HelpArticle(tenant_id=tenant.pk, **beginning.values)
    problems = check_article(article)
    assert {problem.code for problem in problems if problem.severity == "error"} == {"placeholder"}
    assert {problem.field for problem in problems} >= {"title", "summary"}
    assert any("Line 1" in problem for problem in publishing_problems(article)) or kind == (
        BuiltInTemplate.TROUBLESHOOTING
    )


def test_placeholder_in_code_is_no_problem(tenant: Any) -> None:
    article = make_article(tenant, content="Write `[Replace: x]`.", status="DRAFT")
    assert publishing_problems(article) == []


def test_template_fills_what_it_says(tenant: Any) -> None:
    category = make_category(tenant, "Guides")
    tag = HelpTag.objects.create(tenant=tenant, name="New", slug="new")
    template = templates(tenant).create(
        name="Guide", title="How to", content="Text", category=category, tags=[tag],
        target_roles=["staff"],
    )  # fmt: skip
    beginning = beginning_of(tenant, str(template.pk))
    assert beginning is not None
    assert beginning.values == {
        "title": "How to",
        "content": "Text",
        "category": category.pk,
        "target_roles": ["staff"],
    }
    assert beginning.tags == (tag.pk,)
    assert not HelpArticle.objects.exists()


@pytest.mark.parametrize("key", ["", "none", "0", "9" * 30, "²", "-1", "1 OR 1"])
def test_template_that_is_not_there_begins_nothing(tenant: Any, key: str) -> None:
    assert beginning_of(tenant, key) is None


def test_template_of_another_tenant_begins_nothing(tenant: Any, other_tenant: Any) -> None:
    foreign = templates(other_tenant).create(name="Foreign", content="x")
    assert beginning_of(tenant, str(foreign.pk)) is None


def test_template_of_an_article_says_what_the_article_does(tenant: Any) -> None:
    article = make_article(tenant, "Pair a scanner", tags=["Scanner"])
    beginning = template_of(article)
    assert beginning.values["name"] == beginning.values["title"] == "Pair a scanner"
    assert beginning.tags == (HelpTag.objects.get().pk,)
    assert not HelpArticleTemplate.objects.exists()


@pytest.mark.parametrize("missing", KEEPER)
def test_each_act_takes_its_permission(tenant: Any, missing: str) -> None:
    template = templates(tenant).create(name="Guide", content="x")
    actor = make_author("keeper", *(name for name in KEEPER if name != missing))
    acts: dict[str, Callable[[], Any]] = {
        KEEPER[0]: lambda: templates(tenant, actor).create(name="B", content="B"),
        KEEPER[1]: lambda: templates(tenant, actor).update(template, content="C"),
        KEEPER[2]: lambda: templates(tenant, actor).delete(template),
    }
    with pytest.raises(PermissionRefused):
        acts[missing]()


def test_template_is_changed_and_deleted(tenant: Any) -> None:
    template = templates(tenant).create(name="Guide", content="x")
    assert templates(tenant).update(template, name="Better").name == "Better"
    templates(tenant).delete(template)
    assert not HelpArticleTemplate.objects.exists()


@pytest.mark.parametrize("row", ["category", "tags"])
def test_nothing_of_another_tenant_is_taken(tenant: Any, other_tenant: Any, row: str) -> None:
    foreign: Any = make_category(other_tenant)
    if row == "tags":
        foreign = [HelpTag.objects.create(tenant=other_tenant, name="T", slug="t")]
    with pytest.raises(PermissionRefused):
        templates(tenant).create(name="Guide", content="x", **{row: foreign})


def test_template_of_another_tenant_is_refused(tenant: Any, other_tenant: Any) -> None:
    foreign = templates(other_tenant).create(name="Foreign", content="x")
    with pytest.raises(PermissionRefused):
        templates(tenant).delete(foreign)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"content": ""},
        {"replaces": "none"},
        {"target_roles": "staff"},
        {"target_roles": [" "]},
        {"title": "NUL \0"},
    ],
)
def test_what_no_template_may_be_is_refused(tenant: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        templates(tenant).create(**{"name": "Guide", "content": "x", **fields})


def test_hidden_category_is_refused(tenant: Any) -> None:
    make_category(tenant)
    root = HelpCategory.objects.hidden_root(tenant)
    with pytest.raises(ValidationError):
        templates(tenant).create(name="Guide", content="x", category=root)


def test_name_is_taken_once(tenant: Any) -> None:
    templates(tenant).create(name="Guide", content="x")
    with pytest.raises(ValidationError, match="Guide"):
        templates(tenant).create(name="Guide", content="y")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"content": "half \ud800"}, "half a character"),
        ({"title": "NUL \0"}, "NUL"),
        ({"target_roles": ["a\0"]}, "NUL"),
        ({"language": "../../x"}, "code of a language"),
        ({"language": "a\0"}, "NUL"),
    ],
)
def test_what_no_column_takes_of_a_template_is_told(
    tenant: Any, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        templates(tenant).create(**{"name": "N", "content": "x", **fields})


def test_second_save_of_one_template_is_refused(tenant: Any) -> None:
    template = templates(tenant).create(name="N", content="x")
    seen = template.fingerprint
    templates(tenant).update(template, expected=seen, content="First")
    with pytest.raises(ArticleConflict):
        templates(tenant).update(template, expected=seen, content="Second")
