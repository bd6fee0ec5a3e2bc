"""Search through the service, with its parts.

    python -m benchmarks.search_latency [FOLDER] [--queries FILE.jsonl] [--rounds 3]

Every query is embedded anew (the query cache is cleared before each), searched as an anonymous
reader, and nothing is recorded. "rest" is what is neither the embedding nor the ranked statement:
parsing, building the hits; "snippets" is marking the words of the query in ten hits, for a page.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from benchmarks import stage

QUERIES = stage.ROOT / "example_project" / "evaluation" / "queries.jsonl"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=stage.DEMO_CONTENT)
    parser.add_argument("--queries", type=Path, default=QUERIES)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    stage.set_up()
    from django.core.cache import cache

    from django_helpcenter.models import HelpPassage
    from django_helpcenter.services.documentation import DocumentationService
    from django_helpcenter.services.evaluation import read_questions
    from django_helpcenter.services.search import SearchService

    questions = read_questions(arguments.queries)
    names = ("embed", "database", "rest", "whole", "snippets")
    parts: dict[str, list[float]] = {name: [] for name in names}
    with stage.empty_tenant() as tenant:
        DocumentationService(tenant=tenant).sync(arguments.folder)
        passages = HelpPassage.objects.for_tenant(tenant).count()
        service = SearchService(tenant=tenant)
        service.hybrid_search("warm up", record=False)
        for question in questions * arguments.rounds:
            cache.clear()
            started = time.perf_counter()
            results = service.hybrid_search(question.text, record=False)
            whole = (time.perf_counter() - started) * 1000
            embed, database = results.timings_ms["embed"], results.timings_ms["database"]
            parts["embed"].append(embed)
            parts["database"].append(database)
            parts["rest"].append(whole - embed - database)
            parts["whole"].append(whole)
            started = time.perf_counter()
            for hit in results.hits:
                _ = hit.snippet, hit.title_html
            parts["snippets"].append((time.perf_counter() - started) * 1000)
    print(f"{passages} passages, {len(parts['whole'])} searches, milliseconds")
    stage.table(
        ["part", "p50", "p95"],
        [
            [name, f"{stage.median(values):.1f}", f"{stage.quantile(values, 0.95):.1f}"]
            for name, values in parts.items()
        ],
    )


if __name__ == "__main__":
    main()
