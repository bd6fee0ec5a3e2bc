"""The figures of a tenant's index that the ranking needs."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from django_helpcenter.models import HelpIndexState, HelpPassage, HelpPassageEmbedding

#: The columns of ``HelpIndexState`` that are counted.
STATISTICS = ("passages", "configs", "vectors")


def count_index(tenant: Any, space: str, *, using: str) -> dict[str, Any]:
    """Return the statistics of a tenant's index as they are, with the vectors of one space."""
    passages = HelpPassage.objects.using(using).for_tenant(tenant).order_by()
    rows = list(passages.values_list("search_config").annotate(Count("pk")))
    vectors = HelpPassageEmbedding.objects.using(using).for_tenant(tenant)
    return {
        "passages": sum(count for _, count in rows),
        "configs": dict(sorted(rows)),
        "vectors": vectors.filter(space=space).count(),
    }


def stored_statistics(state: HelpIndexState) -> dict[str, Any]:
    """Return the statistics as they were last counted."""
    return {name: getattr(state, name) for name in STATISTICS}
