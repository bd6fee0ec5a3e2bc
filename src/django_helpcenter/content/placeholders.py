"""``[Replace: …]``: what a template leaves to the writer of an article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import pgettext

#: Characters of a placeholder that are read, and repeated in a message.
_LONGEST = 200


def placeholder(what: str) -> str:
    """Return what stands for a part that the writer replaces, in the active language."""
    return f"[{pgettext('placeholder', 'Replace')}: {what}]"


def find_placeholders(text: str, language: str) -> Iterator[str]:
    """Yield the placeholders of a text, in English and in the language that it is in."""
    if "[" not in text:
        return
    with translation.override(language):
        words = {"Replace", pgettext("placeholder", "Replace")}
    names = "|".join(map(re.escape, words))
    for match in re.finditer(rf"\[(?:{names}):[^\[\]\n]{{0,{_LONGEST}}}\]", text, re.IGNORECASE):
        yield match[0]
