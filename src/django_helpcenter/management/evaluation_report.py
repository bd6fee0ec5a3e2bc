"""What ``evaluate_help_search`` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from django_helpcenter.services.evaluation import Evaluation, JudgedQuery, Quality
from django_helpcenter.services.run_comparison import Change, Comparison

#: Hits of a question that a report names.
NAMED_HITS = 3
#: Judged documents without an article that a warning names.
NAMED_UNKNOWN = 5


def as_text(result: Evaluation, comparison: Comparison | None, worst: int) -> str:
    """Return the figures, how they compare, and the questions that did worst."""
    quality = result.quality
    judged = "" if quality is None else f"judged {result.judged}, "
    lines = [f"queries {result.queries}, {judged}without hits {result.without_hits}"]
    if quality is not None:
        lines += [
            f"nDCG@10 {quality.ndcg_at_10:.4f}",
            f"recall@5 {quality.recall_at_5:.4f}",
            f"recall@10 {quality.recall_at_10:.4f}",
            f"MRR@10 {quality.mrr_at_10:.4f}",
        ]
    lines.append(f"p50 {result.p50_ms:.1f} ms, p95 {result.p95_ms:.1f} ms per query")
    if comparison is not None:
        lines.append(
            f"difference {comparison.difference:+.4f} of nDCG@10, standard error "
            f"{comparison.standard_error:.4f}: {comparison.better} better, "
            f"{comparison.worse} worse of {comparison.queries}"
        )
        lines += [_change(change) for change in losses(comparison, worst)]
    else:
        lines += [_query(query) for query in lowest(result, worst)]
    return "\n".join(lines)


def as_json(result: Evaluation, comparison: Comparison | None, worst: int) -> str:
    """Return the same as one JSON object on one line."""
    report: dict[str, Any] = {
        "queries": result.queries,
        "judged": result.judged,
        "without_hits": result.without_hits,
        **_quality(result),
        "p50_ms": round(result.p50_ms, 3),
        "p95_ms": round(result.p95_ms, 3),
        "worst": [_details(query) for query in lowest(result, worst)],
    }
    if comparison is not None:
        report["comparison"] = {
            "queries": comparison.queries,
            "difference": round(comparison.difference, 6),
            "standard_error": round(comparison.standard_error, 6),
            "better": comparison.better,
            "worse": comparison.worse,
            "losses": [
                {**_details(change.query), "before": round(change.before, 6)}
                for change in losses(comparison, worst)
            ],
        }
    return json.dumps(report, ensure_ascii=False)


def _quality(result: Evaluation) -> dict[str, float | None]:
    """Return the means, each ``None`` where nothing was judged: the names are always there."""
    if result.quality is None:
        return dict.fromkeys(field.name for field in fields(Quality))
    return {name: round(mean, 6) for name, mean in asdict(result.quality).items()}


def unknown_documents_warning(unknown: Sequence[str], judged: int) -> str:
    """Return which of the judged documents are no articles, and that this lowers the figures."""
    are = "is no article" if len(unknown) == 1 else "are no articles"
    more = len(unknown) - NAMED_UNKNOWN
    # Quoted: what is wrong with a name may be a blank at its end.
    names = ", ".join(repr(name) for name in unknown[:NAMED_UNKNOWN])
    if more > 0:
        names += f" and {more} more"
    return (
        f"{len(unknown)} of the {judged} judged documents {are} of this help center: {names}. "
        "They count as not found."
    )


def lowest(result: Evaluation, number: int) -> Sequence[JudgedQuery]:
    """Return the questions with the lowest nDCG@10 below 1."""
    short = [query for query in result.by_query if query.measures.ndcg_at_10 < 1]
    return sorted(short, key=lambda query: query.measures.ndcg_at_10)[:number]


def losses(comparison: Comparison, number: int) -> Sequence[Change]:
    """Return the questions that lost most."""
    return [change for change in comparison.changes if change.difference < 0][:number]


def _change(change: Change) -> str:
    now = change.query.measures.ndcg_at_10
    return f"{change.before:.4f} → {now:.4f} {_named(change.query)}"


def _query(query: JudgedQuery) -> str:
    return f"{query.measures.ndcg_at_10:.4f} {_named(query)}"


def _named(query: JudgedQuery) -> str:
    found = ", ".join(query.found[:NAMED_HITS]) or "nothing"
    expected = ", ".join(query.relevant[:NAMED_HITS])
    return f"{query.question.id} {query.question.text!r}: found {found}; expected {expected}"


def _details(query: JudgedQuery) -> dict[str, Any]:
    return {
        "id": query.question.id,
        "text": query.question.text,
        "ndcg_at_10": round(query.measures.ndcg_at_10, 6),
        "found": list(query.found),
        "expected": list(query.relevant),
    }
