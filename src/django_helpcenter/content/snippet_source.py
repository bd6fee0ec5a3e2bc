"""Snippets put into the Markdown itself, for texts that are read away from their help center."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from django_helpcenter.content.grammar import markdown_parser
from django_helpcenter.content.snippet_labels import rename_labels
from django_helpcenter.content.snippets import (
    KEEP_REFERENCES,
    REFERENCE,
    REFERENCE_COST,
    TOKEN,
    Snippets,
    clean_key,
    has_reference,
    is_paragraph_of_references,
    make_reference,
    rows_of,
)
from django_helpcenter.content.source import MAX_SOURCE_LENGTH, normalize_source

#: What a line begins with, before what repeats on the lines of the same quotation or list item.
_MARKERS = re.compile(r"[^>\s]")
_BARE_PIPE = re.compile(r"(?<!\\)\|")


def expand_source(source: str, snippets: Snippets) -> str:
    """Return a text with the snippets in place of their references, as Markdown.

    The parser says which references are meant: those in code and escaped ones stay. What has no
    text vanishes, and so does what would make the whole too long.
    """
    text = normalize_source(source)
    if not REFERENCE.search(text):
        return text
    return _SourceExpansion(text, snippets).run()


@dataclass(slots=True)
class _Places:
    """The numbers of the references that are meant, by where they stand."""

    own_line: set[int] = field(default_factory=set)
    in_line: set[int] = field(default_factory=set)
    in_table: set[int] = field(default_factory=set)


class _SourceExpansion:
    def __init__(self, text: str, snippets: Snippets) -> None:
        self.text = text
        self.snippets = snippets
        self.budget = MAX_SOURCE_LENGTH
        self.places = _find_places(text)
        self.texts: dict[str, str] = {}
        self.definitions: dict[str, str] = {}
        self.number = -1

    def run(self) -> str:
        lines = [self.line(line) for line in self.text.split("\n")]
        if self.definitions:
            lines += ["", *self.definitions.values()]
        return "\n".join(lines)

    def line(self, line: str) -> str:
        def exchange(match: re.Match[str]) -> str:
            self.number += 1
            places = self.places
            if self.number in places.own_line:
                return self.blocks(clean_key(match[1]), line[: match.start()])
            if self.number in places.in_table:
                return _BARE_PIPE.sub(r"\|", self.words(clean_key(match[1])))
            if self.number in places.in_line:
                return self.words(clean_key(match[1]))
            return match[0]

        return REFERENCE.sub(exchange, line)

    def take(self, key: str) -> str:
        if key not in self.texts:
            text = self.snippets.texts.get(key, "")
            alone = expand_source(text, Snippets()).strip("\n")
            self.texts[key] = rename_labels(key, alone)
        cost = len(self.texts[key]) + REFERENCE_COST
        if cost > self.budget:
            return ""
        self.budget -= cost
        return self.texts[key]

    def blocks(self, key: str, before: str) -> str:
        """Return a snippet with what quotations and lists put before each of its lines."""
        prefix = _MARKERS.sub(" ", before)
        first, *others = self.take(key).split("\n")
        return "\n".join([first, *(f"{prefix}{line}".rstrip() for line in others)])

    def words(self, key: str) -> str:
        """Return a snippet in one line."""
        env: dict[str, Any] = {}
        blocks = markdown_parser().parse(self.take(key), env)
        for label, target in env.get("references", {}).items():
            title = f' "{target["title"]}"' if target.get("title") else ""
            self.definitions[label] = f"[{label}]: <{target['href']}>{title}"
        parts = []
        for block in blocks:
            content = " ".join(block.content.split())
            if block.type == "inline":
                parts.append(content)
            elif block.type in ("fence", "code_block"):
                parts.append(f"`{content}`")
        return " ".join(parts)


def _find_places(text: str) -> _Places:
    """Number the references, and let the parser say where which of them are."""
    numbers = iter(range(len(text)))
    numbered = REFERENCE.sub(lambda _match: make_reference(str(next(numbers))), text)
    tokens = markdown_parser().parse(numbered, {KEEP_REFERENCES: True})
    places = _Places()
    is_in_table = False
    for index, token in enumerate(tokens):
        is_in_table = (is_in_table or token.type == "table_open") and token.type != "table_close"
        if is_paragraph_of_references(tokens, index):
            for row in rows_of(tokens[index + 1].children or ()):
                found = _numbers_of(row)
                places.own_line.update(found if len(found) == 1 else ())
        elif token.children and has_reference(token):
            (places.in_table if is_in_table else places.in_line).update(_numbers_of([token]))
    places.in_line -= places.own_line
    return places


def _numbers_of(tokens: Sequence[Token]) -> set[int]:
    found: set[int] = set()
    for token in tokens:
        if token.type == TOKEN:
            found.add(int(token.meta["key"]))
        found |= _numbers_of(token.children or ())
    return found
