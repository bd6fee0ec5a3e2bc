"""Measures of rankings, against figures worked out by hand."""

from __future__ import annotations

import math

import pytest

from django_helpcenter.search.metrics import mean, measure_query, percentile


def test_relevant_document_on_top_scores_one() -> None:
    measured = measure_query(["a", "b"], {"a": 1})
    assert measured is not None
    assert measured.ndcg_at_10 == 1


def test_gain_is_linear_in_the_grade() -> None:
    measured = measure_query(["low", "high"], {"high": 3, "low": 1})
    assert measured is not None
    ideal = 3 + 1 / math.log2(3)
    assert measured.ndcg_at_10 == pytest.approx((1 + 3 / math.log2(3)) / ideal)


def test_document_below_ten_does_not_count() -> None:
    measured = measure_query([*"0123456789", "a"], {"a": 1})
    assert measured is not None
    assert measured.ndcg_at_10 == 0


def test_recall_is_the_share_of_relevant_documents_found() -> None:
    measured = measure_query(["a", "x", "y", "z", "w", "b"], {"a": 1, "b": 1, "c": 1})
    assert measured is not None
    assert (measured.recall_at_5, measured.recall_at_10) == pytest.approx((1 / 3, 2 / 3))


def test_reciprocal_rank_looks_at_the_first_relevant_document() -> None:
    measured = measure_query(["x", "a", "b"], {"a": 1, "b": 1})
    assert measured is not None
    assert measured.reciprocal_rank_at_10 == 0.5


def test_query_without_hits_scores_zero() -> None:
    measured = measure_query([], {"a": 1})
    assert measured is not None
    assert measured.ndcg_at_10 == measured.reciprocal_rank_at_10 == 0


def test_query_without_relevant_documents_is_not_judged() -> None:
    assert measure_query(["a"], {"a": 0}) is None


def test_mean_of_nothing_is_zero() -> None:
    assert mean([]) == 0


def test_percentile_takes_the_nearest_rank() -> None:
    assert percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95) == 10
    assert percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.5) == 5


def test_percentile_of_nothing_is_zero() -> None:
    assert percentile([], 0.5) == 0
