"""Names of files that an export makes, and those that it refuses."""

from __future__ import annotations

import pytest

from django_helpcenter.services.documentation.export.names import (
    PathBook,
    is_safe_folder,
    is_safe_path,
    make_name,
)


@pytest.mark.parametrize(
    "path", ["a.md", "b/a.mdx", "Ünï cödé/ça va?.md", "01-x/02. y.markdown", "a/" * 49 + "b.md"]
)
def test_path_of_a_file_is_safe(path: str) -> None:
    assert is_safe_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "", "/a.md", "../a.md", "a/../b.md", "a/./b.md", "a//b.md", "a\0.md", "a\n.md", "a\\b.md",
        ".a.md", ".git/a.md", "con.md", "a/NUL.md", "LPT1.b.md", "a /b.md", "a./b.md", " a.md",
        "a.txt", "a", "x" * 201 + ".md", "é" * 101 + ".md", "a/" * 60 + "b.md", "e\u0301.md",
        "node_modules/a.md", "\u202ea.md", "a.md/", "\ud800.md",
    ],
)  # fmt: skip
def test_path_that_may_mean_something_else_is_not_safe(path: str) -> None:
    assert not is_safe_path(path)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("pair-a-phone", "pair-a-phone"),
        ("über-uns", "über-uns"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\0b", "a-b"),
        ("", "item"),
        ("con", "con-item"),
        ("Index", "Index-item"),
        ("de", "de-item"),
        ("_en", "_en-item"),
        ("node_modules", "node_modules-item"),
    ],
)
def test_name_is_made_of_whatever_a_slug_says(text: str, name: str) -> None:
    assert make_name(text) == name
    assert is_safe_folder(name)


def test_long_name_is_cut_between_characters() -> None:
    name = make_name("ж" * 255, number=7)
    assert name == "ж" * 40 + "-7"


def test_path_is_taken_once() -> None:
    book = PathBook()
    assert book.claim("a/b.md")
    assert not book.claim("a/b.md")
    assert not book.claim("a/B.md")
    assert not book.claim("A/c.md")
    assert book.claim("a/c.md")


def test_folder_is_no_file() -> None:
    book = PathBook()
    assert book.claim("a.md")
    assert not book.claim("a.md/b.md")
    assert book.claim("c.md/d.md")
    assert not book.claim("c.md")
