"""The bare SQL that the search service is put beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.search.corpus import SPACE, Query

_FLOOR = Path(__file__).with_name("floor.sql").read_text(encoding="utf-8")

# Small tenants: OFFSET 0 keeps the planner off the vector index.
_EXACT = """
    SELECT article_id, passage_id, d FROM (
        SELECT article_id, passage_id, embedding <=> %(vector)s::halfvec AS d
        FROM help_center_helppassageembedding
        WHERE tenant_id = %(tenant)s AND space = %(space)s AND audience && %(roles)s::text[]
        OFFSET 0
    ) e ORDER BY d LIMIT 60
"""
_INDEXED = """
    SELECT article_id, passage_id, embedding <=> %(vector)s::halfvec AS d
    FROM help_center_helppassageembedding
    WHERE tenant_id = %(tenant)s AND space = %(space)s AND audience && %(roles)s::text[]
    ORDER BY embedding <=> %(vector)s::halfvec LIMIT 60
"""


def prepare(tenant: Any) -> Callable[[Query], list[tuple[Any, ...]]]:
    """Return a function that answers a query with the bare statement, settings made beforehand."""
    from django_helpcenter.conf import conf
    from django_helpcenter.models import HelpIndexState

    state = HelpIndexState.objects.get(tenant=tenant)
    is_exact = state.vectors <= conf.SEARCH_EXACT_LIMIT
    sql = _FLOOR.replace("{nearest}", _EXACT if is_exact else _INDEXED)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET jit = off; SET hnsw.iterative_scan = relaxed_order;"
            f"SET hnsw.ef_search = {conf.SEARCH_HNSW_EF}"
        )

    def answer(query: Query) -> list[tuple[Any, ...]]:
        params = {
            "query": query.text,
            "vector": "[" + ",".join(map("{:.5g}".format, query.vector)) + "]",
            "tenant": tenant.pk,
            "passages": state.passages,
            "roles": ["all"],
            "space": SPACE,
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    return answer
