"""Front matter that is written is read as what was written."""

from __future__ import annotations

import pytest

from django_helpcenter.content.front_matter import parse_front_matter
from django_helpcenter.services.documentation.export.yaml_text import front_matter_text


@pytest.mark.parametrize(
    "text",
    [
        "plain words", "no", "true", "null", "~", "007", "1.5", "2030-01-01", "a: b", "a #b", "# a",
        "- a", "? a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`", "[a]", "{a}", "a, b", "'", '"',
        "\\", "\\n", "---", "...", "a\tb", "a\nb", " a ", "é", "💡", "\x7f", "\x85", "\u2028",
        "\ufeff", "\ufffe", "\U000e0001", "=", "<<", "a'b", "a:", "١", "y", "on",
    ],
)  # fmt: skip
def test_any_text_is_read_as_it_was(text: str) -> None:
    written = front_matter_text({"one": text, "more": [text, "x"], "below": {"two": text}})
    read = parse_front_matter(f"{written}\nbody")
    assert read.metadata == {"one": text, "more": [text, "x"], "below": {"two": text}}
    assert read.body == "\nbody"


def test_numbers_and_switches_stay_what_they_are() -> None:
    written = front_matter_text({"order": -3, "draft": True, "summary": False})
    assert written == "---\norder: -3\ndraft: true\nsummary: false\n---\n"


def test_plain_words_need_no_quotes() -> None:
    assert front_matter_text({"title": "Pair a phone", "tags": ["a b", "c"]}) == (
        "---\ntitle: Pair a phone\ntags: [a b, c]\n---\n"
    )
