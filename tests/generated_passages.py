"""Generated help centers of many passages, written by the server itself.

Words follow Zipf's law and mean nothing. Passages lie around a hundred centers of meaning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from django_helpcenter.backends.embeddings.base import EMBEDDING_DIMENSIONS
from django_helpcenter.models import (
    HelpArticle,
    HelpIndexState,
    HelpLexeme,
    HelpPassage,
    HelpPassageEmbedding,
    HelpSpelling,
)
from django_helpcenter.services.indexing import IndexingService
from tests.factories import fake_embeddings, make_category, make_indexed, make_tenant

#: What each tenant has of all passages: the rest is spread over tenants of 1 %.
SHARES = {"half": 0.5, "tenth": 0.1, "hundredth": 0.01} | {f"rest-{n}": 0.01 for n in range(39)}
#: Those that can be searched: only their words are counted.
SEARCHED = ("half", "tenth", "hundredth")
PASSAGES_PER_ARTICLE = 5
#: The vector index takes longest to build, so of many passages only some have a vector.
MAX_VECTORS = 25_000
VOCABULARY = 20_000
#: Stands in one passage of each tenant, and one passage in a hundred is near to it in meaning.
RARE_WORD = "quokka"
#: The most frequent word, in nearly all passages.
COMMON_RANK = 1

_DIGITS, _LETTERS = "0123456789", "bdfgklmnpr"
_WRITTEN_BY_SERVER = (HelpArticle, HelpPassage, HelpPassageEmbedding)
_FILLED = (*_WRITTEN_BY_SERVER, HelpLexeme, HelpSpelling)
_SLOW_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = ANY(%s) AND indexdef ~ 'USING (hnsw|gin)'
"""
_COPY = """
    INSERT INTO {table} ({columns}) SELECT {values}
    FROM (SELECT * FROM {table} WHERE id = %(pattern)s) pattern {sources}
"""
# The logarithm of a rank is spread evenly: that is Zipf's law.
_INVENTED_WORD = """
    CREATE FUNCTION pg_temp.invented_word() RETURNS text LANGUAGE sql VOLATILE AS $$
        SELECT 'z' || translate(floor(exp(random() * ln({} + 1)))::int::text, '{}', '{}')
    $$
"""
_ARTICLES = """
    CROSS JOIN unnest(%(tenants)s, %(categories)s::bigint[], %(articles)s::int[])
        one(tenant_id, category_id, articles)
    CROSS JOIN LATERAL generate_series(1, one.articles) number
    CROSS JOIN LATERAL (
        SELECT array_agg(pg_temp.invented_word()) AS words
        FROM generate_series(1, 4 + 0 * number)
    ) title
"""
_TITLE_WORDS = """
    array(
        SELECT one.tenant_id || ' ' || word FROM unnest(title.words) word
        UNION SELECT one.tenant_id || ' ^' || array_to_string(title.words, ' ')
    )
"""
_PASSAGES = """
    JOIN help_center_helparticle a ON a.tenant_id = ANY(%(tenants)s)
    CROSS JOIN generate_series(0, %(passages_per_article)s - 1) place
    CROSS JOIN LATERAL (
        SELECT string_agg(pg_temp.invented_word(), ' ') AS words, count(*) AS length
        FROM generate_series(1, 30 + (a.id + 7 * place)::int %% 40)
    ) text
"""
_TEXT = """
    text.words || CASE WHEN place = 0 AND a.slug = 'article-1' THEN %(rare)s ELSE '' END
"""
# Noise of .8 of a center's length: passages of one center have a cosine of about .6.
_POINTS = """
    CREATE TEMPORARY TABLE point ON COMMIT DROP AS
    SELECT number, array_agg(random() - 0.5)::halfvec AS center,
        array_agg(0.8 * (random() - 0.5))::halfvec AS noise
    FROM generate_series(0, 996) number, generate_series(1, %s) GROUP BY number
"""
_VECTORS = """
    JOIN help_center_helppassage p
      ON p.tenant_id = ANY(%(tenants)s) AND p.id %% %(every)s = 0
    JOIN point c ON c.number = (p.id / %(every)s) %% 100
    JOIN point n ON n.number = (p.id / %(every)s) %% 997
"""


@dataclass(frozen=True, slots=True)
class Generated:
    """The tenants of a generated database, and the number of its vectors."""

    passages: int
    vectors: int
    tenants: dict[str, models.Model]


def word(rank: int) -> str:
    """Return the word of this rank, 1 for the most frequent one."""
    return "z" + str(rank).translate(str.maketrans(_DIGITS, _LETTERS))


@contextmanager
def generated_passages(passages: int) -> Iterator[Generated]:
    """Yield help centers with so many passages, in a transaction that is undone at the end."""
    try:
        with fake_embeddings("generated") as backend, transaction.atomic():
            yield _generate(passages, backend.space, backend.embed_query(RARE_WORD))
            transaction.set_rollback(True)
    finally:
        _forget_what_was_undone()


def _generate(passages: int, space: str, meaning: list[float]) -> Generated:
    tenants = {slug: make_tenant(slug) for slug in SHARES}
    # Rows take from one that was made as usual what is not said of them.
    pattern = make_indexed(make_tenant("pattern"), "Pattern", content="Pattern.")
    params: dict[str, Any] = {
        "tenants": [tenant.pk for tenant in tenants.values()],
        "categories": [make_category(tenant).pk for tenant in tenants.values()],
        "articles": [int(share * passages) // PASSAGES_PER_ARTICLE for share in SHARES.values()],
        "passages_per_article": PASSAGES_PER_ARTICLE,
        "every": max(1, passages // MAX_VECTORS),
        "rare": f" {RARE_WORD}",
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(_INVENTED_WORD.format(VOCABULARY, _DIGITS, _LETTERS))
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        definitions = _take_slow_indexes_down(cursor)
        _write_articles(cursor, pattern, params)
        _write_passages(cursor, pattern, params)
        _write_vectors(cursor, pattern, params, meaning)
        _check_rows(cursor)
        for definition in definitions:
            cursor.execute(definition)
        for slug in SEARCHED:
            _count(tenants[slug], space)
        _check_rows(cursor)
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in _FILLED)}")
    vectors = HelpPassageEmbedding.objects.filter(tenant__in=params["tenants"]).count()
    return Generated(passages, vectors, tenants)


def _take_slow_indexes_down(cursor: Any) -> list[str]:
    """Drop the indexes that are faster to build at the end; return their definitions."""
    cursor.execute(_SLOW_INDEXES, [[model._meta.db_table for model in _WRITTEN_BY_SERVER]])
    rows = cursor.fetchall()
    for name, _ in rows:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in rows]


def _write_articles(cursor: Any, pattern: HelpArticle, params: dict[str, Any]) -> None:
    _copy(
        cursor, pattern, _ARTICLES, params,
        tenant_id="one.tenant_id",
        category_id="one.category_id",
        slug="'article-' || number",
        title="array_to_string(title.words, ' ')",
        title_words=_TITLE_WORDS,
        content="''",
        translation_group="gen_random_uuid()",
        view_count="number * 7919 %% 1000",
    )  # fmt: skip


def _write_passages(cursor: Any, pattern: HelpArticle, params: dict[str, Any]) -> None:
    _copy(
        cursor, pattern.passages.get(), _PASSAGES, params,
        article_id="a.id",
        tenant_id="a.tenant_id",
        ordinal="place",
        title="a.title",
        text=_TEXT,
        length="text.length + 4",
        content_hash="a.id || '-' || place",
    )  # fmt: skip


def _write_vectors(
    cursor: Any, pattern: HelpArticle, params: dict[str, Any], meaning: list[float]
) -> None:
    cursor.execute(_POINTS, [EMBEDDING_DIMENSIONS])
    # As long as the others.
    length = math.sqrt(EMBEDDING_DIMENSIONS / 12)
    center = str([length * number for number in meaning])
    cursor.execute("UPDATE point SET center = %s::halfvec WHERE number = 0", [center])
    cursor.execute("ANALYZE point")
    passage = pattern.passages.get()
    _copy(
        cursor, HelpPassageEmbedding.objects.get(passage=passage), _VECTORS, params,
        passage_id="p.id",
        article_id="p.article_id",
        tenant_id="p.tenant_id",
        content_hash="p.content_hash",
        embedding="c.center + n.noise",
    )  # fmt: skip


def _copy(
    cursor: Any, pattern: models.Model, sources: str, params: dict[str, Any], **changed: str
) -> None:
    """Insert a copy of a row for every row of other sources, with some columns changed."""
    table = pattern._meta.db_table
    columns = [
        field.attname
        for field in pattern._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    values = [changed.get(column, f"pattern.{column}") for column in columns]
    cursor.execute(
        _COPY.format(
            table=table, columns=", ".join(columns), values=", ".join(values), sources=sources
        ),
        {**params, "pattern": pattern.pk},
    )


def _check_rows(cursor: Any) -> None:
    """Check foreign keys now: no index is made before, and each test would check them all."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _count(tenant: models.Model, space: str) -> None:
    """Count the tenant's words and passages, and let its vectors serve."""
    HelpIndexState.objects.create(tenant_id=tenant.pk, embedding_space=space)
    service = IndexingService(tenant=tenant)
    service.refresh_lexicon()
    service.refresh_statistics()


def _forget_what_was_undone() -> None:
    """Shrink the tables to what they were: rows that were undone still fill their files."""
    tables = ", ".join(model._meta.db_table for model in _FILLED)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (FULL, ANALYZE) {tables}")
