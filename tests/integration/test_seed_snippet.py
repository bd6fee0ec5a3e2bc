"""The way of making test data that the first version of the help center described."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle, HelpCategory, get_tenant_model
from django_helpcenter.services.search import SearchService
from django_helpcenter.tasks import sweep_index
from tests.factories import make_user


def create_test_data() -> HelpArticle:
    """Run the snippet as it stands there; only its imports are others."""
    Tenant: Any = get_tenant_model()  # noqa: N806
    People = get_user_model()  # noqa: N806

    tenant = Tenant.objects.first()
    user = People.objects.first()

    # Create category
    category = HelpCategory.objects.create(
        tenant=tenant,
        name="Getting Started",
        slug="getting-started",
        description="Basic help articles",
    )

    # Create article
    article = HelpArticle.objects.create(
        tenant=tenant,
        title="How to Create a Work Order",
        slug="how-to-create-work-order",
        summary="Step-by-step guide to creating work orders",
        content="# Creating a Work Order\n\n1. Navigate to Work Orders...",
        category=category,
        created_by=user,
        last_updated_by=user,
        difficulty_level="BEGINNER",
        target_roles=["all"],
        status="PUBLISHED",
    )
    return article  # noqa: RET504


def one_tenant() -> Model:
    tenants = get_tenant_model()._default_manager
    tenants.all().delete()
    return tenants.create(**{conf.TENANT_NAME_FIELD: "Default", conf.TENANT_SLUG_FIELD: "default"})


def test_snippet_makes_an_article_in_a_category(db: None) -> None:
    one_tenant()
    user = make_user()
    article = create_test_data()
    assert [each.name for each in article.category.get_breadcrumb()] == ["Getting Started"]
    assert (article.created_by, article.is_visible) == (user, True)
    assert article.published_date is not None


def test_snippet_needs_no_user(db: None) -> None:
    one_tenant()
    assert create_test_data().created_by is None


def test_article_of_the_snippet_can_be_read(db: None, client: Client) -> None:
    one_tenant()
    article = create_test_data()
    response = client.get(f"/help/a/{article.slug}/")
    assert "How to Create a Work Order" in response.content.decode()


def test_article_of_the_snippet_is_found_after_the_sweep(db: None) -> None:
    tenant = one_tenant()
    article = create_test_data()
    sweep_index.run()
    hits = SearchService(tenant=tenant).hybrid_search("creating an order").hits
    assert [hit.article_id for hit in hits] == [article.pk]
