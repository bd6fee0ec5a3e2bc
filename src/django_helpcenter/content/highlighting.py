"""Colors for code, as CSS classes; Pygments is optional and code stays plain without it."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexer import Lexer

#: Names that authors use, and the lexer of each. Only these, because a lexer is a set of regular
#: expressions that runs over untrusted text: those of C, C#, Java, PHP and diffs need minutes for
#: some texts of 20,000 characters.
LEXERS = {
    "bash": "bash", "console": "console", "css": "css", "docker": "docker", "dockerfile": "docker",
    "go": "go", "html": "html", "http": "http", "ini": "ini", "javascript": "javascript",
    "js": "javascript", "json": "json", "jsx": "javascript", "nginx": "nginx",
    "powershell": "powershell", "py": "python", "python": "python", "ruby": "ruby",
    "rust": "rust", "scss": "scss", "sh": "bash", "shell": "console", "sql": "sql",
    "toml": "toml", "ts": "javascript", "tsx": "javascript", "typescript": "javascript",
    "xml": "xml", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip

#: Characters of one block and of all blocks of a text; what is longer stays plain.
MAX_BLOCK_LENGTH = 5_000
MAX_TOTAL_LENGTH = 20_000

_NAME = re.compile(r"[A-Za-z0-9_+#.-]{1,30}")


def language_name(info: str) -> str:
    """Return the language that a fence's info string begins with, "" where it names none."""
    match = _NAME.match(info.strip())
    return match[0].lower() if match else ""


def highlight_code(code: str, language: str) -> str | None:
    """Return the code as HTML with Pygments' short classes, or None where it stays plain."""
    if language not in LEXERS or len(code) > MAX_BLOCK_LENGTH or not _has_pygments():
        return None
    from pygments import highlight

    return str(highlight(code, _lexer(language), _formatter()))


@cache
def _has_pygments() -> bool:
    return find_spec("pygments") is not None


@cache
def _formatter() -> HtmlFormatter:
    from pygments.formatters.html import HtmlFormatter

    return HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Lexer:
    from pygments.lexers import get_lexer_by_name

    lexer: Lexer = get_lexer_by_name(LEXERS[language], stripnl=False, ensurenl=False)
    return lexer
