"""Putting a picture with its description, or a file with its words, into Markdown."""

from __future__ import annotations

import re

#: What Markdown would read as something else inside the brackets.
_MARKUP = re.compile(r"[\\\[\]*_`<>&!~$|{}]")


def image_markdown(address: str, alternative_text: str) -> str:
    """Return Markdown that shows a picture; its description is text, whatever stands in it.

    Without one it is a blank: that tells a picture that only decorates from one whose description
    was forgotten.
    """
    description = " ".join(alternative_text.split()) or " "
    return f"![{_MARKUP.sub(_escaped, description)}]({address})"


def link_markdown(address: str, words: str) -> str:
    """Return Markdown that links to a file; its words are text, whatever stands in them."""
    return f"[{_MARKUP.sub(_escaped, ' '.join(words.split()))}]({address})"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"
