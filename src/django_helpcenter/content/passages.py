"""Passages: what is searched, embedded and cited.

See docs/explanation/passages.md for why an article is cut at all, and why here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django_helpcenter.content.document import parse_document
from django_helpcenter.content.plain_text import TextBlock, iter_blocks
from django_helpcenter.content.sentences import cut_evenly, cut_text
from django_helpcenter.content.snippets import Snippets

#: Characters. Measured on two question sets: docs/explanation/passages.md.
MAXIMUM_LENGTH = 1_000
TARGET_LENGTH = 800

#: A remainder below this is put to its neighbor when the two fit together.
_FRAGMENT_LENGTH = 200

#: A longer heading is cut in the path, and stands whole in the text below it.
_HEADING_LENGTH = 200

_BETWEEN_BLOCKS = "\n\n"
_PATH_SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of plain text; ``anchor`` is the id of its heading on the page, or ""."""

    ordinal: int
    heading_path: tuple[str, ...]
    anchor: str
    text: str


@dataclass(slots=True)
class _Section:
    path: tuple[str, ...]
    anchor: str
    blocks: list[TextBlock] = field(default_factory=list)


def split_passages(
    source: str,
    *,
    title: str,
    target: int = TARGET_LENGTH,
    maximum: int = MAXIMUM_LENGTH,
    snippets: Snippets | None = None,
) -> list[Passage]:
    """Cut Markdown into passages by heading and block; no words are lost and none are doubled.

    Passages close near ``target`` characters and never pass ``maximum``. The words of a heading
    stand in ``heading_path``; a heading with nothing below it, and an article with no text, become
    a passage of their own. ``snippets`` take the place of their references. Raises ContentError
    when the text is too long.
    """
    document = parse_document(source, drop_title=title, snippets=snippets)
    passages: list[Passage] = []
    sections = list(_sections(list(iter_blocks(document.tokens))))
    for index, section in enumerate(sections):
        packed = _pack(section.blocks, min(target, maximum), maximum)
        texts = _merge_fragments(packed, maximum)
        if not texts and section.path and not _has_subsection(sections, index):
            texts = cut_text(section.path[-1], maximum=maximum)
        for text in texts:
            passages.append(Passage(len(passages), section.path, section.anchor, text))
    if not passages and title.strip():
        passages.append(Passage(0, (), "", " ".join(title.split())[:maximum]))
    return passages


def embedding_text(title: str, heading_path: Sequence[str], text: str) -> str:
    """Return the text as the embedding model reads it: where it stands, then what it says."""
    place = _PATH_SEPARATOR.join(part for part in (title, *heading_path) if part)
    return f"{place}\n{text}" if place else text


def _sections(blocks: Sequence[TextBlock]) -> Iterator[_Section]:
    trail: list[tuple[int, str]] = []
    section = _Section((), "")
    for block in blocks:
        if block.kind != "heading":
            section.blocks.append(block)
            continue
        yield section
        level, name = int(block.token.tag[1]), " ".join(block.text.split())
        is_long = len(name) > _HEADING_LENGTH
        if is_long:
            name = name[: _HEADING_LENGTH - 1] + "…"
        trail = [(above, text) for above, text in trail if above < level] + [(level, name)]
        section = _Section(tuple(text for _, text in trail), str(block.token.attrs["id"]))
        section.blocks = [block] if is_long else []
    yield section


def _has_subsection(sections: Sequence[_Section], index: int) -> bool:
    path = sections[index].path
    following = sections[index + 1].path if index + 1 < len(sections) else ()
    return len(following) > len(path)


def _pack(blocks: Sequence[TextBlock], target: int, maximum: int) -> list[str]:
    """Join whole blocks up to the target; cut only the block that is longer than the maximum."""
    texts: list[str] = []
    current = ""
    for block in blocks:
        joined = f"{current}{_BETWEEN_BLOCKS}{block.text}" if current else block.text
        if len(joined) <= target or (not current and len(joined) <= maximum):
            current = joined
            continue
        if current:
            texts.append(current)
            current = ""
        if len(block.text) <= maximum:
            current = block.text
        else:
            texts.extend(cut_evenly(block.text, maximum=maximum, target=target))
    return [*texts, current] if current else texts


def _merge_fragments(texts: Sequence[str], maximum: int) -> list[str]:
    merged: list[str] = []
    for text in texts:
        together = f"{merged[-1]}{_BETWEEN_BLOCKS}{text}" if merged else text
        is_fragment = bool(merged) and min(len(merged[-1]), len(text)) < _FRAGMENT_LENGTH
        if is_fragment and len(together) <= maximum:
            merged[-1] = together
        else:
            merged.append(text)
    return merged
