"""Slugs of titles in any script, and free ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_helpcenter.services.slugs import SLUG_LENGTH, free_slug, make_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("How to Create a Work Order", "how-to-create-a-work-order"),
        ("  Sites & assets  ", "sites-assets"),
        ("Aufträge prüfen", "aufträge-prüfen"),
        ("如何重置密码", "如何重置密码"),
        ("كلمة المرور", "كلمة-المرور"),
        ("-- _draft_ --", "draft"),
        ("!?", "item"),
        ("🔑", "item"),
    ],
)
def test_title_becomes_a_slug(title: str, slug: str) -> None:
    assert make_slug(title) == slug


def test_long_title_is_cut_to_the_column() -> None:
    assert len(make_slug("word " * 100)) <= SLUG_LENGTH


def test_cut_does_not_end_in_a_dash() -> None:
    assert not make_slug("x" * (SLUG_LENGTH - 1) + " more").endswith("-")


def test_free_slug_stays_as_it_is() -> None:
    assert free_slug("valve", {"valves"}) == "valve"


def test_taken_slug_gets_the_first_free_number() -> None:
    assert free_slug("valve", {"valve", "valve-2", "valve-4"}) == "valve-3"


def test_number_replaces_the_end_of_a_long_slug() -> None:
    full = "x" * SLUG_LENGTH
    assert free_slug(full, {full}) == "x" * (SLUG_LENGTH - 2) + "-2"


@given(st.text(max_size=400), st.sets(st.sampled_from(["item", "item-2", "a", "a-2"])))
def test_slug_of_any_title_is_free_and_fits(title: str, taken: set[str]) -> None:
    slug = free_slug(make_slug(title), taken)
    assert slug not in taken
    assert 0 < len(slug) <= SLUG_LENGTH
