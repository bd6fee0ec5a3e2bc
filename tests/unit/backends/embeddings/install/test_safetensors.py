"""Reading safetensors files, whole ones and others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from django_helpcenter.exceptions import ModelInstallError

np = pytest.importorskip("numpy")

from django_helpcenter.backends.embeddings.install.safetensors import (  # noqa: E402
    read_safetensors,
)


def packed(header: object, body: bytes = b"") -> bytes:
    """Return a file with this header."""
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def test_tensors_are_read_with_name_and_shape(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    numbers = np.arange(6, dtype="<f4")
    entry = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
    path.write_bytes(packed({"__metadata__": {}, "weight": entry}, numbers.tobytes()))
    tensors = read_safetensors(path)
    assert list(tensors) == ["weight"]
    assert tensors["weight"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_other_types_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    entry = {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}
    path.write_bytes(packed({"ids": entry}, bytes(8)))
    assert read_safetensors(path) == {}


@pytest.mark.parametrize("data", [b"", b"abc", bytes(8), b"\xff" * 8, (9).to_bytes(8, "little")])
def test_cut_off_header_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(data)
    with pytest.raises(ModelInstallError, match="header is cut off"):
        read_safetensors(path)


@pytest.mark.parametrize(
    "header",
    [
        [],
        {"weight": 1},
        {"weight": {}},
        {"weight": {"dtype": "F32", "shape": [1], "data_offsets": [0]}},
        {"weight": {"dtype": "F32", "shape": [9], "data_offsets": [0, 4]}},
        {"weight": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}},
        {"weight": {"dtype": "F32", "shape": [1], "data_offsets": ["a", "b"]}},
    ],
)
def test_header_that_does_not_fit_is_refused(tmp_path: Path, header: object) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(packed(header, bytes(4)))
    with pytest.raises(ModelInstallError, match="not a readable safetensors file"):
        read_safetensors(path)
