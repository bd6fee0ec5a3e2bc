"""Rendering: what authors write becomes the HTML that pages style, and nothing else."""

from __future__ import annotations

import re
import struct
import sys
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils.translation import override

from django_helpcenter.content import highlighting
from django_helpcenter.content.markdown import render_markdown
from django_helpcenter.content.source import MAX_SOURCE_LENGTH
from django_helpcenter.exceptions import ContentError


def html_of(source: str) -> str:
    return render_markdown(source).html


def test_paragraphs_and_emphasis_are_rendered() -> None:
    assert html_of("A **bold** and *kind* word") == (
        "<p>A <strong>bold</strong> and <em>kind</em> word</p>\n"
    )


def test_strikethrough_is_rendered() -> None:
    assert html_of("~~old~~ new") == "<p><s>old</s> new</p>\n"


def test_raw_html_is_shown_as_text() -> None:
    assert html_of("<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"


@pytest.mark.parametrize("tag", ["<br>", "<br/>", "<br />", "<BR>"])
def test_line_breaks_written_as_html_work(tag: str) -> None:
    assert html_of(f"one{tag}two") == "<p>one<br>\ntwo</p>\n"


def test_line_break_works_in_a_table_cell() -> None:
    assert "<td>one<br>\ntwo</td>" in html_of("| a |\n|---|\n| one<br>two |")


def test_key_caps_and_raised_letters_are_kept() -> None:
    assert html_of("<kbd>Ctrl</kbd> x<sup>2</sup>") == "<p><kbd>Ctrl</kbd> x<sup>2</sup></p>\n"


def test_key_cap_with_an_attribute_is_shown_as_text() -> None:
    assert "<kbd" not in html_of("<kbd class=x>Ctrl")


def test_key_cap_left_open_does_not_reach_the_next_paragraph() -> None:
    assert html_of("<kbd>a\n\nb").endswith("<p>b</p>\n")


@pytest.mark.parametrize(
    "source",
    [
        "a <!-- b --> c",
        "a\n\n<!-- b\n\nb -->\n\nc",
        "a\n<!-- b -->\nc",
        "- a\n\n  <!-- b -->\n\n  c",
    ],
)
def test_comments_vanish(source: str) -> None:
    assert "b" not in re.sub(r"<[^>]*>", "", html_of(source))


def test_text_after_a_comment_stays() -> None:
    assert render_markdown("<!-- a --> b").plain_text == "b"


def test_comment_without_an_end_is_shown() -> None:
    assert render_markdown("<!-- a\n\nb").plain_text == "<!-- a\n\nb"


def test_several_comments_without_an_end_are_shown() -> None:
    assert render_markdown("<!-- a\n\n<!-- b").plain_text == "<!-- a\n\n<!-- b"


def test_comment_ends_where_its_link_does_not() -> None:
    assert render_markdown("[a <!-- b](c) --> d").plain_text == "[a  d"


def test_text_with_too_many_open_brackets_is_shown_without_links() -> None:
    plain_text = render_markdown("[a" * 600 + "\n\n[b](c)\n\n**d**").plain_text
    assert plain_text == "[a" * 600 + "\n\n[b](c)\n\nd"


def test_many_ordinary_links_are_all_links() -> None:
    assert html_of("[a](b) " * 2_000).count("<a ") == 2_000


def test_nested_brackets_in_ordinary_numbers_do_not_stop_links() -> None:
    assert html_of("[[1, 2], [3, 4]] and [a](b)").count("<a ") == 1


def test_table_scrolls_in_a_named_region_that_the_keyboard_reaches() -> None:
    html = html_of("| Plan | Price |\n|---|---|\n| S | 1 |")
    assert (
        '<div class="hc-table" role="region" tabindex="0" aria-label="Table 1: Plan, Price">'
        in html
    )


def test_tables_have_different_names() -> None:
    table = "| a |\n|---|\n| b |\n\n"
    labels = re.findall(r'aria-label="([^"]*)"', html_of(table + table))
    assert labels == ["Table 1: a", "Table 2: a"]


def test_table_without_column_names_is_numbered() -> None:
    assert 'aria-label="Table 1"' in html_of("| | |\n|---|---|\n| a | b |")


def test_name_of_a_wide_table_is_shortened() -> None:
    header = "|" + " column name |" * 30
    label = re.findall(r'aria-label="([^"]*)"', html_of(f"{header}\n{'|---' * 30}|\n"))[0]
    assert len(label) < 130
    assert label.endswith("…")


def test_column_alignment_is_a_class_not_a_style() -> None:
    html = html_of("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |")
    assert re.findall(r'<td class="([^"]*)">', html) == [
        "hc-align-left",
        "hc-align-center",
        "hc-align-right",
    ]


def test_header_cells_name_their_columns() -> None:
    assert '<th scope="col">a</th>' in html_of("| a |\n|---|\n| b |")


def test_code_names_its_language_and_can_be_scrolled_with_the_keyboard() -> None:
    assert html_of("```cobol\nA.\n```") == (
        '<pre tabindex="0"><code class="language-cobol">A.\n</code></pre>\n'
    )


def test_language_name_cannot_leave_its_attribute() -> None:
    assert '<code class="language-x">' in html_of('```x" onload="alert(1)\na\n```')


def test_indented_code_is_rendered() -> None:
    assert html_of("    a < b") == '<pre tabindex="0"><code>a &lt; b\n</code></pre>\n'


def test_code_is_colored_by_classes_where_pygments_is_installed() -> None:
    pytest.importorskip("pygments")
    assert '<span class="k">def</span>' in html_of("```python\ndef f(): pass\n```")


def test_code_is_plain_on_request() -> None:
    assert "<span" not in render_markdown("```python\ndef f(): pass\n```", highlight=False).html


def test_code_is_plain_without_pygments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygments", None)
    highlighting._has_pygments.cache_clear()
    try:
        assert "<span" not in html_of("```python\ndef f(): pass\n```")
    finally:
        highlighting._has_pygments.cache_clear()


def test_very_long_code_is_plain() -> None:
    assert "<span" not in html_of("```python\n" + "x = 1\n" * 5_000 + "```")


def test_page_with_very_much_code_is_colored_at_its_beginning() -> None:
    pytest.importorskip("pygments")
    html = html_of("```python\nx = 1\n```\n\n" + ("```python\n" + "y = 1\n" * 700 + "```\n\n") * 9)
    assert html.count('class="language-python"') == 10
    assert '<span class="n">x</span>' in html
    assert '<span class="n">y</span>' not in html.rpartition("<pre")[2]


def test_coloring_loses_no_characters() -> None:
    code = '\n\n<a href="x">\t&amp;\n\n'
    html = html_of(f"```html\n{code}```")
    text = re.sub(r"<[^>]*>", "", html)
    assert text.strip("\n") == '&lt;a href="x"&gt;\t&amp;amp;'


def test_external_links_do_not_pass_on_the_address_of_the_page() -> None:
    assert html_of("[x](https://example.com)") == (
        '<p><a href="https://example.com" rel="nofollow noopener noreferrer">x</a></p>\n'
    )


def test_internal_links_stay_plain() -> None:
    assert html_of("[x](../other.md)") == '<p><a href="../other.md">x</a></p>\n'


def test_pictures_load_late_and_keep_their_description() -> None:
    assert html_of('![A *blue* box](box.png "Title")') == (
        '<p><img src="box.png" alt="A blue box" title="Title" loading="lazy"></p>\n'
    )


def test_picture_over_plain_http_leaves_its_description() -> None:
    assert html_of("![A box](http://example.com/box.png)") == "<p>A box</p>\n"


def test_refused_link_leaves_its_words() -> None:
    assert html_of("[*click* me](javascript:alert(1))") == "<p><em>click</em> me</p>\n"


def test_link_resolver_gives_the_address() -> None:
    result = render_markdown("[x](a.md#b)", resolve_link=lambda url: f"/help/{url}")
    assert '<a href="/help/a.md#b">' in result.html


def test_link_that_resolves_to_nothing_leaves_its_words() -> None:
    assert render_markdown("[x](a.md)", resolve_link=lambda _: None).html == "<p>x</p>\n"


def test_link_resolver_cannot_bring_in_a_refused_address() -> None:
    assert render_markdown("[x](a)", resolve_link=lambda _: "javascript:x").html == "<p>x</p>\n"


def test_link_resolver_is_not_asked_about_fragments_and_refused_addresses() -> None:
    asked: list[str] = []

    def resolve(url: str) -> str:
        asked.append(url)
        return url

    render_markdown("[a](#x) [b](data:x) [c](c%20d.md) [e](<f g.md>)", resolve_link=resolve)
    assert asked == ["c%20d.md", "f%20g.md"]


def test_picture_resolver_gives_the_address() -> None:
    result = render_markdown("![x](a.png)", resolve_image=lambda url: f"/media/{url}")
    assert 'src="/media/a.png"' in result.html


@pytest.mark.parametrize("answer", [None, "http://example.com/a.png", "data:image/png,x", "//x/y"])
def test_picture_without_a_good_address_leaves_its_description(answer: str | None) -> None:
    result = render_markdown("![Alt](a.png)", resolve_image=lambda _: answer)
    assert result.html == "<p>Alt</p>\n"


def test_fragment_leads_to_the_heading_that_it_means() -> None:
    html = html_of("[x](#set-up)\n\n## Set up")
    assert '<a href="#section-set-up">x</a>' in html
    assert '<h2 id="section-set-up">' in html


def test_fragment_of_no_heading_stays_as_written() -> None:
    assert '<a href="#elsewhere">' in html_of("[x](#elsewhere)\n\n## Set up")


def test_first_heading_that_repeats_the_title_is_dropped() -> None:
    result = render_markdown("# Set  up\n\nText", drop_title="set up")
    assert result.html == "<p>Text</p>\n"
    assert result.headings == ()
    assert result.plain_text == "Text"


def test_first_heading_that_says_something_else_stays() -> None:
    assert "<h2" in render_markdown("# Set up\n\nText", drop_title="Other").html


def test_heading_that_repeats_the_title_further_down_stays() -> None:
    assert "Set up</h2>" in render_markdown("Text\n\n# Set up", drop_title="Set up").html


def test_page_keeps_its_only_first_level_heading() -> None:
    result = render_markdown("# A\n\n## B\n\n###### C\n\n# D")
    assert [(heading.level, heading.text) for heading in result.headings] == [
        (2, "A"),
        (3, "B"),
        (6, "C"),
        (2, "D"),
    ]
    assert "<h1" not in result.html


def test_headings_that_begin_too_deep_move_up() -> None:
    assert "<h2" in html_of("#### A")


def test_heading_level_in_the_html_is_that_of_the_heading() -> None:
    result = render_markdown("# A\n\n## B")
    assert re.findall(r"<h(\d)", result.html) == [str(h.level) for h in result.headings]


def test_table_of_contents_is_a_tree() -> None:
    toc = render_markdown("## A\n\n### B\n\n## C").toc
    assert [(entry.text, [child.text for child in entry.children]) for entry in toc] == [
        ("A", ["B"]),
        ("C", []),
    ]


def test_task_list_shows_boxes() -> None:
    assert render_markdown("- [ ] a\n- [x] b\n- [X] c").plain_text == "- ☐ a\n- ☑ b\n- ☑ c"


def test_task_marks_outside_lists_stay() -> None:
    assert render_markdown("[x] a").plain_text == "[x] a"


def test_nothing_is_rendered_from_nothing() -> None:
    assert render_markdown("").html == ""


def test_plain_text_has_all_words_and_no_markup() -> None:
    result = render_markdown("# A\n\nSee [the *guide*](x.md)\nand `code`.\n\n![A box](b.png)")
    assert result.plain_text == "A\n\nSee the guide and code.\n\nA box"


def test_words_of_the_page_are_in_the_active_language(tmp_path: Path) -> None:
    write_catalog(
        tmp_path / "de" / "LC_MESSAGES" / "django.mo",
        {
            "": "Content-Type: text/plain; charset=UTF-8\n",
            "Note": "Hinweis",
            "Table %(number)d": "%(number)d. Tabelle",
        },
    )
    with override_settings(LOCALE_PATHS=[tmp_path]):
        with override("de"):
            html = html_of(":::note\na\n:::\n\n| |\n|---|\n| b |")
        assert ">Hinweis</p>" in html
        assert 'aria-label="1. Tabelle"' in html
        assert ">Note</p>" in html_of(":::note\na\n:::")


def write_catalog(path: Path, messages: dict[str, str]) -> None:
    """Write a compiled catalog: a header, two tables of lengths and offsets, and the texts."""
    originals = [key.encode() for key in sorted(messages)]
    translations = [messages[key].encode() for key in sorted(messages)]
    count = len(originals)
    offset = 28 + 16 * count
    entries: list[int] = []
    for text in [*originals, *translations]:
        entries += [len(text), offset]
        offset += len(text) + 1
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    body = b"".join(text + b"\0" for text in [*originals, *translations])
    path.parent.mkdir(parents=True)
    path.write_bytes(header + struct.pack(f"<{len(entries)}I", *entries) + body)


@override_settings(HELP_CENTER_ARTICLE_MAX_CHARACTERS=MAX_SOURCE_LENGTH + 10)
def test_longest_article_of_the_site_can_be_rendered() -> None:
    assert html_of("a" * (MAX_SOURCE_LENGTH + 10)).startswith("<p>")


@override_settings(HELP_CENTER_ARTICLE_MAX_CHARACTERS=10)
def test_article_stored_before_the_limit_was_lowered_can_be_rendered() -> None:
    assert html_of("a" * 20) == f"<p>{'a' * 20}</p>\n"


def test_text_too_long_is_refused() -> None:
    with pytest.raises(ContentError, match="at most 500,000"):
        render_markdown("a" * (MAX_SOURCE_LENGTH + 1))


@pytest.mark.parametrize(
    "source", ["a\x00b", "a\ud800b", "\udfffa", "a\r\nb\rc", "\ufeff# a", "\u202ea", "\U0001f600"]
)
def test_odd_characters_are_rendered(source: str) -> None:
    html = html_of(source)
    html.encode("utf-8")
    assert "\x00" not in html
    assert "\r" not in html


def test_byte_order_mark_does_not_hide_the_heading() -> None:
    assert render_markdown("\ufeff# A").headings[0].text == "A"
