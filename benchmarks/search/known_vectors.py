"""An embedding backend for generated questions: their vectors are known beforehand."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.search.corpus import SPACE, Query
from django_helpcenter.backends.embeddings.base import EmbeddingBackend, Vector

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
        """Return the vectors of questions that are known."""
        return [_VECTORS[text] for text in texts]
