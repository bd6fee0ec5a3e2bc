"""Lists of the admin with many articles, as whole requests.

    python -m benchmarks.admin_lists [--articles 20000] [--categories 500] [--rounds 7]

A superuser, who sees all five tenants, and an editor of the largest one (60 % of the articles) ask
for the list of articles: first page, page 100, every choice of every filter, searches, the order of
every column both ways; and for the tree of categories. A request is one of Django's test client,
with all middleware and the rendering of the page, in one process, one after the other. On a
machine that does something else at the same time, the fastest says most. The content stays in the
database for the next run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Any

from benchmarks import stage

#: Choices of one filter that are asked for, where it has more.
MAX_CHOICES = 6
SEARCHES = {
    "a word of most articles": "scanner",
    "two words": "scanner printer",
    "a word of few": "article-777",
    "a word of none": "zyzzyva",
}


def cases(client: Any, address: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and query of all that is asked of the list of articles."""
    shown = client.get(address).context_data["cl"]
    yield "first page", "", ""
    yield "page 100", "", "?p=100"
    yield "counts of the filters", "", "?_facets=True"
    for spec in shown.filter_specs:
        chosen = [each for each in spec.choices(shown) if not each["selected"]]
        for choice in chosen[:MAX_CHOICES]:
            yield "filter", f"{spec.title}: {choice['display']}", choice["query_string"]
    for name, text in SEARCHES.items():
        yield "search", name, f"?q={text}"
    yield "search", "a word of most articles, page 20", "?q=scanner&p=20"
    for number, column in enumerate(shown.list_display):
        if number and column not in {"helpful_ratio_display", "is_stale_badge"}:
            yield "order", str(column), f"?o={number}"
            yield "order", f"{column}, descending", f"?o=-{number}"
    yield "date", "a year", f"?{shown.date_hierarchy}__year={time.gmtime().tm_year - 1}"


def measured(client: Any, address: str, rounds: int) -> tuple[float, float, float]:
    """Return median, 95th percentile and minimum of a page in milliseconds, after a warm-up."""
    seconds = []
    for _round in range(rounds + 1):
        started = time.perf_counter()
        response = client.get(address)
        seconds.append((time.perf_counter() - started) * 1000)
        assert response.status_code == 200, (address, response.status_code)
    return stage.median(seconds[1:]), stage.quantile(seconds[1:], 0.95), min(seconds[1:])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--categories", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    stage.set_up("benchmarks.admin_settings")
    from django.urls import reverse

    from benchmarks.admin_content import build
    from benchmarks.admin_people import people

    tenant = build(arguments.articles, arguments.categories)
    articles = reverse("admin:help_center_helparticle_changelist")
    tree = reverse("admin:help_center_helpcategory_changelist")
    rows: list[tuple[str, str, str, float, float, float]] = []
    for person, client in people(tenant.slug).items():
        asked = [(kind, name, articles + query) for kind, name, query in cases(client, articles)]
        asked += [
            ("category tree", "first page", f"{tree}?tenant={tenant.pk}"),
            ("category tree", "page 3", f"{tree}?tenant={tenant.pk}&p=3"),
        ]
        for kind, name, address in asked:
            rows.append((person, kind, name, *measured(client, address, arguments.rounds)))
    print(f"{arguments.articles} articles, {arguments.rounds} requests each, milliseconds")
    stage.table(
        ["who", "what", "", "median", "p95", "fastest"],
        [[*row[:3], *(f"{value:.0f}" for value in row[3:])] for row in rows],
    )
    slowest = max(rows, key=lambda row: row[3])
    print(f"slowest median: {slowest[3]:.0f} ms, {' '.join(slowest[:3])}")


if __name__ == "__main__":
    main()
