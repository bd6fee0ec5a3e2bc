"""The help center's search beside other ways to search the same documents.

    python -m benchmarks.search.peers [FOLDER] [--queries FILE.jsonl] [--qrels FILE.tsv]
        [--limit-queries N]

Everything sees the same articles, the same passages and the same vectors. Latencies are
milliseconds of one call after another in one process, embedding the question left out.
`pip install --group benchmarks` adds the methods that need packages.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from math import sqrt
from pathlib import Path
from statistics import stdev
from typing import TYPE_CHECKING

from benchmarks import stage
from django_helpcenter.search.metrics import QueryMeasures, mean, measure_query

if TYPE_CHECKING:
    from benchmarks.search.peer_methods import Corpus, Ranker

    Build = Callable[[Corpus], Ranker]

EVALUATION = stage.ROOT / "example_project" / "evaluation"
HYBRID = "help center, hybrid"
BM25, DENSE = "BM25, passages", "dense, passages"
RRF, CONVEX = "BM25 and dense, RRF 60", "BM25 and dense, half and half"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method did: one entry per question, times in milliseconds."""

    measures: list[QueryMeasures]
    times: list[float]
    without_hits: int


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=stage.DEMO_CONTENT)
    parser.add_argument("--queries", type=Path, default=EVALUATION / "queries.jsonl")
    parser.add_argument("--qrels", type=Path, default=EVALUATION / "qrels.tsv")
    parser.add_argument("--limit-queries", type=int, metavar="N")
    arguments = parser.parse_args()
    stage.set_up()
    from django.db import connection

    from benchmarks.search.peer_methods import Corpus
    from django_helpcenter.services.documentation import DocumentationService
    from django_helpcenter.services.evaluation import read_judgements, read_questions

    judgements = read_judgements(arguments.qrels)
    questions = [
        question
        for question in read_questions(arguments.queries)
        if any(grade > 0 for grade in judgements.get(question.id, {}).values())
    ][: arguments.limit_queries]
    methods, absent = _methods()
    with stage.empty_tenant() as tenant:
        DocumentationService(tenant=tenant).sync(arguments.folder)
        with connection.cursor() as cursor:
            # What autovacuum does within minutes: until then plans are those of an empty table,
            # and an index scan meets the vectors of tenants that are gone.
            cursor.execute("VACUUM ANALYZE")
        corpus = Corpus.load(tenant, questions)
        outcomes = {
            name: _measure(build(corpus), corpus, judgements) for name, build in methods.items()
        }
    print(
        f"{len(corpus.names)} articles, {len(corpus.passages)} passages, "
        f"{len(questions)} judged questions\n"
    )
    _print_outcomes(outcomes)
    if absent:
        print(f"\nNot installed and left out: {', '.join(absent)}.")
    if len(questions) > 1:
        _print_differences(outcomes)


def _methods() -> tuple[dict[str, Build], list[str]]:
    """Return how each method is built, by name, and the packages that are not installed."""
    from benchmarks.search import peer_methods as by
    from django_helpcenter.choices import SearchMode

    methods: dict[str, Build] = {
        HYBRID: partial(by.help_center, SearchMode.HYBRID),
        "help center, lexical": partial(by.help_center, SearchMode.LEXICAL),
        "help center, semantic": partial(by.help_center, SearchMode.SEMANTIC),
        BM25: by.bm25,
        DENSE: by.dense,
        RRF: by.reciprocal_ranks,
        CONVEX: by.convex_sum,
        "Django, plain query (all words)": partial(by.django_search, by.all_words),
        "Django, websearch query": partial(by.django_search, by.web_words),
        "Django, any word": partial(by.django_search, by.any_word),
        "SQLite FTS5, articles": by.sqlite_search,
    }
    stemming = "stemmed" if find_spec("Stemmer") else "not stemmed"
    optional: dict[str, tuple[str, Build]] = {
        "bm25s": (f"bm25s, passages, {stemming}", by.bm25s_search),
        "tantivy": ("tantivy, passages", by.tantivy_search),
    }
    absent = [package for package in optional if not find_spec(package)]
    methods |= {name: build for package, (name, build) in optional.items() if package not in absent}
    methods["pgvector, passages"] = by.pgvector_search
    return methods, absent


def _measure(rank: Ranker, corpus: Corpus, judgements: Mapping[str, Mapping[str, int]]) -> Outcome:
    """Ask every question once, after one call that is not counted."""
    rank(0)
    measures, times, without_hits = [], [], 0
    for number, question in enumerate(corpus.questions):
        corpus.embedding_ms = 0.0
        started = time.perf_counter()
        ranked = rank(number)
        elapsed = (time.perf_counter() - started) * 1000
        measured = measure_query(ranked, judgements[question.id])
        assert measured is not None
        measures.append(measured)
        times.append(elapsed - corpus.embedding_ms)
        without_hits += not ranked
    return Outcome(measures, times, without_hits)


def _print_outcomes(outcomes: Mapping[str, Outcome]) -> None:
    stage.table(
        ["method", "nDCG@10", "recall@10", "p50 ms", "p95 ms", "questions without any hit"],
        [
            [
                name,
                f"{mean([measured.ndcg_at_10 for measured in outcome.measures]):.4f}",
                f"{mean([measured.recall_at_10 for measured in outcome.measures]):.4f}",
                f"{stage.median(outcome.times):.2f}",
                f"{stage.quantile(outcome.times, 0.95):.2f}",
                outcome.without_hits,
            ]
            for name, outcome in outcomes.items()
        ],
    )


def _print_differences(outcomes: Mapping[str, Outcome]) -> None:
    """Print by how much the help center is ahead, question by question."""
    print(f"\nnDCG@10 of {HYBRID}, less that of another, over the same questions\n")
    stage.table(
        ["other", "difference", "standard error"],
        [
            [name, *_difference(outcomes[HYBRID], outcomes[name])]
            for name in (BM25, DENSE, RRF, CONVEX)
        ],
    )


def _difference(ours: Outcome, theirs: Outcome) -> tuple[str, str]:
    """Return the mean of the paired differences and its standard error."""
    pairs = zip(ours.measures, theirs.measures, strict=True)
    gaps = [one.ndcg_at_10 - other.ndcg_at_10 for one, other in pairs]
    return f"{sum(gaps) / len(gaps):+.4f}", f"{stdev(gaps) / sqrt(len(gaps)):.4f}"


if __name__ == "__main__":
    main()
