"""Where categories stand, as the service puts them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpCategory, HelpIndexState
from django_helpcenter.models.categories import sorted_tree
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.category_base import MAX_DEPTH
from django_helpcenter.services.category_order import place_of
from django_helpcenter.types import SYSTEM
from tests.factories import make_author


@pytest.fixture
def service(tenant: Model) -> CategoryService:
    return CategoryService(tenant=tenant, actor=SYSTEM)


@pytest.fixture
def tree(service: CategoryService) -> dict[str, HelpCategory]:
    """a with a1 and a2, b, c."""
    found = {name: service.create(name=name) for name in "abc"}
    return found | {name: service.create(name=name, parent=found["a"]) for name in ("a1", "a2")}


def outline(tenant: Model) -> list[str]:
    """Return the tree of a tenant as readers see it, a dot before a name for each level."""
    found = sorted_tree(HelpCategory.objects.filter(tenant=tenant))
    assert not any(HelpCategory.objects.find_problems())
    return ["." * (each.depth - 2) + each.name for each in found if each.depth > 1]


@pytest.mark.parametrize(
    ("moved", "target", "position", "expected"),
    [
        ("c", "a", "before", ["c", "a", ".a1", ".a2", "b"]),
        ("a", "c", "after", ["b", "c", "a", ".a1", ".a2"]),
        ("a", "b", "after", ["b", "a", ".a1", ".a2", "c"]),
        ("c", "a", "inside", ["a", ".a1", ".a2", ".c", "b"]),
        ("c", "a", "first", ["a", ".c", ".a1", ".a2", "b"]),
        ("b", "a1", "after", ["a", ".a1", ".b", ".a2", "c"]),
        ("a1", "b", "before", ["a", ".a2", "a1", "b", "c"]),
        ("a2", "a1", "before", ["a", ".a2", ".a1", "b", "c"]),
        ("a2", "a1", "inside", ["a", ".a1", "..a2", "b", "c"]),
        ("a1", "a", "inside", ["a", ".a2", ".a1", "b", "c"]),
        ("a", "a", "before", ["a", ".a1", ".a2", "b", "c"]),
    ],
)
def test_category_is_placed_beside_or_inside_another(
    service: CategoryService,
    tree: dict[str, HelpCategory],
    moved: str,
    target: str,
    position: Any,
    expected: list[str],
) -> None:
    service.place(tree[moved], tree[target], position)
    assert outline(service.tenant) == expected


def test_placing_returns_the_category_as_it_is_now(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    placed = service.place(tree["c"], tree["a1"], "after")
    stored = HelpCategory.objects.get(pk=placed.pk)
    assert (placed.path, placed.display_order) == (stored.path, stored.display_order)


def test_order_among_siblings_rewrites_no_path(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    before = dict(HelpCategory.objects.values_list("pk", "path"))
    service.place(tree["c"], tree["a"], "before")
    assert dict(HelpCategory.objects.values_list("pk", "path")) == before


def test_siblings_get_numbers_from_one(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.place(tree["c"], tree["a"], "before")
    found = HelpCategory.objects.for_tenant(service.tenant).filter(depth=2)
    assert dict(found.values_list("name", "display_order")) == {"c": 1, "a": 2, "b": 3}


def test_placing_uses_the_tree_as_it_is_and_not_as_the_caller_holds_it(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.place(tree["b"], tree["c"], "inside")
    service.place(tree["a"], tree["b"], "inside")  # the path of this b is from before
    assert outline(service.tenant) == ["c", ".b", "..a", "...a1", "...a2"]


@pytest.mark.parametrize(
    ("target", "position"),
    [("a", "inside"), ("a", "first"), ("a1", "inside"), ("a1", "before"), ("a2", "after")],
)
def test_place_inside_or_below_itself_is_refused(
    service: CategoryService, tree: dict[str, HelpCategory], target: str, position: Any
) -> None:
    with pytest.raises(ValidationError, match="cannot be placed below itself"):
        service.place(tree["a"], tree[target], position)
    assert outline(service.tenant) == ["a", ".a1", ".a2", "b", "c"]


def test_place_that_is_too_deep_is_refused(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    parent = tree["b"]
    for level in range(MAX_DEPTH - 3):
        parent = service.create(name=f"Level {level}", parent=parent)
    with pytest.raises(ValidationError, match="at most 62 levels"):
        service.place(tree["a"], parent, "inside")


def test_unknown_position_is_a_mistake_of_the_caller(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    with pytest.raises(ValueError, match="'left' is none of before, after, first, inside"):
        service.place(tree["a"], tree["b"], "left")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'left' is none of up, down, in, out"):
        service.step(tree["a"], "left")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moved", "direction", "expected"),
    [
        ("b", "up", ["b", "a", ".a1", ".a2", "c"]),
        ("b", "down", ["a", ".a1", ".a2", "c", "b"]),
        ("b", "in", ["a", ".a1", ".a2", ".b", "c"]),
        ("a1", "out", ["a", ".a2", "a1", "b", "c"]),
        ("a2", "in", ["a", ".a1", "..a2", "b", "c"]),
    ],
)
def test_category_moves_by_one_place(
    service: CategoryService,
    tree: dict[str, HelpCategory],
    moved: str,
    direction: Any,
    expected: list[str],
) -> None:
    service.step(tree[moved], direction)
    assert outline(service.tenant) == expected


@pytest.mark.parametrize(
    ("moved", "direction", "reason"),
    [
        ("a", "up", "“a” is the first one here already"),
        ("c", "down", "“c” is the last one here already"),
        ("a1", "in", "There is no category before “a1”"),
        ("b", "out", "“b” is at the top level already"),
    ],
)
def test_step_to_where_there_is_no_place_is_refused(
    service: CategoryService,
    tree: dict[str, HelpCategory],
    moved: str,
    direction: Any,
    reason: str,
) -> None:
    with pytest.raises(ValidationError, match=reason):
        service.step(tree[moved], direction)


def test_new_category_joins_the_others_by_name_while_nobody_has_ordered_them(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.create(name="aa")
    assert outline(service.tenant) == ["a", ".a1", ".a2", "aa", "b", "c"]


def test_new_category_comes_last_where_somebody_has_ordered_them(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.place(tree["c"], tree["a"], "before")
    service.create(name="aa")
    assert outline(service.tenant) == ["c", "a", ".a1", ".a2", "b", "aa"]


def test_moved_category_comes_last_where_somebody_has_ordered_the_others(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.place(tree["a2"], tree["a1"], "before")
    service.move(tree["b"], tree["a"])
    assert outline(service.tenant) == ["a", ".a2", ".a1", ".b", "c"]


def test_place_of_a_category_is_told_in_figures(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    assert place_of(tree["a2"]) == (tree["a"], 2, 2)
    assert place_of(tree["b"]) == (None, 2, 3)


def test_placing_raises_the_corpus_version(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    service.place(tree["c"], tree["a"], "before")
    before = HelpIndexState.objects.get(tenant_id=service.tenant.pk).corpus_version
    service.step(tree["c"], "down")
    assert HelpIndexState.objects.get(tenant_id=service.tenant.pk).corpus_version == before + 1


def test_category_of_another_tenant_is_refused_like_a_deleted_one(
    service: CategoryService, tree: dict[str, HelpCategory], other_tenant: Model
) -> None:
    theirs = CategoryService(tenant=other_tenant, actor=SYSTEM).create(name="Theirs")
    gone = service.create(name="Theirs")
    service.delete(gone)
    gone.pk = 1_000_000
    for row in (theirs, gone, HelpCategory.objects.hidden_root(service.tenant)):
        for change in (
            lambda row=row: service.place(tree["a"], row, "inside"),
            lambda row=row: service.place(tree["a"], row, "before"),
            lambda row=row: service.place(row, tree["a"], "inside"),
            lambda row=row: service.step(row, "up"),
        ):
            with pytest.raises(ValidationError, match="was deleted meanwhile") as caught:
                change()
            assert caught.value.code == "deleted"
    assert outline(other_tenant) == ["Theirs"]


def test_placing_needs_the_permission_to_change_categories(
    service: CategoryService, tree: dict[str, HelpCategory]
) -> None:
    nobody = CategoryService(tenant=service.tenant, actor=make_author("nobody", "add_helpcategory"))
    editor = CategoryService(
        tenant=service.tenant, actor=make_author("editor", "change_helpcategory")
    )
    with pytest.raises(PermissionRefused, match="change_helpcategory"):
        nobody.place(tree["c"], tree["a"], "before")
    with pytest.raises(PermissionRefused, match="change_helpcategory"):
        nobody.step(tree["c"], "up")
    editor.place(tree["c"], tree["a"], "before")
    editor.step(tree["c"], "down")
