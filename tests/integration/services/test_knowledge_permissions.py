"""Who may write, and what belongs to others."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Model

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict, PermissionRefused
from django_helpcenter.models import HelpArticle, HelpCategory, HelpTag
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_category, make_user


def by(tenant: Model, actor: Any) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=actor)


def create(service: KnowledgeService, **fields: Any) -> HelpArticle:
    category = make_category(service.tenant)
    fields = {"title": "Valve", "content": "Close it.", "category": category, **fields}
    return service.create_article(**fields)


def test_author_may_write_drafts(tenant: Model) -> None:
    author = make_author("author", "add_helparticle")
    article = create(by(tenant, author))
    assert (article.status, article.created_by, article.last_updated_by) == (
        ArticleStatus.DRAFT,
        author,
        author,
    )


def test_system_may_do_everything_and_is_nobody(tenant: Model) -> None:
    article = create(by(tenant, SYSTEM), status="PUBLISHED")
    assert article.created_by is None


def test_superuser_may_do_everything(tenant: Model) -> None:
    article = create(by(tenant, make_user(is_superuser=True)), status="PUBLISHED")
    assert article.status == "PUBLISHED"


@pytest.mark.parametrize("permissions", [(), ("view_helparticle",), ("change_helparticle",)])
def test_creating_needs_its_permission(tenant: Model, permissions: tuple[str, ...]) -> None:
    with pytest.raises(PermissionRefused, match="add_helparticle"):
        create(by(tenant, make_author("author", *permissions)))
    assert not HelpArticle.objects.exists()


def test_nobody_writes_anonymously(tenant: Model) -> None:
    with pytest.raises(PermissionRefused):
        create(by(tenant, AnonymousUser()))


def test_inactive_author_writes_nothing(tenant: Model) -> None:
    author = make_author("author", "add_helparticle")
    author.is_active = False
    with pytest.raises(PermissionRefused):
        create(by(tenant, author))


@pytest.mark.parametrize("status", ["PUBLISHED", "ARCHIVED"])
def test_publishing_at_once_needs_its_permission(tenant: Model, status: str) -> None:
    author = make_author("author", "add_helparticle")
    with pytest.raises(PermissionRefused, match="publish_helparticle"):
        create(by(tenant, author), status=status)


def test_changing_needs_its_permission(tenant: Model) -> None:
    article = make_article(tenant, status="DRAFT")
    author = make_author("author", "add_helparticle", "publish_helparticle")
    with pytest.raises(PermissionRefused, match="change_helparticle"):
        by(tenant, author).update_article(article, title="Other")


@pytest.mark.parametrize(
    ("before", "method"),
    [
        ("DRAFT", "publish_article"),
        ("DRAFT", "archive_article"),
        ("PUBLISHED", "archive_article"),
        ("PUBLISHED", "publish_article"),
        ("ARCHIVED", "publish_article"),
        ("ARCHIVED", "archive_article"),
    ],
)
def test_publishing_and_archiving_need_their_permission(
    tenant: Model, before: str, method: str
) -> None:
    article = make_article(tenant, status=before)
    service = by(tenant, make_author("author", "change_helparticle"))
    with pytest.raises(PermissionRefused, match="publish_helparticle"):
        getattr(service, method)(article)
    article.refresh_from_db()
    assert article.status == before


@pytest.mark.parametrize("before", ["PUBLISHED", "ARCHIVED"])
def test_taking_an_article_back_to_draft_needs_the_permission_to_publish(
    tenant: Model, before: str
) -> None:
    article = make_article(tenant, status=before)
    service = by(tenant, make_author("author", "change_helparticle"))
    with pytest.raises(PermissionRefused, match="publish_helparticle"):
        service.update_article(article, status="DRAFT")


def test_changing_what_readers_see_needs_the_permission_to_publish(tenant: Model) -> None:
    article = make_article(tenant)
    service = by(tenant, make_author("author", "change_helparticle"))
    with pytest.raises(PermissionRefused, match="publish_helparticle"):
        service.update_article(article, content="Unreviewed.")
    article.refresh_from_db()
    assert article.content == "Text of An article."


def test_author_may_submit_and_change_drafts(tenant: Model) -> None:
    service = by(tenant, make_author("author", "change_helparticle"))
    article = service.submit_for_review(make_article(tenant, status="DRAFT"))
    assert service.update_article(article, content="Better.").status == ArticleStatus.REVIEW


def test_editor_may_publish(tenant: Model) -> None:
    editor = make_author("editor", "change_helparticle", "publish_helparticle")
    article = by(tenant, editor).publish_article(make_article(tenant, status="DRAFT"))
    assert (article.status, article.last_updated_by) == (ArticleStatus.PUBLISHED, editor)


def test_deleting_needs_its_permission(tenant: Model) -> None:
    article = make_article(tenant)
    service = by(tenant, make_author("author", "change_helparticle", "publish_helparticle"))
    with pytest.raises(PermissionRefused, match="delete_helparticle"):
        service.delete_article(article)


def test_article_of_another_tenant_is_refused(tenant: Model, other_tenant: Model) -> None:
    theirs = make_article(other_tenant)
    service = by(tenant, SYSTEM)
    for call in (service.publish_article, service.archive_article, service.delete_article):
        with pytest.raises(PermissionRefused, match="not of this tenant"):
            call(theirs)
    with pytest.raises(PermissionRefused, match="not of this tenant"):
        service.update_article(theirs, title="Ours")


def test_article_that_claims_our_tenant_is_not_found(tenant: Model, other_tenant: Model) -> None:
    theirs = make_article(other_tenant)
    with pytest.raises(ArticleConflict, match="deleted"):
        by(tenant, SYSTEM).update_article(
            HelpArticle(pk=theirs.pk, tenant_id=tenant.pk), title="Ours"
        )


def test_category_of_another_tenant_is_refused(tenant: Model, other_tenant: Model) -> None:
    theirs = make_category(other_tenant)
    service = by(tenant, SYSTEM)
    with pytest.raises(PermissionRefused, match="not of this tenant"):
        create(service, category=theirs)
    with pytest.raises(PermissionRefused, match="not of this tenant"):
        service.update_article(make_article(tenant), category=theirs)


def test_tag_of_another_tenant_is_refused(tenant: Model, other_tenant: Model) -> None:
    (theirs,) = by(other_tenant, SYSTEM).ensure_tags(["Pumps"])
    service = by(tenant, SYSTEM)
    with pytest.raises(PermissionRefused, match="not of this tenant"):
        create(service, tags=[theirs])
    with pytest.raises(PermissionRefused, match="not of this tenant"):
        service.update_article(make_article(tenant), tags=[theirs])


def test_parent_category_of_another_tenant_is_refused(tenant: Model, other_tenant: Model) -> None:
    theirs = make_category(other_tenant)
    with pytest.raises(PermissionRefused, match="not of this tenant"):
        by(tenant, SYSTEM).ensure_category(name="Inside", parent=theirs)


@pytest.mark.parametrize("name", ["tenant", "tenant_id", "category_id", "pk", "version", "titel"])
def test_field_that_is_not_for_callers_is_refused(
    tenant: Model, other_tenant: Model, name: str
) -> None:
    article = make_article(tenant)
    value: Any = other_tenant.pk if name.startswith("tenant") else 1
    with pytest.raises(TypeError, match=name):
        by(tenant, SYSTEM).update_article(article, **{name: value})


@pytest.mark.parametrize("name", ["tenant_id", "category_id", "created_by_id", "helpful_count"])
def test_field_that_is_not_for_callers_is_refused_in_a_new_article(
    tenant: Model, other_tenant: Model, name: str
) -> None:
    with pytest.raises(TypeError, match=name):
        create(by(tenant, SYSTEM), **{name: other_tenant.pk})


def test_hidden_root_is_no_place_for_articles(tenant: Model) -> None:
    root = HelpCategory.objects.hidden_root(tenant)
    with pytest.raises(ValidationError, match="Choose a category"):
        create(by(tenant, SYSTEM), category=root)


def test_known_category_needs_no_permission(tenant: Model) -> None:
    known = make_category(tenant, "Pumps")
    service = by(tenant, make_author("author", "add_helparticle"))
    assert service.ensure_category(name="Pumps") == known


def test_new_category_needs_its_permission(tenant: Model) -> None:
    service = by(tenant, make_author("author", "add_helparticle"))
    with pytest.raises(PermissionRefused, match="add_helpcategory"):
        service.ensure_category(name="Pumps")


def test_known_tags_need_no_permission(tenant: Model) -> None:
    by(tenant, SYSTEM).ensure_tags(["Pumps"])
    service = by(tenant, make_author("author", "add_helparticle"))
    assert [tag.name for tag in service.ensure_tags(["pumps"])] == ["Pumps"]


def test_new_tags_need_their_permission(tenant: Model) -> None:
    service = by(tenant, make_author("author", "add_helparticle"))
    with pytest.raises(PermissionRefused, match="add_helptag"):
        service.ensure_tags(["Pumps"])
    assert not HelpTag.objects.exists()
