"""One file, from bytes to a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from django_helpcenter.exceptions import ContentError
from django_helpcenter.services.documentation.reading import Document, read_document
from django_helpcenter.services.documentation.scan import SourceFile
from tests.permissions import folder_for_everybody, locked


def read(folder: Path, data: bytes | str, path: str = "a.md") -> Document:
    location = folder / Path(path).name
    location.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_document(SourceFile(path, location))


def error(folder: Path, data: bytes | str) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read(folder, data)
    return caught.value


def test_front_matter_and_body_are_told_apart(tmp_path: Path) -> None:
    document = read(tmp_path, "---\ntitle: A\n---\n\nBody\n")
    assert (document.metadata.title, document.body, document.body_line) == ("A", "\nBody\n", 4)


def test_id_of_a_file_is_its_own_else_its_path(tmp_path: Path) -> None:
    assert read(tmp_path, "---\nid: x\n---\nBody").source_id == "x"
    assert read(tmp_path, "Body", "b/c.md").source_id == "b/c.md"


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    document = read(tmp_path, b"\xef\xbb\xbf---\ntitle: A\n---\nBody")
    assert (document.metadata.title, document.body) == ("A", "Body")


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    document = read(tmp_path, b"---\r\ntitle: A\r\n---\r\nBody\r\n")
    assert (document.metadata.title, document.body) == ("A", "Body\n")


def test_line_of_the_bad_byte_is_named(tmp_path: Path) -> None:
    found = error(tmp_path, b"one\ntwo\nthr\xe9e\n")
    assert (found.line, str(found)) == (3, "The byte 0xe9 is not UTF-8; save the file as UTF-8.")


def test_binary_file_is_called_so(tmp_path: Path) -> None:
    found = error(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00\xff")
    assert (found.line, "looks binary" in str(found)) == (None, True)


def test_utf_16_is_called_so(tmp_path: Path) -> None:
    assert "UTF-16" in str(error(tmp_path, "Grüße".encode("utf-16")))


def test_line_of_a_nul_is_named(tmp_path: Path) -> None:
    found = error(tmp_path, "one\ntw\0o\n")
    assert (found.line, "NUL" in str(found)) == (2, True)


def test_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    found = error(tmp_path, b"x" * 20_000_000)
    assert "20.0 MB; at most 5.0 MB" in str(found)
    assert "HELP_CENTER_IMPORT_MAX_FILE_BYTES" in str(found)


def test_limit_is_a_setting(tmp_path: Path, settings: Any) -> None:
    settings.HELP_CENTER_IMPORT_MAX_FILE_BYTES = 4
    assert read(tmp_path, "four").body == "four"
    assert "at most" in str(error(tmp_path, "fives"))


def test_broken_front_matter_names_its_line(tmp_path: Path) -> None:
    found = error(tmp_path, "---\ntitle: A\ntags: [a, b\nx: y\n---\nBody")
    assert found.line is not None
    assert "not valid YAML" in str(found)


def test_bomb_of_aliases_is_refused(tmp_path: Path) -> None:
    found = error(tmp_path, "---\na: &a [x, x]\nb: &b [*a, *a]\n---\nBody")
    assert (found.line, "anchors and aliases" in str(found)) == (2, True)


def test_file_that_vanished_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read: no such file"):
        read_document(SourceFile("a.md", tmp_path / "a.md"))


def test_file_that_may_not_be_read_is_an_error() -> None:
    with folder_for_everybody() as root:
        (root / "a.md").write_text("text", encoding="utf-8")
        with locked(root / "a.md"), pytest.raises(ContentError, match="permission denied"):
            read_document(SourceFile("a.md", root / "a.md"))


@pytest.mark.parametrize("name", ["index.md", "_index.md", "README.md", "readme.mdx", "INDEX.md"])
def test_index_speaks_for_its_folder(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, "Body", name).is_index


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("a.md", "---\ntitle: A\n---\n \n", "It has no text."),
        ("a.md", "", "It has no text."),
        ("index.md", "---\ntitle: A\n---\n", "It describes its folder."),
        ("LICENSE.md", "Text", "It is about the repository"),
        ("CONTRIBUTING.md", "Text", "It is about the repository"),
        ("CHANGELOG.md", "---\ntitle: News\n---\nText", ""),
        ("code-of-conduct.md", "Text", ""),
        ("security.md", "Text", ""),
        ("README.md", "Text", ""),
        ("index.md", "Text", ""),
    ],
)
def test_files_that_are_no_articles_say_why(
    tmp_path: Path, path: str, text: str, reason: str
) -> None:
    found = read(tmp_path, text, path).why_no_article()
    assert found.startswith(reason)
    assert bool(found) == bool(reason)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[a](b.md)", {"b.md"}),
        ("[a](<b c.md>)", {"b c.md"}),
        ("[a](b(1).md 'title')", {"b(1).md"}),
        ("![a](b.png)", {"b.png"}),
        ("> [a]: b.md", {"b.md"}),
        ("[a]: <b.md>", {"b.md"}),
        ('<a href="b.md">', {"b.md"}),
        ("<Card href='/b'>", {"/b"}),
        ('<img src={"b.png"} />', {"b.png"}),
        ("{% link b.md %}", {"b.md"}),
        ("[a](https://x.test) [b](#c) [d](mailto:e@f.test)", set()),
        ("no address", set()),
    ],
)
def test_everything_like_an_address_is_seen(tmp_path: Path, text: str, wanted: set[str]) -> None:
    assert read(tmp_path, text).addresses() == wanted
