"""The pieces that the one ranked statement is made of.

A lane is a chain of common table expressions; parameters are named, so lanes can be put together
without counting placeholders. Nothing that a reader typed ever becomes part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from django_helpcenter.models import (
    HelpArticle,
    HelpCategory,
    HelpLexeme,
    HelpPassage,
    HelpPassageEmbedding,
)

_PLACEHOLDER = re.compile(r"%%|%s")

#: Table names for ``str.format``.
TABLES: dict[str, str] = {
    "articles": HelpArticle._meta.db_table,
    "categories": HelpCategory._meta.db_table,
    "lexemes": HelpLexeme._meta.db_table,
    "passages": HelpPassage._meta.db_table,
    "vectors": HelpPassageEmbedding._meta.db_table,
}


@dataclass(frozen=True, slots=True)
class Lane:
    """Common table expressions and their parameters."""

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose passages are searched: one tenant's, for the roles of one reader.

    ``visible`` is the queryset of what the reader may see (with the filters of the search); it is
    compiled into the statement, so that visibility is decided in one place only.
    ``is_filtered`` says that it is narrower than the audience, and must narrow the candidates too.
    """

    tenant_id: Any
    roles: Sequence[str]
    visible: QuerySet[HelpArticle]
    is_filtered: bool = False

    def visible_lane(self) -> Lane:
        """Return ``visible``, with its positional parameters given names."""
        sql, values = self.visible.order_by().values("pk").query.sql_with_params()
        names = [f"visible_{number}" for number in range(len(values))]
        waiting = iter(names)
        named = _PLACEHOLDER.sub(
            lambda found: found[0] if found[0] == "%%" else f"%({next(waiting)})s", sql
        )
        # With filters the set narrows the candidates too; without, it only checks the best of them.
        materialized = "MATERIALIZED" if self.is_filtered else "NOT MATERIALIZED"
        return Lane(
            f"visible(id) AS {materialized} ({named})", dict(zip(names, values, strict=True))
        )

    @property
    def candidate_filter(self) -> str:
        """Return the condition that keeps candidates inside the filters."""
        return "AND article_id IN (SELECT id FROM visible)" if self.is_filtered else ""


def combine(lanes: Sequence[Lane], select: Lane) -> Lane:
    """Put lanes and the final select together into one statement."""
    params: dict[str, Any] = {}
    for lane in (*lanes, select):
        params.update(lane.params)
    expressions = ",\n".join(lane.sql for lane in lanes)
    return Lane(f"WITH {expressions}\n{select.sql}", params)
