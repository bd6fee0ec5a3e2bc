"""What is to be mended in a text."""

from __future__ import annotations

import pytest

from django_helpcenter.content.document import parse_document
from django_helpcenter.content.text_checks import (
    LONG_PARAGRAPH,
    LONG_SENTENCE,
    check_text,
    paragraphs_of,
    readability_of,
    readability_problem,
)
from tests.unit.content.hostile import hostile_texts


def found(source: str, *, title: str = "Title") -> list[tuple[str, str, int | None]]:
    problems = check_text(parse_document(source, drop_title=title))
    return [(problem.code, problem.severity, problem.line) for problem in problems]


def codes(source: str, *, title: str = "Title") -> list[str]:
    return [code for code, _severity, _line in found(source, title=title)]


def test_text_in_order_has_no_problems() -> None:
    source = (
        "Hold **it**, see [below](#more) and [there](https://example.com/).\n\n"
        "## More\n\n- One ![a lamp](https://example.com/lamp.png)\n\n### Deeper\n\n## Again\n"
    )
    assert found(source) == []


def test_skipped_level_is_told_at_its_line() -> None:
    assert found("## One\n\ntext\n\n#### Two\n") == [("skipped_heading_level", "warning", 5)]


def test_levels_are_named_as_they_were_written() -> None:
    (problem,) = check_text(parse_document("## One\n\n#### Two\n"))
    assert problem.message == "“Two” skips a level: “####” follows “##”."


def test_first_heading_may_skip_a_level_too() -> None:
    assert found("### One\n\n## Two\n") == [("skipped_heading_level", "warning", 1)]


def test_levels_that_only_begin_lower_are_no_problem() -> None:
    assert found("### One\n\n#### Two\n\n### Three\n") == []


def test_second_first_level_heading_is_told() -> None:
    assert found("# Title\n\n# Other\n\n## One\n") == [("second_first_level_heading", "warning", 3)]


def test_underlined_heading_is_of_the_first_level_too() -> None:
    assert codes("Other\n=====\n\ntext") == ["second_first_level_heading"]


def test_repeated_title_is_no_second_first_level_heading() -> None:
    assert codes("# Title\n\n## One") == []


def test_heading_without_words_is_told() -> None:
    assert found("## \n\ntext") == [("empty_heading", "warning", 1)]


def test_image_that_only_decorates_needs_no_description() -> None:
    assert found("text\n\n![ ](/a.png)") == []


@pytest.mark.parametrize("image", ["![](https://example.com/a.png)", "![][a]\n\n[a]: /a.png"])
def test_image_without_description_is_an_error(image: str) -> None:
    assert found(f"text\n\n{image}") == [("image_without_alternative", "error", 3)]


@pytest.mark.parametrize("address", ["http://example.com/a.png", "data:image/png;base64,x", ""])
def test_image_that_no_page_shows_is_told(address: str) -> None:
    assert found(f"![lamp]({address})") == [("refused_image", "warning", 1)]


@pytest.mark.parametrize("address", ["", "#", "javascript:alert(1)", "image:a.png", "data:x"])
def test_link_to_nowhere_is_an_error(address: str) -> None:
    assert found(f"one\n[words]({address})") == [("dead_link", "error", 2)]


def test_link_to_a_heading_that_is_not_there_is_told() -> None:
    assert found("[a](#one) [b](#two)\n\n## One") == [("missing_heading", "warning", 1)]


def test_problem_in_a_table_has_its_line() -> None:
    assert found("| a |\n|---|\n| b |\n| [c]() |\n") == [("dead_link", "error", 4)]


def test_long_sentence_is_told() -> None:
    assert found("Short.\n\n" + "word " * (LONG_SENTENCE + 1)) == [("long_sentence", "warning", 3)]
    assert found("word " * LONG_SENTENCE) == []


def test_long_paragraph_is_told() -> None:
    paragraph = "Nine words are in this sentence, or so. " * (LONG_PARAGRAPH // 8 + 1)
    assert found(f"- item\n\n{paragraph}") == [("long_paragraph", "warning", 3)]


def test_code_and_tables_are_no_running_text() -> None:
    source = "    " + "word " * 200 + "\n\n```\n" + "word " * 200 + "\n```\n\n| a |\n|---|\n| b |\n"
    assert paragraphs_of(parse_document(source)) == []


def test_code_is_not_searched_for_problems() -> None:
    assert found("`[a]()`\n\n```\n![](x)\n# One\n```") == []


def test_hard_text_is_told_once() -> None:
    sentence = "Organizational interoperability necessitates comprehensive documentation. "
    document = parse_document(sentence * 30)
    problem = readability_problem(readability_of(paragraphs_of(document), "en"))
    assert problem is not None
    assert (problem.code, problem.severity, problem.line) == ("hard_to_read", "warning", None)


def test_empty_text_has_no_readability() -> None:
    assert readability_problem(readability_of([], "en")) is None


def test_no_text_breaks_the_checks() -> None:
    for source in hostile_texts(200):
        for problem in check_text(parse_document(source)):
            assert problem.message
