"""Drawings that only draw."""

from __future__ import annotations

import pytest

from django_helpcenter.content.images.svg import clean_svg, svg_problem

XHTML = 'xmlns:h="http://www.w3.org/1999/xhtml"'
SODIPODI = 'xmlns:s="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


@pytest.mark.parametrize(
    "text",
    [
        f'{SVG} viewBox="0 0 1 1"><title>T</title><g><path d="M0 0" fill="#fff"/></g></svg>',
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n{SVG}></svg>',
        f'{SVG}><defs><linearGradient id="a"/></defs><rect fill="url(#a)"/></svg>',
        f'{SVG}><style>.a {{ fill: url(#b) }}</style><use xlink:href="#c"/></svg>',
        f'{SVG} {SODIPODI}><s:namedview pagecolor="#fff"/></svg>',
        f'{SVG} {RDF}><metadata><rdf:li rdf:resource="http://purl.org/x"/></metadata></svg>',
        f'{SVG}><switch requiredFeatures="http://www.w3.org/TR/SVG11/feature#Text"/></svg>',
    ],
)
def test_plain_drawing_is_safe(text: str) -> None:
    assert svg_problem(text.encode()) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{SVG}><script>alert(1)</script></svg>", "contains <script>"),
        (f"{SVG}><foreignObject/></svg>", "contains <foreignObject>"),
        (f'{SVG}><a href="#x"/></svg>', "contains <a>"),
        (f'{SVG}><animate attributeName="href" to="x"/></svg>', "contains <animate>"),
        (f'{SVG}><h:script xmlns:h="http://www.w3.org/1999/xhtml"/></svg>', "contains <script>"),
        (f'{SVG} onload="alert(1)"></svg>', "event handler onload"),
        (f'{SVG}><g ONCLICK="x"/></svg>', "event handler onclick"),
        (f'{SVG}><use href="https://x.test/#a"/></svg>', "links to something outside"),
        (f'{SVG}><use xlink:href="data:image/svg+xml,x"/></svg>', "links to something outside"),
        (f'{SVG}><rect fill="url(https://x.test/a)"/></svg>', "loads something in its attribute"),
        (f'{SVG}><rect style="fill:u\\72l(x)"/></svg>', "loads something in its attribute"),
        (f"{SVG}><style>@import 'x'</style></svg>", "loads something in its styles"),
        (f"{SVG}><style>a{{b:url('//x')}}</style></svg>", "loads something in its styles"),
        (f"{SVG}><h:inkscape {XHTML} onfocus='x'/></svg>", "contains <inkscape>"),
        (f'{SVG}><s:script xmlns:s="http://x.test/sodipodi"/></svg>', "contains <script>"),
        (f"{SVG} {SODIPODI}><s:namedview onfocus='x'/></svg>", "event handler onfocus"),
        (f"{SVG} {SODIPODI}><s:namedview style='a:url(x)'/></svg>", "in its attribute style"),
        (f"""{SVG}><g style="background:image-set('a' 1x)"/></svg>""", "in its attribute style"),
        (f"""{SVG}><g style="background:image('a')"/></svg>""", "in its attribute style"),
        (f"""{SVG}><g style="background:src('a')"/></svg>""", "in its attribute style"),
        (f"{SVG}><g fill='//x.test/a'/></svg>", "in its attribute fill"),
        (f"{SVG}><style>a{{b:-webkit-image-set('x' 1x)}}</style></svg>", "in its styles"),
        (f"{SVG}><style>a{{b:'//x.test'}}</style></svg>", "in its styles"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "declares entities"),
        (f'<?xml-stylesheet href="x"?>{SVG}/>', "style sheet"),
        (f'<?xml version="1.0" encoding="cp037"?>{SVG}/>', "is not UTF-8"),
        ("<svg></svg>", "has no <svg> element"),
        (f"{SVG}><g></svg>", "is not well-formed"),
        (f"{SVG}>", "is not well-formed"),
    ],
)
def test_drawing_that_does_more_is_refused(text: str, problem: str) -> None:
    assert problem in svg_problem(text.encode())


def test_drawing_that_is_not_utf_8_is_refused() -> None:
    assert "well-formed UTF-8" in svg_problem(f"{SVG}><title>\xe9</title></svg>".encode("latin-1"))


def doubling(levels: int) -> str:
    """Return a drawing each of whose parts shows the one before twice."""
    parts = "".join(
        f'<g id="p{level}"><use href="#p{level - 1}"/><use xlink:href="#p{level - 1}"/></g>'
        for level in range(1, levels)
    )
    return f'{SVG}><rect id="p0"/>{parts}</svg>'


def test_drawing_that_repeats_its_parts_a_little_is_safe() -> None:
    assert svg_problem(doubling(8).encode()) == ""


@pytest.mark.parametrize(
    "text",
    [
        doubling(30),
        f'{SVG}><g id="a"><use href="#a"/></g></svg>',
        f'{SVG}><pattern id="a"><rect fill="url(#a)"/></pattern></svg>',
    ],
)
def test_drawing_that_unfolds_without_end_is_refused(text: str) -> None:
    assert "repeats its parts too often" in svg_problem(text.encode())


def test_drawing_that_is_nested_deeply_is_refused() -> None:
    text = f"{SVG}>{'<g>' * 5_000}{'</g>' * 5_000}</svg>"
    assert "nested too deeply" in svg_problem(text.encode())


def test_kept_drawing_says_nothing_of_who_made_it() -> None:
    text = (
        f'<!-- Anna --><?pi Anna?>{SVG} {SODIPODI} s:docname="/home/Anna/x.svg" width="8">'
        "<metadata>Anna</metadata><s:namedview>Anna</s:namedview><title>A &lt;b&gt;</title>"
        '<use xlink:href="#a" xml:space="preserve"/></svg>'
    )
    kept = clean_svg(text.encode())
    assert b"Anna" not in kept.data
    assert b"<title>A &lt;b&gt;</title>" in kept.data
    assert b'<use xlink:href="#a" xml:space="preserve" />' in kept.data
    assert svg_problem(kept.data) == ""
    assert clean_svg(kept.data) == kept
