"""Mistyped words, and the words of the articles that were meant.

A word and what was typed in its place usually differ by one letter that is missing, wrong, too
much, or changed with its neighbor. Each leaves the same letters when one is left out of either, so
an index of words without one of their letters finds them all (symmetric delete, as in SymSpell).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from django_helpcenter.content.slips import SHORTEST_SLIP, is_slip
from django_helpcenter.models import HelpIndexState, HelpLexeme, HelpSpelling
from django_helpcenter.search.lexicon import LONGEST_WORD, WORDS
from django_helpcenter.search.statement import Scope, Sql, compact

#: Words of one query that are corrected.
MAX_WORDS = 6
#: Words that are like one of these and looked up, articles that are out of their time included.
MAX_MEANINGS = 1_000

# What a reader may not see is neither known nor meant, and a word that a synonym explains is known.
# All forms are counted at once, and then all that may be meant. What only others know is left out
# first (LIMIT 1: one by one), so that it crowds out nothing.
_MEANT = compact(
    """
    WITH form AS MATERIALIZED (
        SELECT word, '{config}' AS config, word AS lexeme FROM unnest(%(words)s::text[]) word
        UNION
        SELECT word, c.config, v.lexeme FROM {states} s
        CROSS JOIN LATERAL jsonb_object_keys(s.configs) c(config)
        CROSS JOIN LATERAL unnest(%(words)s::text[]) word
        CROSS JOIN LATERAL unnest(to_tsvector(c.config::regconfig, word)) v
        WHERE s.tenant_id = %(tenant)s
    ),
    typed AS MATERIALIZED (
        SELECT f.word FROM (
            SELECT array_agg(word) AS words, help_center_known_1(
                %(tenant)s, %(roles)s::text[], %(now)s, array_agg(config), array_agg(lexeme), FALSE
            ) AS passages FROM form
        ) c CROSS JOIN LATERAL unnest(c.words, c.passages) f(word, passages)
        WHERE f.word IN (SELECT word FROM form WHERE lexeme = ANY(%(unknown)s::text[]))
        GROUP BY 1 HAVING max(f.passages) <= 0
    ),
    meant AS MATERIALIZED (
        SELECT m.typed, m.word FROM (
            SELECT k.typed, s.word FROM unnest(%(typed)s::text[], %(keys)s::text[]) k(typed, key)
            JOIN typed t ON t.word = k.typed
            JOIN {spellings} s ON s.tenant_id = %(tenant)s AND s.key = k.key
            UNION
            SELECT k.typed, k.key FROM unnest(%(typed)s::text[], %(keys)s::text[]) k(typed, key)
            JOIN typed t ON t.word = k.typed
        ) m
        CROSS JOIN LATERAL (
            SELECT FROM {lexemes} l
            WHERE l.tenant_id = %(tenant)s AND l.config = '{config}' AND l.lexeme = m.word
              AND l.audience && %(roles)s::text[] AND l.df > 0
            LIMIT 1
        ) known
        LIMIT %(meanings)s
    )
    SELECT f.typed, f.word, f.passages FROM (
        SELECT array_agg(typed) AS typed, array_agg(word) AS words, help_center_known_1(
            %(tenant)s, %(roles)s::text[], %(now)s, array_agg('{config}'::text), array_agg(word),
            TRUE
        ) AS passages FROM meant
    ) c CROSS JOIN LATERAL unnest(c.typed, c.words, c.passages) f(typed, word, passages)
    WHERE f.passages > 0
    """
)


def corrections(
    words: Iterable[str],
    unknown: Sequence[str],
    *,
    reader: Scope,
    run: Callable[[Sql], Sequence[tuple[Any, ...]]],
) -> dict[str, str]:
    """Return, for words in lower case that no article has, the word that was meant.

    ``unknown`` are the lexemes that the search did not know. Words that occur, in whatever form,
    are not corrected; nor are those that are a slip of no word (``content.slips``). ``run`` carries
    out a statement.
    """
    typed = [word for word in dict.fromkeys(words) if _can_be_mistyped(word)][:MAX_WORDS]
    if not typed:
        return {}
    pairs = [(word, key) for word in typed for key in (word, *_without_a_letter(word))]
    sql = _MEANT.format(
        config=WORDS,
        lexemes=HelpLexeme._meta.db_table,
        spellings=HelpSpelling._meta.db_table,
        states=HelpIndexState._meta.db_table,
    )
    params = {
        "tenant": reader.tenant_id,
        "now": reader.now,
        "roles": list(reader.roles),
        "words": typed,
        "unknown": list(unknown),
        "typed": [word for word, _ in pairs],
        "keys": [key for _, key in pairs],
        "meanings": MAX_MEANINGS,
    }
    rows = run(Sql(sql, params))
    meant: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for word, candidate, df in rows:
        if not is_slip(word, candidate):
            continue
        likeness = SequenceMatcher(None, word, candidate).ratio()
        meant[word].append((likeness, int(df), candidate))
    return {word: max(candidates)[2] for word, candidates in meant.items()}


def _can_be_mistyped(word: str) -> bool:
    return SHORTEST_SLIP <= len(word) <= LONGEST_WORD and word.isalpha()


def _without_a_letter(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]
