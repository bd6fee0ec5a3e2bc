"""The words that were meant by mistyped ones, the last of them perhaps not typed to its end.

A letter was left out, typed wrongly, typed too much, or changed with its neighbor. What was meant
then begins with a variant of what is typed, or one of its spellings without a letter
(``HelpSpelling``) does: either is a range of an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django_helpcenter.content.title_words import MAX_WORD_LENGTH, Typed
from django_helpcenter.models import HelpLexeme, HelpSpelling
from django_helpcenter.search.lexicon import (
    LONGEST_WORD,
    SHORTEST_SPELLED,
    WORDS,
    hidden_articles,
    readers_passages,
)
from django_helpcenter.search.statement import Sql, compact

#: Words of what is typed that are looked at; with more of them, nothing is guessed.
MAX_WORDS = 8
#: Letters of a word that goes on, from which on the last of them may be wrong.
SHORTEST_ENDED = 6
#: Entries of one range of an index that are read, and words that one word may stand for.
ROWS, MEANINGS = 100, 12

#: Behind every letter that a word can go on with, and before all of them, in the order of bytes.
_LAST, _FIRST = "\U0010ffff", "\x01"

# What occurs as it is typed is not mistyped. A range of spellings holds words that differ in other
# places too: around the letter that the spelling lacks, a word must read as what is typed does
# around the wrong one. What a reader may not see is neither known nor meant.
_MEANT = """
    WITH {hidden_articles}, known AS MATERIALIZED (
        SELECT number, word, ending FROM unnest(
            %(numbers)s::int[], %(words)s::text[], %(to_words)s::text[], %(endings)s::text[],
            %(given)s::bool[]
        ) k(number, word, to_word, ending, given)
        WHERE given OR EXISTS (
            SELECT FROM (
                SELECT lexeme FROM {lexemes} l
                WHERE l.tenant_id = %(tenant)s AND l.config = '{config}'
                  AND l.lexeme ~>=~ k.word AND l.lexeme ~<~ k.to_word
                  AND l.audience && %(roles)s::text[] AND l.df > 0
                LIMIT %(rows)s
            ) l WHERE {of_known} > 0
        )
    ),
    resolved AS (
        SELECT number, word, ending, 0 AS df FROM known
        UNION ALL
        SELECT number, word, '''', df FROM (
            SELECT meant.*, {of_meant} AS df FROM (
                SELECT DISTINCT v.number, one.word FROM unnest(
                    %(variant_numbers)s::int[], %(variants)s::text[], %(to_variants)s::text[],
                    %(heads)s::text[], %(tails)s::text[]
                ) v(number, variant, to_variant, head, tail)
                CROSS JOIN LATERAL (
                    (SELECT lexeme AS word FROM {lexemes} w
                        WHERE v.head IS NULL AND w.tenant_id = %(tenant)s
                          AND w.config = '{config}' AND w.lexeme ~>=~ v.variant
                          AND w.lexeme ~<~ v.to_variant LIMIT %(rows)s)
                    UNION
                    (SELECT s.word FROM {spellings} s
                        WHERE v.head IS NOT NULL AND s.tenant_id = %(tenant)s
                          AND s.key ~>=~ v.variant AND s.key ~<~ v.to_variant
                          AND starts_with(s.word, v.head)
                          AND starts_with(substr(s.word, length(v.head) + 2), v.tail)
                        LIMIT %(rows)s)
                ) one
                WHERE v.number NOT IN (SELECT number FROM known)
            ) meant
            OFFSET 0
        ) counted WHERE df > 0
    ),
    terms AS (
        SELECT number, '(' || string_agg(%(owner)s || word || ending, ' | ') || ')' AS term
        FROM (
            SELECT *, row_number() OVER (PARTITION BY number ORDER BY df DESC, word) AS place
            FROM resolved
        ) best
        WHERE place <= %(meanings)s GROUP BY number
    )
    SELECT CASE WHEN count(*) = cardinality(%(numbers)s::int[])
        THEN string_agg(term, ' & ' ORDER BY number)::tsquery END AS words,
        NULL::tsquery AS beginning
    FROM terms
"""


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
    """Return the SQL of one row: a ``tsquery`` of what was meant by words (NULL: not known), NULL.

    ``owner`` is what stands before each word in the index, with the quote that opens it. Of the
    parameters, ``tenant``, ``roles`` and ``now`` are for the caller to add.
    """
    numbers = range(len(words))
    is_last = [number == len(words) - 1 for number in numbers]
    variants = [
        (number, found)
        for number, word in enumerate(words)
        for found in _ranges(word, is_last=is_last[number])
    ]
    params = {
        "owner": owner,
        "numbers": list(numbers),
        "words": [word[:MAX_WORD_LENGTH] for word in words],
        "to_words": [word + _end(is_last[number]) for number, word in enumerate(words)],
        "endings": ["':*" if last else "'" for last in is_last],
        "given": [not _is_counted(word) for word in words],
        "variant_numbers": [number for number, _ in variants],
        "variants": [found.variant for _, found in variants],
        "to_variants": [found.variant + _end(is_last[number]) for number, found in variants],
        "heads": [found.head for _, found in variants],
        "tails": [found.tail for _, found in variants],
        "rows": ROWS,
        "meanings": MEANINGS,
    }
    sql = _MEANT.format(
        hidden_articles=hidden_articles(),
        of_known=readers_passages(f"'{WORDS}'", "l.lexeme"),
        of_meant=readers_passages(f"'{WORDS}'", "meant.word"),
        lexemes=HelpLexeme._meta.db_table,
        spellings=HelpSpelling._meta.db_table,
        config=WORDS,
    )
    return Sql(compact(sql), params)


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
