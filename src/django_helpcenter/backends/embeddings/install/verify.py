"""Prove that an installed model is what it claims to be."""

from __future__ import annotations

import base64
import math
import struct
from typing import TYPE_CHECKING

from django_helpcenter.backends.embeddings.install.registry import KnownModel
from django_helpcenter.backends.embeddings.manifest import (
    ModelManifest,
    file_sha256,
    model_folder,
    read_manifest,
)
from django_helpcenter.backends.embeddings.onnx import OnnxEmbeddings
from django_helpcenter.exceptions import EmbeddingError, EmbeddingUnavailable, ModelInstallError

if TYPE_CHECKING:
    from pathlib import Path

#: Largest difference of one number of the probe's vector. Another processor differs by 1e-6,
#: the 16 bits of the stored vector cost 5e-5, a wrong model differs by 1e-2.
PROBE_TOLERANCE = 1e-4
NORM_TOLERANCE = 1e-3
#: Asked of a model that brings no probe.
ANY_TEXT = "How do I reset my password?"


def find_fault(name: str, models_dir: Path, known: KnownModel | None) -> str | None:
    """Return what is wrong with an installed model; ``None``: every byte is as it should be."""
    folder = model_folder(name, models_dir)
    try:
        manifest = read_manifest(name, models_dir)
        if known is not None and manifest != known.manifest(manifest.source):
            return f"{folder} holds another release of {name}"
        for file_name, expected in manifest.files.items():
            if file_sha256(folder / file_name) != expected.sha256:
                return f"{folder / file_name} is damaged"
    except (EmbeddingUnavailable, OSError) as exc:
        return str(exc)
    return None


def self_test(manifest: ModelManifest, models_dir: Path, known: KnownModel | None) -> None:
    """Embed a known text with the model in ``models_dir``; raises ModelInstallError."""
    backend = OnnxEmbeddings(model=manifest.name, model_dir=models_dir, query_cache=None)
    text = known.probe_text if known else ANY_TEXT
    try:
        vector = backend.embed_documents([text])[0]
    except EmbeddingError as exc:
        raise ModelInstallError(
            f"The self-test of {manifest.name} failed: {exc} Nothing was installed."
        ) from exc
    norm = math.sqrt(math.fsum(number * number for number in vector))
    if not math.isclose(norm, 1.0, abs_tol=NORM_TOLERANCE):
        raise ModelInstallError(
            f"The self-test of {manifest.name} failed: a vector has the length {norm:.4f} instead "
            "of 1. Nothing was installed."
        )
    if known is not None:
        _compare(manifest, vector, known)


def _compare(manifest: ModelManifest, vector: list[float], known: KnownModel) -> None:
    packed = base64.b64decode(known.probe_vector)
    expected = struct.unpack(f"<{len(packed) // 2}e", packed)
    difference = max(abs(a - b) for a, b in zip(vector, expected, strict=True))
    if not difference <= PROBE_TOLERANCE:
        raise ModelInstallError(
            f"The self-test of {manifest.name} failed: the vector of {known.probe_text!r} is off "
            f"by {difference:.6f}. Nothing was installed."
        )
