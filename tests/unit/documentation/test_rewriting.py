"""Exchanging addresses in Markdown."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_helpcenter.content.document import parse_document
from django_helpcenter.services.documentation.rewriting import find_references, replace_targets
from tests.markdown_links import images_in, links_in


def rewrite(source: str, **targets: str) -> str:
    names = {"b": "b.md", "c": "c.png", "d": "d%20e.md", "p": "f(1).md"}
    replacements = {names[key]: value for key, value in targets.items()}
    return replace_targets(source, find_references(parse_document(source).tokens), replacements)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("[a](b.md)", "[a](NEW)"),
        ("[a](<b.md>)", "[a](NEW)"),
        ("[a](b.md 'Title')", "[a](NEW 'Title')"),
        ("[a](\n  b.md\n)", "[a](\n  NEW\n)"),
        ("![a](b.md)", "![a](NEW)"),
        ("[![x](c.png)](b.md)", "[![x](c.png)](NEW)"),
        ("[a][r]\n\n[r]: b.md 'T'", "[a][r]\n\n[r]: NEW 'T'"),
        ("[r]\n\n[r]: <b.md>", "[r]\n\n[r]: NEW"),
        ("> [r]\n>\n> [r]: b.md", "> [r]\n>\n> [r]: NEW"),
        ("- [a](b.md)\n  - [a](b.md)", "- [a](NEW)\n  - [a](NEW)"),
        ("1. > [a](b.md)", "1. > [a](NEW)"),
        ("# [a](b.md)", "# [a](NEW)"),
        ("[a](b.md)\n===", "[a](NEW)\n==="),
        ("| h |\n| - |\n| [a](b.md) |\n| [a](b.md) |", "| h |\n| - |\n| [a](NEW) |\n| [a](NEW) |"),
        ("| [a](b.md) |\n| - |", "| [a](NEW) |\n| - |"),
        ("**[a](b.md)** _[a](b.md)_", "**[a](NEW)** _[a](NEW)_"),
        (":::note\n[a](b.md)\n:::", ":::note\n[a](NEW)\n:::"),
        ("[a](b&#46;md)", "[a](NEW)"),
        ("[a](b\\.md)", "[a](NEW)"),
    ],
)
def test_address_is_exchanged_wherever_a_link_stands(source: str, wanted: str) -> None:
    assert rewrite(source, b="NEW") == wanted


@pytest.mark.parametrize(
    "source",
    [
        "`[a](b.md)`",
        "[a](b.md) `[a](b.md)`",
        "[a](b.md) ``x ` [a](b.md)``",
        "[a](b.md)\n\n```\n[a](b.md)\n[r]: b.md\n```",
        "[a](b.md)\n\n    [a](b.md)",
        "[a](b.md) \\[a\\](b.md)",
        "[a](b.md) [x](other.md) b.md",
        "[a](b.md) `code with backslash\\` [x](other.md)",
    ],
)
def test_code_and_words_stay_as_they_are(source: str) -> None:
    wanted = source.replace("[a](b.md)", "[a](NEW)", 1) if source.startswith("[") else source
    assert rewrite(source, b="NEW") == wanted


def test_escaped_backtick_opens_no_code() -> None:
    assert rewrite("\\` [a](b.md) `", b="NEW") == "\\` [a](NEW) `"


def test_backtick_without_an_end_is_no_code() -> None:
    assert rewrite("` [a](b.md) ``", b="NEW") == "` [a](NEW) ``"


def test_address_with_spaces_and_brackets_is_found_and_written_safely() -> None:
    assert rewrite("[a](<d e.md>) [a](d%20e.md)", d="x y") == "[a](x%20y) [a](x%20y)"
    assert rewrite("[a](f(1).md)", p="x(2)") == "[a](x%282%29)"


def test_text_without_replacement_is_returned_as_it_is() -> None:
    source = "[a](b.md)\r\n \t\n"
    assert rewrite(source) == source


def test_autolinks_are_left_alone() -> None:
    assert not find_references(parse_document("<https://x.test>").tokens).items


@given(
    st.lists(
        st.sampled_from(
            ["[a](b.md)", "![i](b.md)", "`", "``", "\\", "[r]", "\n", "\n\n", "> ", "- ", "    ",
             "```\n", "[r]: b.md\n", "text", "|", "(b.md)", "<b.md>", "[x](y.md)", "*", "# "]
        ),
        max_size=25,
    ).map("".join)
)  # fmt: skip
def test_every_link_leads_to_the_new_address_and_no_other_changes(source: str) -> None:
    def targets(text: str) -> list[str]:
        links = [link.target for link in links_in(text)]
        return links + [image.target for image in images_in(text)]

    wanted = ["NEW" if target == "b.md" else target for target in targets(source)]
    assert targets(rewrite(source, b="NEW")) == wanted


@pytest.mark.parametrize(
    "filler",
    ["`" * 100_000, "".join("`" * n + " " for n in range(400)), "\\" * 100_000, "](" * 50_000],
)
def test_hostile_text_takes_no_long_time(filler: str) -> None:
    source = f"[a](b.md) {filler}"
    references = find_references(parse_document("[a](b.md)").tokens)
    started = time.thread_time()
    replace_targets(source, references, {"b.md": "NEW"})
    assert time.thread_time() - started < 2
