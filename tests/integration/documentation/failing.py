"""An embedding backend that breaks down."""

from __future__ import annotations

from django_helpcenter.backends.embeddings.base import Vector
from django_helpcenter.backends.embeddings.hashing import HashingEmbeddings
from django_helpcenter.exceptions import EmbeddingError


class FailingEmbeddings(HashingEmbeddings):
    """Is there, and fails when it is asked."""

    def encode(self, texts: list[str]) -> list[Vector]:
        raise EmbeddingError("The model broke down.")
