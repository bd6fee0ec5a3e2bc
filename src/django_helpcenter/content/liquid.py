"""What Jekyll leaves in Markdown: Liquid tags, values in addresses, kramdown attribute lists.

Values in running text stay, because an article may well be about them.
"""

from __future__ import annotations

import re
from itertools import groupby

from django_helpcenter.content.snippets import REFERENCE
from django_helpcenter.content.source import code_lines, normalize_source

_CODE_SPAN = re.compile(r"(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_BLOCK_TAG = re.compile(r"\{%-?[ \t]*(end)?(capture|comment|for|tablerow)\b[^%\n]*%\}")
_LINK_TAG = re.compile(r"\{%-?\s*(?:link|post_url)\s+([^\s%]+)\s*-?%\}")
_TAG = re.compile(r"\{%[^%\n]*%\}")
_VALUE_LINE = re.compile(r"^[ \t]*(?:\{\{[^{}\n]*\}\}[ \t]*)+$", re.MULTILINE)
_VALUE_IN_ADDRESS = re.compile(r"""(\]\([^()\s{]*|\b(?:href|src)=["'][^"'{\n]*)\{\{[^{}\n]*\}\}""")
_ATTRIBUTE_LIST = re.compile(r"[ \t]*\{:(?!\s*#[\w-]+\s*\}[ \t]*$)[^{}\n]*\}", re.MULTILINE)


def reduce_liquid(source: str) -> str:
    """Take Liquid tags and kramdown attribute lists out of Markdown; code and line count stay.

    ``{% link page.md %}`` becomes ``/page.md``, an address from the root of the tree.
    """
    text = normalize_source(source)
    if "{%" not in text and "{{" not in text and "{:" not in text:
        return text
    lines = text.split("\n")
    code = code_lines(text)
    parts: list[str] = []
    for is_code, group in groupby(range(len(lines)), key=lambda number: number in code):
        part = "\n".join(lines[number] for number in group)
        parts.append(part if is_code else _reduce_text(part))
    return "\n".join(parts)


def _reduce_text(text: str) -> str:
    spans: list[str] = []

    def keep(found: re.Match[str]) -> str:
        spans.append(found[0])
        return f"\x00{len(spans) - 1}\x00"

    text = _CODE_SPAN.sub(keep, text)
    text = REFERENCE.sub(keep, text)
    text = _without_template_blocks(text)
    text = _LINK_TAG.sub(lambda found: "/" + found[1].lstrip("/"), text)
    text = _TAG.sub("", text)
    text = _VALUE_LINE.sub("", text)
    text = _VALUE_IN_ADDRESS.sub(r"\1", text)
    text = _ATTRIBUTE_LIST.sub("", text)
    return re.sub("\x00(\\d+)\x00", lambda found: spans[int(found[1])], text)


def _without_template_blocks(text: str) -> str:
    """Empty the blocks whose content is no text: comments, captures, and loops over site data."""
    parts: list[str] = []
    position = depth = 0
    opening: re.Match[str] | None = None
    for tag in _BLOCK_TAG.finditer(text):
        if opening is None:
            opening, depth = (None, 0) if tag[1] else (tag, 1)
            continue
        if tag[2] == opening[2]:
            depth += -1 if tag[1] else 1
        if depth == 0:
            parts.append(text[position : opening.start()])
            parts.append("\n" * text.count("\n", opening.start(), tag.end()))
            position, opening = tag.end(), None
    return "".join([*parts, text[position:]])
