"""Passages: nothing lost, nothing doubled, cut where a reader would."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_helpcenter.content.markdown import render_markdown
from django_helpcenter.content.passages import Passage, embedding_text, split_passages
from django_helpcenter.content.source import MAX_SOURCE_LENGTH
from django_helpcenter.exceptions import ContentError


def texts_of(source: str, **options: Any) -> list[str]:
    return [passage.text for passage in split_passages(source, title="T", **options)]


def words(count: int, word: str = "word") -> str:
    return " ".join([word] * count)


def test_each_heading_begins_a_passage() -> None:
    passages = split_passages("intro\n\n## A\n\none\n\n### B\n\ntwo\n\n## C\n\nthree", title="T")
    assert passages == [
        Passage(0, (), "", "intro"),
        Passage(1, ("A",), "section-a", "one"),
        Passage(2, ("A", "B"), "section-b", "two"),
        Passage(3, ("C",), "section-c", "three"),
    ]


def test_title_repeated_as_first_heading_is_not_in_the_path() -> None:
    passages = split_passages("# My page\n\n## A\n\ntext", title="My page")
    assert passages == [Passage(0, ("A",), "section-a", "text")]


def test_heading_in_the_path_has_no_markup() -> None:
    assert split_passages("## A *b* `c`\n\ntext", title="T")[0].heading_path == ("A b c",)


def test_anchor_is_on_the_page() -> None:
    source = "# T\n\n## Same\n\na\n\n## Same\n\nb\n\n### Own {#x}\n\nc\n\n> # Quoted\n\nd"
    html = render_markdown(source, drop_title="T").html
    anchors = [passage.anchor for passage in split_passages(source, title="T")]
    assert anchors == ["section-same", "section-same-2", "section-x"]
    assert all(f'id="{anchor}"' in html for anchor in anchors)


def test_short_blocks_are_joined() -> None:
    assert texts_of("one\n\ntwo\n\n- three") == ["one\n\ntwo\n\n- three"]


def test_passage_closes_near_the_target() -> None:
    paragraph = words(60)
    assert texts_of("\n\n".join([paragraph] * 6)) == ["\n\n".join([paragraph] * 2)] * 3


def test_blocks_under_different_headings_are_never_joined() -> None:
    assert texts_of("a\n\n# B\n\nb\n\n# C\n\nc") == ["a", "b", "c"]


def test_fragment_joins_its_neighbor() -> None:
    source = f"{words(150)}\n\nshort end"
    assert texts_of(source) == [f"{words(150)}\n\nshort end"]


def test_fragment_that_does_not_fit_stays_alone() -> None:
    assert texts_of(f"{words(199)}\n\nshort end") == [words(199), "short end"]


@pytest.mark.parametrize(
    "source",
    [
        "| a | b |\n|---|---|\n" + "| cell one | cell two |\n" * 40,
        "```\n" + "some_code(line)\n" * 55 + "```",
        "- a list item here\n" * 45,
    ],
)
def test_block_that_fits_stays_whole(source: str) -> None:
    passages = texts_of(f"{words(60)}\n\n{source}\n\n{words(60)}")
    assert len(passages) == 3
    assert passages[0] == passages[2] == words(60)


def test_long_table_is_cut_between_rows() -> None:
    rows = [f"row {number} | value {number}" for number in range(100)]
    source = "| a | b |\n|---|---|\n" + "\n".join(f"| {row} |" for row in rows)
    lines = [line for text in texts_of(source) for line in text.split("\n")]
    assert lines == ["a | b", *rows]


def test_long_list_is_cut_between_items() -> None:
    items = [f"- item {number} with some words" for number in range(100)]
    lines = [line for text in texts_of("\n".join(items)) for line in text.split("\n")]
    assert lines == items


def test_long_paragraph_is_cut_between_sentences() -> None:
    sentences = [f"This is sentence {number} of many." for number in range(100)]
    passages = texts_of(" ".join(sentences))
    assert len(passages) > 3
    assert all(text.endswith(".") for text in passages)


def test_paragraph_without_spaces_is_cut_at_the_maximum() -> None:
    assert [len(text) for text in texts_of("x" * 2_500)] == [1_000, 1_000, 500]


def test_heading_with_nothing_below_becomes_a_passage() -> None:
    assert split_passages("## A\n\n## B\n\ntext", title="T")[0] == Passage(
        0, ("A",), "section-a", "A"
    )


def test_heading_with_only_subheadings_makes_no_passage() -> None:
    passages = split_passages("## A\n\n### B\n\ntext", title="T")
    assert [passage.heading_path for passage in passages] == [("A", "B")]


def test_very_long_heading_is_cut_in_the_path_and_whole_in_the_text() -> None:
    heading = words(100)
    passages = split_passages(f"## {heading}\n\ntext", title="T")
    assert len(passages[0].heading_path[0]) == 200
    assert passages[0].text == f"{heading}\n\ntext"


@pytest.mark.parametrize("source", ["", "\n \n", "***", "<!-- a -->", "# Page"])
def test_article_without_text_can_still_be_found_by_its_title(source: str) -> None:
    assert split_passages(source, title="Page") == [Passage(0, (), "", "Page")]


def test_nothing_at_all_has_no_passages() -> None:
    assert split_passages("", title=" ") == []


def test_pictures_count_as_their_descriptions() -> None:
    assert texts_of("![The red button](a.png) opens it") == ["The red button opens it"]


def test_nested_lists_keep_their_shape() -> None:
    source = "1. a\n   - b\n\n     c\n2. d\n\n   ```\n   e\n   ```"
    assert texts_of(source) == ["1. a\n  - b\n    c\n2. d\n  e"]


def test_cells_with_line_breaks_stay_in_their_row() -> None:
    assert texts_of("| a | b |\n|---|---|\n| c<br>d | |") == ["a | b\nc d | "]


def test_text_too_long_is_refused() -> None:
    with pytest.raises(ContentError):
        split_passages("a" * (MAX_SOURCE_LENGTH + 1), title="T")


def test_embedding_text_says_where_the_passage_stands() -> None:
    assert embedding_text("Page", ("A", "B"), "text") == "Page › A › B\ntext"


def test_embedding_text_of_an_opening_passage_has_the_title() -> None:
    assert embedding_text("Page", (), "text") == "Page\ntext"


def test_embedding_text_without_a_place_is_the_text() -> None:
    assert embedding_text("", (), "text") == "text"


# Documents of words that occur once each, so that a lost or a doubled word shows.

BLOCKS = (
    "paragraph",
    "list",
    "steps",
    "table",
    "code",
    "quote",
    "alert",
    "note",
    "heading",
    "rule",
)


def write_block(kind: str, level: int, names: list[str]) -> str:
    match kind:
        case "heading":
            return f"{'#' * level} {' '.join(names[:8])}"
        case "list":
            return "\n".join(f"{'  ' * (index % 2)}- *{name}*" for index, name in enumerate(names))
        case "steps":
            return "\n".join(f"{index}. `{name}`" for index, name in enumerate(names, 1))
        case "table":
            rows = "\n".join(f"| {name} | |" for name in names[1:])
            return f"| {names[0]} | |\n|---|---|\n{rows}"
        case "code":
            return "```python\n" + "\n".join(names) + "\n```"
        case "quote":
            return "> " + "\n> ".join(names)
        case "alert":
            return f"> [!TIP] {names[0]}\n> " + " ".join(names[1:])
        case "note":
            return f":::note\n{' '.join(names)}\n\n- [x](y) **z{names[0]}**\n:::"
        case "rule":
            return "***"
        case _:
            return ". ".join(f"[{name}](a.md)" for name in names)


@st.composite
def documents(draw: st.DrawFn) -> str:
    shapes = draw(
        st.lists(
            st.tuples(st.sampled_from(BLOCKS), st.integers(1, 6), st.integers(1, 90)), max_size=12
        )
    )
    number = 0
    blocks = []
    for kind, level, count in shapes:
        names = [f"w{number + index}w" for index in range(count)]
        number += count
        blocks.append(write_block(kind, level, names))
    return "\n\n".join(blocks)


def found_words(text: str) -> list[str]:
    return [word for word in text.replace("|", " ").split() if word.strip(".").endswith("w")]


@settings(max_examples=60, deadline=None)
@given(documents())
def test_no_word_is_lost_and_none_is_doubled(source: str) -> None:
    passages = split_passages(source, title="T")
    rendered = render_markdown(source)
    heading_words = {word for heading in rendered.headings for word in heading.text.split()}
    in_texts = [word for passage in passages for word in found_words(passage.text)]
    body_words = [word for word in found_words(rendered.plain_text) if word not in heading_words]
    in_paths = {
        word for passage in passages for name in passage.heading_path for word in name.split()
    }
    assert [word for word in in_texts if word not in heading_words] == body_words
    assert heading_words <= in_paths
    assert len(set(in_texts)) == len(in_texts)


@settings(max_examples=40, deadline=None)
@given(documents(), st.integers(100, 600), st.integers(120, 1_000))
def test_no_passage_is_empty_or_longer_than_the_maximum(
    source: str, target: int, maximum: int
) -> None:
    passages = split_passages(source, title="T", target=target, maximum=maximum)
    assert all(0 < len(passage.text) <= maximum for passage in passages)
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))


@settings(max_examples=40, deadline=None)
@given(documents())
def test_every_anchor_is_on_the_page(source: str) -> None:
    html = render_markdown(source, drop_title="T").html
    anchors = {passage.anchor for passage in split_passages(source, title="T")} - {""}
    assert all(f'id="{anchor}"' in html for anchor in anchors)
