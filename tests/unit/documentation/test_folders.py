"""Category and language by place."""

from __future__ import annotations

import pytest

from django_helpcenter.services.documentation.folders import (
    CategoryPlace,
    FolderTree,
    find_language_folders,
)
from tests.unit.documentation.conftest import ReadFolder


def category(read_folder: ReadFolder, path: str, files: dict[str, str]) -> list[str]:
    return [place.name for place in places(read_folder, path, files)]


def places(read_folder: ReadFolder, path: str, files: dict[str, str]) -> tuple[CategoryPlace, ...]:
    documents = read_folder(files)
    tree = FolderTree(documents, site_language="en-us")
    return tree.category_of(next(document for document in documents if document.path == path))


def test_file_at_the_root_is_general(read_folder: ReadFolder) -> None:
    assert category(read_folder, "a.md", {"a.md": "x"}) == ["General"]


def test_folders_are_the_category(read_folder: ReadFolder) -> None:
    files = {"trouble-shooting/02-sign-in/a.md": "x"}
    assert category(read_folder, "trouble-shooting/02-sign-in/a.md", files) == [
        "Trouble shooting",
        "Sign in",
    ]


def test_index_names_and_orders_its_folder(read_folder: ReadFolder) -> None:
    index = "---\ntitle: Fix it\nsummary: All of it\norder: 3\nicon: tool\ncolor: '#102030'\n---\n"
    assert places(read_folder, "t/a.md", {"t/a.md": "x", "t/index.md": index}) == (
        CategoryPlace("Fix it", "t", 3, "All of it", "tool", "#102030"),
    )


def test_number_before_a_folder_is_its_order(read_folder: ReadFolder) -> None:
    (place,) = places(read_folder, "02-setup/a.md", {"02-setup/a.md": "x"})
    assert (place.name, place.order) == ("Setup", 2)


@pytest.mark.parametrize("name", ["_index.md", "README.md", "index.mdx"])
def test_other_indexes_name_a_folder_too(read_folder: ReadFolder, name: str) -> None:
    files = {"t/a.md": "x", f"t/{name}": "---\ntitle: Named\n---\n"}
    assert category(read_folder, "t/a.md", files) == ["Named"]


def test_index_comes_before_a_readme(read_folder: ReadFolder) -> None:
    files = {
        "t/a.md": "x",
        "t/README.md": "---\ntitle: Readme title\n---\n",
        "t/index.md": "---\ntitle: Index title\n---\n",
    }
    assert category(read_folder, "t/a.md", files) == ["Index title"]


@pytest.mark.parametrize("title", ["Overview", "introduction", "Home"])
def test_title_of_a_page_does_not_name_a_folder(read_folder: ReadFolder, title: str) -> None:
    files = {"user-guide/index.md": f"---\ntitle: {title}\n---\nx"}
    assert category(read_folder, "user-guide/index.md", files) == ["User guide"]


def test_long_title_of_an_index_is_cut_to_a_name(read_folder: ReadFolder) -> None:
    files = {"t/a.md": "x", "t/index.md": f"---\ntitle: {'word ' * 90}\n---\n"}
    (name,) = category(read_folder, "t/a.md", files)
    assert 100 < len(name) <= 200


def test_named_category_wins_over_the_folder(read_folder: ReadFolder) -> None:
    files = {"t/a.md": "---\ncategory: Billing / Invoices\n---\nx"}
    assert places(read_folder, "t/a.md", files) == (
        CategoryPlace("Billing"),
        CategoryPlace("Invoices"),
    )


@pytest.mark.parametrize("name", ["get-started", "Get started", "GET STARTED", "First steps"])
def test_category_that_names_the_folder_is_the_folder(read_folder: ReadFolder, name: str) -> None:
    files = {
        "help/1-get-started/index.md": "---\ntitle: First steps\n---\n",
        "help/1-get-started/a.md": f"---\ncategory: {name}\n---\nx",
    }
    assert category(read_folder, "help/1-get-started/a.md", files) == ["Help", "First steps"]


def test_category_may_name_an_outer_folder(read_folder: ReadFolder) -> None:
    files = {"help/more/a.md": "---\ncategory: help\n---\nx"}
    assert category(read_folder, "help/more/a.md", files) == ["Help"]


def test_folder_title_of_the_root_is_empty(read_folder: ReadFolder) -> None:
    documents = read_folder({"index.md": "x", "t/index.md": "x"})
    tree = FolderTree(documents, site_language="en")
    assert [tree.title_of_folder(document) for document in documents] == ["", "T"]


@pytest.mark.parametrize(
    ("folders", "wanted"),
    [
        ({"en", "es"}, {"en": "en", "es": "es"}),
        ({"_en/help", "_es/help", "_fr"}, {"_en": "en", "_es": "es", "_fr": "fr"}),
        ({"", "docs/en", "docs/pt-BR/x"}, {"docs/en": "en", "docs/pt-BR": "pt-br"}),
        ({"content/en"}, {"content/en": "en"}),
        ({"it", "hr"}, {}),
        ({"en", "es", "shared"}, {}),
        ({"en/de", "es"}, {"en": "en", "es": "es"}),
        ({"guides"}, {}),
        (set(), {}),
    ],
)
def test_languages_are_recognised_only_where_it_is_safe(
    folders: set[str], wanted: dict[str, str]
) -> None:
    assert find_language_folders(folders, "en-us") == wanted


def test_translations_share_category_and_key(read_folder: ReadFolder) -> None:
    documents = read_folder(
        {
            "docs/_en/setup/a.md": "x",
            "docs/_es/setup/a.md": "x",
            "docs/_es/setup/index.md": "---\ntitle: Puesta en marcha\n---\n",
            "docs/_en/setup/index.md": "---\ntitle: Set-up\n---\n",
        }
    )
    tree = FolderTree(documents, site_language="en")
    english, _index, spanish, _indice = documents
    assert tree.category_of(english) == tree.category_of(spanish)
    assert [place.name for place in tree.category_of(spanish)] == ["Docs", "Set-up"]
    assert tree.translation_key(english) == tree.translation_key(spanish) == "setup/a.md"
    assert (tree.language_of(english), tree.language_of(spanish)) == ("en", "es")
    assert tree.language_root(spanish) == "docs/_es"


def test_own_language_wins_over_the_folder(read_folder: ReadFolder) -> None:
    documents = read_folder({"en/a.md": "---\nlanguage: de\n---\nx", "b.md": "x"})
    tree = FolderTree(documents, site_language="en-us")
    assert [tree.language_of(document) for document in documents] == ["en-us", "de"]
