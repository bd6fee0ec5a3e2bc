"""The order of categories, without a database."""

from __future__ import annotations

import random

from django_helpcenter.models import HelpCategory
from django_helpcenter.models.categories import sorted_tree


def category(path: str, name: str, order: int = 0) -> HelpCategory:
    return HelpCategory(path=path, name=name, display_order=order, depth=len(path) // 4)


def names(categories: list[HelpCategory]) -> list[str]:
    found = sorted_tree(random.sample(categories, len(categories)))
    return [each.name for each in found]


def test_siblings_stand_by_their_order_then_by_name() -> None:
    rows = [
        category("00010001", "beta"),
        category("00010002", "Alpha"),
        category("00010003", "First", order=-1),
        category("00010004", "Last", order=1),
    ]
    assert names(rows) == ["First", "Alpha", "beta", "Last"]


def test_children_follow_their_parent() -> None:
    rows = [
        category("00010001", "Top"),
        category("00010002", "Zenith"),
        category("000100010001", "Inner"),
        category("0001000100010001", "Innermost"),
    ]
    assert names(rows) == ["Top", "Inner", "Innermost", "Zenith"]


def test_category_without_its_parent_is_left_out() -> None:
    rows = [category("00010001", "Top"), category("000100020001", "Orphan")]
    assert names(rows) == ["Top"]


def test_trees_of_two_tenants_do_not_mix() -> None:
    rows = [
        category("00010001", "Ours"),
        category("00020001", "Theirs"),
        category("000100010001", "Below ours"),
    ]
    assert names(rows) == ["Ours", "Below ours", "Theirs"]


def test_no_categories_are_no_tree() -> None:
    assert sorted_tree([]) == []
