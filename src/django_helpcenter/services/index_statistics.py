"""The figures of a tenant's index that the ranking needs."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Avg, Count

from django_helpcenter.models import HelpIndexState, HelpPassage, HelpPassageEmbedding

#: The columns of ``HelpIndexState`` that are counted.
STATISTICS = ("passages", "average_length", "configs", "vectors")


def count_index(tenant: Any, space: str, *, using: str) -> dict[str, Any]:
    """Return the statistics of a tenant's index as they are, with the vectors of one space."""
    passages = HelpPassage.objects.using(using).for_tenant(tenant)
    counted = passages.aggregate(
        number=Count("pk"),
        length=Avg("length"),
        configs=ArrayAgg("search_config", distinct=True),
    )
    vectors = HelpPassageEmbedding.objects.using(using).for_tenant(tenant)
    return {
        "passages": counted["number"],
        "average_length": counted["length"] or 0.0,
        "configs": sorted(counted["configs"] or []),
        "vectors": vectors.filter(space=space).count(),
    }


def stored_statistics(state: HelpIndexState) -> dict[str, Any]:
    """Return the statistics as they were last counted."""
    return {name: getattr(state, name) for name in STATISTICS}
