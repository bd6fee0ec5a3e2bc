"""MDX and HTML in Markdown, reduced to Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_helpcenter.content.foreign import reduce_foreign_markup
from django_helpcenter.content.markdown import render_markdown
from django_helpcenter.content.mdx import reduce_html, reduce_mdx


def tidy(text: str) -> str:
    """Return the text without the empty lines that stand for removed ones."""
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def mdx(source: str) -> str:
    return tidy(reduce_mdx(source))


def html(source: str) -> str:
    return tidy(reduce_html(source))


@pytest.mark.parametrize(
    "module",
    [
        "import X from 'x'",
        'import "style.css"',
        "import { A, B } from 'x'",
        "import {\n  A,\n  B,\n} from 'x'",
        "import * as X from 'x'",
        "import type T from 'x'",
        "import X, { Y } from 'x'",
        "export const a = 1",
        "export default function F() {\n\n  return 1\n}",
        "export { a } from 'b'",
    ],
)
def test_modules_are_dropped(module: str) -> None:
    assert reduce_mdx(f"{module}\n\nText") == "\n" * (module.count("\n") + 2) + "Text"


@pytest.mark.parametrize(
    "text",
    [
        "import your contacts from a file",
        "a\nimport x from 'y'",
        "exporting",
        "```js\nimport x from 'y'\n```",
    ],
)
def test_words_and_code_that_only_look_like_modules_stay(text: str) -> None:
    assert reduce_mdx(text) == text


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("a {/* note */} b", "a  b"),
        ("{/* one\ntwo */}\n\ntext", "\n\n\ntext"),
        ("a {props.name} b", "a  b"),
        ('a{" "}b', "a b"),
        ("{'words'}", "words"),
        ("{`words`}", "words"),
        ("{list.map(x => { return <b>{x}</b> })}", ""),
        ("a { b", "a { b"),
        ("a } b", "a } b"),
        (r"a \{b} c", r"a \{b} c"),
        ("`{a}` ``{b}``", "`{a}` ``{b}``"),
        ("```\n{a}\n```", "```\n{a}\n```"),
        ("## A {#own}", "## A {#own}"),
        ("`{` {x} `}`", "`{`  `}`"),
    ],
)
def test_expressions_are_dropped_outside_code(source: str, result: str) -> None:
    assert reduce_mdx(source) == result


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Note", "note"), ("Warning", "warning"), ("Tip", "tip"), ("Info", "note"), ("Check", "tip"),
     ("Danger", "caution")],
)  # fmt: skip
def test_admonition_components_become_admonitions_on_the_same_lines(name: str, kind: str) -> None:
    assert reduce_mdx(f"<{name}>\nText\n</{name}>\nafter") == f":::{kind}\nText\n:::\nafter"


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("<Note>Text</Note>", ":::note\nText\n:::"),
        ("<Note>Text</Note> after", ":::note\nText\n:::\n after"),
        ('<Note title="T *x*">\nText\n</Note>', ":::note T \\*x\\*\nText\n:::"),
        ('<Callout type="warning">\nText\n</Callout>', ":::warning\nText\n:::"),
        ("<Callout>\nText\n</Callout>", ":::note\nText\n:::"),
        ('<Aside type="odd">\nText\n</Aside>', ":::note\nText\n:::"),
        ("before\n<Note>\n  Text\n\n  more\n</Note>", "before\n:::note\nText\n\nmore\n:::"),
        ("1. a\n   <Note>\n   b\n   </Note>", "1. a\n   :::note\n   b\n   :::"),
        ("1. a\n   <Note>\n     b\n   </Note>", "1. a\n   :::note\n   b\n   :::"),
        ("<Note>\n<Tip>\na\n</Tip>\n</Note>", ":::note\n:::tip\na\n:::\n:::"),
        ("<Note>\nnever closed", "never closed"),
        ("never opened</Note>", "never opened"),
        ("<Note>\na\n<Tip>\nb\n</Note>", ":::note\na\n\nb\n:::"),
    ],
)
def test_admonitions_come_in_many_shapes(source: str, result: str) -> None:
    assert mdx(source) == result


def test_steps_are_numbered() -> None:
    source = (
        '<Steps>\n  <Step title="Open it">\n    Click **Open**.\n  </Step>\n'
        '  <Step title="Close it">\n    Done.\n  </Step>\n  <Step>\n    Rest.\n  </Step>\n</Steps>'
    )
    assert mdx(source) == (
        "**1. Open it**\n\nClick **Open**.\n\n**2. Close it**\n\nDone.\n\n**3.**\n\nRest."
    )


def test_two_lists_of_steps_count_from_one() -> None:
    steps = "<Steps><Step title='A'>a</Step></Steps>\n\n"
    assert mdx(steps + steps).count("**1. A**") == 2


def test_tabs_become_paragraphs_with_their_titles() -> None:
    source = '<Tabs>\n<Tab title="A">\na\n</Tab>\n<Tab title="B">\nb\n</Tab>\n</Tabs>'
    assert mdx(source) == "**A**\n\na\n\n**B**\n\nb"


def test_card_becomes_a_link_and_its_text() -> None:
    card = '<Card\n    title="Set up"\n    href="/set up"\n  >\n    Text\n  </Card>'
    source = f"<CardGroup cols={{2}}>\n  {card}\n</CardGroup>"
    assert mdx(source) == "**[Set up](/set%20up)**\n\nText"


def test_card_without_content_becomes_a_link() -> None:
    assert mdx('<Card title="A" href="/a" />') == "**[A](/a)**"


def test_card_without_a_title_keeps_its_link() -> None:
    assert mdx('<Card href="/a">Text</Card>') == "Text\n\n [/a](/a)".replace("\n\n ", "\n\n")


def test_description_becomes_a_paragraph() -> None:
    assert mdx('<Card title="A" description="More" />') == "**A**\n\nMore"


def test_accordion_becomes_a_heading_below_the_current_one() -> None:
    source = (
        '## FAQ\n\n<AccordionGroup>\n<Accordion title="Why?">\nBecause.\n</Accordion>\n'
        '<Accordion title="How?">\nSo.\n</Accordion>\n</AccordionGroup>'
    )
    assert mdx(source) == "## FAQ\n\n### Why?\nBecause.\n\n### How?\nSo."


def test_accordion_in_an_accordion_goes_one_deeper() -> None:
    source = '<Accordion title="A">\n<Accordion title="B">\nb\n</Accordion>\n</Accordion>'
    assert mdx(source) == "## A\n### B\nb"


def test_accordion_in_a_list_becomes_bold() -> None:
    assert "**Why?**" in mdx('- a\n\n  <Accordion title="Why?">\n  b\n  </Accordion>')


def test_heading_in_code_does_not_count() -> None:
    source = '```\n#### a\n```\n<Accordion title="A">\nb\n</Accordion>'
    assert "## A" in mdx(source).split("\n")


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ('<img src="a.png" alt="A" />', "![A](a.png)"),
        ('<img src="a.png">', "![](a.png)"),
        ("<img src={logo} alt='A' />", "A"),
        (
            '<Frame caption="C">\n  <img src="a (1).png" alt="A" />\n</Frame>',
            "![A](a%20%281%29.png)\n\nC",
        ),
        ('<Image src={"a.png"} alt="A" />', "![A](a.png)"),
        ('<iframe src="https://x.y/z" title="Film"></iframe>', "[Film](https://x.y/z)"),
        ('<iframe src="https://x.y/z?a=b"></iframe>', "[z](https://x.y/z?a=b)"),
        ("<iframe></iframe>", ""),
        ('<video controls><source src="a.mp4" /></video>', "[a.mp4](a.mp4)"),
        ('<YouTube url="https://x.y/z" />', "[z](https://x.y/z)"),
        ('a <Tooltip tip="T">b</Tooltip> c', "a b (T) c"),
        ("a <Tooltip>b</Tooltip> c", "a b c"),
        ("a <Icon icon='x' /> b", "a  b"),
        ('a <Icon name="gear" /> b', "a  b"),
        ('a <Badge label="new" /> b', "a new b"),
        ('<Note type="warning">a</Note>', ":::warning\na\n:::"),
        ("<>a</>", "a"),
        ("<Foo.Bar x>a</Foo.Bar>", "a"),
        ("<A {...props} b={{c: 1}}>x</A>", "x"),
        ("a < b and c > d", "a < b and c > d"),
        ("use <your-token> here", "use <your-token> here"),
        ("<https://example.com>", "<https://example.com>"),
        ("`<Note>`", "`<Note>`"),
        (r"\<Note>", r"\<Note>"),
        ("```\n<Note>\n```", "```\n<Note>\n```"),
        ("a ` b <b>c</b>", "a ` b **c**"),
        ("a ` b\n\n<b>c</b> ` d", "a ` b\n\n**c** ` d"),
        ("<Note", "<Note"),
        ("<Note x=", "<Note x="),
        ('<Note x="', '<Note x="'),
        ("<Note x={>", "<Note x={>"),
        (f"<Note {'x ' * 200}>", f"<Note {'x ' * 200}>"),
    ],
)
def test_other_components_become_their_text(source: str, result: str) -> None:
    assert mdx(source) == result


def test_code_in_a_component_loses_only_the_component_indentation() -> None:
    source = "<Tab title='A'>\n    ```py\n    if x:\n        y\n    ```\n</Tab>"
    assert mdx(source) == "**A**\n\n```py\nif x:\n    y\n```"


def test_lines_keep_their_numbers() -> None:
    source = (
        "import a from 'b'\n\n{/* c\nd */}\n\n<Note>\nx\n</Note>\n\n"
        "<Card\n title='T'\n>\ny\n</Card>\nend"
    )
    assert reduce_mdx(source).count("\n") == source.count("\n")


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("<b>a</b> <i>b</i> <code>c</code> <del>d</del>", "**a** *b* `c` ~~d~~"),
        ('<a href="x y">a</a> <a name="b">c</a>', "[a](x%20y) c"),
        ("<p>a</p>\n<p>b</p>", "a\n\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>\n\n## A\n\n</div>", "## A"),
        ("<h2>A</h2>\ntext", "## A\ntext"),
        ("<H2>A</H2><p>text</p>", "## A\n\ntext"),
        ("text <h3>A</h3> more", "text \n### A\n\n more"),
        ("a<br/>b<BR>c", "a<br>b<br>c"),
        ("<kbd>A</kbd><sup>2</sup>", "<kbd>A</kbd><sup>2</sup>"),
        ("<hr>", "***"),
        ("<details>\n<summary>S</summary>\ntext\n</details>", "**S**\ntext"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d", "- a\n- b\n  - c\n\nd"),
        ("1. x\n\n   <ul>\n   <li>a</li>\n   </ul>", "1. x\n\n   - a"),
        ("<script>alert(1)</script>a<style>b{}</style>", "a"),
        ("<svg><path d='x'/></svg>a", "a"),
        ("<pre><code>a &lt; b\n  c</code></pre>", "```\na < b\n  c\n```"),
        ("<pre>``` a</pre>", "````\n``` a\n````"),
        ("<table><tr><th>a</th><th>b|c</th></tr><tr><td>d</td><td><p>e</p>\n<p>f</p></td></tr></table>g",
         "| a | b\\|c |\n|---|---|\n| d | e f |\n\ng"),
        ("<your-token> <x> </y>", "<your-token> <x> </y>"),
        ("{a} import x from 'y'", "{a} import x from 'y'"),
        ("<b>never closed", "never closed"),
        ("<!-- a -->", "<!-- a -->"),
        ("text\n\n    <b>code</b>\n\ntext", "text\n\n    <b>code</b>\n\ntext"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(source: str, result: str) -> None:
    assert html(source) == result


def test_indented_html_below_an_empty_line_is_not_code() -> None:
    assert html("<div>\n\n    <p>text</p>\n\n</div>").strip() == "text"


def test_reduced_table_renders_as_a_table() -> None:
    source = (
        "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n"
        "<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>"
    )
    assert "<td>b</td>" in render_markdown(reduce_html(source)).html


SCRAPS = st.lists(
    st.sampled_from(
        ["<", ">", "/", "Note", "Step title='x'", "b", "{", "}", "`", "```", "\n", "\n\n", " ",
         "x", '"', "'", "=", "<Note>", "</Note>", "<ul><li>", "</ul>", "<table><tr><td>",
         "</table>", "import a from 'b'", "- ", "    ", "# ", "\\", "<pre>", "</pre>", "{%", "%}",
         "{{", "}}", "{: .a}", "<p>", "</p>"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(SCRAPS, st.booleans())
def test_malformed_markup_is_never_an_error(source: str, is_mdx: bool) -> None:
    result = reduce_foreign_markup(source, is_mdx=is_mdx)
    assert result.count("x") <= source.count("x") + 10


@given(st.text(st.sampled_from("abc \n.,!äß漢"), max_size=80), st.booleans())
def test_plain_words_stay_as_they_are(source: str, is_mdx: bool) -> None:
    lines = [line.rstrip() for line in source.split("\n")]
    result = reduce_foreign_markup(source, is_mdx=is_mdx).split("\n")
    assert [line.rstrip() for line in result] == lines
