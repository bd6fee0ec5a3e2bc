"""Cutting plain text: into sentences, into pieces for the embedding model, into pieces of a size.

Every cut falls between two characters of the text and drops at most white space there: the pieces
hold the whole text once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: Characters. Measured: pieces of 450 find better than 1,000 on the dense side (the model reads
#: about 1,200 characters but means one thing best).
EMBEDDING_PIECE = 450

# After a full stop with a space, or right after one of the scripts that write without spaces.
_SENTENCE_END = re.compile(r"""(?<![.!?…।؟])[.!?…।؟]++["'”’»)\]]*+(?=\s)|[。！？]++[”’」』）]*+""")  # noqa: RUF001
_LINE_END = re.compile(r"[ \t]+\n")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_ABBREVIATION = re.compile(
    r"""(?:^|[\s(\["'“‘])(?:[^\W\d_]|e\.g|i\.e|z\.B|d\.h|p\.ex|approx|art|bzw|ca|cf|ch|dr|etc|fig|inc|jr|ltd|mr|mrs|ms
    |nr|no|p|pp|prof|resp|sec|sr|st|tel|vgl|vol|vs|\d{1,3})\.$""",
    re.IGNORECASE | re.VERBOSE,
)


def split_sentences(text: str) -> list[str]:
    """Return the sentences; a line end also ends one, an abbreviation or a list number does not."""
    return [sentence for line in text.split("\n") for sentence in _line_sentences(line)]


def _line_sentences(line: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(line):
        end = match.end()
        if match[0] == "." and _ABBREVIATION.search(line[max(start, end - 12) : end]):
            continue
        sentences.append(line[start:end].strip())
        start = end
    sentences.append(line[start:].strip())
    return [sentence for sentence in sentences if sentence]


def split_for_embedding(text: str, size: int = EMBEDDING_PIECE) -> list[str]:
    """Return pieces of at most ``size`` characters, about equal, cut at lines and sentences."""
    return cut_evenly(text.strip(), maximum=size, target=size)


def cut_evenly(text: str, *, maximum: int, target: int) -> list[str]:
    """Return pieces near ``target``, at most ``maximum`` characters, with no short remainder."""
    pieces = -(-len(text) // target)
    return cut_text(text, maximum=maximum, target=-(-len(text) // max(pieces, 1)))


def cut_text(text: str, *, maximum: int, target: int | None = None) -> list[str]:
    """Return pieces of at most ``maximum`` characters: lines, else sentences, words, characters.

    Pieces close near ``target`` (default: ``maximum``) characters.
    """
    goal = min(target or maximum, maximum)
    pieces = _pack(_units(text, maximum), goal, maximum)
    return [_LINE_END.sub("\n", piece).strip("\n").rstrip() for piece in pieces if piece.strip()]


def _units(text: str, maximum: int) -> Iterable[str]:
    for line in _EMPTY_LINES.sub("\n\n", text).split("\n"):
        if len(line) <= maximum:
            yield line + "\n"
            continue
        for sentence in _line_sentences(line):
            if len(sentence) <= maximum:
                yield sentence + " "
            else:
                yield from _word_units(sentence, maximum)
        yield "\n"


def _word_units(sentence: str, maximum: int) -> Iterable[str]:
    for word in sentence.split():
        for start in range(0, len(word), maximum):
            yield word[start : start + maximum] + (" " if start + maximum >= len(word) else "")


def _pack(units: Iterable[str], goal: int, maximum: int) -> Sequence[str]:
    pieces: list[str] = []
    current = ""
    for unit in units:
        if not current and not unit.strip():
            continue
        together = len(current) + len(unit.rstrip())
        # Close where the piece comes nearest to the goal: before this unit or after it.
        if current and (together > maximum or len(current) + together >= 2 * goal):
            pieces.append(current)
            current = ""
        current += unit
    pieces.append(current)
    return pieces
