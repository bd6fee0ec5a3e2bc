"""Where links between files lead."""

from __future__ import annotations

import pytest

from django_helpcenter.services.documentation.folders import FolderTree
from django_helpcenter.services.documentation.linking import Sitemap, file_path, is_local
from tests.unit.documentation.conftest import ReadFolder

FILES = {
    "README.md": "x",
    "a.md": "x",
    "guide.md": "x",
    "guide/index.md": "x",
    "guide/README.md": "x",
    "guide/set up.md": "x",
    "guide/Über.mdx": "x",
    "self/deploy/aws.mdx": "x",
    "other/deploy/aws.mdx": "x",
    "other/deploy/azure.mdx": "x",
    "old.md": "---\npermalink: /former/page/\nredirect_from: [/moved.html]\n---\nx",
}


@pytest.mark.parametrize(
    ("origin", "target", "wanted"),
    [
        ("a.md", "guide/set%20up.md", "guide/set up.md"),
        ("a.md", "./guide/set up.md#part", "guide/set up.md"),
        ("a.md", "guide/set%20up", "guide/set up.md"),
        ("a.md", "guide/set%20up/", "guide/set up.md"),
        ("a.md", "guide/set%20up.html?x=1#y", "guide/set up.md"),
        ("a.md", "guide/GUIDE/../%C3%9Cber", "guide/Über.mdx"),
        ("a.md", "guide/u%CC%88ber.mdx", "guide/Über.mdx"),
        ("a.md", "A.MD", "a.md"),
        ("a.md", "guide.md", "guide.md"),
        ("a.md", "guide", "guide.md"),
        ("a.md", "guide/index.md", "guide/index.md"),
        ("a.md", "guide/README.md", "guide/README.md"),
        ("guide/index.md", "../a.md", "a.md"),
        ("guide/index.md", "/a", "a.md"),
        ("guide/index.md", "..", "README.md"),
        ("guide/index.md", "/", "README.md"),
        ("a.md", "/former/page/", "old.md"),
        ("a.md", "/former/page", "old.md"),
        ("a.md", "/moved.html", "old.md"),
        ("a.md", "/deploy/azure", "other/deploy/azure.mdx"),
        ("a.md", "/deploy/aws", None),
        ("a.md", "/azure", None),
        ("a.md", "deploy/azure", None),
        ("a.md", "former/page", None),
        ("a.md", "missing.md", None),
        ("a.md", "../a.md", None),
        ("guide/index.md", "../../a.md", None),
    ],
)
def test_address_finds_the_file_that_it_means(
    read_folder: ReadFolder, origin: str, target: str, wanted: str | None
) -> None:
    documents = read_folder(FILES)
    sitemap = Sitemap(documents, FolderTree(documents, site_language="en"))
    start = next(document for document in documents if document.path == origin)
    found = sitemap.find(target, start)
    assert (found.path if found else None) == wanted


@pytest.mark.parametrize(
    ("origin", "target", "wanted"),
    [
        ("c/_es/x.md", "/es/help/y/", "c/_es/help/y.md"),
        ("c/_es/x.md", "/help/y/", "c/_en/help/y.md"),
        ("c/_es/x.md", "/x", "c/_en/x.md"),
        ("c/_en/x.md", "/en/help/y", "c/_en/help/y.md"),
        ("c/_es/x.md", "/only", "c/_es/only.md"),
    ],
)
def test_address_from_the_root_may_name_the_language(
    read_folder: ReadFolder, origin: str, target: str, wanted: str
) -> None:
    paths = ["c/_en/x.md", "c/_en/help/y.md", "c/_es/x.md", "c/_es/help/y.md", "c/_es/only.md"]
    documents = read_folder(dict.fromkeys(paths, "x"))
    sitemap = Sitemap(documents, FolderTree(documents, site_language="en"))
    start = next(document for document in documents if document.path == origin)
    found = sitemap.find(target, start)
    assert found is not None
    assert found.path == wanted


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("a.md", True),
        ("/a", True),
        ("../a#b", True),
        ("a:b.md", False),
        ("https://x.test", False),
        ("mailto:a@b.test", False),
        ("//x.test/a", False),
        ("#part", False),
        ("?q=1", False),
        ("", False),
    ],
)
def test_only_addresses_without_host_and_scheme_are_local(target: str, wanted: bool) -> None:
    assert is_local(target) is wanted


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("img/x.png", "guide/img/x.png"),
        ("/img/x.png", "img/x.png"),
        ("/../../etc/passwd", None),
        ("%2e%2e/%2e%2e/etc/passwd", None),
        ("..", ""),
    ],
)
def test_path_of_an_address_stays_in_the_folder(
    read_folder: ReadFolder, target: str, wanted: str | None
) -> None:
    (document,) = read_folder({"guide/a.md": "x"})
    assert file_path(target, document) == wanted
