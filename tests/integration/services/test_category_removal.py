"""Merging and deleting categories that hold something."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpCategory, HelpCategoryRedirect
from django_helpcenter.models.categories import sorted_tree
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.category_base import MAX_DEPTH
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author


@pytest.fixture
def service(tenant: Model) -> CategoryService:
    return CategoryService(tenant=tenant, actor=SYSTEM)


@pytest.fixture
def tree(service: CategoryService) -> dict[str, HelpCategory]:
    """Devices with Scanners, Printers; Gear."""
    devices = service.create(name="Devices", icon="box", color="#a0b1c2", description="All.")
    return {
        "devices": devices,
        "printers": service.create(name="Printers", parent=devices),
        "scanners": service.create(name="Scanners", parent=devices),
        "gear": service.create(name="Gear"),
    }


@pytest.fixture
def article(tree: dict[str, HelpCategory], tenant: Model) -> HelpArticle:
    return make_article(tenant, "Pair it", category=tree["devices"])


def outline(tenant: Model) -> list[str]:
    """Return the tree of a tenant as readers see it, a dot before a name for each level."""
    found = sorted_tree(HelpCategory.objects.filter(tenant=tenant))
    assert not any(HelpCategory.objects.find_problems())
    return ["." * (each.depth - 2) + each.name for each in found if each.depth > 1]


def redirects(tenant: Model) -> dict[str, str]:
    found = HelpCategoryRedirect.objects.for_tenant(tenant)
    return dict(found.values_list("slug", "category__slug"))


def remove(service: CategoryService, how: str, category: HelpCategory, to: HelpCategory) -> None:
    """Delete or merge a category."""
    if how == "merge":
        service.merge(category, into=to)
    else:
        service.delete(category, move_to=to)


both = pytest.mark.parametrize("how", ["merge", "delete"])


@both
def test_articles_and_subcategories_go_to_the_other(
    service: CategoryService, tree: dict[str, HelpCategory], article: HelpArticle, how: str
) -> None:
    remove(service, how, tree["devices"], tree["gear"])
    assert outline(service.tenant) == ["Gear", ".Printers", ".Scanners"]
    article.refresh_from_db()
    assert (article.category, article.category_name) == (tree["gear"], "Gear")
    assert "gear" in str(article.search_vector)


@both
def test_going_to_another_category_is_no_edit_of_the_articles(
    service: CategoryService, tree: dict[str, HelpCategory], article: HelpArticle, how: str
) -> None:
    remove(service, how, tree["devices"], tree["gear"])
    assert HelpArticle.objects.get().updated_at == article.updated_at


@both
def test_category_above_takes_in_one_that_is_below_it(
    service: CategoryService, tree: dict[str, HelpCategory], how: str
) -> None:
    service.create(name="Labels", parent=tree["printers"])
    remove(service, how, tree["printers"], tree["devices"])
    assert outline(service.tenant) == ["Devices", ".Labels", ".Scanners", "Gear"]


@both
def test_subcategories_keep_their_order_behind_those_that_are_there(
    service: CategoryService, tree: dict[str, HelpCategory], how: str
) -> None:
    service.place(tree["scanners"], tree["printers"], "before")
    service.create(name="Zips", parent=tree["gear"])
    remove(service, how, tree["devices"], tree["gear"])
    assert outline(service.tenant) == ["Gear", ".Zips", ".Scanners", ".Printers"]


@both
@pytest.mark.parametrize("target", ["devices", "scanners"])
def test_category_does_not_go_to_itself_or_below_itself(
    service: CategoryService, tree: dict[str, HelpCategory], how: str, target: str
) -> None:
    with pytest.raises(ValidationError, match="another category, which is not below “Devices”"):
        remove(service, how, tree["devices"], tree[target])
    assert outline(service.tenant) == ["Devices", ".Printers", ".Scanners", "Gear"]


@both
def test_subcategories_do_not_go_deeper_than_paths_can(
    service: CategoryService, tree: dict[str, HelpCategory], how: str
) -> None:
    parent = tree["gear"]
    for level in range(MAX_DEPTH - 2):
        parent = service.create(name=f"Level {level}", parent=parent)
    before = outline(service.tenant)
    with pytest.raises(ValidationError, match="at most 62 levels"):
        remove(service, how, tree["devices"], parent)
    assert outline(service.tenant) == before


@both
def test_category_of_another_tenant_is_refused_like_a_deleted_one(
    service: CategoryService, tree: dict[str, HelpCategory], other_tenant: Model, how: str
) -> None:
    theirs = CategoryService(tenant=other_tenant, actor=SYSTEM).create(name="Theirs")
    gone = service.create(name="Theirs")
    service.delete(gone)
    gone.pk = 1_000_000
    for row in (theirs, gone, HelpCategory.objects.hidden_root(service.tenant)):
        for category, other in ((tree["devices"], row), (row, tree["devices"])):
            with pytest.raises(ValidationError, match="was deleted meanwhile"):
                remove(service, how, category, other)
    assert outline(other_tenant) == ["Theirs"]


@both
def test_former_address_leads_to_the_other(
    service: CategoryService, tree: dict[str, HelpCategory], how: str
) -> None:
    remove(service, how, tree["devices"], tree["gear"])
    assert redirects(service.tenant) == {"devices": "gear"}


@both
def test_former_addresses_make_no_chains(
    service: CategoryService, tree: dict[str, HelpCategory], how: str
) -> None:
    service.rename(tree["scanners"], name="Readers", slug="readers")
    remove(service, how, tree["scanners"], tree["printers"])
    remove(service, how, tree["printers"], tree["gear"])
    expected = {"scanners": "gear", "readers": "gear", "printers": "gear"}
    assert redirects(service.tenant) == expected


def test_merged_category_gets_what_it_lacks(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.update(tree["gear"], color="#000000")
    merged = service.merge(tree["devices"], into=tree["gear"])
    merged.refresh_from_db()
    assert (merged.icon, merged.description, merged.color) == ("box", "All.", "#000000")


def test_folder_of_a_merged_category_leads_to_the_one_that_took_it_in(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.update(tree["devices"], source="docs", source_path="devices", source_values={"a": 1})
    merged = service.merge(tree["devices"], into=tree["gear"])
    assert (merged.source, merged.source_path, merged.source_values) == (
        "docs", "devices", {"a": 1},
    )  # fmt: skip


def test_merged_category_keeps_its_own_folder(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.update(tree["devices"], source="docs", source_path="devices")
    service.update(tree["gear"], source="docs", source_path="gear")
    assert service.merge(tree["devices"], into=tree["gear"]).source_path == "gear"


def test_changed_slug_leaves_a_redirect(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.rename(tree["gear"], name="Equipment", slug="equipment")
    service.rename(tree["gear"], name="Kit", slug="kit")
    assert redirects(service.tenant) == {"gear": "kit", "equipment": "kit"}


def test_slug_that_a_category_takes_back_is_no_redirect(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.rename(tree["gear"], name="Gear", slug="equipment")
    service.rename(tree["gear"], name="Gear", slug="gear")
    assert redirects(service.tenant) == {"equipment": "gear"}


def test_redirect_gives_way_to_a_category_that_is_given_its_slug(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.rename(tree["gear"], name="Gear", slug="equipment")
    service.create(name="New", slug="gear")
    assert redirects(service.tenant) == {}


def test_slug_that_is_made_of_a_name_leaves_redirects_alone(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.rename(tree["gear"], name="Equipment", slug="equipment")
    assert service.create(name="Gear").slug == "gear-2"
    assert redirects(service.tenant) == {"gear": "equipment"}


def test_redirects_are_of_one_tenant(
    service: CategoryService, tree: dict[str, HelpCategory], other_tenant: Model
) -> None:
    others = CategoryService(tenant=other_tenant, actor=SYSTEM)
    others.rename(others.create(name="Gear", slug="gear"), name="Gear", slug="kit")
    service.rename(tree["gear"], name="Gear", slug="kit")
    others.create(name="Gear", slug="gear")
    assert redirects(service.tenant) == {"gear": "kit"}


def test_deleted_category_takes_its_redirects_along(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.rename(tree["gear"], name="Gear", slug="kit")
    service.delete(tree["gear"])
    assert redirects(service.tenant) == {}


EVERYTHING = (
    "delete_helpcategory", "change_helpcategory", "change_helparticle", "publish_helparticle",
)  # fmt: skip


@both
@pytest.mark.parametrize("missing", EVERYTHING)
def test_removal_needs_the_permission_for_all_that_it_changes(
    service: CategoryService,
    tree: dict[str, HelpCategory],
    article: HelpArticle,
    how: str,
    missing: str,
) -> None:
    actor = make_author("editor", *(each for each in EVERYTHING if each != missing))
    with pytest.raises(PermissionRefused, match=missing):
        remove(
            CategoryService(tenant=service.tenant, actor=actor), how, tree["devices"], tree["gear"]
        )
    assert HelpCategory.objects.filter(pk=tree["devices"].pk).exists()


def test_drafts_go_with_the_permission_to_change_articles(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    draft = make_article(service.tenant, category=tree["scanners"], status="DRAFT")
    actor = make_author("editor", "delete_helpcategory", "change_helparticle")
    limited = CategoryService(tenant=service.tenant, actor=actor)
    limited.delete(tree["scanners"], move_to=tree["gear"])
    draft.refresh_from_db()
    assert draft.category == tree["gear"]


def test_empty_category_leads_to_another_when_that_is_wanted(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    actor: Any = make_author("editor", "delete_helpcategory")
    limited = CategoryService(tenant=service.tenant, actor=actor)
    limited.delete(tree["scanners"], move_to=tree["printers"])
    assert redirects(service.tenant) == {"scanners": "printers"}
