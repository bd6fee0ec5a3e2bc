"""Which embedding backend serves a tenant, and which ones its index is written for.

A switch of models re-embeds everything into the new space while the old space keeps serving, and
then cuts over. Vectors of different spaces are never compared.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django_helpcenter.backends.loading import get_embeddings, get_previous_embeddings
from django_helpcenter.exceptions import EmbeddingUnavailable

if TYPE_CHECKING:
    from django_helpcenter.backends.embeddings.base import EmbeddingBackend

logger = logging.getLogger("help_center.embeddings")

#: Reasons why a search has no semantic side; ``SearchResults.degraded``.
NO_MODEL = "model-missing"
NOT_EMBEDDED = "not-embedded"
OTHER_SPACE = "other-space"

#: Tenants whose serving space a process remembers.
REMEMBERED = 10_000

_remembered: dict[tuple[str, Any], str] = {}


def expected_space(alias: str, tenant_id: Any) -> str:
    """Return the space that a tenant is thought to be served in.

    A query is embedded before the database is asked, which then tells whether this was right: what
    was remembered from the search before, or the space of the current backend.
    """
    remembered = _remembered.get((alias, tenant_id))
    if remembered is not None:
        return remembered
    current = get_embeddings()
    return current.space if current is not None and current.is_ready() else ""


def remember_space(alias: str, tenant_id: Any, space: str) -> None:
    """Remember the space that a tenant was found to be served in."""
    if len(_remembered) >= REMEMBERED:
        _remembered.clear()
    _remembered[alias, tenant_id] = space


def serving_backend(space: str) -> tuple[EmbeddingBackend | None, str]:
    """Return the backend that can query a tenant's serving space, and else why there is none.

    Without ``HELP_CENTER_EMBEDDINGS`` the site is lexical by choice: no backend and no reason.
    """
    current = get_embeddings()
    if current is None:
        return None, ""
    if not space:
        return None, NOT_EMBEDDED
    reason = OTHER_SPACE
    for backend in (current, get_previous_embeddings()):
        try:
            if backend is not None and backend.space == space:
                return backend, ""
        except EmbeddingUnavailable as exc:
            # The new model may still be on its way while the previous one serves.
            logger.warning("Search is without a model: %s", exc)
            reason = NO_MODEL
    return None, reason


def indexing_backends(space: str) -> list[EmbeddingBackend]:
    """Return the backends that new passages are embedded with, the current one first.

    ``space`` is the one that serves: while it is the previous backend's, that one is kept in step
    too. Raises EmbeddingUnavailable when the current model is missing.
    """
    current = get_embeddings()
    if current is None:
        return []
    current.ready()
    previous = get_previous_embeddings()
    if previous is None or space == current.space or not previous.is_ready():
        return [current]
    return [current, previous] if previous.space == space else [current]
