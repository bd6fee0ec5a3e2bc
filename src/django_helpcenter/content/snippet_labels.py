"""The link definitions of a snippet, renamed: in the text around it they would be that text's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from django_helpcenter.content.grammar import markdown_parser

_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,300})\]", re.DOTALL)
#: Private characters around a number: so no text has it.
_NUMBER = re.compile("\ue000(\\d+)\ue001")
_ADDRESS = re.compile(r"snippet-label:(\d+)\Z")


def rename_labels(key: str, text: str) -> str:
    """Return the text of a snippet with labels of its own for its link definitions.

    The parser says which brackets are labels: those in code and of other links stay.
    """
    env: dict[str, Any] = {}
    markdown_parser().parse(text, env)
    labels = env.get("references", {})
    if not labels or "\ue000" in text:
        return text
    numbers = count()
    known: dict[str, dict[str, str]] = {}

    def number(match: re.Match[str]) -> str:
        if normalizeReference(match[1]) not in labels:
            return match[0]
        each = next(numbers)
        label = f"{match[1]}\ue000{each}\ue001"
        known[normalizeReference(label)] = {"href": f"snippet-label:{each}", "title": ""}
        return f"[{label}]"

    numbered = _LABEL.sub(number, text)
    env = {"references": known}
    tokens = markdown_parser().parse(numbered, env)
    words, behind = _find_uses(tokens)
    named = {each for again in env.get("duplicate_refs", ()) for each in _numbers(again["label"])}
    return _write(key, numbered, is_whole=named | behind, is_words=words)


def _write(key: str, numbered: str, *, is_whole: set[int], is_words: set[int]) -> str:
    def exchange(match: re.Match[str]) -> str:
        found = _NUMBER.search(match[1])
        if found is None:
            return match[0]
        label = match[1].removesuffix(found[0])
        number, new = int(found[1]), f"[snippet {key}: {label}]"
        if number in is_whole:
            return new
        end = new if number in is_words else (match[2] or "")
        return f"[{label}]{end}"

    return re.sub(_LABEL.pattern + r"(\[\])?", exchange, numbered, flags=re.DOTALL)


def _find_uses(tokens: Sequence[Token]) -> tuple[set[int], set[int]]:
    """Return the numbers of labels that are the words of their link too, and of those behind it."""
    words: set[int] = set()
    behind: set[int] = set()
    for used, content in _links(tokens):
        (words if used in _numbers(content) else behind).add(used)
    return words, behind


def _links(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Yield the number and the words of each link and image that has one."""
    for token in tokens:
        children = token.children or []
        yield from _links(children)
        if token.type == "image" and (found := _ADDRESS.match(str(token.attrs["src"]))):
            yield int(found[1]), token.content
        for index, child in enumerate(children):
            found = _ADDRESS.match(str(child.attrs.get("href", "")))
            if child.type == "link_open" and found:
                inner = []
                for each in children[index + 1 :]:
                    if each.type == "link_close":
                        break
                    inner.append(each.content)
                yield int(found[1]), "".join(inner)


def _numbers(text: str) -> set[int]:
    return {int(each) for each in _NUMBER.findall(text)}
