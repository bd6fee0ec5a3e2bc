"""Measures of a ranking against judgements, computed as trec_eval and BEIR do.

nDCG uses the grade itself as the gain and log2(rank + 1) as the discount; a query without any
relevant document is not judged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueryMeasures:
    """The measures of one query, 0 to 1."""

    ndcg_at_10: float
    recall_at_5: float
    recall_at_10: float
    reciprocal_rank_at_10: float


def measure_query(ranked: Sequence[str], judged: Mapping[str, int]) -> QueryMeasures | None:
    """Measure one ranking, best first; ``None`` when nothing is judged relevant."""
    relevant = {document for document, grade in judged.items() if grade >= 1}
    if not relevant:
        return None
    first = next((rank for rank, doc in enumerate(ranked[:10], 1) if doc in relevant), None)
    return QueryMeasures(
        ndcg_at_10=_ndcg(ranked, judged, 10),
        recall_at_5=len(relevant & set(ranked[:5])) / len(relevant),
        recall_at_10=len(relevant & set(ranked[:10])) / len(relevant),
        reciprocal_rank_at_10=1 / first if first else 0.0,
    )


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0 for nothing."""
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` (0 to 1) of the values do not exceed (nearest rank)."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _ndcg(ranked: Sequence[str], judged: Mapping[str, int], depth: int) -> float:
    ideal = _dcg(sorted(judged.values(), reverse=True)[:depth])
    return _dcg([judged.get(document, 0) for document in ranked[:depth]]) / ideal if ideal else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
