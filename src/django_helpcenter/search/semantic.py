"""The semantic side: nearest passages, by an exact scan or by the HNSW index.

The application chooses, because the planner gets it wrong: for a small tenant in a large table it
takes the shared index and returns a few rows at a recall of 0.3, where an exact scan of the
tenant's rows takes a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence

from django_helpcenter.search.statement import TABLES, Lane, Scope

# OFFSET 0 keeps the planner from pulling the sub-select up and off to the HNSW index.
_EXACT = """
semantic AS MATERIALIZED (
    SELECT passage_id AS id, distance FROM (
        SELECT passage_id, embedding <=> %(vector)s::halfvec AS distance FROM {vectors}
        WHERE tenant_id = %(tenant)s AND space = %(space)s AND audience && %(roles)s::text[]
          {filters}
        OFFSET 0
    ) scanned
    WHERE distance <= %(farthest)s
    ORDER BY distance, id LIMIT %(candidates)s
)
"""

_INDEXED = """
nearest AS MATERIALIZED (
    SELECT passage_id AS id, embedding <=> %(vector)s::halfvec AS distance FROM {vectors}
    WHERE tenant_id = %(tenant)s AND space = %(space)s AND audience && %(roles)s::text[]
      {filters}
    ORDER BY embedding <=> %(vector)s::halfvec LIMIT %(candidates)s
),
semantic AS MATERIALIZED (SELECT id, distance FROM nearest WHERE distance <= %(farthest)s)
"""

# Every candidate gets its distance, also those that only the lexical side found.
_SCORES = """
semantic_scores AS (
    SELECT pool.id, 1 - min(v.embedding <=> %(vector)s::halfvec) AS score
    FROM pool JOIN {vectors} v ON v.passage_id = pool.id AND v.space = %(space)s
    GROUP BY pool.id
)
"""

_NO_SCORES = """
semantic_scores AS (SELECT NULL::bigint AS id, NULL::float8 AS score WHERE FALSE)
"""


def candidates_lane(
    vector: Sequence[float],
    space: str,
    *,
    scope: Scope,
    limit: int,
    floor: float,
    is_exact: bool,
) -> Lane:
    """Return the nearest passages whose cosine similarity is at least ``floor``."""
    return Lane(
        (_EXACT if is_exact else _INDEXED).format(filters=scope.candidate_filter, **TABLES),
        {
            "vector": vector_literal(vector),
            "space": space,
            "tenant": scope.tenant_id,
            "roles": list(scope.roles),
            "farthest": 1 - floor,
            "candidates": limit,
        },
    )


def scores_lane() -> Lane:
    """Return the cosine similarity of every candidate."""
    return Lane(_SCORES.format(**TABLES))


def no_scores_lane() -> Lane:
    """Return an empty semantic side."""
    return Lane(_NO_SCORES)


def vector_literal(vector: Sequence[float]) -> str:
    """Return a vector as pgvector reads it."""
    return "[" + ",".join(f"{number:.6g}" for number in vector) + "]"
