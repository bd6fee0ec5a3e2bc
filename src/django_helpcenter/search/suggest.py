"""What a reader may be about to type: titles, categories, searches of other readers.

One statement answers what is typed right. When it finds no title, a second one looks for the words
that were meant (``meant_words``). Both look at a bounded number of rows, whatever is typed, and at
nothing that this reader may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django_helpcenter.choices import SuggestionKind
from django_helpcenter.content.title_words import BEGINNING, Typed, typed_words
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.models.title_words import owned_word
from django_helpcenter.search.meant_words import can_be_mistyped, meant_query
from django_helpcenter.search.popular import popular_queries
from django_helpcenter.search.statement import Scope, Sql, compact
from django_helpcenter.types import Suggestion

#: Suggestions of one answer at the most.
MAX_LIMIT = 20
#: Searches and categories among them.
QUERIES, CATEGORIES = 3, 2
#: Titles that are compared: of many that have the words, and of many that begin alike.
CANDIDATES = 250
#: Of how many articles that are read most a letter or two is the beginning of a word.
MOST_READ = 200

_COLUMNS = (
    "id", "slug", "language", "title", "category_id", "category_name", "view_count",
    "helpful_count", "translation_group", "title_words",
)  # fmt: skip

# The words come from a subquery on purpose: knowing them, the planner reads whole tables for common
# ones, as if it had to find all of them. Candidates are looked up one by one (OFFSET 0): it takes
# them for more than they are.
_STATEMENT = compact(
    """
    WITH asked AS MATERIALIZED ({asked}),
    candidate AS ({candidates}),
    article AS (
        SELECT v.*, row_number() OVER (ORDER BY
            coalesce(array_to_tsvector(v.title_words) @@ (SELECT beginning FROM asked), FALSE) DESC,
            lower(v.language) = lower(%(language)s) DESC,
            v.view_count DESC, v.helpful_count DESC, v.id
        ) AS place
        FROM candidate CROSS JOIN LATERAL (
            SELECT * FROM ({visible}) found WHERE found.id = candidate.id OFFSET 0
        ) v
        ORDER BY place LIMIT %(articles)s
    ),
    named AS MATERIALIZED (
        SELECT id, name, slug, path, array_to_tsvector(name_words) AS words FROM {categories}
        WHERE tenant_id = %(tenant)s AND depth > 1
          AND array_to_tsvector(name_words) @@ (SELECT words FROM asked)
        LIMIT %(containing_names)s
    ),
    category AS (
        SELECT id, name, slug, row_number() OVER (ORDER BY
            coalesce(words @@ (SELECT beginning FROM asked), FALSE) DESC, name, id
        ) AS place
        FROM named n WHERE EXISTS (
            SELECT FROM {categories} below JOIN ({visible}) v ON v.category_id = below.id
            WHERE below.tenant_id = %(tenant)s AND left(below.path, length(n.path)) = n.path
        )
        ORDER BY place LIMIT %(categories)s
    ),
    popular AS ({popular})
    SELECT 'query' AS kind, place, query, NULL, '', NULL, '', NULL FROM popular
    UNION ALL
    SELECT 'article', place, title, id, language, slug, category_name, translation_group
    FROM article
    UNION ALL
    SELECT 'category', place, name, id, '', slug, '', NULL FROM category
    """
)
_BEGINNING = """(
    SELECT id FROM {articles}
    WHERE array_to_tsvector(title_words) @@ (SELECT beginning FROM asked) LIMIT %(beginnings)s
)"""
_CONTAINING = """(
    SELECT id FROM {articles}
    WHERE array_to_tsvector(title_words) @@ (SELECT words FROM asked) LIMIT %(containing)s
)"""
_MOST_READ = """
    SELECT id FROM (
        SELECT id, title_words FROM {articles} WHERE tenant_id = %(tenant)s
        ORDER BY view_count DESC, id LIMIT %(most_read)s
    ) read WHERE array_to_tsvector(title_words) @@ (SELECT words FROM asked)
"""
# Each costs time to plan, so a statement has those alone that it needs.
_SHORT, _LONG, _MEANT = (
    compact(" UNION ".join(lanes)).format(articles=HelpArticle._meta.db_table)
    for lanes in ((_BEGINNING, _MOST_READ), (_BEGINNING, _CONTAINING), (_CONTAINING,))
)
_EXACT = "SELECT %(words)s::tsquery AS words, %(beginning)s::tsquery AS beginning"

#: Carries out a statement; no rows when that takes too long.
Run = Callable[[Sql], Sequence[tuple[Any, ...]]]


def suggestions(
    typed: str, *, reader: Scope, run: Run, limit: int, language: str
) -> list[Suggestion]:
    """Return what may be meant by what is typed so far: searches, articles, categories.

    Titles that begin with it come first, then those in ``language``, then what is read most.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    known = typed_words(typed)
    if known.is_empty:
        return []
    rows = run(_exact_statement(known, reader, limit=limit, language=language))
    if not any(kind == SuggestionKind.ARTICLE for kind, *_ in rows) and can_be_mistyped(known):
        meant = run(_meant_statement(known, reader, limit=limit, language=language))
        rows = [*rows, *meant]
    return _chosen(rows, limit)


def _exact_statement(typed: Typed, reader: Scope, *, limit: int, language: str) -> Sql:
    words = [quoted(reader.tenant_id, word) for word in typed.words]
    if typed.last:
        words.append(f"{quoted(reader.tenant_id, typed.last)}:*")
    params = {
        "words": " & ".join(words),
        "beginning": f"{quoted(reader.tenant_id, BEGINNING + typed.beginning)}:*",
    }
    popular = popular_queries(typed.beginning, now=reader.now, limit=QUERIES)
    candidates = _SHORT if typed.is_short else _LONG
    asked = Sql(_EXACT, params)
    return _statement(asked, candidates, popular, reader, limit=limit, language=language)


def _meant_statement(typed: Typed, reader: Scope, *, limit: int, language: str) -> Sql:
    asked = meant_query(typed.spelled, owner=quoted(reader.tenant_id, "")[:-1])
    popular = popular_queries("", now=reader.now, limit=0)
    return _statement(asked, _MEANT, popular, reader, limit=limit, language=language)


def _statement(
    asked: Sql, candidates: str, popular: Sql, reader: Scope, *, limit: int, language: str
) -> Sql:
    visible = reader.visible_select(_COLUMNS)
    sql = _STATEMENT.format(
        asked=asked.sql,
        candidates=candidates,
        popular=popular.sql,
        visible=visible.sql,
        categories=HelpCategory._meta.db_table,
    )
    return Sql(
        sql,
        {
            **visible.params,
            **asked.params,
            **popular.params,
            "tenant": reader.tenant_id,
            "roles": list(reader.roles),
            "now": reader.now,
            "language": language,
            "beginnings": CANDIDATES // 4,
            "containing": CANDIDATES,
            "most_read": MOST_READ,
            # Of translations of one article only one is suggested.
            "articles": 2 * limit,
            "containing_names": 10 * CATEGORIES,
            "categories": CATEGORIES,
        },
    )


def quoted(tenant_id: Any, word: str) -> str:
    """Return a word of one tenant as a ``tsquery`` has it, whatever its characters."""
    inner = owned_word(tenant_id, word).replace("\\", "\\\\").replace("'", "''")
    return f"'{inner}'"


def _chosen(rows: Sequence[tuple[Any, ...]], limit: int) -> list[Suggestion]:
    """Put the kinds in order: searches, articles, categories, the articles giving way."""
    kinds: dict[str, dict[Any, Suggestion]] = {kind: {} for kind in SuggestionKind.values}
    for kind, _place, text, key, language, slug, category_name, group in sorted(
        rows, key=lambda row: row[1]
    ):
        found = Suggestion(
            kind=SuggestionKind(kind),
            text=text,
            slug=slug or "",
            language=language,
            object_id=key,
            category_name=category_name,
        )
        kinds[kind].setdefault(group or key or text, found)
    queries, articles, categories = (
        list(kinds[kind].values())
        for kind in (SuggestionKind.QUERY, SuggestionKind.ARTICLE, SuggestionKind.CATEGORY)
    )
    others = len(queries) + len(categories[: max(0, limit - len(queries))])
    # Articles are what is looked for: at least half of the places are theirs.
    room = max(limit - others, (limit + 1) // 2)
    articles = articles[:room]
    left = limit - len(articles)
    queries = queries[:left]
    return [*queries, *articles, *categories[: left - len(queries)]]
