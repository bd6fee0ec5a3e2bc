"""The lexical side: rarest words first, BM25 over a bounded number of passages.

Ranking everything that matches a common word costs tens of microseconds a row, and PostgreSQL's own
ranks know no document frequency. So: one index scan per rare lexeme, candidates by the sum of
inverse document frequencies, and BM25 over the best of them only.
"""

from __future__ import annotations

from collections.abc import Mapping

from django_helpcenter.search.statement import TABLES, Lane, Scope

#: Lexemes of a query that bring candidates: the rarest ones of each configuration.
CANDIDATE_LEXEMES = 8
#: Rows that one lexeme may bring.
ROWS_PER_LEXEME = 2_000
#: BM25: k1 saturates repeated words, b discounts long passages (Robertson and Zaragoza 2009).
K1 = 1.2
B = 0.75
#: Share of the word score that neighbouring words of the query add when they are neighbours too.
PAIR_WEIGHT = 0.25

# A tsquery is built from a lexeme as it stands: parsing it anew could split or stem it again.
_TERMS = """
counted AS MATERIALIZED (
    SELECT c.config, c.passages, v.lexeme, v.positions,
        coalesce((
            SELECT sum(k.df) FROM {lexemes} k
            WHERE k.tenant_id = %(tenant)s AND k.config = c.config AND k.lexeme = v.lexeme
              AND k.audience && %(roles)s::text[]
        ), 0)::float8 AS df
    FROM unnest(%(configs)s::text[], %(sizes)s::float8[]) c(config, passages)
    CROSS JOIN LATERAL unnest(to_tsvector(c.config::regconfig, %(query)s)) v
),
words AS MATERIALIZED (
    SELECT *, ln(1 + (greatest(passages, df) - df + 0.5) / (df + 0.5)) AS idf
    FROM counted
),
terms AS MATERIALIZED (
    SELECT config, lexeme, positions, df, idf,
        ('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''')::tsquery AS tsquery
    FROM words WHERE df > 0
)
"""

_CANDIDATES = """
rare AS MATERIALIZED (
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY config ORDER BY df, lexeme) AS place FROM terms
    ) placed WHERE place <= %(candidate_lexemes)s
),
lexical AS MATERIALIZED (
    SELECT found.id, sum(rare.idf) AS mass
    FROM rare CROSS JOIN LATERAL (
        SELECT p.id FROM {passages} p
        WHERE p.search_vector @@ rare.tsquery AND p.tenant_id = %(tenant)s
          AND p.search_config = rare.config AND p.audience && %(roles)s::text[]
          {filters}
        LIMIT %(rows_per_lexeme)s
    ) found
    GROUP BY found.id ORDER BY mass DESC, found.id LIMIT %(candidates)s
)
"""

# The planner takes every table here for one row and nests loops, so nothing is joined that can be
# filtered, windowed or aggregated: the cost grows with the words of the candidates, and no faster.
_SCORES = """
neighbors AS MATERIALIZED (
    SELECT a.config, a.lexeme AS first, b.lexeme AS second, max(a.idf + b.idf) / 2 AS weight
    FROM (SELECT terms.*, position FROM terms, unnest(positions) position) a
    JOIN (SELECT terms.*, position FROM terms, unnest(positions) position) b
      ON b.config = a.config AND b.position = a.position + 1 AND b.lexeme <> a.lexeme
    GROUP BY a.config, a.lexeme, b.lexeme
),
found AS MATERIALIZED (
    SELECT p.id, p.length, p.search_config AS config, v.lexeme, v.positions
    FROM pool JOIN {passages} p ON p.id = pool.id
    CROSS JOIN LATERAL unnest(p.search_vector) v
    WHERE v.lexeme = ANY ((SELECT array_agg(lexeme) FROM terms)::text[])
),
occurrences AS MATERIALIZED (
    SELECT found.*, terms.idf
    FROM found JOIN terms ON terms.lexeme = found.lexeme AND terms.config = found.config
),
bm25 AS (
    SELECT o.id,
        sum(o.idf * cardinality(o.positions) * (%(k1)s + 1)
            / (cardinality(o.positions)
               + %(k1)s * (1 - %(b)s + %(b)s * o.length / %(average_length)s::float8))) AS score
    FROM occurrences o GROUP BY o.id
),
following AS (
    SELECT id, config, lexeme, array_agg(lexeme) OVER (
        PARTITION BY id ORDER BY position RANGE BETWEEN 1 FOLLOWING AND 1 FOLLOWING
    ) AS next
    FROM occurrences CROSS JOIN LATERAL unnest(positions) position
),
pairs AS (
    SELECT id, sum(weight) AS score FROM (
        SELECT DISTINCT f.id, n.first, n.second, n.weight
        FROM following f
        JOIN neighbors n ON n.config = f.config AND n.first = f.lexeme AND n.second = ANY (f.next)
    ) met GROUP BY id
),
lexical_scores AS MATERIALIZED (
    SELECT id, sum(score) AS score FROM (
        SELECT id, score FROM bm25
        UNION ALL SELECT id, %(pair_weight)s * score FROM pairs
    ) parts GROUP BY id
)
"""

_NO_SCORES = """
lexical_scores AS (SELECT NULL::bigint AS id, NULL::float8 AS score WHERE FALSE)
"""


def terms_lane(
    query: str, configs: Mapping[str, int], *, scope: Scope, average_length: float
) -> Lane:
    """Return the query's lexemes in each configuration, with their inverse document frequencies.

    ``configs`` gives the passages of each: what is rare in one language is no measure for another.
    """
    return Lane(
        _TERMS.format(**TABLES),
        {
            "query": query,
            "configs": list(configs),
            "sizes": [float(size) for size in configs.values()],
            "tenant": scope.tenant_id,
            "roles": list(scope.roles),
            "average_length": max(average_length, 1.0),
            "k1": K1,
            "b": B,
            "pair_weight": PAIR_WEIGHT,
        },
    )


def candidates_lane(*, scope: Scope, limit: int) -> Lane:
    """Return the passages with the most information in common with the query."""
    filters = scope.candidate_filter.replace("article_id", "p.article_id")
    return Lane(
        _CANDIDATES.format(filters=filters, **TABLES),
        {
            "candidate_lexemes": CANDIDATE_LEXEMES,
            "rows_per_lexeme": ROWS_PER_LEXEME,
            "candidates": limit,
        },
    )


def scores_lane() -> Lane:
    """Return the BM25 scores of the pool, with a bonus for neighbouring words."""
    return Lane(_SCORES.format(**TABLES))


def no_scores_lane() -> Lane:
    """Return an empty lexical side."""
    return Lane(_NO_SCORES)
