"""Every embedding backend keeps the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_helpcenter.backends.embeddings.base import EmbeddingBackend
from django_helpcenter.backends.embeddings.hashing import HashingEmbeddings
from django_helpcenter.backends.embeddings.onnx import OnnxEmbeddings
from django_helpcenter.testing import EmbeddingBackendContract, cosine


class TestHashingEmbeddings(EmbeddingBackendContract):
    def make_backend(self, **options: object) -> EmbeddingBackend:
        return HashingEmbeddings(**options)


class TestOnnxEmbeddingsWithTinyModel(EmbeddingBackendContract):
    @pytest.fixture(autouse=True)
    def _models(self, tiny_models_dir: Path) -> None:
        self.models_dir = tiny_models_dir

    def make_backend(self, **options: object) -> EmbeddingBackend:
        return OnnxEmbeddings(**{"model": "tiny", "model_dir": self.models_dir, **options})


@pytest.mark.model
class TestOnnxEmbeddingsWithRealModel(EmbeddingBackendContract):
    @pytest.fixture(autouse=True)
    def _models(self, real_models_dir: Path) -> None:
        self.models_dir = real_models_dir

    def make_backend(self, **options: object) -> EmbeddingBackend:
        return OnnxEmbeddings(**{"model_dir": self.models_dir, **options})

    def test_paraphrase_without_a_common_word_is_near(self) -> None:
        backend = self.make_backend()
        question = backend.embed_query("I forgot my login credentials")
        same, other = backend.embed_documents(
            ["How to recover access after losing your password", "How to export invoices as CSV"]
        )
        assert cosine(question, same) > 0.5
        assert cosine(question, other) < 0.2
