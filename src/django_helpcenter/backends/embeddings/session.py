"""A loaded model: tokenize, batch by length, run, pool where the graph does not.

Importing this module imports onnxruntime, tokenizers and numpy; only ``OnnxEmbeddings`` does so,
and only when it is first used.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state
from tokenizers import Tokenizer

from django_helpcenter.backends.embeddings.base import Vector
from django_helpcenter.backends.embeddings.manifest import (
    MODEL_FILE,
    TOKENIZER_FILE,
    ModelManifest,
    file_sha256,
    mend,
)
from django_helpcenter.exceptions import EmbeddingError, EmbeddingUnavailable

#: onnxruntime declares no types for what it exports.
ort: Any = onnxruntime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

#: The exceptions of onnxruntime share no root, so all that it has are collected.
RUNTIME_ERRORS: tuple[type[Exception], ...] = tuple(
    value
    for value in vars(onnxruntime_pybind11_state).values()
    if isinstance(value, type) and issubclass(value, Exception)
)

WARNINGS_OFF = 3

#: Texts that make another thread worth its start.
TEXTS_PER_WORKER = 8


class EncoderSession:
    """An ONNX session with its tokenizer; belongs to the process that made it."""

    def __init__(
        self,
        folder: Path,
        manifest: ModelManifest,
        *,
        threads: int,
        batch_tokens: int,
        bulk_threads: int,
    ) -> None:
        self.manifest = manifest
        self.batch_tokens = batch_tokens
        self.bulk_threads = bulk_threads
        self.tokenizer = _open_tokenizer(folder, manifest)
        self.session = _open_session(folder, manifest, threads)
        self.inputs = {item.name for item in self.session.get_inputs()}

    def encode(self, texts: list[str]) -> list[Vector]:
        """Return one vector per text, in order; raises EmbeddingError."""
        workers = min(self.bulk_threads, len(texts) // TEXTS_PER_WORKER)
        if workers < 2:
            return self._encode(texts, map)
        with ThreadPoolExecutor(workers) as pool:
            return self._encode(texts, pool.map)

    def _encode(self, texts: list[str], each: Callable[..., Iterable[Any]]) -> list[Vector]:
        tokens = list(each(self._tokenize, texts))
        vectors = np.empty((len(texts), self.manifest.dimensions), dtype=np.float32)

        def run(batch: list[int]) -> None:
            vectors[batch] = self._run([tokens[index] for index in batch])

        for _ in each(run, self._batches(tokens)):
            pass
        result: list[Vector] = vectors.tolist()
        return result

    def _tokenize(self, text: str) -> NDArray[np.int64]:
        return np.array(self.tokenizer.encode(text).ids, dtype=np.int64)

    def _batches(self, tokens: list[NDArray[np.int64]]) -> Iterator[list[int]]:
        """Yield indexes of texts of similar length, the longest first.

        Padding is wasted work: sorted by length and cut by padded tokens, a mixed load takes a
        third of the time of batches of 32 in the given order.
        """
        order = sorted(range(len(tokens)), key=lambda index: -len(tokens[index]))
        start = 0
        while start < len(order):
            width = max(1, len(tokens[order[start]]))
            rows = max(1, self.batch_tokens // width)
            yield order[start : start + rows]
            start += rows

    def _run(self, rows: list[NDArray[np.int64]]) -> NDArray[np.float32]:
        shape = (len(rows), len(rows[0]))
        ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        feed: dict[str, Any] = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in self.inputs:
            feed["token_type_ids"] = np.zeros(shape, dtype=np.int64)
        try:
            output: NDArray[np.float32] = self.session.run(None, feed)[0]
        except RUNTIME_ERRORS as exc:
            raise EmbeddingError(f"{self.manifest.name} could not embed: {exc}") from exc
        if output.shape[-1] != self.manifest.dimensions:
            raise EmbeddingError(
                f"The graph of {self.manifest.name} makes vectors of {output.shape[-1]} numbers, "
                f"its manifest promises {self.manifest.dimensions}."
            )
        return output if output.ndim == 2 else self._pool(output, mask)

    def _pool(self, hidden: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        """Do what the graph of a model made elsewhere leaves to its caller."""
        if self.manifest.pooling == "cls":
            pooled = hidden[:, 0]
        else:
            weights = mask[:, :, None].astype(np.float32)
            pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        if self.manifest.normalize:
            pooled = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled


def _open_tokenizer(folder: Path, manifest: ModelManifest) -> Tokenizer:
    path = folder / TOKENIZER_FILE
    # Hashing half a megabyte takes a millisecond; a tokenizer that changed would not fail but
    # make vectors that mean nothing.
    if file_sha256(path) != manifest.files[TOKENIZER_FILE].sha256:
        raise EmbeddingUnavailable(
            f"{path} is not the file that was installed. {mend(manifest.name)}"
        )
    tokenizer = Tokenizer.from_file(str(path))
    # The file as published pads every text to 128 tokens and cuts there.
    tokenizer.no_padding()
    tokenizer.enable_truncation(manifest.max_tokens)
    return tokenizer


def _open_session(folder: Path, manifest: ModelManifest, threads: int) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = WARNINGS_OFF
    # Threads that spin between queries burn five times the processor time of the query.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
    except RUNTIME_ERRORS as exc:
        raise EmbeddingUnavailable(
            f"{folder / MODEL_FILE} cannot be loaded: {exc}. {mend(manifest.name)}"
        ) from exc
