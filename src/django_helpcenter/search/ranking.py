"""The one statement of a search: the ranking in the database, joined with what may be seen.

The ranking itself is ``sql/help_center_rank_1.sql``. See docs/explanation/ranking.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django_helpcenter.backends.embeddings.base import EMBEDDING_DIMENSIONS
from django_helpcenter.conf import conf
from django_helpcenter.models import HelpPassage
from django_helpcenter.search.query import ParsedQuery
from django_helpcenter.search.statement import Scope, Sql, compact

#: Words of a query that are scored, the rarest ones, and those of a configuration that may bring
#: candidates.
TERMS = 40
CANDIDATE_TERMS = 8
#: How many times the rows of all words one common word may bring where no rare one is.
ROWS_FACTOR_COMMON = 2
#: How many times more rows words may bring where they are alone.
ROWS_FACTOR_ALONE = 5
#: Passages that a tenant is taken to have at least, where the rarity of words is calculated.
LEAST_PASSAGES = 20
#: BM25 of a passage that covers the query, in multiples of the query's summed idf.
FULL_COVERAGE = 1.05
#: What is left of the relevance of an article in another language than the reader's.
OTHER_LANGUAGE = 0.5
#: Votes that an article is thought to have had, half of them helpful, before its first one.
PRIOR_VOTES = 10
#: Days after which the freshness of an article has fallen to 1/e.
RECENCY_DAYS = 365

#: One format for all numbers: writing them one by one takes three times as long.
_VECTOR = "[" + ",".join(["%.5g"] * EMBEDDING_DIMENSIONS) + "]"

# The row that tells what was found of the query has no article and comes first.
_STATEMENT = compact("""
SELECT r.article_id, r.slug, r.language, r.title, r.summary, r.category_id, r.category_name,
    r.updated_at, r.passage_id, p.heading_path, p.anchor, p.text,
    r.score, r.keyword, r.semantic, r.quality, r.similarity, r.pin, r.total, r.matched, r.found
FROM (
    SELECT r.*, a.slug, a.language, a.title, a.summary, a.category_id, a.category_name,
        a.updated_at, count(a.id) OVER () AS total, {matched} AS matched,
        row_number() OVER (ORDER BY r.pin, r.score DESC, r.article_id) AS place
    FROM help_center_rank_1(
        %(tenant)s, %(roles)s::text[], %(words)s, %(folded)s, %(tokens)s::text[], %(key)s,
        %(phrases)s::text[], %(must_tokens)s::text[], %(vector)s::halfvec, %(space)s,
        %(config)s, %(preferred)s, {within}, %(now)s, %(options)s::jsonb
    ) r
    LEFT JOIN LATERAL (
        SELECT * FROM ({visible}) visible WHERE visible.id = r.article_id OFFSET 0
    ) a ON TRUE
    WHERE a.id IS NOT NULL OR r.found IS NOT NULL
) r
LEFT JOIN {passages} p ON p.id = r.passage_id
WHERE r.place = 1 OR r.place BETWEEN {first} AND {last}
ORDER BY r.place
""")


@dataclass(frozen=True, slots=True)
class Found:
    """What the index knows of a query, and whether a side had more candidates than it may bring.

    ``words`` maps the lexemes that occur to their inverse document frequencies; ``unknown`` are
    those that do not. ``space`` is the embedding space that serves the tenant.
    """

    words: dict[str, float]
    unknown: tuple[str, ...] = ()
    space: str = ""
    is_capped: bool = False

    @classmethod
    def read(cls, found: str | dict[str, Any]) -> Found:
        """Return what the first row of an answer tells."""
        told = json.loads(found) if isinstance(found, str) else found
        return cls(
            words=dict(zip(told["lexemes"], told["idfs"], strict=True)),
            unknown=tuple(told["unknown"]),
            space=told["space"],
            is_capped=told["is_capped"],
        )


def keyword_params(asked: ParsedQuery, config: str | None) -> dict[str, Any]:
    """Return what the lexical side and editor's picks go by; no words: it does not take part."""
    return {
        "words": asked.words,
        "folded": asked.folded,
        "tokens": list(asked.tokens),
        "key": asked.key,
        "phrases": list(asked.phrases) or None,
        "must_tokens": list(asked.must_tokens) or None,
        "config": config,
    }


def semantic_params(vector: Sequence[float] | None, space: str) -> dict[str, Any]:
    """Return what the semantic side goes by; no vector: it does not take part."""
    return {"vector": None if vector is None else _VECTOR % tuple(vector), "space": space}


def options(*, candidates: int, is_lexical: bool, with_quality: bool) -> str:
    """Return the bounds and weights of a ranking as JSON."""
    weights, shift = conf.SEARCH_WEIGHTS, conf.SEARCH_COVERAGE_SHIFT
    quality, bm25, fields = conf.SEARCH_QUALITY_WEIGHTS, conf.SEARCH_BM25, conf.SEARCH_FIELDS
    rows = conf.SEARCH_CANDIDATE_ROWS * (ROWS_FACTOR_ALONE if is_lexical else 1)
    return json.dumps(
        {
            "candidates": candidates,
            "candidate_terms": CANDIDATE_TERMS,
            "candidate_rows": rows,
            "rows_per_term": rows * ROWS_FACTOR_COMMON,
            "terms": TERMS,
            "least_passages": LEAST_PASSAGES,
            "scan_limit": conf.SEARCH_SCAN_LIMIT,
            "exact_limit": conf.SEARCH_EXACT_LIMIT,
            "ef_search": str(conf.SEARCH_HNSW_EF),
            # PostgreSQL's order: D, C, B, A.
            "fields": [fields["text"], fields["text"], fields["heading"], fields["title"]],
            "k1": bm25["k1"],
            "b": bm25["b"],
            "pairs": bm25["pairs"],
            "synonyms": bm25["synonyms"],
            "keyword": weights["keyword"],
            "semantic": weights["semantic"],
            "covered": shift[0],
            "uncovered": shift[1],
            "full_coverage": FULL_COVERAGE,
            "floor": conf.SEARCH_SEMANTIC_FLOOR,
            "uncovered_floor": conf.SEARCH_UNCOVERED_FLOOR,
            "keyword_floor": conf.SEARCH_KEYWORD_FLOOR,
            "other_language": OTHER_LANGUAGE,
            "quality": weights["quality"] * conf.SEARCH_QUALITY_BAND if with_quality else 0.0,
            "helpful": quality["helpful"],
            "views": quality["views"],
            "recency": quality["recency"],
            "recency_seconds": RECENCY_DAYS * 86_400.0,
            "prior": float(PRIOR_VOTES),
        }
    )


def ranked_statement(
    scope: Scope,
    params: dict[str, Any],
    *,
    preferred: str | None,
    limit: int,
    offset: int,
    with_matched: bool = False,
) -> Sql:
    """Return the statement for a page of articles in their final order.

    Its first row tells what was found of the query, and the keys of all articles that match where
    these are asked for. Articles in other languages than the preferred one stay, further down.
    """
    visible, within = scope.visible_select(), scope.within_array()
    return Sql(
        _STATEMENT.format(
            visible=visible.sql,
            within=within.sql,
            matched="array_agg(a.id) OVER ()" if with_matched else "NULL",
            passages=HelpPassage._meta.db_table,
            first=offset + 2,
            last=offset + limit + 1,
        ),
        {
            **visible.params,
            **within.params,
            **params,
            "tenant": scope.tenant_id,
            "roles": list(scope.roles),
            "preferred": preferred,
            "now": scope.now,
        },
    )
