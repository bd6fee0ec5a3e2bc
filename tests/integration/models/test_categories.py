"""The category tree as the models keep it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError, RestrictedError

from django_helpcenter.models import HelpCategory
from tests.factories import make_article
from tests.threads import run_at_once


def make(tenant: Model, name: str, parent: HelpCategory | None = None) -> HelpCategory:
    create: Any = HelpCategory.objects.create
    category: HelpCategory = create(tenant=tenant, name=name, slug=name.lower(), parent=parent)
    return category


@pytest.fixture
def tree(tenant: Model) -> list[HelpCategory]:
    top = make(tenant, "Top")
    middle = make(tenant, "Middle", top)
    return [top, middle, make(tenant, "Bottom", middle)]


def names(categories: Any) -> list[str]:
    return [category.name for category in categories]


def test_ancestors_leave_out_the_hidden_root(tree: list[HelpCategory]) -> None:
    assert names(tree[2].get_ancestors()) == ["Top", "Middle"]


def test_top_category_has_no_ancestors(tree: list[HelpCategory]) -> None:
    assert names(tree[0].get_ancestors()) == []


def test_breadcrumb_leads_from_the_top_to_the_category(tree: list[HelpCategory]) -> None:
    assert names(tree[2].get_breadcrumb()) == ["Top", "Middle", "Bottom"]


def test_descendants_are_all_below(tree: list[HelpCategory], tenant: Model) -> None:
    make(tenant, "Beside")
    assert names(tree[0].get_descendants()) == ["Middle", "Bottom"]


def test_descendants_may_include_the_category(tree: list[HelpCategory]) -> None:
    assert names(tree[1].get_descendants(include_self=True)) == ["Middle", "Bottom"]


def test_descendants_are_of_one_tenant(
    tree: list[HelpCategory], tenant: Model, other_tenant: Model
) -> None:
    make(other_tenant, "Theirs", make(other_tenant, "Top"))
    assert names(tree[0].get_descendants()) == ["Middle", "Bottom"]


def test_parent_of_a_top_category_is_none(tree: list[HelpCategory]) -> None:
    assert tree[0].parent is None


def test_parent_is_the_category_above(tree: list[HelpCategory]) -> None:
    assert tree[2].parent == tree[1]


def test_categories_of_a_tenant_leave_out_the_root(tree: list[HelpCategory]) -> None:
    assert names(HelpCategory.objects.for_tenant(tree[0].tenant)) == ["Top", "Middle", "Bottom"]


def test_categories_of_all_tenants_leave_out_the_roots(
    tree: list[HelpCategory], other_tenant: Model
) -> None:
    make(other_tenant, "Theirs")
    found = HelpCategory.objects.get_queryset().without_roots()
    assert sorted(names(found)) == ["Bottom", "Middle", "Theirs", "Top"]


def test_tenant_given_by_its_key_is_as_good(tenant: Model) -> None:
    create: Any = HelpCategory.objects.create
    category = create(tenant_id=tenant.pk, name="Top", slug="top")
    assert category.tenant == tenant
    assert names(HelpCategory.objects.for_tenant(tenant.pk)) == ["Top"]


def test_tenant_is_taken_from_the_parent(tree: list[HelpCategory], tenant: Model) -> None:
    create: Any = HelpCategory.objects.create
    assert create(name="Side", slug="side", parent=tree[0]).tenant == tenant


def test_category_without_a_tenant_is_refused(db: None) -> None:
    create: Any = HelpCategory.objects.create
    with pytest.raises(TypeError, match="needs a tenant"):
        create(name="Top", slug="top")


def test_parent_of_another_tenant_is_refused(tree: list[HelpCategory], other_tenant: Model) -> None:
    with pytest.raises(ValueError, match="another tenant"):
        make(other_tenant, "Inside", tree[0])


def test_missing_category_is_made_once(tenant: Model) -> None:
    for is_new in (True, False):
        category, is_created = HelpCategory.objects.get_or_create(
            tenant_id=tenant.pk, slug="top", defaults={"name": "Top"}
        )
        assert is_created is is_new
        assert names(category.get_breadcrumb()) == ["Top"]


def test_slug_is_unique_in_its_tenant(tree: list[HelpCategory], tenant: Model) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(tenant, "Top")


def test_other_tenants_may_use_the_slug(tree: list[HelpCategory], other_tenant: Model) -> None:
    assert make(other_tenant, "Top").slug == "top"


def test_each_tenant_has_one_root(tenant: Model, other_tenant: Model) -> None:
    roots = {
        HelpCategory.objects.hidden_root(each).pk
        for each in (tenant, other_tenant, tenant, other_tenant.pk)
    }
    assert len(roots) == 2


def test_category_with_articles_is_not_deleted(tenant: Model) -> None:
    article = make_article(tenant)
    with pytest.raises((RestrictedError, ProtectedError)):
        article.category.delete()


def test_tenant_is_deleted_with_its_tree(tree: list[HelpCategory], tenant: Model) -> None:
    make_article(tenant, category=tree[2])
    tenant.delete()
    assert not HelpCategory.objects.get_queryset().exists()


@pytest.mark.django_db(transaction=True)
def test_first_categories_of_many_tenants_at_once_keep_the_tree_sound(
    tenant: Model, other_tenant: Model
) -> None:
    def create(each: Model, number: int) -> Any:
        return lambda: make(each, f"Top{number}")

    run_at_once(*[create(each, n) for n in range(4) for each in (tenant, other_tenant)])
    assert HelpCategory.objects.for_tenant(tenant).count() == 4
    assert HelpCategory.objects.get_queryset().filter(depth=1).count() == 2
    assert not any(HelpCategory.objects.find_problems())
