"""The help center's search beside other ways to search the same documents.

    python -m benchmarks.search.peers [--set NAME FOLDER QUERIES.jsonl QRELS.tsv]...
        [--limit-queries N]

Measures each set of articles and questions, and the example project's. Everything sees the same
articles, the same passages and the same vectors, and is asked for 100 articles. Latencies are
milliseconds of one call after another in one process, embedding the question left out.
`pip install --group benchmarks` adds the methods that need packages.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import stage
from benchmarks.search.peer_tables import (
    BM25,
    CONVEX,
    DENSE,
    HYBRID,
    LEXICAL,
    RRF,
    SEMANTIC,
    Measured,
    Outcome,
    print_tables,
)
from django_helpcenter.search.metrics import measure_query

if TYPE_CHECKING:
    from benchmarks.search.peer_methods import Corpus, Ranker

    Build = Callable[[Corpus], Ranker]

EVALUATION = stage.ROOT / "example_project" / "evaluation"


#: Candidates stay, however little they match.
WITHOUT_FLOORS = {"HELP_CENTER_SEARCH_KEYWORD_FLOOR": 0, "HELP_CENTER_SEARCH_SEMANTIC_FLOOR": -1}


class QuestionSet(NamedTuple):
    """Articles, what is asked about them, and which of them answer it."""

    name: str
    folder: Path
    queries: Path
    qrels: Path


DEMO = QuestionSet(
    "demo", stage.DEMO_CONTENT, EVALUATION / "queries.jsonl", EVALUATION / "qrels.tsv"
)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--set",
        dest="sets",
        nargs=4,
        action="append",
        default=[],
        metavar=("NAME", "FOLDER", "QUERIES.jsonl", "QRELS.tsv"),
    )
    parser.add_argument("--limit-queries", type=int, metavar="N")
    arguments = parser.parse_args()
    stage.set_up()
    methods, absent = _methods()
    sets = [QuestionSet(name, *map(Path, paths)) for name, *paths in arguments.sets]
    print_tables([_measure_set(each, methods, arguments.limit_queries) for each in [*sets, DEMO]])
    if absent:
        print(f"\nNot installed and left out: {', '.join(absent)}.")


def _measure_set(
    asked: QuestionSet, methods: Mapping[str, Build], limit_queries: int | None
) -> Measured:
    from django.db import connection
    from django.test import override_settings

    from benchmarks.search.peer_methods import Corpus
    from django_helpcenter.services.documentation import DocumentationService
    from django_helpcenter.services.evaluation import read_judgements, read_questions

    judgements = read_judgements(asked.qrels)
    questions = [
        question
        for question in read_questions(asked.queries)
        if any(grade > 0 for grade in judgements.get(question.id, {}).values())
    ][:limit_queries]
    with stage.empty_tenant() as tenant:
        DocumentationService(tenant=tenant).sync(asked.folder)
        with connection.cursor() as cursor:
            # What autovacuum does within minutes: until then plans are those of an empty table,
            # and an index scan meets the vectors of tenants that are gone.
            cursor.execute("VACUUM ANALYZE")
        corpus = Corpus.load(tenant, questions)
        outcomes = {
            name: _measure(build(corpus), corpus, judgements) for name, build in methods.items()
        }
        with override_settings(**WITHOUT_FLOORS):
            candidates = _measure(methods[HYBRID](corpus), corpus, judgements)
    return Measured(asked.name, len(corpus.names), len(corpus.passages), outcomes, candidates)


def _methods() -> tuple[dict[str, Build], list[str]]:
    """Return how each method is built, by name, and the packages that are not installed."""
    from benchmarks.search import peer_methods as by
    from django_helpcenter.choices import SearchMode

    methods: dict[str, Build] = {
        HYBRID: partial(by.help_center, SearchMode.HYBRID),
        LEXICAL: partial(by.help_center, SearchMode.LEXICAL),
        SEMANTIC: partial(by.help_center, SearchMode.SEMANTIC),
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
    outcome = Outcome()
    for number, question in enumerate(corpus.questions):
        corpus.embedding_ms = 0.0
        started = time.perf_counter()
        ranked = rank(number)
        elapsed = (time.perf_counter() - started) * 1000
        judged = judgements[question.id]
        measures = measure_query(ranked, judged)
        assert measures is not None
        outcome.measures.append(measures)
        outcome.times.append(elapsed - corpus.embedding_ms)
        outcome.rankings.append(ranked)
        outcome.relevant.append([name for name, grade in judged.items() if grade > 0])
    return outcome


if __name__ == "__main__":
    main()
