"""Suggestions while typing and related searches, in tenants of different sizes.

    python -m benchmarks.search.suggest [--passages 100000] [--searches 200000] [--typed 60]

On the passages of ``benchmarks.search.speed``, generated at the first run, and on a generated
history of searches. Milliseconds of a whole call, p50 and p95, by what is typed: the beginning of
a word of a title, of a second word, of a word with one letter wrong, of a search of others.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import stage
from benchmarks.search.speed import TENANTS, use_database

KINDS = (
    "1 letter", "2 letters", "3 letters", "4 to 6", "7 to 12", "two words", "mistyped",
    "mistyped, whole", "a search", "odd",
)  # fmt: skip
ODD = ("%", "_", "a & b | !c:*", "'; --", "\x00", "🦉", "密码", "كلمة", "x" * 10_000, "the of and")
TITLES = 2_000

# Searches of two or three words of a title: few titles are asked for often, most hardly ever.
_SEARCHES = """
    WITH title AS (
        SELECT id, tenant_id, string_to_array(lower(title), ' ') AS words,
            row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS place,
            count(*) OVER (PARTITION BY tenant_id) AS titles
        FROM help_center_helparticle
    ),
    asked AS (
        SELECT n, a.tenant_id, (random() ^ 3 * a.titles)::int AS place, random() AS chance,
            now() - random() * interval '120 days' AS created_at
        FROM generate_series(1, %(number)s) n JOIN LATERAL (
            SELECT tenant_id, titles FROM title WHERE id = (n %% (SELECT max(id) FROM title)) + 1
        ) a ON TRUE
    )
    INSERT INTO help_center_helpsearchhistory (
        tenant_id, visitor_key, query, query_key, query_words, language, mode, filters,
        results_count, degraded, clicked_article_id, created_at
    )
    SELECT a.tenant_id, md5(((random() * 20000)::int)::text), q.query, q.query, q.words, 'en',
        'hybrid', '{}', 10, '', CASE WHEN chance < .5 THEN t.id END, a.created_at
    FROM asked a JOIN title t ON t.tenant_id = a.tenant_id AND t.place = a.place + 1
    CROSS JOIN LATERAL (SELECT t.words[1 : 2 + (a.n %% 2)] AS words) w
    CROSS JOIN LATERAL (SELECT array_to_string(w.words, ' ') AS query, w.words) q
"""
_REFINEMENTS = """
    UPDATE help_center_helpsearchhistory h SET refined_from_id = h.id - 1
    FROM help_center_helpsearchhistory before
    WHERE before.id = h.id - 1 AND before.tenant_id = h.tenant_id AND h.id % 5 = 0
"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=200_000)
    parser.add_argument("--typed", type=int, default=60, help="times that each kind is typed")
    arguments = parser.parse_args()
    use_database(arguments.passages)
    _make_history(arguments.searches)
    tenants = TENANTS[:3]
    found = {slug: _measure(slug, arguments.typed) for slug in tenants}
    rows = [
        [kind, *(f"{stage.median(found[slug][kind]):.1f}, {_p95(found[slug][kind]):.1f}"
                 for slug in tenants)]
        for kind in [*KINDS, "all that is typed", "related searches"]
    ]  # fmt: skip
    stage.table(["p50, p95 in ms", *tenants], rows)


def _make_history(number: int) -> None:
    from django.db import connection

    from django_helpcenter.models import HelpSearchHistory

    if not number or HelpSearchHistory.objects.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(_SEARCHES, {"number": number})
        cursor.execute(_REFINEMENTS)
        cursor.execute(f"VACUUM ANALYZE {HelpSearchHistory._meta.db_table}")


def _measure(slug: str, number: int) -> dict[str, list[float]]:
    from django_helpcenter.models import HelpArticle, HelpSearchHistory, HelpTenant
    from django_helpcenter.services.search import SearchService

    tenant = HelpTenant.objects.get(slug=slug)
    service = SearchService(tenant=tenant)
    articles = HelpArticle.objects.visible_to(tenant, None).order_by("slug")
    titles = list(articles.values_list("title", flat=True)[:TITLES])
    searches = HelpSearchHistory.objects.filter(tenant=tenant).order_by("-pk")
    queries = list(searches.values_list("query", flat=True)[:TITLES])
    times: dict[str, list[float]] = {kind: [] for kind in [*KINDS, "related searches"]}
    chance = random.Random(5)
    for kind in KINDS:
        for typed in _typed(kind, number, chance, titles, queries):
            times[kind].append(_milliseconds(service.suggest, typed))
    for query in chance.sample(queries, min(number, len(queries))):
        times["related searches"].append(_milliseconds(service.related_searches, query))
    times["all that is typed"] = [value for kind in KINDS for value in times[kind]]
    return times


def _typed(
    kind: str, number: int, chance: random.Random, titles: list[str], queries: list[str]
) -> Iterator[str]:
    """Yield what is typed; what came once warms up too, as it does in life."""
    for place in range(number):
        words = chance.choice(titles).lower().split()
        word = max(words, key=len)
        if kind == "odd":
            yield ODD[place % len(ODD)]
        elif kind == "a search":
            yield chance.choice(queries)[: chance.randint(3, 12)]
        elif kind == "two words":
            yield f"{words[0]} {words[1][: chance.randint(1, 5)]}"
        elif kind == "mistyped":
            yield _mistyped(word[: chance.randint(5, 9)], chance)
        elif kind == "mistyped, whole":
            yield f"{_mistyped(word, chance)} {_mistyped(words[0], chance)}"
        else:
            low, _, high = kind.replace(" letters", "").replace(" letter", "").partition(" to ")
            yield chance.choice(words)[: chance.randint(int(low), int(high or low))]


def _mistyped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    wrong = (
        word[:place] + word[place + 1 :],
        word[:place] + chance.choice("aeiounrst") + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    return chance.choice(wrong)


def _milliseconds(call: Callable[[str], Any], text: str) -> float:
    started = time.perf_counter()
    call(text)
    return (time.perf_counter() - started) * 1000


def _p95(values: list[float]) -> float:
    return stage.quantile(values, 0.95)


if __name__ == "__main__":
    main()
