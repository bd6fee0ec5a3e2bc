"""Mistyped words, and the words of the articles that were meant.

A word and what was typed in its place usually differ by one letter that is missing, wrong, too
much, or changed with its neighbor. Each leaves the same letters when one is left out of either, so
an index of words without one of their letters finds them all (symmetric delete, as in SymSpell).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from django.db import connections
from django.utils import timezone

from django_helpcenter.models import HelpIndexState, HelpSpelling
from django_helpcenter.search.lexicon import (
    LONGEST_WORD,
    SHORTEST_SPELLED,
    WORDS,
    hidden_articles,
    readers_passages,
)

#: Words of one query that are corrected.
MAX_WORDS = 6

# What a reader may not see is neither known nor meant.
_MEANT = """
    WITH {hidden_articles}, typed AS MATERIALIZED (
        SELECT word FROM unnest(%(words)s::text[]) word
        WHERE {of_word} <= 0 AND NOT EXISTS (
            SELECT FROM {states} s
            CROSS JOIN LATERAL jsonb_object_keys(s.configs) c(config)
            CROSS JOIN LATERAL unnest(to_tsvector(c.config::regconfig, word)) v
            WHERE s.tenant_id = %(tenant)s AND {of_form} > 0
        )
    ),
    meant AS (
        SELECT k.typed, s.word FROM unnest(%(typed)s::text[], %(keys)s::text[]) k(typed, key)
        JOIN typed t ON t.word = k.typed
        JOIN {spellings} s ON s.tenant_id = %(tenant)s AND s.key = k.key
        UNION
        SELECT k.typed, k.key FROM unnest(%(typed)s::text[], %(keys)s::text[]) k(typed, key)
        JOIN typed t ON t.word = k.typed
    )
    SELECT typed, word, passages FROM (
        SELECT m.typed, m.word, {of_meant} AS passages FROM meant m OFFSET 0
    ) found WHERE passages > 0
"""


def corrections(
    words: Iterable[str], *, tenant_id: Any, roles: Sequence[str], using: str
) -> dict[str, str]:
    """Return, for words in lower case that no article has, the word that was meant.

    Words that occur, in whatever form, are not corrected; nor are those that are like no word.
    """
    typed = [word for word in dict.fromkeys(words) if _can_be_mistyped(word)][:MAX_WORDS]
    if not typed:
        return {}
    pairs = [(word, key) for word in typed for key in (word, *_without_a_letter(word))]
    with connections[using].cursor() as cursor:
        cursor.execute(
            _MEANT.format(
                hidden_articles=hidden_articles(),
                of_word=readers_passages(f"'{WORDS}'", "word"),
                of_form=readers_passages("c.config", "v.lexeme"),
                of_meant=readers_passages(f"'{WORDS}'", "m.word"),
                spellings=HelpSpelling._meta.db_table,
                states=HelpIndexState._meta.db_table,
            ),
            {
                "tenant": tenant_id,
                "now": timezone.now(),
                "roles": list(roles),
                "words": typed,
                "typed": [word for word, _ in pairs],
                "keys": [key for _, key in pairs],
            },
        )
        rows = cursor.fetchall()
    meant: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for word, candidate, df in rows:
        likeness = SequenceMatcher(None, word, candidate).ratio()
        meant[word].append((likeness, int(df), candidate))
    return {word: max(candidates)[2] for word, candidates in meant.items()}


def _can_be_mistyped(word: str) -> bool:
    return SHORTEST_SPELLED <= len(word) <= LONGEST_WORD and word.isalpha()


def _without_a_letter(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]
