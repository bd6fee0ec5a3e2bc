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
    ``hidden`` is what has passages but is out of its publishing time.
    ``is_filtered`` says that it is narrower than the audience, and must narrow the candidates too.
    """

    tenant_id: Any
    roles: Sequence[str]
    visible: QuerySet[HelpArticle]
    hidden: QuerySet[HelpArticle]
    is_filtered: bool = False

    def lanes(self) -> list[Lane]:
        """Return ``visible`` and ``hidden`` as tables.

        With filters ``visible`` narrows the candidates; without, it only checks the best of them,
        and what is out of its time, a few rows, is kept from taking their places.
        """
        how = "MATERIALIZED" if self.is_filtered else "NOT MATERIALIZED"
        return [
            _table("visible", self.visible, how),
            _table("hidden", self.hidden, "MATERIALIZED"),
        ]

    @property
    def candidate_filter(self) -> str:
        """Return the condition that keeps candidates inside the filters."""
        if self.is_filtered:
            return "AND article_id IN (SELECT id FROM visible)"
        return "AND article_id NOT IN (SELECT id FROM hidden)"


def _table(name: str, articles: QuerySet[HelpArticle], how: str) -> Lane:
    """Return the keys of a queryset as a lane, its positional parameters given names."""
    sql, values = articles.order_by().values("pk").query.sql_with_params()
    names = [f"{name}_{number}" for number in range(len(values))]
    waiting = iter(names)
    named = _PLACEHOLDER.sub(
        lambda found: found[0] if found[0] == "%%" else f"%({next(waiting)})s", sql
    )
    return Lane(f"{name}(id) AS {how} ({named})", dict(zip(names, values, strict=True)))


def combine(lanes: Sequence[Lane], select: Lane) -> Lane:
    """Put lanes and the final select together into one statement."""
    params: dict[str, Any] = {}
    for lane in (*lanes, select):
        params.update(lane.params)
    expressions = ",\n".join(lane.sql for lane in lanes)
    return Lane(f"WITH {expressions}\n{select.sql}", params)
