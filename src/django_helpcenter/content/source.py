"""Source text as the other modules expect it: clean code points, ``\\n`` lines, a known size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_helpcenter.exceptions import ContentError

#: Characters; the same cap as an article's content. A tsvector over 1 MB cannot be stored.
MAX_SOURCE_LENGTH = 500_000

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]?)*(`{3,}(?!.*`)|~{3,})")


def normalize_source(source: str) -> str:
    """Return the text with ``\\n`` line ends, no byte order mark, no NUL and no lone surrogate."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _UNSTORABLE.sub("\ufffd", text)


def check_length(source: str) -> None:
    """Raise ``ContentError`` for a text that is longer than ``MAX_SOURCE_LENGTH`` characters."""
    if len(source) > MAX_SOURCE_LENGTH:
        raise ContentError(
            f"The text has {len(source):,} characters; at most {MAX_SOURCE_LENGTH:,} are allowed. "
            "Split it into several articles."
        )


def iter_lines_with_code(source: str) -> Iterator[tuple[str, bool]]:
    """Yield each line and whether it belongs to a fenced code block (its fences included)."""
    fence = ""
    for line in source.split("\n"):
        if fence:
            yield line, True
            closing = line.strip().lstrip("> ")
            if closing.startswith(fence) and not closing.strip(fence[0]):
                fence = ""
            continue
        match = _FENCE.match(line)
        fence = match[1] if match else ""
        yield line, bool(match)
