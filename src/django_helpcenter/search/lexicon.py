"""How many passages hold each lexeme, by tenant, configuration and audience.

Two entries that no lexeme can be count the passages themselves, and their words.

The counts change in the transaction that changes the passages: what is no longer there must not
shape a ranking. Writers of one tenant take turns, so upserts cannot deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections

from django_helpcenter.models import HelpLexeme, HelpPassage
from django_helpcenter.models.locks import take_turns
from django_helpcenter.models.tenants import tenant_key

#: The entry that counts passages, and the one that counts their words (``HelpPassage.length``).
PASSAGES, LENGTHS = "", " "

# Nobody looks for longer lexemes (keys, encoded data), and an index row has to hold one.
_COUNTS = """
    SELECT p.tenant_id, p.search_config AS config, p.audience, word.lexeme, sum(word.number) AS df
    FROM {passages} p CROSS JOIN LATERAL (
        SELECT lexeme, 1 FROM unnest(tsvector_to_array(p.search_vector)) found(lexeme)
        WHERE octet_length(lexeme) <= 500
        UNION ALL VALUES ('{counted}', 1), ('{lengths}', p.length)
    ) word(lexeme, number)
    WHERE p.tenant_id = %(tenant)s AND {condition}
    GROUP BY 1, 2, 3, 4
"""

_SUBTRACT = """
    UPDATE {lexemes} l SET df = greatest(l.df - gone.df, 0) FROM ({counts}) gone
    WHERE l.tenant_id = gone.tenant_id AND l.config = gone.config AND l.lexeme = gone.lexeme
      AND l.audience = gone.audience
"""

_ADD = """
    INSERT INTO {lexemes} AS l (tenant_id, config, audience, lexeme, df) {counts}
    ON CONFLICT (tenant_id, config, lexeme, audience) DO UPDATE SET df = l.df + excluded.df
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
    HelpLexeme.objects.using(using).for_tenant(tenant).delete()
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
        counted=PASSAGES,
        lengths=LENGTHS,
    )
    return template.format(lexemes=HelpLexeme._meta.db_table, counts=counts)


def _run(template: str, condition: str, tenant: Any, ids: Sequence[int], using: str) -> None:
    if not ids:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(_sql(template, condition), {"tenant": tenant_key(tenant), "ids": list(ids)})
