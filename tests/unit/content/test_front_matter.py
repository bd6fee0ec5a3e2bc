"""Front matter: what authors write, and what attackers write."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from django_helpcenter.content.front_matter import (
    MAX_FRONT_MATTER_LENGTH,
    FrontMatter,
    parse_front_matter,
)
from django_helpcenter.exceptions import ContentError


def metadata_of(yaml: str) -> dict[str, object]:
    return parse_front_matter(f"---\n{yaml}\n---\n").metadata


def line_of_error(yaml: str) -> int | None:
    with pytest.raises(ContentError) as caught:
        metadata_of(yaml)
    return caught.value.line


def test_metadata_and_body_are_told_apart() -> None:
    source = "---\ntitle: A page\ntags: [a, b]\n---\n# Body\n"
    assert parse_front_matter(source) == FrontMatter(
        {"title": "A page", "tags": ["a", "b"]}, "# Body\n", 5
    )


@pytest.mark.parametrize(
    "source", ["", "# A", "text\n---\na: b\n---\n", " ---\na: b\n---\n", "----\n"]
)
def test_text_without_front_matter_is_all_body(source: str) -> None:
    assert parse_front_matter(source) == FrontMatter({}, source, 1)


@pytest.mark.parametrize(
    "source", ["---\n---\n", "---\n# nothing\n---\n", "---\n\n...\n", "---\n---"]
)
def test_empty_front_matter_has_no_metadata(source: str) -> None:
    assert parse_front_matter(source).metadata == {}


def test_windows_line_ends_and_a_byte_order_mark_are_understood() -> None:
    assert parse_front_matter("\ufeff---\r\na: b\r\n---\r\nText\r\n") == FrontMatter(
        {"a": "b"}, "Text\n", 4
    )


def test_rule_at_the_top_is_not_front_matter() -> None:
    assert parse_front_matter("---\n\nText.\n").body == "---\n\nText.\n"


def test_dashes_inside_a_value_do_not_end_the_front_matter() -> None:
    assert metadata_of("a: |\n  one\n  ---\n  two") == {"a": "one\n---\ntwo\n"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("word", "word"),
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1.5", 1.5),
        ("1e5", "1e5"),
        (".inf", ".inf"),
        ("12:30", "12:30"),
        ("2024-01-02", "2024-01-02"),
        ("2024-13-45", "2024-13-45"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  a\n  b", "a\nb\n"),
        (">-\n  a\n  b", "a b"),
        ("9" * 5_000, "9" * 5_000),
        ("[a, [b], {c: 1}]", ["a", ["b"], {"c": 1}]),
        ("日本語 🙂", "日本語 🙂"),
    ],
)
def test_values_are_read_as_authors_mean_them(written: str, value: object) -> None:
    assert metadata_of(f"key: {written}") == {"key": value}


@pytest.mark.parametrize(("yaml", "key"), [("1: a", "1"), ("true: a", "true"), ("'x y': a", "x y")])
def test_names_are_words(yaml: str, key: str) -> None:
    assert metadata_of(yaml) == {key: "a"}


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        ("title: a\ntags: [a", 3),
        ("title: a: b", 2),
        ("a: 1\n\tb: 2", 3),
        ("a: 1\nb: 'open\nmore", 3),
        ("a: b\nc", 3),
        ("a: b\n- c", 3),
        ("a: @b", 2),
        ("a: %b", 2),
        ("a: {b: c", 2),
        ("? [a]\n: b", 2),
        ("a: 1\nb: 2\na: 3", 4),
        ("a:\n  b: 1\n  b: 2", 4),
        ("- a\n- b", 2),
        ("just text", 2),
        ("a: &x b", 2),
        ("a: 1\nb: *x", 3),
        ("<<: *x", 2),
        ("a: !!python/object/apply:os.system [id]", 2),
        ("a: 1\nb: !!binary aGk=", 3),
        ("a: !custom x", 2),
        ("a: 1\nb: c\x07d", 3),
        ("a: [[[[[[[[[[]]]]]]]]]]", 2),
        ("a: b\n--- c", 3),
    ],
)
def test_broken_and_hostile_yaml_is_refused_with_its_line(yaml: str, line: int) -> None:
    assert line_of_error(yaml) == line


def test_front_matter_left_open_is_reported() -> None:
    with pytest.raises(ContentError, match="never closed") as caught:
        parse_front_matter("---\ntitle: a\n\n# Text\n")
    assert caught.value.line == 1


def test_too_long_front_matter_is_refused() -> None:
    assert line_of_error("a: " + "b" * MAX_FRONT_MATTER_LENGTH) == 1


def test_too_many_values_are_refused() -> None:
    assert line_of_error("\n".join(f"k{n}: v" for n in range(1_500))) is not None


@pytest.mark.parametrize(
    "yaml",
    [
        "[" * 30_000,
        "{" * 30_000,
        "a: {" * 7_000,
        "- " * 15_000,
        "? " * 15_000,
        "!" * 31_000,
        '"' * 31_000,
        "'" * 31_000,
        "a: &a [*a]\n" * 2_000,
        "a: " + "- a\n" * 7_000,
        "a:\n" * 10_000,
        "a: >\n" * 6_000,
        "#\n" * 15_000,
        "%\n" * 15_000,
        "\t" * 30_000,
        "\n".join(f"{' ' * n}a:" for n in range(240)),
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]",
    ],
)
def test_hostile_front_matter_costs_little(yaml: str) -> None:
    start = time.thread_time()
    with suppress(ContentError):
        metadata_of(yaml)
    assert time.thread_time() - start < 2
