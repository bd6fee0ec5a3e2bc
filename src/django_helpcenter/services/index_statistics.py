"""The figures of a tenant's index that the ranking needs, and the space that it is searched in."""

from __future__ import annotations

import logging
from typing import Any

from django.db import models, transaction
from django.db.models import Count

from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.models import HelpIndexState, HelpPassage, HelpPassageEmbedding
from django_helpcenter.services.vectors import (
    missing_vectors,
    prune_vectors,
    write_article_vectors,
)

logger = logging.getLogger("help_center.indexing")

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


def index_state(tenant: models.Model, *, using: str) -> HelpIndexState:
    """Return the state of a tenant's index, made when it is missing."""
    return HelpIndexState.objects.using(using).get_or_create(tenant_id=tenant.pk)[0]


def refresh_statistics(tenant: models.Model, *, using: str) -> HelpIndexState:
    """Count passages and vectors, and cut over to a new embedding space when it is complete."""
    complete = _complete_space(tenant, using=using)
    with transaction.atomic(using=using):
        # Who counts later must also write later, and see what was counted before.
        states = HelpIndexState.objects.using(using).select_for_update(no_key=True)
        state = states.get(tenant_id=tenant.pk)
        former = state.embedding_space
        if complete and not missing_vectors(tenant, complete, using=using).exists():
            state.embedding_space = complete
        counted = count_index(tenant, state.embedding_space, using=using)
        for name, value in counted.items():
            setattr(state, name, value)
        state.save(using=using, update_fields=[*STATISTICS, "embedding_space", "updated_at"])
    if former not in ("", state.embedding_space):
        # Not above: whoever withdraws an article holds its vectors and waits for the state.
        prune_vectors(tenant, [state.embedding_space], using=using)
        logger.info(
            "Tenant %s now searches the embedding space %s.", tenant.pk, state.embedding_space
        )
    return state


def _complete_space(tenant: models.Model, *, using: str) -> str:
    """Return the space to cut over to, with every vector in it; "" when there is none."""
    serving = index_state(tenant, using=using).embedding_space
    backend = get_embeddings()
    if backend is None or not backend.is_ready() or backend.space == serving:
        return ""
    if missing_vectors(tenant, backend.space, using=using).exists():
        return ""
    if serving:
        write_article_vectors(tenant, backend.space, using=using)
    return backend.space
