"""Anchors and the table of contents."""

from __future__ import annotations

import pytest

from django_helpcenter.content.markdown import render_markdown
from django_helpcenter.content.toc import (
    ANCHOR_PREFIX,
    Heading,
    assign_anchors,
    build_toc,
    heading_anchor,
    slugify_heading,
)


def anchors_of(source: str) -> list[str]:
    return [heading.anchor for heading in render_markdown(source).headings]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Set up your account", "set-up-your-account"),
        ("  What's new?  ", "whats-new"),
        ("A & B -- C", "a-b-c"),
        ("Über uns", "über-uns"),
        ("手順を確認する", "手順を確認する"),
        ("हिन्दी में", "हिन्दी-में"),
        ("snake_case", "snake_case"),
        ("!!!", ""),
        ("x" * 200, "x" * 80),
    ],
)
def test_heading_becomes_a_readable_name(text: str, slug: str) -> None:
    assert slugify_heading(text) == slug


def test_anchor_is_prefixed_so_that_it_takes_no_name_of_the_page() -> None:
    assert anchors_of("## cookie\n\n## location") == ["section-cookie", "section-location"]


def test_equal_headings_get_different_anchors() -> None:
    assert anchors_of("# A\n# A\n# A-2\n# A") == [
        "section-a",
        "section-a-2",
        "section-a-2-2",
        "section-a-3",
    ]


def test_heading_without_letters_gets_an_anchor() -> None:
    assert anchors_of("# ???\n# !") == ["section-part", "section-part-2"]


@pytest.mark.parametrize(
    "source",
    ["## Our way {#way}", "## Our way ## {#way}", "## Our way {: #way}", "Our way {#way}\n---"],
)
def test_own_id_becomes_the_anchor_and_leaves_the_heading(source: str) -> None:
    heading = render_markdown(source).headings[0]
    assert (heading.text, heading.anchor) == ("Our way", "section-way")


def test_own_id_wins_over_an_earlier_heading_of_that_name() -> None:
    assert anchors_of("# Way\n\n# Other {#way}") == ["section-way-2", "section-way"]


def test_equal_own_ids_are_told_apart() -> None:
    assert anchors_of("# A {#x}\n\n# B {#x}") == ["section-x", "section-x-2"]


def test_anchors_do_not_depend_on_the_dropped_title() -> None:
    source = "# Start\n\n## Start"
    kept = render_markdown(source).headings[1].anchor
    assert [h.anchor for h in render_markdown(source, drop_title="Start").headings] == [kept]


def test_heading_knows_its_line() -> None:
    assert [heading.line for heading in render_markdown("a\n\n# B\n\nc\n\nD\n---").headings] == [
        3,
        7,
    ]


def test_headings_in_quotations_have_anchors() -> None:
    assert '<h2 id="section-a">' in render_markdown("> # A").html


def test_fragment_is_read_as_a_browser_sends_it() -> None:
    assert heading_anchor("#%C3%9Cber-uns") == "section-über-uns"


def test_anchors_are_unique_whatever_the_headings_say() -> None:
    names = [("a", ""), ("a-2", ""), ("a", "a-2"), ("a", ""), ("", ""), ("", "part"), ("A 2", "")]
    anchors = assign_anchors(names)
    assert len(set(anchors)) == len(names)
    assert all(anchor.startswith(ANCHOR_PREFIX) for anchor in anchors)


def heading(level: int, text: str) -> Heading:
    return Heading(level, text, f"section-{text}", 1)


def test_tree_follows_the_levels() -> None:
    (first, second) = build_toc(
        [heading(2, "a"), heading(3, "b"), heading(4, "c"), heading(2, "d")]
    )
    assert (first.text, first.children[0].text, second.text) == ("a", "b", "d")
    assert first.children[0].children[0].anchor == "section-c"


def test_skipped_level_leaves_no_hole() -> None:
    (entry,) = build_toc([heading(2, "a"), heading(5, "b")])
    assert [(child.text, child.level) for child in entry.children] == [("b", 5)]


def test_no_headings_make_no_tree() -> None:
    assert build_toc([]) == ()
