"""Queries and results as the page has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from django_helpcenter.choices import SearchMode
from django_helpcenter.exceptions import NotVisible
from django_helpcenter.search.snippets import Marker
from django_helpcenter.types import SearchHit, SearchResults
from django_helpcenter.web.search_page import clean_query, offset_of, present_results


def hit(number: int) -> SearchHit:
    return SearchHit(
        article_id=number, slug=f"a{number}", language="en", title="", summary="", category_id=None,
        category_name="", passage_id=1, heading_path=(), anchor="", passage="",
        updated_at=datetime(2026, 1, 1, tzinfo=UTC), score=1.0, keyword_score=1.0,
        semantic_score=0.0, quality_score=0.0, similarity=None, is_pinned=False, marker=Marker({}),
    )  # fmt: skip


def results(count: int, **fields: object) -> SearchResults:
    hits = tuple(hit(number) for number in range(count))
    values = {"total": count, **fields}
    return SearchResults(query="q", mode=SearchMode.HYBRID, hits=hits, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  two\t words\n", "two words"), ("a\x00b", "a b"), ("\x7f\x85", ""), ("x" * 600, "x" * 512)],
)
def test_query_is_one_line_of_limited_length(text: str, expected: str) -> None:
    assert clean_query(text) == expected


def test_limit_of_the_query_is_a_setting(settings: object) -> None:
    settings.HELP_CENTER_SEARCH_QUERY_MAX_LENGTH = 3  # type: ignore[attr-defined]
    assert clean_query("abcdef") == "abc"


def test_positions_count_over_all_pages() -> None:
    page = present_results(results(2, total=12, history_id=7), 2)
    assert page.start == 11
    assert [result.position for result in page.results] == [11, 12]
    assert [result.url for result in page.results] == [
        "/help/a/a0/?from=7-11",
        "/help/a/a1/?from=7-12",
    ]


def test_result_of_a_search_that_was_not_kept_carries_nothing() -> None:
    (result,) = present_results(results(1), 1).results
    assert result.url == "/help/a/a0/"


def test_page_behind_the_last_is_not_visible() -> None:
    with pytest.raises(NotVisible):
        present_results(results(0, total=5), 2)


def test_no_results_are_a_page() -> None:
    assert present_results(results(0), 1).results == ()


@pytest.mark.parametrize("number", [0, -1, 51, 10**9])
def test_absurd_page_is_not_visible(number: int) -> None:
    with pytest.raises(NotVisible):
        offset_of(number)


@pytest.mark.parametrize(
    ("total", "expected"), [(1, 1), (9, 9), (10, 10), (11, 10), (20, 20), (34, 30), (109, 100)]
)
def test_total_that_is_only_a_lower_limit_is_shown_as_a_round_number(
    total: int, expected: int
) -> None:
    assert present_results(results(1, total=total, is_capped=True), 1).total_shown == expected


def test_exact_total_is_shown_as_it_is() -> None:
    assert present_results(results(1, total=34), 1).total_shown == 34


def test_offset_is_what_comes_before() -> None:
    assert [offset_of(1), offset_of(3)] == [0, 20]
