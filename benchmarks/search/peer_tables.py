"""The tables that ``peers`` prints, with a column or more for each set of questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import stdev

from benchmarks import stage
from django_helpcenter.search.metrics import QueryMeasures, mean

HYBRID, LEXICAL, SEMANTIC = "help center, hybrid", "help center, lexical", "help center, semantic"
BM25, DENSE = "BM25, passages", "dense, passages"
CANDIDATES = "help center, candidates"
RRF, CONVEX = "BM25 and dense, RRF 60", "BM25 and dense, half and half"

#: How far rankings are looked at, and how much of another ranking's top is looked for in them.
DEPTH, TOP = 100, 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method did: one entry per question, times in milliseconds."""

    measures: list[QueryMeasures] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    rankings: list[list[str]] = field(default_factory=list)
    relevant: list[list[str]] = field(default_factory=list)

    @property
    def ndcg(self) -> list[float]:
        """The nDCG@10 of each question."""
        return [measured.ndcg_at_10 for measured in self.measures]


@dataclass(frozen=True, slots=True)
class Measured:
    """What all methods did with one set of questions.

    ``candidates`` is the help center's hybrid ranking of all its candidates, however little they
    match.
    """

    name: str
    articles: int
    passages: int
    outcomes: dict[str, Outcome]
    candidates: Outcome

    @property
    def questions(self) -> int:
        """How many there were."""
        return len(self.outcomes[HYBRID].times)


def print_tables(sets: Sequence[Measured]) -> None:
    """Print quality and latency, how much is found, and by how much the help center is ahead."""
    print()
    stage.table(
        ["set", "articles", "passages", "judged questions"],
        [[each.name, each.articles, each.passages, each.questions] for each in sets],
    )
    print("\nnDCG@10, and milliseconds of a search: the median and the 95th percentile\n")
    _print_by_method(sets, _quality_and_latency, ["p50", "p95"])
    print("\nrecall@10, and questions without any hit\n")
    _print_by_method(sets, _recall_and_misses, ["no hit"])
    print("\nrecall@100: the share of these articles that a method has among its first 100\n")
    _print_candidates(sets)
    if all(each.questions > 1 for each in sets):
        print(f"\nnDCG@10 of {HYBRID}, less that of another: mean of the pairs ± standard error\n")
        _print_differences(sets)


def _print_by_method(
    sets: Sequence[Measured], cells: Callable[[Outcome], list[str]], others: list[str]
) -> None:
    header = [title for each in sets for title in [each.name, *others]]
    rows = [
        [name, *[cell for each in sets for cell in cells(each.outcomes[name])]]
        for name in sets[0].outcomes
    ]
    stage.table(["", *header], rows)


def _quality_and_latency(outcome: Outcome) -> list[str]:
    slow = stage.quantile(outcome.times, 0.95)
    return [f"{mean(outcome.ndcg):.4f}", f"{stage.median(outcome.times):.2f}", f"{slow:.2f}"]


def _recall_and_misses(outcome: Outcome) -> list[str]:
    recall = mean([measured.recall_at_10 for measured in outcome.measures])
    return [f"{recall:.4f}", str(sum(not ranked for ranked in outcome.rankings))]


def _print_candidates(sets: Sequence[Measured]) -> None:
    rows = [
        [f"relevant: {name}", *[_relevant_found(each.outcomes[name]) for each in sets]]
        for name in (BM25, DENSE, HYBRID, LEXICAL, SEMANTIC)
    ]
    rows.append([f"relevant: {CANDIDATES}", *[_relevant_found(each.candidates) for each in sets]])
    tops = [(each.outcomes[BM25], each.outcomes[LEXICAL]) for each in sets]
    rows.append([f"{TOP} best of {BM25}: {LEXICAL}", *[_top_found(*pair) for pair in tops]])
    for name in (BM25, DENSE):
        found = [_top_found(each.outcomes[name], each.candidates) for each in sets]
        rows.append([f"{TOP} best of {name}: {CANDIDATES}", *found])
    stage.table(["", *[each.name for each in sets]], rows)


def _relevant_found(outcome: Outcome) -> str:
    return _share_found(outcome.relevant, outcome.rankings)


def _top_found(other: Outcome, outcome: Outcome) -> str:
    return _share_found([ranked[:TOP] for ranked in other.rankings], outcome.rankings)


def _share_found(wanted: Iterable[Sequence[str]], rankings: Iterable[Sequence[str]]) -> str:
    """Return the mean share; questions for which nothing is wanted are left out."""
    pairs = [pair for pair in zip(wanted, rankings, strict=True) if pair[0]]
    shares = [len(set(some) & set(ranked[:DEPTH])) / len(some) for some, ranked in pairs]
    return f"{mean(shares):.4f}"


def _print_differences(sets: Sequence[Measured]) -> None:
    rows = [
        [name, *[_difference(each.outcomes[HYBRID], each.outcomes[name]) for each in sets]]
        for name in (BM25, DENSE, RRF, CONVEX)
    ]
    stage.table(["", *[each.name for each in sets]], rows)


def _difference(ours: Outcome, theirs: Outcome) -> str:
    """Return the mean of the paired differences and its standard error."""
    gaps = [one - other for one, other in zip(ours.ndcg, theirs.ndcg, strict=True)]
    return f"{mean(gaps):+.4f} ± {stdev(gaps) / sqrt(len(gaps)):.4f}"
