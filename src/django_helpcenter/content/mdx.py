"""MDX and HTML in Markdown, reduced to Markdown: components to their text, code left alone.

The number of lines stays the same where the result allows it, so that a message about the result
still points near the right place.
"""

from __future__ import annotations

import re

from django_helpcenter.content.components import HTML_NAMES
from django_helpcenter.content.grammar import markdown_parser
from django_helpcenter.content.jsx import Tag, scan
from django_helpcenter.content.reducer import reduce_pieces
from django_helpcenter.content.source import code_lines, normalize_source

_IMPORT = re.compile(r"""import\s*(?:["'{*]|type\s|[\w$]+\s*(?:,|\s+from\b))""")
_EXPORT = re.compile(r"export\s*(?:[{*]|(?:async|class|const|default|function|let|type|var)\b)")
_STARTS_WITH_TAG = re.compile(r"\s*(?:</?[A-Za-z]|\{%)")


def reduce_mdx(source: str) -> str:
    """Reduce MDX to Markdown; malformed JSX stays as text and is never an error."""
    text = _without_modules(normalize_source(source))
    return reduce_pieces(scan(text, code_lines(text), is_jsx=True), _is_mdx_markup)


def reduce_html(source: str) -> str:
    """Reduce the HTML elements in Markdown to Markdown; other things in angle brackets stay."""
    text = normalize_source(source)
    code = code_lines(text) | _indented_code_lines(text)
    return reduce_pieces(scan(text, code, is_jsx=False), _is_html)


def _is_html(tag: Tag) -> bool:
    return tag.key in HTML_NAMES


def _is_mdx_markup(tag: Tag) -> bool:
    """Tell markup from a ``<placeholder>`` that an author forgot to put into backticks."""
    return tag.key in HTML_NAMES or tag.is_component or not tag.name or bool(tag.attributes)


def _without_modules(source: str) -> str:
    """Empty the lines of ``import`` and ``export`` statements, which end at an empty line."""
    lines = source.split("\n")
    code = code_lines(source)
    open_braces = 0
    in_statement, follows_gap = False, True
    for number, line in enumerate(lines):
        if number not in code and follows_gap and (_IMPORT.match(line) or _EXPORT.match(line)):
            in_statement, open_braces = True, 0
        if in_statement:
            open_braces += line.count("{") - line.count("}")
            in_statement = bool(line.strip()) or open_braces > 0
            lines[number] = ""
        follows_gap = not line.strip() or in_statement
    return "\n".join(lines)


def _indented_code_lines(source: str) -> frozenset[int]:
    """Return the lines of code blocks made by indentation, which MDX does not have.

    A block below a tag is none: an author left an empty line in indented HTML.
    """
    lines = source.split("\n")
    numbers: set[int] = set()
    for token in markdown_parser().parse(source, {}):
        if token.type == "code_block" and token.map:
            above = next((line for line in reversed(lines[: token.map[0]]) if line.strip()), "")
            if not _STARTS_WITH_TAG.match(above):
                numbers.update(range(*token.map))
    return frozenset(numbers)
