"""Addresses: which may stand in a page, and which a text contains."""

from __future__ import annotations

import pytest

from django_helpcenter.content.links import (
    Image,
    Link,
    is_external,
    is_safe_image_url,
    is_safe_url,
)
from tests.markdown_links import images_in, links_in


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a?b=c:d#e",
        "HTTP://example.com",
        "mailto:help@example.com",
        "tel:+123",
        "page.md",
        "../a/b.md#c",
        "/a:b",
        "?a=b:c",
        "#a:b",
        "",
        "//example.com",
    ],
)
def test_allowed_addresses_are_safe(url: str) -> None:
    assert is_safe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01java\x03script:alert(1)",
        "\u2028javascript:alert(1)",
        "java\u00adscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.com",
        "1http:x",
        "a b:c",
        "ｊavascript:x",
    ],
)
def test_other_addresses_are_not_safe(url: str) -> None:
    assert not is_safe_url(url)


@pytest.mark.parametrize("url", ["https://example.com/a.png", "a.png", "/media/a.png"])
def test_pictures_come_over_https_or_from_the_site(url: str) -> None:
    assert is_safe_image_url(url)


@pytest.mark.parametrize("url", ["http://x/a.png", "//x/a.png", "\\\\x\\a.png", "data:image/png,x"])
def test_pictures_come_from_nowhere_else(url: str) -> None:
    assert not is_safe_image_url(url)


@pytest.mark.parametrize("url", ["https://x", "//x", "/\\x", "\\\\x", "\t//x", "http:x"])
def test_address_with_a_host_is_external(url: str) -> None:
    assert is_external(url)


@pytest.mark.parametrize("url", ["/x", "x//y", "#//", "mailto:x@y"])
def test_address_without_a_host_is_not_external(url: str) -> None:
    assert not is_external(url)


def test_links_are_listed_with_their_words_and_lines() -> None:
    source = (
        "# [A](a.md)\n\none\ntwo [*b* c](<b c.md>)\nthree <https://x.y>\n\n| [d](d.md) |\n|---|\n"
    )
    assert links_in(source) == [
        Link("a.md", "A", 1),
        Link("b%20c.md", "b c", 4),
        Link("https://x.y", "https://x.y", 5),
        Link("d.md", "d", 7),
    ]


def test_line_breaks_written_as_html_do_not_shift_the_lines() -> None:
    assert [link.line for link in links_in("a<br>b<br>\nc [x](y)")] == [2]


def test_links_in_code_are_not_links() -> None:
    assert links_in("`[a](b)`\n\n    [a](b)\n\n```\n[a](b)\n```") == []


def test_reference_links_are_listed_where_they_stand() -> None:
    assert links_in("[a][1]\n\n[1]: b.md") == [Link("b.md", "a", 1)]


def test_pictures_are_listed_with_their_descriptions_and_lines() -> None:
    source = "a\n![A *box*](a.png)\n\n[![b](b.png)](c.md)\n"
    assert images_in(source) == [Image("a.png", "A box", 2), Image("b.png", "b", 4)]


def test_picture_with_a_blank_for_its_description_only_decorates() -> None:
    blank, empty = images_in("![ ](a.png) ![](b.png)")
    assert (blank.is_decorative, empty.is_decorative) == (True, False)


def test_escaped_characters_of_a_description_are_part_of_it() -> None:
    (image,) = images_in(r"![A \[plan\] \*now\*](a.png)")
    assert image.alt == "A [plan] *now*"
