"""What stands in for a missing title and summary."""

from __future__ import annotations

import pytest

from django_helpcenter.content.document import parse_document
from django_helpcenter.content.titles import first_heading, first_paragraph, shorten


@pytest.mark.parametrize(
    ("source", "heading"),
    [
        ("# A *b*\n\n## C", "A b"),
        ("text\n\nTitle\n===", "Title"),
        ("## Way {#x}", "Way"),
        ("text", ""),
        ("```\n# no\n```", ""),
        ("", ""),
    ],
)
def test_first_heading_is_found(source: str, heading: str) -> None:
    assert first_heading(source) == heading


@pytest.mark.parametrize(
    ("source", "paragraph"),
    [
        ("# A\n\nOne [two](x)\nthree\n\nfour", "One two three"),
        ("- a\n\n> b\n\n:::note\nc\n:::\n\n    d\n\ntext", "text"),
        ("<!-- a -->\n\ntext", "text"),
        ("# A", ""),
    ],
)
def test_first_paragraph_is_found(source: str, paragraph: str) -> None:
    assert first_paragraph(parse_document(source), 300) == paragraph


def test_paragraph_is_cut_after_a_sentence() -> None:
    assert shorten("One two. Three four five.", 15) == "One two."


def test_paragraph_is_cut_after_a_word() -> None:
    assert shorten("one two three four", 10) == "one two…"


def test_word_longer_than_the_limit_is_cut() -> None:
    assert shorten("x" * 50, 10) == "x" * 9 + "…"


def test_short_text_stays_on_one_line() -> None:
    assert shorten("a\n  b ", 10) == "a b"
