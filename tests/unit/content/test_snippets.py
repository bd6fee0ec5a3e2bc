"""Snippets in a text: where they are expanded, where not, and what keeps them from growing."""

from __future__ import annotations

import pytest

from django_helpcenter.content.document import parse_document
from django_helpcenter.content.markdown import RenderedMarkdown, render_markdown
from django_helpcenter.content.passages import split_passages
from django_helpcenter.content.snippet_source import expand_source
from django_helpcenter.content.snippets import Snippets, make_reference

TEXTS = {
    "one": "Call **us**.",
    "link": "[site](https://example.org) of ours",
    "reference": "Read [this][a].\n\n[a]: https://snippet.example",
    "blocks": "First.\n\nSecond.",
    "heading": "## Contact\n\nBy mail.",
    "title": "# Contact\n\n## Mail",
    "list": "- a\n- b",
    "table": "| x | y |\n|---|---|\n| 1 | 2 |",
    "pipe": "a | b",
    "note": ":::tip\nDo it.\n:::",
    "open": "```\nnever closed",
    "nested": 'Before {{ snippet "one" }} after',
    "self": '{{ snippet "self" }}',
    "evil": "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))",
    "empty": "",
}


def render(source: str, **options: bool) -> RenderedMarkdown:
    return render_markdown(source, snippets=Snippets(TEXTS, **options))


def html(source: str) -> str:
    return render(source).html


def expanded(source: str) -> str:
    return expand_source(source, Snippets(TEXTS))


@pytest.mark.parametrize(
    "reference",
    [
        '{{ snippet "one" }}',
        "{{snippet 'one'}}",
        "{{ snippet “one” }}",
        "{{ snippet „one“ }}",
        "{{ snippet « one » }}",
        '{{\tsnippet  "ONE"\t}}',
    ],
)
def test_reference_is_read_however_it_is_quoted(reference: str) -> None:
    assert html(reference) == "<p>Call <strong>us</strong>.</p>\n"


@pytest.mark.parametrize(
    "source",
    [
        '`{{ snippet "one" }}`',
        '```\n{{ snippet "one" }}\n```',
        '    {{ snippet "one" }}',
        '\\{{ snippet "one" }}',
        '{{{ snippet "one" }}}',
        '{{ snippets "one" }}',
        '{{ snippet "one" | safe }}',
        '{% snippet "one" %}',
        '{{ snippet\n"one" }}',
    ],
)
def test_what_is_no_reference_stays(source: str) -> None:
    assert "Call" not in html(source)
    assert "one" in html(source)
    assert "Call" not in expanded(source)


def test_reference_stays_where_nobody_looks_snippets_up() -> None:
    assert "{{ snippet" in render_markdown('{{ snippet "one" }}').plain_text


def test_snippet_stands_in_a_line() -> None:
    assert html('Yes: {{ snippet "one" }} Now.') == "<p>Yes: Call <strong>us</strong>. Now.</p>\n"


def test_snippet_of_blocks_stands_as_blocks_on_a_line_of_its_own() -> None:
    assert html('{{ snippet "blocks" }}') == "<p>First.</p>\n<p>Second.</p>\n"


def test_snippet_of_blocks_runs_together_in_a_line() -> None:
    assert html('So: {{ snippet "blocks" }}') == "<p>So: First. Second.</p>\n"


def test_snippets_line_by_line_are_one_below_the_other() -> None:
    assert html('{{ snippet "list" }}\n{{ snippet "one" }}') == (
        "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>Call <strong>us</strong>.</p>\n"
    )


def test_snippet_stands_in_lists_and_quotations() -> None:
    assert html('- {{ snippet "one" }}') == ("<ul>\n<li>Call <strong>us</strong>.</li>\n</ul>\n")
    assert "<blockquote>\n<ul>\n<li>a</li>" in html('> {{ snippet "list" }}')


def test_snippet_stands_in_a_cell_of_a_table() -> None:
    assert "<td>a | b</td>" in html('| h |\n|---|\n| {{ snippet "pipe" }} |')


def test_snippet_stands_in_an_admonition_and_brings_one() -> None:
    assert html(':::note\n{{ snippet "note" }}\n:::').count("hc-admonition--") == 2


def test_snippet_brings_a_table() -> None:
    assert "<td>1</td>" in html('{{ snippet "table" }}')


def test_snippet_in_a_link_brings_no_link_of_its_own() -> None:
    found = html('[to the {{ snippet "link" }}](https://article.example)')
    assert found.count("<a ") == 1
    assert "to the site of ours" in found


def test_snippet_stands_in_a_description_of_a_picture() -> None:
    assert 'alt="A a | b"' in html('![A {{ snippet "pipe" }}](https://example.org/x.png)')


def test_link_definitions_are_those_of_the_snippet_alone() -> None:
    found = html('[x][a] {{ snippet "reference" }}\n\n[a]: https://article.example')
    assert '<a href="https://article.example"' in found
    assert '<a href="https://snippet.example"' in found
    assert html('[x][a] {{ snippet "reference" }}').count("<a ") == 1


def test_heading_of_a_snippet_is_in_the_table_of_contents() -> None:
    rendered = render('## First\n\n{{ snippet "heading" }}\n\n## Contact')
    assert [heading.text for heading in rendered.headings] == ["First", "Contact", "Contact"]
    assert len({heading.anchor for heading in rendered.headings}) == 3


def test_first_level_heading_of_a_snippet_moves_no_heading_of_the_article() -> None:
    levels = [each.level for each in render('## First\n\n{{ snippet "title" }}').headings]
    assert levels == [2, 2, 3]


def test_reference_in_a_heading_is_words_of_the_heading() -> None:
    (heading,) = render('## {{ snippet "one" }}').headings
    assert (heading.text, heading.anchor) == ("Call us.", "section-call-us")


def test_what_a_snippet_leaves_open_ends_with_it() -> None:
    assert html('{{ snippet "open" }}\n\nAfter').endswith("<p>After</p>\n")


def test_hostile_snippet_goes_through_what_articles_go_through() -> None:
    assert html('{{ snippet "evil" }}') == html(TEXTS["evil"])
    assert "<script" not in html('{{ snippet "evil" }}')
    assert "javascript:" not in html('{{ snippet "evil" }}')


def test_snippet_is_no_template_of_django() -> None:
    found = render_markdown(
        '{{ snippet "x" }}',
        snippets=Snippets({"x": "{{ request.user }} {% debug %} {{ 1|add:1 }}"}),
    )
    assert found.plain_text == "{{ request.user }} {% debug %} {{ 1|add:1 }}"


def test_snippet_in_a_snippet_is_not_looked_up() -> None:
    assert html('{{ snippet "nested" }}') == "<p>Before  after</p>\n"
    assert html('{{ snippet "self" }}') == ""


def test_missing_snippet_leaves_nothing() -> None:
    assert html('A\n\n{{ snippet "none" }}\n\nB {{ snippet "none" }}.') == "<p>A</p>\n<p>B .</p>\n"


def test_missing_snippet_is_marked_for_those_who_write() -> None:
    found = render('{{ snippet "<b>none" }}', mark_missing=True).html
    assert found == "<p><mark>Missing snippet: &lt;b&gt;none</mark></p>\n"


def test_all_snippets_of_a_text_are_bounded_together() -> None:
    texts = {"long": "word " * 4_000}
    document = parse_document('{{ snippet "long" }}\n\n' * 100, snippets=Snippets(texts))
    problems = [reference.problem for reference in document.references]
    assert problems.count("") == 24
    assert set(problems) == {"", "too_long"}
    assert len(expand_source('{{ snippet "long" }}\n\n' * 100, Snippets(texts))) < 510_000


def test_short_snippets_are_bounded_as_well() -> None:
    document = parse_document('{{ snippet "one" }} ' * 5_000, snippets=Snippets(TEXTS))
    assert sum(not reference.problem for reference in document.references) < 2_500


def test_hostile_brackets_are_counted_over_text_and_snippets() -> None:
    texts = {f"k{number}": "[" * 400 for number in range(50)}
    source = "\n\n".join(map(make_reference, texts))
    assert render_markdown(source, snippets=Snippets(texts)).plain_text.count("[") == 20_000


def test_line_of_a_reference_is_that_of_the_article() -> None:
    source = 'a\nb {{ snippet "none" }}\n\n- x\n- {{ snippet "blocks" }} y\n\n| h |\n|---|\n'
    source += '| {{ snippet "gone" }} |'
    document = parse_document(source, snippets=Snippets(TEXTS))
    assert [(each.key, each.line, each.problem) for each in document.references] == [
        ("none", 2, "missing"),
        ("blocks", 5, "blocks"),
        ("gone", 9, "missing"),
    ]


def test_passages_hold_the_texts() -> None:
    passages = split_passages('A\n\n{{ snippet "heading" }}', title="T", snippets=Snippets(TEXTS))
    assert [(each.heading_path, each.text) for each in passages] == [
        ((), "A"),
        (("Contact",), "By mail."),
    ]


# As Markdown


def test_markdown_has_the_blocks_in_place() -> None:
    assert expanded('> {{ snippet "list" }}\n\n1. {{ snippet "blocks" }}') == (
        "> - a\n> - b\n\n1. First.\n\n   Second."
    )


def test_markdown_in_a_line_brings_its_link_definitions() -> None:
    assert expanded('So: {{ snippet "reference" }}') == (
        "So: Read [this][snippet reference: a].\n\n"
        "[SNIPPET REFERENCE: A]: <https://snippet.example>"
    )


def test_markdown_in_a_table_escapes_what_would_be_a_cell() -> None:
    assert r"| a \| b |" in expanded('| h |\n|---|\n| {{ snippet "pipe" }} |')


@pytest.mark.parametrize(
    "source",
    [
        'Yes: {{ snippet "one" }} Now.',
        '{{ snippet "blocks" }}',
        '- {{ snippet "list" }}\n- x',
        '> {{ snippet "heading" }}',
        '| h |\n|---|\n| {{ snippet "pipe" }} |',
        '{{ snippet "nested" }}',
        'A {{ snippet "none" }} {{ snippet "empty" }}',
        ':::note\n{{ snippet "list" }}\n:::',
    ],
)
def test_markdown_reads_like_the_page(source: str) -> None:
    assert render_markdown(expanded(source)).plain_text.split() == render(source).plain_text.split()
