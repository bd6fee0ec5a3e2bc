"""Colors for code, as CSS classes; Pygments is optional and code stays plain without it."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

#: Only these are colored: a lexer is a set of regular expressions that runs over untrusted text.
LANGUAGES = frozenset(
    {
        "bash", "c", "console", "cpp", "csharp", "css", "diff", "docker", "dockerfile", "go",
        "html", "http", "ini", "java", "javascript", "js", "json", "jsx", "kotlin", "nginx", "php",
        "powershell", "py", "python", "ruby", "rust", "scss", "sh", "shell", "sql", "swift", "toml",
        "ts", "tsx", "typescript", "xml", "yaml", "yml",
    }
)  # fmt: skip

#: Characters; a longer block is a log or a dump, and costs more to color than to read.
MAX_LENGTH = 20_000

_NAME = re.compile(r"[A-Za-z0-9_+#.-]{1,30}")


def language_name(info: str) -> str:
    """Return the language that a fence's info string begins with, "" where it names none."""
    match = _NAME.match(info.strip())
    return match[0].lower() if match else ""


def highlight_code(code: str, language: str) -> str | None:
    """Return the code as HTML with Pygments' short classes, or None where it stays plain."""
    if language not in LANGUAGES or len(code) > MAX_LENGTH or not _has_pygments():
        return None
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter

    return str(highlight(code, _lexer(language), HtmlFormatter(nowrap=True)))


@cache
def _has_pygments() -> bool:
    return find_spec("pygments") is not None


@cache
def _lexer(language: str) -> Lexer:
    from pygments.lexers import get_lexer_by_name

    lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    return lexer
