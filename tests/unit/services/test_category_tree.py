"""The category tree of one reader."""

from __future__ import annotations

from django_helpcenter.models import HelpCategory
from django_helpcenter.services.category_tree import CategoryNode, build_tree, find_path


def category(pk: int, path: str, order: int = 0) -> HelpCategory:
    return HelpCategory(
        pk=pk, path=path, depth=len(path) // 4, name=f"C{pk}", slug=f"c{pk}", display_order=order
    )


ROOT = "0001"
CATEGORIES = [
    category(1, f"{ROOT}0001", order=2),
    category(2, f"{ROOT}0002", order=1),
    category(3, f"{ROOT}00010001", order=2),
    category(4, f"{ROOT}00010002", order=1),
    category(5, f"{ROOT}000100010001"),
]


def shape(nodes: tuple[CategoryNode, ...]) -> list[object]:
    return [(node.category.pk, node.article_count, shape(node.children)) for node in nodes]


def test_counts_add_up_from_below() -> None:
    tree = build_tree(CATEGORIES, {1: 1, 2: 2, 3: 3, 4: 4, 5: 5})
    assert shape(tree) == [(2, 2, []), (1, 13, [(4, 4, []), (3, 8, [(5, 5, [])])])]


def test_category_with_articles_only_below_stays() -> None:
    assert shape(build_tree(CATEGORIES, {5: 1})) == [(1, 1, [(3, 1, [(5, 1, [])])])]


def test_category_without_articles_is_left_out() -> None:
    assert shape(build_tree(CATEGORIES, {2: 1})) == [(2, 1, [])]


def test_tree_without_articles_is_empty() -> None:
    assert build_tree(CATEGORIES, {}) == ()
    assert build_tree([], {}) == ()


def test_walk_goes_depth_first() -> None:
    (_second, first) = build_tree(CATEGORIES, {1: 1, 2: 2, 3: 3, 4: 4, 5: 5})
    assert [node.category.pk for node in first.walk()] == [1, 4, 3, 5]


def test_path_leads_from_the_top() -> None:
    tree = build_tree(CATEGORIES, {5: 1, 2: 1})
    assert [node.category.pk for node in find_path(tree, "c5")] == [1, 3, 5]
    assert find_path(tree, "c4") == []
