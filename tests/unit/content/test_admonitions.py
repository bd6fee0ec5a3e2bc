"""Admonitions in both notations."""

from __future__ import annotations

import pytest

from django_helpcenter.content.admonitions import ADMONITION_LABELS, admonition_kind
from django_helpcenter.content.markdown import render_markdown


def html_of(source: str) -> str:
    return render_markdown(source).html


NOTE = (
    '<div class="hc-admonition hc-admonition--note" role="note">\n'
    '<p class="hc-admonition__title">Note</p>\n<p>Text</p>\n</div>\n'
)


@pytest.mark.parametrize(
    "source",
    [
        ":::note\nText\n:::",
        "::: note\nText\n:::",
        ":::: NOTE\nText\n::::",
        ":::{note}\nText\n:::",
        "::: {.note}\nText\n:::",
        ":::info\nText\n:::",
        ":::note\nText",
        "> [!NOTE]\n> Text",
        "> [!note]\nText",
        "> [!NOTE]\n>\n> Text",
    ],
)
def test_every_notation_gives_the_same_note(source: str) -> None:
    assert html_of(source) == NOTE


@pytest.mark.parametrize("kind", sorted(ADMONITION_LABELS))
def test_each_kind_has_its_class_and_its_word(kind: str) -> None:
    html = html_of(f":::{kind}\nText\n:::")
    assert f"hc-admonition--{kind}" in html
    assert f">{ADMONITION_LABELS[kind]}</p>" in html


@pytest.mark.parametrize(
    ("name", "kind"),
    [("danger", "caution"), ("Info", "note"), ("success", "tip"), ("nonsense", None)],
)
def test_names_of_other_systems_are_understood(name: str, kind: str | None) -> None:
    assert admonition_kind(name) == kind


@pytest.mark.parametrize(
    "source",
    [
        ":::tip Do *this*\nText\n:::",
        ":::tip[Do *this*]\nText\n:::",
        '::: tip "Do *this*"\nText\n:::',
        "> [!TIP] Do *this*\n> Text",
        "> [!tip]- Do *this*\n> Text",
    ],
)
def test_own_title_replaces_the_word(source: str) -> None:
    html = html_of(source)
    assert '<p class="hc-admonition__title">Do <em>this</em></p>\n<p>Text</p>' in html
    assert "Tip<" not in html


def test_own_title_is_part_of_the_plain_text() -> None:
    assert render_markdown(":::tip Title\nText\n:::").plain_text == "Title\nText"


def test_word_of_the_kind_is_not_part_of_the_plain_text() -> None:
    assert render_markdown("> [!TIP]\n> Text").plain_text == "Text"


def test_alert_with_a_title_alone_has_no_empty_paragraph() -> None:
    assert html_of("> [!TIP] Title").count("<p") == 1


def test_admonitions_nest() -> None:
    html = html_of(":::note\na\n:::tip\nb\n:::\nc\n:::\nd")
    assert html.endswith("<p>c</p>\n</div>\n<p>d</p>\n")
    assert html.count("</div>") == 2


def test_closing_in_code_does_not_close_the_admonition() -> None:
    html = html_of(":::note\n```\n:::\n```\nin\n:::\nout")
    assert html.endswith("<p>in</p>\n</div>\n<p>out</p>\n")


def test_admonition_in_a_list_item_stays_in_it() -> None:
    html = html_of("1. a\n\n   :::note\n   b\n   :::\n\n2. c")
    assert html.count("<ol>") == 1
    assert html.count("<li>") == 2


def test_admonition_left_open_in_a_list_item_ends_with_it() -> None:
    assert html_of("- a\n  :::note\n  b\n\nc").endswith("</ul>\n<p>c</p>\n")


def test_lists_and_code_work_inside() -> None:
    html = html_of("> [!WARNING]\n> - a\n>\n> ```\n> b\n> ```")
    assert html.startswith("<blockquote>") or "<li>a</li>" in html
    assert "<code>b\n</code>" in html


def test_admonition_interrupts_a_paragraph() -> None:
    assert html_of("a\n:::note\nb\n:::").startswith("<p>a</p>\n<div")


@pytest.mark.parametrize("source", [":::columns\nText\n:::", ":: note\nText", "    :::note\n    x"])
def test_what_is_no_admonition_stays_text(source: str) -> None:
    assert "hc-admonition" not in html_of(source)


@pytest.mark.parametrize("source", ["> [!OTHER]\n> Text", "> Text", "> # A", ">"])
def test_other_quotations_stay_quotations(source: str) -> None:
    assert html_of(source).startswith("<blockquote>")


def test_alert_in_an_alert_keeps_both() -> None:
    html = html_of("> [!NOTE]\n> a\n>\n> > [!TIP]\n> > b\n>\n> c")
    assert html.count("hc-admonition--") == 2
    assert html.endswith("<p>c</p>\n</div>\n")


def test_deeply_nested_admonitions_lose_no_words() -> None:
    depth = 8
    source = "\n".join([":::note"] * depth + ["deep"] + [":::"] * depth)
    assert "deep" in render_markdown(source).plain_text


def test_title_cannot_break_out_of_its_element() -> None:
    assert "<script" not in html_of(":::note <script>alert(1)</script>\nx\n:::")
