"""Source text as the other modules expect it: clean code points, ``\\n`` lines, a known size."""

from __future__ import annotations

import re

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ContentError

#: Characters that can always be read: lowering a setting must not take stored articles away.
MAX_SOURCE_LENGTH = 500_000

#: What no column of text takes.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]?)*(`{3,}(?!.*`)|~{3,})")


def normalize_source(source: str) -> str:
    """Return the text with ``\\n`` line ends, no byte order mark, no NUL and no lone surrogate."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return UNSTORABLE.sub("\ufffd", text)


def check_length(source: str) -> None:
    """Raise ``ContentError`` for a text longer than the longest article."""
    longest = max(MAX_SOURCE_LENGTH, conf.ARTICLE_MAX_CHARACTERS)
    if len(source) > longest:
        raise ContentError(
            f"The text has {len(source):,} characters; at most {longest:,} are allowed. "
            "Split it into several articles."
        )


def code_lines(source: str) -> frozenset[int]:
    """Return the numbers (from 0) of the lines in fenced code blocks, their fences included."""
    numbers: set[int] = set()
    fence = ""
    for number, line in enumerate(source.split("\n")):
        if fence:
            numbers.add(number)
            closing = line.strip().lstrip("> ")
            if closing.startswith(fence) and not closing.strip(fence[0]):
                fence = ""
        elif match := _FENCE.match(line):
            numbers.add(number)
            fence = match[1]
    return frozenset(numbers)
