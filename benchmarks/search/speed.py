"""The search service beside bare SQL, in tenants of different sizes.

    python -m benchmarks.search.speed [--passages 10000 100000 300000] [--questions 60] [--rounds 3]
        [--seconds 3]

Generates the passages at the first run (minutes for 100,000), each number into a database of its
own; where DATABASE_URL is set, one number into that one. Times are milliseconds of a whole call,
without the embedding of the query. Bare SQL and service answer each question in turn, so that the
machine's moods meet both. "recall" is how many of the ten articles nearest in meaning the service
finds, of those that a full scan finds. "per second" is what one and four processes get done.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from typing import Any

from benchmarks import stage

TENANTS = ("half", "tenth", "hundredth", "thousandth")
CONNECTIONS = (1, 4)


def main() -> None:
    """Run the benchmark for one number of passages, or for several and show how times grow."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000])
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="0: no throughput")
    arguments = parser.parse_args()
    sizes = sorted(arguments.passages)
    if len(sizes) > 1 and os.environ.get("DATABASE_URL"):
        raise SystemExit("Unset DATABASE_URL: each number of passages needs a database of its own.")
    medians = {size: _run(size, arguments) for size in sizes}
    if len(sizes) > 1:
        first, last = sizes[0], sizes[-1]
        print(f"growth of the service's p50 from {first:,} to {last:,} passages")
        grown = [[slug, f"{medians[last][slug] / medians[first][slug]:.2f}"] for slug in TENANTS]
        stage.table(["tenant", "times"], grown)


def _run(passages: int, arguments: argparse.Namespace) -> dict[str, float]:
    """Print the table for one number of passages; return the service's median by tenant."""
    spawn = multiprocessing.get_context("spawn")
    # A process of its own: Django connects to one database for life.
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        job = (passages, arguments.questions, arguments.rounds)
        measured = pool.submit(_measure_all, *job).result()
    rows = [
        [slug, *cells]
        + [
            _throughput(passages, slug, arguments, number)
            for number in CONNECTIONS
            if arguments.seconds
        ]
        for slug, (_median, cells) in measured.items()
    ]
    throughput = [f"per second, {number}" for number in CONNECTIONS if arguments.seconds]
    print(f"{passages:,} passages")
    stage.table(
        ["tenant", "passages", "vectors", "bare p50", "service p50", "ratio", "bare p95",
         "service p95", "recall", *throughput],
        rows,
    )  # fmt: skip
    return {slug: median for slug, (median, _cells) in measured.items()}


def _measure_all(
    passages: int, questions: int, rounds: int
) -> dict[str, tuple[float, list[object]]]:
    use_database(passages)
    return {slug: _measure(slug, questions, rounds) for slug in TENANTS}


def use_database(passages: int) -> None:
    """Connect to the database with this many generated passages; make it where it is missing."""
    os.environ["BENCHMARK_DATABASE"] = f"benchmarks_search_{passages}"
    os.environ["BENCHMARK_EMBEDDINGS"] = "benchmarks.search.known_vectors.KnownVectors"
    stage.set_up()
    from benchmarks.search import corpus
    from django_helpcenter.models import HelpIndexState

    state = HelpIndexState.objects.filter(tenant__slug=TENANTS[0]).first()
    if state is None:
        started = time.perf_counter()
        corpus.build(passages)
        print(f"generated in {time.perf_counter() - started:.0f} s")
    elif state.passages != passages // 2:
        raise SystemExit("DATABASE_URL names a database with another number of passages.")


def _measure(slug: str, number: int, rounds: int) -> tuple[float, list[object]]:
    """Return the service's median in milliseconds, and the cells of the tenant's row."""
    from benchmarks.search import corpus, floor, known_vectors
    from django_helpcenter.conf import conf
    from django_helpcenter.models import HelpIndexState, HelpTenant
    from django_helpcenter.services.search import SearchService

    tenant = HelpTenant.objects.get(slug=slug)
    state = HelpIndexState.objects.get(tenant=tenant)
    queries = corpus.questions(slug, number)
    known_vectors.know(queries)
    bare, service = floor.prepare(tenant), SearchService(tenant=tenant)
    times: dict[str, list[float]] = {"bare": [], "service": []}
    for turn in range(rounds + 1):
        for query in queries:
            started = time.perf_counter()
            bare(query)
            answered = time.perf_counter()
            results = service.hybrid_search(query.text, record=False)
            ended = time.perf_counter()
            if turn:  # the first round warms up
                times["bare"].append((answered - started) * 1000)
                times["service"].append((ended - answered) * 1000 - results.timings_ms["embed"])
    medians = {name: stage.median(values) for name, values in times.items()}
    return medians["service"], [
        f"{state.passages:,}",
        "all" if state.vectors <= conf.SEARCH_EXACT_LIMIT else "index",
        f"{medians['bare']:.2f}",
        f"{medians['service']:.2f}",
        f"{medians['service'] / medians['bare']:.2f}",
        f"{stage.quantile(times['bare'], 0.95):.2f}",
        f"{stage.quantile(times['service'], 0.95):.2f}",
        f"{_recall(service, queries):.3f}",
    ]


def _recall(service: Any, queries: list[Any]) -> float:
    """Return the share of the ten nearest articles of a full scan that the service finds."""
    from django.test import override_settings

    from django_helpcenter.choices import SearchMode

    def nearest(text: str) -> set[int]:
        results = service.hybrid_search(text, mode=SearchMode.SEMANTIC, record=False)
        return {hit.article_id for hit in results.hits}

    shares = []
    for query in queries:
        with override_settings(HELP_CENTER_SEARCH_EXACT_LIMIT=10**9):
            exact = nearest(query.text)
        if exact:
            shares.append(len(exact & nearest(query.text)) / len(exact))
    return sum(shares) / len(shares) if shares else 1.0


def _throughput(passages: int, slug: str, arguments: argparse.Namespace, processes: int) -> str:
    """Return the searches per second of several processes together."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        job = (passages, slug, arguments.questions, arguments.seconds)
        done = list(pool.map(_search_on, *zip(*[job] * processes, strict=True)))
    return f"{sum(done):.0f}"


def _search_on(passages: int, slug: str, number: int, seconds: float) -> float:
    """Search for some seconds in a process of its own; return the searches per second."""
    with redirect_stdout(None):  # what the machine is doing was said before
        use_database(passages)
    from benchmarks.search import corpus, known_vectors
    from django_helpcenter.models import HelpTenant
    from django_helpcenter.services.search import SearchService

    service = SearchService(tenant=HelpTenant.objects.get(slug=slug))
    queries = corpus.questions(slug, number)
    known_vectors.know(queries)
    for query in queries[:10]:
        service.hybrid_search(query.text, record=False)
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        service.hybrid_search(queries[done % len(queries)].text, record=False)
        done += 1
    return done / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
