"""Which article is which file's."""

from __future__ import annotations

import uuid

from django_helpcenter.services.documentation.matching import HALF, ArticleRow, match_documents
from django_helpcenter.services.documentation.reading import Document
from tests.unit.documentation.conftest import ReadFolder


def row(
    pk: int,
    path: str,
    *,
    id: str = "",  # noqa: A002
    digest: str = "",
    title: str = "",
    slug: str = "",
) -> ArticleRow:
    return ArticleRow(
        pk=pk,
        source_id=id or path,
        source_path=path,
        source_hash=digest[:HALF] + "0" * HALF,
        source_revision="",
        content_hash="",
        slug=slug,
        language="en",
        title=title,
        status="PUBLISHED",
        translation_group=uuid.uuid4(),
    )


def match(
    documents: list[Document], *rows: ArticleRow, unreadable: list[str] | None = None
) -> tuple[dict[str, int], list[int]]:
    found = match_documents(
        documents,
        rows,
        unreadable=unreadable or [],
        language_of=lambda document: document.metadata.language or "en",
        title_of=lambda document: document.metadata.title,
    )
    return {path: row.pk for path, row in found.rows.items()}, [row.pk for row in found.orphans]


def test_file_keeps_its_article_by_path(read_folder: ReadFolder) -> None:
    assert match(read_folder({"a.md": "x"}), row(1, "a.md")) == ({"a.md": 1}, [])


def test_file_keeps_its_article_by_id_wherever_it_moves(read_folder: ReadFolder) -> None:
    documents = read_folder({"b/c.md": "---\nid: one\n---\nx"})
    assert match(documents, row(1, "a.md", id="one")) == ({"b/c.md": 1}, [])


def test_exchanged_files_keep_their_articles_by_id(read_folder: ReadFolder) -> None:
    documents = read_folder({"a.md": "---\nid: two\n---\nx", "b.md": "---\nid: one\n---\nx"})
    rows = row(1, "a.md", id="one"), row(2, "b.md", id="two")
    assert match(documents, *rows) == ({"a.md": 2, "b.md": 1}, [])


def test_file_that_gets_an_id_keeps_its_article(read_folder: ReadFolder) -> None:
    documents = read_folder({"a.md": "---\nid: one\n---\nx"})
    assert match(documents, row(1, "a.md")) == ({"a.md": 1}, [])


def test_file_that_loses_its_id_keeps_its_article(read_folder: ReadFolder) -> None:
    assert match(read_folder({"a.md": "x"}), row(1, "a.md", id="one")) == ({"a.md": 1}, [])


def test_another_id_at_the_same_path_is_another_article(read_folder: ReadFolder) -> None:
    documents = read_folder({"a.md": "---\nid: two\n---\nx"})
    assert match(documents, row(1, "a.md", id="one")) == ({}, [1])


def test_renamed_file_keeps_its_article_by_its_bytes(read_folder: ReadFolder) -> None:
    (document,) = documents = read_folder({"b/new.md": "x"})
    assert match(documents, row(1, "a.md", digest=document.digest)) == ({"b/new.md": 1}, [])


def test_of_equal_files_the_one_of_the_same_name_moved(read_folder: ReadFolder) -> None:
    documents = read_folder({"c/b.md": "x"})
    rows = [row(n, path, digest=documents[0].digest) for n, path in enumerate(["a.md", "b.md"])]
    assert match(documents, *rows) == ({"c/b.md": 1}, [0])


def test_copy_does_not_take_the_article_of_the_original(read_folder: ReadFolder) -> None:
    documents = read_folder({"a.md": "x", "b.md": "x"})
    assert match(documents, row(1, "a.md", digest=documents[0].digest)) == ({"a.md": 1}, [])


def test_new_file_with_the_slug_of_an_orphan_is_the_same_article(read_folder: ReadFolder) -> None:
    documents = read_folder({"b.md": "---\nslug: reset\n---\nx"})
    rows = row(1, "a.md", slug="reset"), row(2, "c.md", slug="other")
    assert match(documents, *rows) == ({"b.md": 1}, [2])


def test_slug_of_another_language_proves_nothing(read_folder: ReadFolder) -> None:
    documents = read_folder({"b.md": "---\nslug: reset\nlanguage: de\n---\nx"})
    assert match(documents, row(1, "a.md", slug="reset")) == ({}, [1])


def test_moved_and_edited_file_keeps_its_article_by_a_unique_title(
    read_folder: ReadFolder,
) -> None:
    documents = read_folder({"b.md": "---\ntitle: Reset\n---\nnew"})
    assert match(documents, row(1, "a.md", title="Reset")) == ({"b.md": 1}, [])


def test_title_that_two_files_have_proves_nothing(read_folder: ReadFolder) -> None:
    text = "---\ntitle: Overview\n---\n"
    documents = read_folder({"b.md": text + "1", "c.md": text + "2"})
    assert match(documents, row(1, "a.md", title="Overview")) == ({}, [1])


def test_title_that_two_articles_have_proves_nothing(read_folder: ReadFolder) -> None:
    documents = read_folder({"c.md": "---\ntitle: Overview\n---\nx"})
    rows = row(1, "a.md", title="Overview"), row(2, "b.md", title="Overview")
    assert match(documents, *rows) == ({}, [1, 2])


def test_empty_titles_prove_nothing(read_folder: ReadFolder) -> None:
    assert match(read_folder({"b.md": "x"}), row(1, "a.md")) == ({}, [1])


def test_article_of_an_unreadable_file_is_nobodys_orphan(read_folder: ReadFolder) -> None:
    (document,) = documents = read_folder({"b.md": "x"})
    broken = row(1, "a.md", digest=document.digest)
    assert match(documents, broken, unreadable=["a.md"]) == ({}, [])


def test_articles_of_an_unreadable_folder_are_no_orphans(read_folder: ReadFolder) -> None:
    documents = read_folder({"b.md": "x"})
    rows = row(1, "locked/a.md"), row(2, "locked-too/a.md")
    assert match(documents, *rows, unreadable=["locked"]) == ({}, [2])
