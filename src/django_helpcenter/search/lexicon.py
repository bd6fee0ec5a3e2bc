"""How many passages hold each lexeme, by tenant, configuration and audience.

Two entries that no lexeme can be count the passages themselves, and their words.

The counts change in the transaction that changes the passages: what is no longer there must not
shape a ranking. Writers of one tenant take turns, so upserts cannot deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections

from django_helpcenter.models import HelpLexeme, HelpPassage, HelpSpelling
from django_helpcenter.models.locks import take_turns
from django_helpcenter.models.search_vectors import OWNER_PREFIX
from django_helpcenter.models.tenants import tenant_key

#: The entry that counts passages, and the one that counts their words (``HelpPassage.length``).
PASSAGES, LENGTHS = "", " "

#: The configuration of words as they are written, for suggestions and corrections.
WORDS = "words"
#: Letters of a word that can be mistyped and still be recognized, and of the longest that is kept.
SHORTEST_SPELLED, LONGEST_WORD = 4, 24

#: What readers see of a passage, without what the parser would take for a tag.
_WRITTEN = "translate(p.title || ' ' || p.heading_path || ' ' || p.text, '<>', '  ')"

# Nobody looks for longer lexemes (keys, encoded data), and an index row has to hold one.
_COUNTS = """
    SELECT p.tenant_id, word.config, p.audience, word.lexeme, sum(word.number) AS df
    FROM {passages} p CROSS JOIN LATERAL (
        SELECT p.search_config, lexeme, 1
        FROM unnest(tsvector_to_array(p.search_vector)) found(lexeme)
        WHERE octet_length(lexeme) <= 500 AND NOT starts_with(lexeme, '{owner}')
        UNION ALL
        SELECT '{words}', lexeme, 1
        FROM unnest(tsvector_to_array(to_tsvector('simple', {text}))) written(lexeme)
        WHERE lexeme !~ '[0-9[:punct:]]' AND char_length(lexeme) BETWEEN 2 AND {longest}
        UNION ALL VALUES (p.search_config, '{counted}', 1), (p.search_config, '{lengths}', p.length)
    ) word(config, lexeme, number)
    WHERE p.tenant_id = %(tenant)s AND {condition}
    GROUP BY 1, 2, 3, 4
"""

_SUBTRACT = """
    UPDATE {lexemes} l SET df = greatest(l.df - gone.df, 0) FROM ({counts}) gone
    WHERE l.tenant_id = gone.tenant_id AND l.config = gone.config AND l.lexeme = gone.lexeme
      AND l.audience = gone.audience
"""

# Words that are new get their spellings: themselves with one letter left out.
_ADD = """
    WITH added AS (
        INSERT INTO {lexemes} AS l (tenant_id, config, audience, lexeme, df) {counts}
        ON CONFLICT (tenant_id, config, lexeme, audience) DO UPDATE SET df = l.df + excluded.df
        RETURNING l.config, l.lexeme, xmax = 0 AS is_new
    )
    INSERT INTO {spellings} (tenant_id, key, word)
    SELECT DISTINCT %(tenant)s, left(lexeme, place) || substr(lexeme, place + 2), lexeme
    FROM added CROSS JOIN LATERAL generate_series(0, char_length(lexeme) - 1) place
    WHERE config = '{words}' AND is_new AND char_length(lexeme) >= {shortest}
    ON CONFLICT DO NOTHING
"""

_DRIFT = """
    SELECT count(*) FROM ({counts}) now
    FULL JOIN (SELECT * FROM {lexemes} WHERE tenant_id = %(tenant)s AND df > 0) l
      ON l.config = now.config AND l.lexeme = now.lexeme AND l.audience = now.audience
    WHERE l.df IS DISTINCT FROM now.df
"""


def lock_lexicon(tenant: Any, *, using: str) -> None:
    """Hold the tenant's lexicon until the end of the transaction."""
    take_turns("lexicon", tenant_key(tenant), using=using)


def subtract_passages(tenant: Any, passage_ids: Sequence[int], *, using: str) -> None:
    """Take passages out of the counts, before they are deleted or change."""
    _run(_SUBTRACT, "p.id = ANY(%(ids)s)", tenant, passage_ids, using)


def add_passages(tenant: Any, passage_ids: Sequence[int], *, using: str) -> None:
    """Put passages into the counts, after they have been written."""
    _run(_ADD, "p.id = ANY(%(ids)s)", tenant, passage_ids, using)


def rebuild_lexicon(tenant: Any, *, using: str) -> int:
    """Count everything anew; returns the number of rows. Runs inside a transaction."""
    lock_lexicon(tenant, using=using)
    for model in (HelpLexeme, HelpSpelling):
        model.objects.using(using).for_tenant(tenant).delete()
    _run(_ADD, "TRUE", tenant, [0], using)
    return HelpLexeme.objects.using(using).for_tenant(tenant).count()


def lexicon_drift(tenant: Any, *, using: str) -> int:
    """Return how many rows differ from a fresh count."""
    with connections[using].cursor() as cursor:
        cursor.execute(_sql(_DRIFT, "TRUE"), {"tenant": tenant_key(tenant)})
        row = cursor.fetchone()
    return int(row[0])


def _sql(template: str, condition: str) -> str:
    counts = _COUNTS.format(
        passages=HelpPassage._meta.db_table,
        condition=condition,
        text=_WRITTEN,
        counted=PASSAGES,
        lengths=LENGTHS,
        words=WORDS,
        owner=OWNER_PREFIX,
        longest=LONGEST_WORD,
    )
    return template.format(
        lexemes=HelpLexeme._meta.db_table,
        spellings=HelpSpelling._meta.db_table,
        words=WORDS,
        shortest=SHORTEST_SPELLED,
        counts=counts,
    )


def _run(template: str, condition: str, tenant: Any, ids: Sequence[int], using: str) -> None:
    if not ids:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(_sql(template, condition), {"tenant": tenant_key(tenant), "ids": list(ids)})
