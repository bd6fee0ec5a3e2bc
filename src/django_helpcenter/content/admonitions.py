"""Admonitions: ``:::note`` blocks and ``> [!NOTE]`` quotations become one and the same token."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy, pgettext_lazy
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

#: Kind (also the CSS class) to the word that the page shows.
ADMONITION_LABELS = {
    "note": gettext_lazy("Note"),
    "tip": gettext_lazy("Tip"),
    "important": pgettext_lazy("admonition", "Important"),
    "warning": gettext_lazy("Warning"),
    "caution": gettext_lazy("Caution"),
}

#: What other systems call them.
_ALIASES = {
    "abstract": "note", "attention": "warning", "check": "tip", "danger": "caution",
    "details": "note", "error": "caution", "example": "note", "hint": "tip", "info": "note",
    "question": "note", "seealso": "note", "success": "tip", "summary": "note",
}  # fmt: skip
_OPENING = re.compile(r":{3,}[ \t]*\{?\.?([A-Za-z]+)\}?[ \t]*(?:\[([^\]\n]*)\]|([^\n]*))$")
_CLOSING = re.compile(r":{3,}[ \t]*$")
_ALERT = re.compile(r"[ \t]*\[!([A-Za-z]+)\][-+]?[ \t]*([^\n]*)(?:\n|$)")

#: Looking for the end of a block costs its lines once a level; deeper ones stay plain text.
_MAX_DEPTH = 4


def admonition_kind(name: str) -> str | None:
    """Return the kind that a name from any system stands for, or None."""
    kind = name.lower()
    kind = _ALIASES.get(kind, kind)
    return kind if kind in ADMONITION_LABELS else None


def admonition_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read ``:::kind title`` … ``:::`` (block rule)."""
    opening = _opening(state, start_line)
    depth = int(state.env.get("admonition_depth", 0))
    if opening is None or depth >= _MAX_DEPTH:
        return False
    if silent:
        return True
    kind, title = opening
    closing_line = _find_closing_line(state, start_line, end_line)
    _push_opening(state, kind, title, start_line)
    parent_type, line_max = state.parentType, state.lineMax
    state.parentType = "admonition"
    state.lineMax = closing_line
    state.env["admonition_depth"] = depth + 1
    state.md.block.tokenize(state, start_line + 1, closing_line)
    state.env["admonition_depth"] = depth
    state.parentType, state.lineMax = parent_type, line_max
    state.push("admonition_close", "div", -1).block = True
    is_closed = closing_line < end_line and _CLOSING.match(_line(state, closing_line)) is not None
    state.line = closing_line + is_closed
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _opening(state: StateBlock, line: int) -> tuple[str, str] | None:
    if not state.src.startswith(":::", state.bMarks[line] + state.tShift[line]):
        return None
    match = None if state.is_code_block(line) else _OPENING.match(_line(state, line))
    kind = admonition_kind(match[1]) if match else None
    if match is None or kind is None:
        return None
    return kind, (match[2] or match[3] or "").strip().strip("\"'")


def _find_closing_line(state: StateBlock, start_line: int, end_line: int) -> int:
    """Return the line of the closing ``:::``, or the first one that cannot belong to the block."""
    open_blocks = 1
    fence = ""
    for line in range(start_line + 1, end_line):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line
        text = _line(state, line)
        if fence:
            fence = "" if text.startswith(fence) else fence
        elif text.startswith(("```", "~~~")):
            fence = text[:3]
        elif _CLOSING.match(text):
            open_blocks -= 1
            if not open_blocks:
                return line
        elif _opening(state, line):
            open_blocks += 1
    return end_line


def _push_opening(state: StateBlock, kind: str, title: str, line: int) -> None:
    token = state.push("admonition_open", "div", 1)
    token.block = True
    token.map = [line, line + 1]
    token.meta = {"kind": kind, "has_title": bool(title)}
    if title:
        title_tokens = _title_tokens(title, line, state.level)
        state.tokens.extend(title_tokens)


def _title_tokens(title: str, line: int, level: int) -> list[Token]:
    opening = Token("paragraph_open", "p", 1, level=level, block=True, map=[line, line + 1])
    opening.attrs["class"] = "hc-admonition__title"
    inline = Token("inline", "", 0, level=level + 1, block=True, map=[line, line + 1])
    inline.content, inline.children = title, []
    return [opening, inline, Token("paragraph_close", "p", -1, level=level, block=True)]


def mark_alerts(state: StateCore) -> None:
    """Turn quotations that begin with ``[!NOTE]`` into admonitions (core rule)."""
    tokens: list[Token] = []
    closing: dict[int, bool] = {}
    skip = 0
    for index, token in enumerate(state.tokens):
        if skip:
            skip -= 1
            continue
        tokens.append(token)
        if token.type == "blockquote_open":
            alert = _alert(state.tokens, index)
            closing[token.level] = alert is not None
            if alert:
                skip = _replace_alert(token, state.tokens, index, tokens, *alert)
        elif token.type == "blockquote_close" and closing.pop(token.level, False):
            token.type, token.tag = "admonition_close", "div"
    state.tokens = tokens


def _alert(tokens: list[Token], index: int) -> tuple[str, str, str] | None:
    if index + 2 >= len(tokens) or tokens[index + 1].type != "paragraph_open":
        return None
    content = tokens[index + 2].content
    match = _ALERT.match(content)
    kind = admonition_kind(match[1]) if match else None
    if match is None or kind is None:
        return None
    return kind, match[2].strip(), content[match.end() :]


def _replace_alert(
    token: Token,
    source: list[Token],
    index: int,
    out: list[Token],
    kind: str,
    title: str,
    rest: str,
) -> int:
    """Rewrite the opening in place; return how many of the next tokens are used up."""
    token.type, token.tag = "admonition_open", "div"
    token.meta = {"kind": kind, "has_title": bool(title)}
    line = token.map[0] if token.map else 0
    if title:
        out.extend(_title_tokens(title, line, token.level + 1))
    if not rest.strip():
        return 3
    inline = source[index + 2]
    inline.content = rest
    if inline.map:
        inline.map = [inline.map[0] + 1, inline.map[1]]
    return 0
