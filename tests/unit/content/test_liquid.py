"""Leftovers of Jekyll in imported Markdown."""

from __future__ import annotations

import pytest

from django_helpcenter.content.foreign import reduce_foreign_markup
from django_helpcenter.content.liquid import reduce_liquid


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("a\n{% include x.html a=b %}\nb", "a\n\nb"),
        ("a {% include x.html %} b", "a  b"),
        ("[a]({% link _en/b.md %}) c", "[a](/_en/b.md) c"),
        ("[a]({% link /b.md %})", "[a](/b.md)"),
        ("[a]({{ site.baseurl }}/b.pdf)", "[a](/b.pdf)"),
        ('<img src="{{ site.url }}/a.png">', '<img src="/a.png">'),
        ("  {{ content | markdownify }}  \nb", "\nb"),
        ("Use {{ name }} here", "Use {{ name }} here"),
        ("{% comment %}a\nb{% endcomment %}c", "\nc"),
        ("{% for a in b %}\n{{ a }}\n{% endfor %}\nc", "\n\n\nc"),
        ("{% for a %}{% for b %}x{% endfor %}y{% endfor %}z", "z"),
        ("{% for a %}never closed", "never closed"),
        ("{% endfor %}a", "a"),
        ("{% if a %}b{% endif %}", "b"),
        ("- a\n{: .list}", "- a\n"),
        ("[a](b){: .btn target='x'} c", "[a](b) c"),
        ("{:toc}", ""),
        ("## A {: #own}", "## A {: #own}"),
        ("`{% a %} {: b}`", "`{% a %} {: b}`"),
        ("``{% ` %}`` {% x %}", "``{% ` %}`` "),
        ("```\n{% a %}\n```\n{% b %}c", "```\n{% a %}\n```\nc"),
        ("plain", "plain"),
        ("{ a } 100% {", "{ a } 100% {"),
    ],
)
def test_leftovers_are_taken_out_and_code_stays(source: str, result: str) -> None:
    assert reduce_liquid(source) == result


def test_lines_keep_their_numbers() -> None:
    source = "a\n{% for x in y %}\nb\n{% endfor %}\n{: .c}\n{{ d }}\ne"
    assert reduce_liquid(source).split("\n").index("e") == 6


def test_markdown_file_loses_liquid_and_html() -> None:
    source = '{% if a %}\n<p class="x">One</p>\n{% endif %}\n- two\n{: .list}'
    assert reduce_foreign_markup(source).split() == ["One", "-", "two"]


def test_mdx_file_keeps_what_is_no_jsx() -> None:
    assert reduce_foreign_markup("<Note>\na\n</Note>", is_mdx=True) == ":::note\na\n:::"
