"""Front matter as text: YAML that the importer, and any other reader, takes for the same values."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: What means itself without quotes, alone and in a list.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .()'/-]*[\w.()'])?")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def front_matter_text(values: Mapping[str, object]) -> str:
    """Return a block of front matter, its two lines of dashes included."""
    return "".join(["---\n", *_lines(values, ""), "---\n"])


def _lines(values: Mapping[str, object], indent: str) -> list[str]:
    lines: list[str] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            lines += [f"{indent}{name}:\n", *_lines(value, f"{indent}  ")]
        elif isinstance(value, list | tuple):
            lines.append(f"{indent}{name}: [{', '.join(map(_scalar, value))}]\n")
        else:
            lines.append(f"{indent}{name}: {_scalar(value)}\n")
    return lines


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text.isprintable():
        return text
    return f'"{"".join(map(_quoted, text))}"'


def _quoted(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"
