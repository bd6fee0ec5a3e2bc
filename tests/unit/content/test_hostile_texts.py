"""Attacks on readers (script) and on the server (time), through every door that takes a text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt

from django_helpcenter.content.admonitions import ADMONITION_LABELS
from django_helpcenter.content.foreign import reduce_foreign_markup
from django_helpcenter.content.markdown import render_markdown
from django_helpcenter.content.passages import split_passages
from django_helpcenter.content.sanitizer import sanitize_html
from django_helpcenter.content.sentences import split_for_embedding
from tests.growth import LIMIT, growth
from tests.unit.content.hostile import find_faults, hostile_texts

ATTACKS = hostile_texts(4_000)


def survivors(render: Callable[[str], str]) -> list[tuple[str, list[str]]]:
    """Return the attacks that get through, with what the judge found."""
    found = ((attack, find_faults(render(attack))) for attack in ATTACKS)
    return [(attack, faults) for attack, faults in found if faults]


def test_judge_sees_the_attacks_that_an_unsafe_renderer_lets_through() -> None:
    unsafe = MarkdownIt("commonmark", {"html": True})
    assert len(survivors(unsafe.render)) > 1_500


def test_no_attack_gets_through_the_renderer() -> None:
    assert survivors(lambda text: render_markdown(text).html) == []


@pytest.mark.parametrize("is_mdx", [True, False])
def test_no_attack_gets_through_the_import(is_mdx: bool) -> None:
    def imported(text: str) -> str:
        return render_markdown(reduce_foreign_markup(text, is_mdx=is_mdx)).html

    assert survivors(imported) == []


def test_no_attack_gets_through_a_resolver() -> None:
    def render(text: str) -> str:
        source = "[a](x) ![b](y) [c](https://example.com)"
        return render_markdown(
            source, resolve_link=lambda _: text, resolve_image=lambda _: text
        ).html

    assert survivors(render) == []


def test_no_attack_gets_through_the_sanitizer_alone() -> None:
    unsafe = MarkdownIt("commonmark", {"html": True})
    faults = [
        fault
        for _, found in survivors(lambda x: sanitize_html(unsafe.render(x)))
        for fault in found
    ]
    # Pictures over http and ids are the renderer's business, and odd spellings of schemes
    # that no browser runs are what the list of addresses is for.
    assert [fault for fault in faults if fault.startswith(("element", "attribute"))] == []


def test_page_has_no_inline_style_and_no_script() -> None:
    source = "# A\n\n| a |\n|:-:|\n| b |\n\n```python\nx = 1\n```\n\n:::tip\na\n:::\n\n![a](b.png)"
    html = render_markdown(source).html
    assert "style=" not in html
    assert "<script" not in html


def test_classes_are_the_documented_ones() -> None:
    html = sanitize_html('<div class="hc-admonition other"></div><p class="x">a</p>')
    assert html == '<div class="hc-admonition"></div><p class="">a</p>'


@pytest.mark.parametrize("kind", sorted(ADMONITION_LABELS))
def test_sanitizer_knows_every_admonition(kind: str) -> None:
    html = f'<div class="hc-admonition hc-admonition--{kind}" role="note"></div>'
    assert sanitize_html(html) == html


#: Texts that cost a careless parser the square of their length; each takes a size from 1 to 4.
SLOW: dict[str, Callable[[int], str]] = {
    "emphasis": lambda size: "*" * 15_000 * size,
    "emphasis openers": lambda size: "_a " * 16_000 * size,
    "emphasis closers": lambda size: "a_ " * 16_000 * size,
    "emphasis mixed": lambda size: "*a **a " * 5_000 * size,
    "emphasis mismatched": lambda size: "*a_ " * 7_500 * size,
    "strikethrough": lambda size: "~~a" * 7_500 * size,
    "link openers": lambda size: "[a" * 2_500 * size,
    "link halves": lambda size: "[a](b" * 7_500 * size,
    "link pointy": lambda size: "[a](<b" * 7_500 * size,
    "link references": lambda size: "[a][" * 5_000 * size,
    "link images": lambda size: "[![a](b" * 5_000 * size,
    "link lines": lambda size: "[a\n" * 7_500 * size,
    "brackets": lambda size: "[" * 12_500 * size + "a" + "]" * 12_500 * size,
    "links nested": lambda size: "[a" * 5_000 * size + "](b)" * 5_000 * size,
    "images": lambda size: "![[]()" * 7_500 * size,
    "images nested": lambda size: "![" * 7_500 * size + "]" * 7_500 * size,
    "definitions": lambda size: "".join(f"[{number}]: x\n" for number in range(5_000 * size)),
    "backticks": lambda size: "".join("e" + "`" * number for number in range(450)) * size,
    "autolinks": lambda size: "<https://a" * 5_000 * size,
    "entities": lambda size: "&" * 25_000 * size,
    "escapes": lambda size: "\\" * 25_000 * size,
    "quotations": lambda size: "> " * 12_500 * size,
    "quotation lines": lambda size: "".join(
        ">" * min(number, 150) + "a\n" for number in range(500 * size)
    ),
    "quotations lazy": lambda size: "> > > > > > > > > > a\n" + "b\n" * 5_000 * size,
    "lists": lambda size: "- " * 12_500 * size,
    "lists numbered": lambda size: "1. " * 12_500 * size,
    "lists deep": lambda size: "".join(" " * number + "* a\n" for number in range(450)) * size,
    "lists in quotations": lambda size: "> - " * 5_000 * size,
    "fences": lambda size: "```\n" * 12_500 * size,
    "rules": lambda size: "-\n" * 12_500 * size,
    "empty lines": lambda size: "- a\n" + "\n" * 25_000 * size + "- b",
    "columns": lambda size: "|" + "a|" * 4_000 + "\n|" + "-|" * 4_000 + "\n" + "|x|\n" * 500 * size,
    "headings": lambda size: "# a\n" * 5_000 * size,
    "heading ids": lambda size: "# " + "{#" * 5_000 * size,
    "comments": lambda size: "<!-- " * 7_500 * size,
    "comment lines": lambda size: "<!--\n" * 7_500 * size,
    "admonitions": lambda size: ":::note\n" * 5_000 * size,
    "admonitions nested": lambda size: ":::note\na\n" * 2_250 * size + ":::\n" * 2_250 * size,
    "alerts": lambda size: "> [!NOTE]\n> a\n\n" * 2_000 * size,
    "one word": lambda size: "a" * 122_500 * size,
    "spaces": lambda size: " " * 100_000 * size,
    "line ends": lambda size: "\n" * 100_000 * size,
    "full stops": lambda size: "." * 50_000 * size,
    "Chinese": lambda size: "漢。" * 25_000 * size,
    "tags open": lambda size: "<a " * 12_500 * size,
    "tags in attributes": lambda size: '<a x="' * 7_500 * size,
    "tags nested": lambda size: "<ul><li>" * 2_000 * size + "</li></ul>" * 2_000 * size,
    "components": lambda size: "<Note>" * 2_500 * size + "</Note>" * 2_500 * size,
    "opaque elements": lambda size: "<pre>" * 7_500 * size,
    "braces": lambda size: "{" * 25_000 * size,
    "braces in attributes": lambda size: "<a x={" * 7_500 * size,
    "attributes": lambda size: "<A " + 'x="1" ' * 12_500 * size + ">",
    "template blocks": lambda size: "{% for x %}" * 5_000 * size,
    "template tags": lambda size: "{%" * 12_500 * size,
    "template values": lambda size: "](" * 12_500 * size + "{{",
    "attribute lists": lambda size: "{:" * 12_500 * size,
}


@pytest.mark.soak
@pytest.mark.parametrize("name", SLOW)
def test_cost_to_render_grows_with_the_length_of_a_hostile_text(name: str) -> None:
    assert growth(lambda text: render_markdown(text, drop_title="a"), SLOW[name]) < LIMIT


@pytest.mark.soak
@pytest.mark.parametrize("name", SLOW)
def test_cost_to_cut_into_passages_grows_with_the_length_of_a_hostile_text(name: str) -> None:
    def cut(text: str) -> None:
        for passage in split_passages(text, title="T"):
            split_for_embedding(passage.text)

    assert growth(cut, SLOW[name]) < LIMIT


@pytest.mark.soak
@pytest.mark.parametrize("is_mdx", [True, False])
@pytest.mark.parametrize("name", SLOW)
def test_cost_to_import_grows_with_the_length_of_a_hostile_text(name: str, is_mdx: bool) -> None:
    assert growth(lambda text: reduce_foreign_markup(text, is_mdx=is_mdx), SLOW[name]) < LIMIT


@pytest.mark.soak
@pytest.mark.parametrize(
    ("language", "code"),
    [("python", "("), ("html", "<a "), ("js", "/"), ("bash", "$("), ("bash", "("), ("yaml", "- "),
     ("ruby", "<<a "), ("sql", "'"), ("css", "/*:"), ("console", "//"), ("go", "./*"),
     ("php", '<?php "{$'), ("diff", "--"), ("csharp", "b\n"), ("java", "\n")],
)  # fmt: skip
def test_cost_to_color_grows_with_the_number_of_hostile_blocks(language: str, code: str) -> None:
    block = f"```{language}\n{code * (4_900 // len(code))}\n```\n\n"
    assert growth(render_markdown, lambda size: block * 3 * size) < LIMIT
