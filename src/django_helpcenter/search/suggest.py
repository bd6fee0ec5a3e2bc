"""What a reader may be about to type: titles, categories, searches of other readers.

One statement answers what is typed right. When it finds no title, a second one looks for the words
that were meant (``meant_words``). Both look at a bounded number of rows, whatever is typed. What is
looked for is in ``sql/help_center_suggest_1.sql``; what this reader may see is joined to it here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django_helpcenter.choices import SuggestionKind
from django_helpcenter.content.title_words import BEGINNING, Typed, typed_words
from django_helpcenter.models import HelpCategory
from django_helpcenter.models.title_words import owned_word
from django_helpcenter.search.meant_words import can_be_mistyped, meant_query
from django_helpcenter.search.popular import popular_queries
from django_helpcenter.search.statement import Scope, Sql, compact
from django_helpcenter.types import Suggestion

#: Suggestions of one answer at the most.
MAX_LIMIT = 20
#: Searches and categories among them.
QUERIES, CATEGORIES = 3, 2
#: Titles that are compared, of many that have the words.
CANDIDATES = 250
#: Of how many articles that are read most a letter or two is the beginning of a word.
MOST_READ = 200
#: Published articles that are looked at to find so many that the reader may see.
LOOKED_AT = 3_000

_COLUMNS = (
    "id", "slug", "language", "title", "category_name", "translation_group",
)  # fmt: skip

# Articles are looked up one by one (OFFSET 0): the planner would read all of a tenant's.
_STATEMENT = compact(
    """
    SELECT s.kind, s.place, coalesce(c.name, v.title), coalesce(c.id, v.id),
        CASE WHEN c.id IS NULL THEN v.language ELSE '' END, coalesce(c.slug, v.slug),
        CASE WHEN c.id IS NULL THEN v.category_name ELSE '' END,
        CASE WHEN c.id IS NULL THEN v.translation_group END
    FROM help_center_suggest_1(
        %(tenant)s, %(roles)s::text[], %(now)s, {words}, %(beginning)s::tsquery, %(is_short)s,
        %(language)s, %(articles)s, %(candidates)s, %(most_read)s, %(looked_at)s, %(categories)s
    ) s
    CROSS JOIN LATERAL (
        SELECT * FROM ({visible}) found WHERE found.id = s.article_id OFFSET 0
    ) v
    LEFT JOIN {categories} c ON c.id = s.category_id
    """
)

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
    titles = _titles(
        Sql("%(words)s::tsquery", {"words": " & ".join(words)}),
        reader,
        limit=limit,
        language=language,
        beginning=f"{quoted(reader.tenant_id, BEGINNING + typed.beginning)}:*",
        is_short=typed.is_short,
    )
    popular = popular_queries(typed.beginning, now=reader.now, limit=QUERIES)
    if popular is None:
        return titles
    sql = (
        f"SELECT 'query', place, query, NULL, '', NULL, '', NULL FROM {popular.sql}"  # noqa: S608
        f" UNION ALL {titles.sql}"
    )
    return Sql(sql, {**titles.params, **popular.params})


def _meant_statement(typed: Typed, reader: Scope, *, limit: int, language: str) -> Sql:
    meant = meant_query(typed.spelled, owner=quoted(reader.tenant_id, "")[:-1])
    return _titles(meant, reader, limit=limit, language=language)


def _titles(
    words: Sql,
    reader: Scope,
    *,
    limit: int,
    language: str,
    beginning: str | None = None,
    is_short: bool = False,
) -> Sql:
    """Return the statement for articles and categories whose names have these words."""
    visible = reader.visible_select(_COLUMNS)
    sql = _STATEMENT.format(
        words=words.sql, visible=visible.sql, categories=HelpCategory._meta.db_table
    )
    return Sql(
        sql,
        {
            **visible.params,
            **words.params,
            "tenant": reader.tenant_id,
            "roles": list(reader.roles),
            "now": reader.now,
            "beginning": beginning,
            "is_short": is_short,
            "language": language,
            # Of translations of one article only one is suggested.
            "articles": 2 * limit,
            "candidates": CANDIDATES,
            "most_read": MOST_READ,
            "looked_at": LOOKED_AT,
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
