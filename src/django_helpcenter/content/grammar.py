"""The Markdown of articles: CommonMark, tables, strikethrough, and a few rules of our own.

Raw HTML is off. What authors cannot do without is read by rules of our own, which emit fixed
strings only: line breaks in table cells, ``<kbd>`` and its like, and comments (which vanish).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from django_helpcenter.content.admonitions import admonition_block, mark_alerts
from django_helpcenter.content.snippets import expand_references, read_reference

#: Blocks within blocks; what is deeper is dropped. A list in a list takes four.
MAX_NESTING = 100

#: The link parser takes 0.3 ms for each bracket that no link closes (measured).
MAX_UNMATCHED_BRACKETS = 500

#: A place in the inline parser's cache that no position in the text takes.
_LAST_COMMENT_END = -1

_BRACKETS = re.compile(r"[\[\]]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PLAIN_TAG = re.compile(r"</?(?:kbd|mark|small|sub|sup|u)>")
_HEADING_ID = re.compile(r"(?:[ \t]#*)?[ \t]*\{:?[ \t]*#([^\s{}]+)[^{}]*\}[ \t]*$")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


@cache
def markdown_parser() -> MarkdownIt:
    """Return the parser; it keeps no state between texts and may be shared by threads."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    # Whether a link is allowed is decided once, in links.is_safe_url: here a refused
    # link would show its raw Markdown, there it leaves its words.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "admonition", admonition_block, interrupts)
    parser.block.ruler.before("fence", "comment", _comment_block, interrupts)
    parser.inline.ruler.before("autolink", "plain_html", _plain_html)
    parser.inline.ruler.before("autolink", "snippet", read_reference)
    parser.core.ruler.before("inline", "alerts", mark_alerts)
    parser.core.ruler.before("inline", "tasks", _mark_tasks)
    parser.core.ruler.before("inline", "heading_ids", _read_heading_ids)
    parser.core.ruler.before("inline", "bracket_budget", _spare_the_link_parser)
    parser.core.ruler.push("snippets", expand_references)
    return parser


def _comment_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    position = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("<!--", position) or state.is_code_block(start_line):
        return False
    end = _find_comment_end(state.src, position, state.env)
    if end < 0:
        return False
    next_line = start_line
    while next_line < end_line and state.eMarks[next_line] < end:
        next_line += 1
    if next_line == end_line or state.src[end : state.eMarks[next_line]].strip():
        return False
    if not silent:
        state.line = next_line + 1
    return True


def _find_comment_end(source: str, position: int, env: EnvType) -> int:
    """Return where the comment ends, or -1; what is not there is looked for once a text."""
    missing_from = env.get("comment_end_missing_from")
    if isinstance(missing_from, int) and position >= missing_from:
        return -1
    end = source.find("-->", position + 2)
    if end < 0:
        env["comment_end_missing_from"] = position
        return -1
    return end + 3


def _plain_html(state: StateInline, silent: bool) -> bool:
    source, position = state.src, state.pos
    if source[position] != "<":
        return False
    if source.startswith("<!--", position):
        return _inline_comment(state)
    if match := _BREAK.match(source, position, state.posMax):
        if not silent:
            state.push("hardbreak", "br", 0).markup = "<br>"
    elif match := _PLAIN_TAG.match(source, position, state.posMax):
        if not silent:
            state.push("html_inline", "", 0).content = match[0]
    else:
        return False
    state.pos = match.end()
    return True


def _inline_comment(state: StateInline) -> bool:
    if _LAST_COMMENT_END not in state.cache:
        state.cache[_LAST_COMMENT_END] = state.src.rfind("-->")
    if state.cache[_LAST_COMMENT_END] < state.pos + 2:
        return False
    end = state.src.find("-->", state.pos + 2, state.posMax)
    if end < 0:
        return False
    state.pos = end + 3
    return True


def _mark_tasks(state: StateCore) -> None:
    """Turn ``- [x] done`` into a ticked box: a character, as a field would promise an action."""
    tokens = state.tokens
    for index in range(2, len(tokens)):
        token = tokens[index]
        if token.type != "inline" or tokens[index - 2].type != "list_item_open":
            continue
        if match := _TASK.match(token.content):
            box = "\N{BALLOT BOX}" if match[1] == " " else "\N{BALLOT BOX WITH CHECK}"
            token.content = f"{box} {token.content[match.end() :]}"


def _read_heading_ids(state: StateCore) -> None:
    """Take ``{#own-id}`` off the end of a heading and keep it for the anchor."""
    for token, inline in pairwise(state.tokens):
        if token.type == "heading_open" and (match := _HEADING_ID.search(inline.content)):
            token.meta["wanted_id"] = match[1]
            inline.content = inline.content[: match.start()]


def _spare_the_link_parser(state: StateCore) -> None:
    """Leave blocks as plain text once a text has spent its budget of unmatched brackets.

    ``env["brackets"]`` counts them; a text and the snippets in it share it.
    """
    spent: list[int] = state.env.get("brackets") or [0]
    state.env["brackets"] = spent
    for token in state.tokens:
        if token.type != "inline" or "[" not in token.content:
            continue
        spent[0] += _unmatched_brackets(token.content)
        if spent[0] > MAX_UNMATCHED_BRACKETS:
            token.children = [Token("text", "", 0, content=token.content)]
            token.content = ""


def _unmatched_brackets(content: str) -> int:
    """Count the brackets that stay open or nest deeper than an image in a link does."""
    depth = excess = 0
    for match in _BRACKETS.finditer(content):
        if match[0] == "[":
            depth += 1
            excess += depth > 3
        elif depth:
            depth -= 1
    return excess + depth
