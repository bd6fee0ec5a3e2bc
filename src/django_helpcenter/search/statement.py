"""SQL with named parameters, and whose passages it is about.

Nothing that a reader typed ever becomes part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from django_helpcenter.models import HelpArticle

_PLACEHOLDER = re.compile(r"%%|%s")
_WHITE_SPACE = re.compile(r"\s+")

#: What a result shows of an article.
ARTICLE_COLUMNS = (
    "id", "slug", "language", "title", "summary", "category_id", "category_name", "updated_at",
)  # fmt: skip

#: Stands for the present in statements that are kept.
_NOW = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and its parameters."""

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose passages are searched: one tenant's, for the roles of one reader.

    ``filtered`` is the queryset of what the reader may see when the search has filters: it narrows
    the candidates too. Without, what the reader may see is checked on the best of them.
    """

    tenant_id: Any
    roles: Sequence[str]
    filtered: QuerySet[HelpArticle] | None = None
    now: datetime = field(default_factory=timezone.now)

    def visible_select(self, columns: tuple[str, ...] = ARTICLE_COLUMNS) -> Sql:
        """Return these columns of what the reader may see.

        Visibility is decided in one queryset; it is compiled into the statement.
        """
        if self.filtered is not None:
            return _named(self.filtered.values(*columns), "visible")
        kept = _visible(self.tenant_id, tuple(self.roles), columns)
        values = kept.params.items()
        return Sql(kept.sql, {name: self.now if value == _NOW else value for name, value in values})

    def within_array(self) -> Sql:
        """Return the keys of what passes the filters as an array, NULL where there are none."""
        if self.filtered is None:
            return Sql("NULL")
        within = _named(self.filtered.values("pk"), "within")
        # No article at all is not the same as no filter.
        array = f"(SELECT coalesce(array_agg(id), '{{}}') FROM ({within.sql}) within(id))"  # noqa: S608
        return Sql(array, within.params)


@lru_cache(maxsize=2_048)
def _visible(tenant_id: Any, roles: tuple[str, ...], columns: tuple[str, ...]) -> Sql:
    """Return the visible articles as SQL, with a mark where the time goes.

    Compiling a queryset takes as long as a small search; the SQL is the same for a tenant and
    roles.
    """
    visible = HelpArticle.objects.visible_to_roles(tenant_id, roles, at=_NOW)
    return _named(visible.values(*columns), "visible")


def _named(articles: QuerySet[HelpArticle, Any], prefix: str) -> Sql:
    """Return a queryset as SQL, its positional parameters given names."""
    sql, values = articles.order_by().query.sql_with_params()
    names = [f"{prefix}_{number}" for number in range(len(values))]
    waiting = iter(names)
    named = _PLACEHOLDER.sub(
        lambda found: found[0] if found[0] == "%%" else f"%({next(waiting)})s", sql
    )
    return Sql(named, dict(zip(names, values, strict=True)))


def compact(sql: str) -> str:
    """Return SQL on one line: what is shorter is read and taken apart sooner."""
    return _WHITE_SPACE.sub(" ", sql).strip()
