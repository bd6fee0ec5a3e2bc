"""An embedding backend for generated questions, whose vectors are known beforehand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from benchmarks.search.corpus import SPACE, Query
from django_helpcenter.backends.embeddings.base import (
    EMBEDDING_DIMENSIONS,
    EmbeddingBackend,
    Vector,
)

_VECTORS: dict[str, Vector] = {}


def know(queries: Iterable[Query]) -> None:
    """Remember the vectors of these questions."""
    _VECTORS.update((query.text, query.vector) for query in queries)


class KnownVectors(EmbeddingBackend):
    """Looks vectors up."""

    name = "known-vectors"
    max_tokens = 512

    @property
    def space(self) -> str:
        """The space of the generated passages."""
        return SPACE

    def encode(self, texts: list[str]) -> list[Vector]:
        """Return the vectors of questions; one that is near nothing for what is not known."""
        return [_VECTORS.get(text) or _somewhere(text) for text in texts]


def _somewhere(text: str) -> Vector:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    vector = np.random.default_rng(seed).standard_normal(EMBEDDING_DIMENSIONS)
    found: Vector = (vector / np.linalg.norm(vector)).tolist()
    return found
