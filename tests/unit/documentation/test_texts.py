"""Title, summary and text of a file."""

from __future__ import annotations

from typing import Any

import pytest

from django_helpcenter.exceptions import ContentError
from django_helpcenter.services.documentation.texts import ArticleText, article_text
from tests.unit.documentation.conftest import ReadFolder


def read(
    read_folder: ReadFolder, source: str, path: str = "reset-it.md", folder_title: str = ""
) -> ArticleText:
    found = article_text(read_folder({path: source})[0], folder_title=folder_title)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("---\ntitle: Own\n---\n# Heading\n", "Own"),
        ("Text\n\n## Heading *with* `code`\n", "Heading with code"),
        ("---\nsidebarTitle: Short\n---\n# Heading\n", "Heading"),
        ("---\nsidebarTitle: Short\n---\ntext", "Short"),
        ("text", "Reset it"),
        ("Setext\n===\n", "Setext"),
        ("```\n# comment\n```\n", "Reset it"),
        ("#\n\ntext", "Reset it"),
    ],
)
def test_title_comes_from_the_best_place(read_folder: ReadFolder, source: str, title: str) -> None:
    assert read(read_folder, source).title == title


@pytest.mark.parametrize(("folder_title", "title"), [("Billing", "Billing"), ("", "Overview")])
def test_index_is_called_like_its_folder(
    read_folder: ReadFolder, folder_title: str, title: str
) -> None:
    assert read(read_folder, "text", "index.md", folder_title).title == title


def test_summary_is_the_first_paragraph(read_folder: ReadFolder) -> None:
    source = "# Title\n\n- list\n\nFirst *one*\nhere.\n\nSecond."
    assert read(read_folder, source).summary == "First one here."


def test_own_summary_wins(read_folder: ReadFolder) -> None:
    assert read(read_folder, "---\nsummary: Own\n---\nFirst.").summary == "Own"


def test_long_first_paragraph_is_cut(read_folder: ReadFolder) -> None:
    assert len(read(read_folder, "word " * 200).summary) <= 300


def test_text_begins_and_ends_with_words(read_folder: ReadFolder) -> None:
    found = read(read_folder, "---\ntitle: A\n---\n\n \n    code\n\ntext\n\n")
    assert (found.content, found.first_line) == ("    code\n\ntext", 6)


def test_components_become_their_text(read_folder: ReadFolder) -> None:
    found = read(read_folder, 'import X from "x"\n\n<Note>Careful</Note>\n', "a.mdx")
    assert "Careful" in found.content
    assert "<Note>" not in found.content


def test_html_in_markdown_becomes_markdown(read_folder: ReadFolder) -> None:
    assert "[x](b.md)" in read(read_folder, 'See <a href="b.md">x</a>.').content


def test_file_with_nothing_but_components_has_no_text(read_folder: ReadFolder) -> None:
    (document,) = read_folder({"a.mdx": 'import Hero from "x"\n\n<Hero />\n'})
    assert article_text(document, folder_title="") is None


def test_heading_too_long_for_a_title_is_an_error_with_its_line(read_folder: ReadFolder) -> None:
    with pytest.raises(ContentError, match="The first heading has 1,000 characters") as caught:
        read(read_folder, f"---\nid: a\n---\n\n\ntext\n\n# {'x' * 1000}\n")
    assert caught.value.line == 8


def test_heading_of_500_characters_is_a_title(read_folder: ReadFolder) -> None:
    assert len(read(read_folder, f"# {'x' * 500}").title) == 500


def test_text_above_the_limit_is_an_error(read_folder: ReadFolder, settings: Any) -> None:
    settings.HELP_CENTER_ARTICLE_MAX_CHARACTERS = 10
    with pytest.raises(ContentError, match="11 characters"):
        read(read_folder, "x" * 11)
