"""Reusable texts: ``{{ snippet "key" }}`` stands for a Markdown text that is kept once.

Nothing is executed. A snippet is parsed by itself, with the parser of articles, and its tokens take
the place of the reference: what it leaves open ends with it, and its link definitions are its own.
A snippet within a snippet is not looked up, so that nothing grows without bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from django_helpcenter.content.source import MAX_SOURCE_LENGTH, normalize_source

#: Straight and typographic quotes: writing programs exchange one for the other.
QUOTES = "\"'“”„‟«»\u2018\u2019\u201a\u201b"
#: ``[ \t]``: a reference stands in one line. The same is said to the database in models.
REFERENCE = re.compile(
    rf"(?<!\{{)\{{\{{[ \t]*snippet[ \t]+[{QUOTES}]([^{QUOTES}{{}}\n]{{1,200}})"
    rf"[{QUOTES}][ \t]*\}}\}}"
)
#: In the environment of a parse that leaves the tokens of references as they are.
KEEP_REFERENCES = "keep_snippet_references"
#: Characters that a reference counts besides its text: so thousands of short ones are bounded, too.
REFERENCE_COST = 200
TOKEN = "snippet"  # noqa: S105 - the type of a token
_BREAKS = ("softbreak", "hardbreak")


@dataclass(frozen=True, slots=True)
class Snippets:
    """The texts that references stand for, by key.

    A reference without a text vanishes, as readers must not see it; ``mark_missing`` leaves a mark,
    for those who write.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    mark_missing: bool = False


@dataclass(frozen=True, slots=True)
class SnippetReference:
    """A reference in a text, with its 1-based line.

    ``problem`` is "" or what keeps it from being what was meant: ``missing``, ``too_long`` (all
    snippets of the text together), ``blocks`` (several blocks amid a line, run together there).
    """

    key: str
    line: int
    problem: str = ""


def make_reference(key: str) -> str:
    """Return what stands for a snippet in a text."""
    return f'{{{{ snippet "{key}" }}}}'


def clean_key(name: str) -> str:
    """Return the key that a reference names."""
    return name.strip().lower()


def named_keys(source: str) -> set[str]:
    """Return the keys that a text names, also those in code: what may have to be looked up."""
    return {clean_key(match[1]) for match in REFERENCE.finditer(source)}


def read_reference(state: StateInline, silent: bool) -> bool:
    """Read a reference (inline rule): not in code, and not when escaped."""
    if not state.src.startswith("{{", state.pos):
        return False
    match = REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push(TOKEN, "", 0)
        token.content = match[0]
        token.meta = {"key": clean_key(match[1])}
    state.pos = match.end()
    return True


def expand_references(state: StateCore) -> None:
    """Put the texts in place of their references (core rule).

    The texts are those of ``env["snippets"]``; without any a reference stays what was written.
    ``env["snippet_references"]`` gets all that were found.
    """
    if "{{" not in state.src or state.env.get(KEEP_REFERENCES):
        return
    if not any(has_reference(token) for token in state.tokens):
        return
    snippets = state.env.get("snippets")
    if not isinstance(snippets, Snippets):
        for token in state.tokens:
            _write_out(token)
        return
    expansion = _Expansion(state, snippets)
    state.tokens = list(expansion.run(state.tokens))
    state.env["snippet_references"] = expansion.references


class _Expansion:
    def __init__(self, state: StateCore, snippets: Snippets) -> None:
        self.md: MarkdownIt = state.md
        self.env = state.env
        self.snippets = snippets
        self.budget = MAX_SOURCE_LENGTH
        self.parsed: dict[str, tuple[list[Token], list[SnippetReference]]] = {}
        self.references: list[SnippetReference] = []

    def run(self, tokens: Sequence[Token]) -> Iterator[Token]:
        index, line = 0, 1
        while index < len(tokens):
            token = tokens[index]
            # The cells of a table have no place of their own; their row does.
            line = token.map[0] + 1 if token.map else line
            if is_paragraph_of_references(tokens, index):
                yield from self.paragraph(tokens[index : index + 3])
                index += 3
                continue
            if has_reference(token):
                token.children = list(self.inline(token.children or (), line))
            yield token
            index += 1

    def paragraph(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """Return the blocks of the snippets that a paragraph is made of, line by line."""
        opening, inline, closing = tokens
        line = opening.map[0] + 1 if opening.map else 1
        for row in rows_of(inline.children or ()):
            found = [token for token in row if token.type == TOKEN]
            blocks = self.look_up(found[0], line) if len(found) == 1 else None
            if blocks and not is_one_paragraph(blocks):
                yield from _placed(blocks, opening.level, line)
            elif found:
                if blocks:  # as part of the paragraph that is there: one of a list has no gaps
                    children = list(_run_together(blocks, line))
                elif len(found) == 1:
                    children = self.mark(found[0])
                else:
                    children = list(self.inline(row, line))
                if children:
                    yield replace(opening, map=[line - 1, line])
                    yield replace(inline, children=children, map=[line - 1, line])
                    yield replace(closing)
            line += 1

    def inline(
        self, tokens: Iterable[Token], line: int, *, in_link: bool = False
    ) -> Iterator[Token]:
        """Return a line with the words of its snippets."""
        depth = int(in_link)
        for token in tokens:
            depth += (token.type == "link_open") - (token.type == "link_close")
            if token.type == TOKEN:
                blocks = self.look_up(token, line, amid_line=True)
                found = self.mark(token) if blocks is None else _run_together(blocks, line)
                yield from (each for each in found if not depth or not _is_link(each))
                continue
            if token.children:
                token.children = list(self.inline(token.children, line, in_link=depth > 0))
            yield token
            line += token.type in _BREAKS and token.markup != "<br>"

    def look_up(self, token: Token, line: int, *, amid_line: bool = False) -> list[Token] | None:
        """Return a new copy of the tokens of a snippet, ``None`` when it has none to give."""
        key = str(token.meta["key"])
        text = self.snippets.texts.get(key)
        problem = ""
        if text is None:
            problem = "missing"
        elif len(text) + REFERENCE_COST > self.budget:
            problem = "too_long"
        if text is None or problem:
            self.references.append(SnippetReference(key, line, problem))
            return None
        self.budget -= len(text) + REFERENCE_COST
        blocks, inner = self.parse(key, text)
        if amid_line and blocks and not is_one_paragraph(blocks):
            problem = "blocks"
        self.references.append(SnippetReference(key, line, problem))
        self.references += [SnippetReference(each.key, line, "missing") for each in inner]
        return [_copy(block) for block in blocks]

    def parse(self, key: str, text: str) -> tuple[list[Token], list[SnippetReference]]:
        if key not in self.parsed:
            # What hostile brackets may cost is counted over the whole article.
            nested = replace(self.snippets, texts={})
            env = {"snippets": nested, "brackets": self.env.get("brackets")}
            blocks = self.md.parse(normalize_source(text), env)
            _keep_below_title(blocks)
            self.parsed[key] = (blocks, env.get("snippet_references") or [])  # type: ignore[assignment]
        return self.parsed[key]

    def mark(self, token: Token) -> list[Token]:
        if not self.snippets.mark_missing:
            return []
        words = gettext("Missing snippet: %(key)s") % {"key": token.meta["key"]}
        return [
            Token("html_inline", "", 0, content="<mark>"),
            Token("text", "", 0, content=words),
            Token("html_inline", "", 0, content="</mark>"),
        ]


def has_reference(token: Token) -> bool:
    return any(
        child.type == TOKEN or (child.children and has_reference(child))
        for child in token.children or ()
    )


def _write_out(token: Token) -> None:
    for child in token.children or ():
        if child.type == TOKEN:
            child.type = "text"
        _write_out(child)


def is_paragraph_of_references(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a paragraph holds references and nothing else."""
    opening = tokens[index]
    if opening.type != "paragraph_open" or "class" in opening.attrs:
        return False
    children = tokens[index + 1].children or ()
    is_bare = all(
        child.type in (TOKEN, *_BREAKS) or (child.type == "text" and not child.content.strip())
        for child in children
    )
    return is_bare and any(child.type == TOKEN for child in children)


def rows_of(children: Sequence[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    for child in children:
        if child.type in _BREAKS:
            yield row
            row = []
        else:
            row.append(child)
    yield row


def is_one_paragraph(blocks: Sequence[Token]) -> bool:
    return len(blocks) == 3 and blocks[0].type == "paragraph_open"


def _is_link(token: Token) -> bool:
    return token.type in ("link_open", "link_close")


def _copy(token: Token) -> Token:
    children = None if token.children is None else [_copy(child) for child in token.children]
    return replace(token, attrs=dict(token.attrs), meta=dict(token.meta), children=children)


def _placed(blocks: Iterable[Token], level: int, line: int) -> Iterator[Token]:
    """Yield the blocks of a snippet as if they stood where it is named."""
    for block in blocks:
        block.level += level
        # What is said of them is said of the line that they come from.
        block.map = [line - 1, line]
        yield block


def _run_together(blocks: Iterable[Token], line: int) -> Iterator[Token]:
    """Yield the words of blocks in one line; code blocks as code."""
    is_first = True
    for block in blocks:
        if block.type in ("fence", "code_block"):
            words = [Token("code_inline", "code", 0, content=" ".join(block.content.split()))]
        elif block.type == "inline" and block.children:
            words = block.children
        else:
            continue
        if not is_first:
            yield Token("text", "", 0, content=" ")
        is_first = False
        for token in words:
            is_break = token.type in _BREAKS
            yield Token("text", "", 0, content=" ") if is_break else token


def _keep_below_title(blocks: Sequence[Token]) -> None:
    """Move headings down by one where one is of the first level, which is the article's title's."""
    headings = [block for block in blocks if block.type in ("heading_open", "heading_close")]
    if any(block.tag == "h1" for block in headings):
        for block in headings:
            block.tag = f"h{min(int(block.tag[1]) + 1, 6)}"
