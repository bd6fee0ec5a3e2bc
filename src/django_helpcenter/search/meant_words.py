"""The words that were meant by mistyped ones, the last of them perhaps not typed to its end.

A letter was left out, typed wrongly, typed too much, or changed with its neighbor. What was meant
then begins with a variant of what is typed, or one of its spellings without a letter
(``HelpSpelling``) does: either is a range of an index. They are looked up in
``sql/help_center_meant_1.sql``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django_helpcenter.content.title_words import MAX_WORD_LENGTH, Typed
from django_helpcenter.search.lexicon import LONGEST_WORD, SHORTEST_SPELLED
from django_helpcenter.search.statement import Sql, compact

#: Words of what is typed that are looked at; with more of them, nothing is guessed.
MAX_WORDS = 8
#: Letters of a word that goes on, from which on the last of them may be wrong.
SHORTEST_ENDED = 6
#: Words of one range of an index that this reader may know of, and entries that are read for them.
ENTRIES, LOOKED_AT = 100, 2_000
#: Words that one word may stand for.
MEANINGS = 12

#: Behind every letter that a word can go on with, and before all of them, in the order of bytes.
_LAST, _FIRST = "\U0010ffff", "\x01"

_MEANT = compact(
    """
    help_center_meant_1(
        %(tenant)s, %(roles)s::text[], %(now)s, %(owner)s, %(spelled)s::text[],
        %(to_words)s::text[], %(endings)s::text[], %(given)s::boolean[],
        %(variant_numbers)s::int[], %(variants)s::text[], %(to_variants)s::text[],
        %(heads)s::text[], %(tails)s::text[], %(entries)s, %(entries_looked_at)s, %(meanings)s
    )
    """
)


@dataclass(frozen=True, slots=True)
class _Range:
    """Words, or spellings around ``head`` and ``tail``, that one typed word may stand for."""

    variant: str
    head: str | None = None
    tail: str = ""


def can_be_mistyped(typed: Typed) -> bool:
    """Tell whether what was meant can be looked for."""
    return len(typed.spelled) <= MAX_WORDS and any(map(_has_variants, typed.spelled))


def meant_query(words: Sequence[str], *, owner: str) -> Sql:
    """Return an SQL expression: a ``tsquery`` of what was meant by words, NULL when not known.

    ``owner`` is what stands before each word in the index, with the quote that opens it. Of the
    parameters, ``tenant``, ``roles`` and ``now`` are for the caller to add.
    """
    is_last = [place == len(words) for place in range(1, len(words) + 1)]
    variants = [
        (number, found)
        for number, (word, last) in enumerate(zip(words, is_last, strict=True), start=1)
        for found in _ranges(word, is_last=last)
    ]
    params = {
        "owner": owner,
        "spelled": [word[:MAX_WORD_LENGTH] for word in words],
        "to_words": [word + _end(last) for word, last in zip(words, is_last, strict=True)],
        "endings": ["':*" if last else "'" for last in is_last],
        "given": [not _is_counted(word) for word in words],
        "variant_numbers": [number for number, _ in variants],
        "variants": [found.variant for _, found in variants],
        "to_variants": [found.variant + _end(is_last[number - 1]) for number, found in variants],
        "heads": [found.head for _, found in variants],
        "tails": [found.tail for _, found in variants],
        "entries": ENTRIES,
        "entries_looked_at": LOOKED_AT,
        "meanings": MEANINGS,
    }
    return Sql(_MEANT, params)


def _ranges(word: str, *, is_last: bool) -> Iterator[_Range]:
    """Yield where to look for what was meant by a word."""
    if not _has_variants(word):
        return
    # A letter was left out.
    yield _Range(word, head="")
    # Too much begins like a short word that goes on: its last letter is taken for right.
    for place in range(len(word) - (is_last and len(word) < SHORTEST_ENDED)):
        without = word[:place] + word[place + 1 :]
        yield _Range(without)
        yield _Range(without, head=word[:place], tail=word[place + 1 :])
    for place in range(len(word) - 1):
        yield _Range(word[:place] + word[place + 1] + word[place] + word[place + 2 :])


def _end(is_last: bool) -> str:
    """Return what a range ends with: a word itself, or all that begins with it."""
    return _LAST if is_last else _FIRST


def _is_counted(word: str) -> bool:
    """Tell whether the lexicon has words like this one."""
    return word.isalpha() and 1 < len(word) <= LONGEST_WORD


def _has_variants(word: str) -> bool:
    return _is_counted(word) and len(word) >= SHORTEST_SPELLED
