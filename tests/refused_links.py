"""A database that keeps no links of one tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model


@contextmanager
def links_refused(tenant: Model) -> Iterator[None]:
    """Have the database refuse every new link of a tenant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_links() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no room for links'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse_links BEFORE INSERT ON help_center_helplink FOR EACH ROW "
            f"WHEN (NEW.tenant_id::text = '{tenant.pk}') EXECUTE FUNCTION refuse_links()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_links CASCADE")
