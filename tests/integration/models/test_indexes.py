"""The indexes of our tables, as the database has them."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from django_helpcenter.models.base import TenantAwareModel

pytestmark = pytest.mark.django_db

TABLES = sorted(model._meta.db_table for model in apps.get_app_config("help_center").get_models())
OF_TENANTS = sorted(
    model._meta.db_table
    for model in apps.get_app_config("help_center").get_models()
    if issubclass(model, TenantAwareModel)
)

#: The one that suggestions take to look at a bounded number of a category's articles: through the
#: one by category and status the planner would read all of them.
WANTED_TWICE = {"help_article_category_idx"}

#: Name and columns, in their order, of what is not limited to some rows.
_PLAIN = """
    SELECT i.relname, array_agg(a.attname::text ORDER BY place)
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
    CROSS JOIN LATERAL unnest(x.indkey::int[]) WITH ORDINALITY key(number, place)
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = key.number
    WHERE x.indrelid = %s::regclass AND m.amname = 'btree'
      AND x.indpred IS NULL AND x.indexprs IS NULL
    GROUP BY i.relname
"""


def _plain_indexes(table: str) -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, [table])
        return dict(cursor.fetchall())


@pytest.mark.parametrize("table", OF_TENANTS)
def test_rows_of_a_tenant_are_found_by_an_index(table: str) -> None:
    assert any(columns[0] == "tenant_id" for columns in _plain_indexes(table).values())


@pytest.mark.parametrize("table", TABLES)
def test_no_index_of_one_column_is_the_beginning_of_another(table: str) -> None:
    indexes = _plain_indexes(table)
    doubled = {
        name: other
        for name, columns in indexes.items()
        for other, others in indexes.items()
        if len(columns) == 1 and others[:1] == columns and others != columns
        if other not in WANTED_TWICE
    }
    assert doubled == {}
