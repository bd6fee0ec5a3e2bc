"""The graph builder: the same numbers as the weights say, the same bytes every time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from django_helpcenter.backends.embeddings.install.graph import build_graph, read_shape
from django_helpcenter.exceptions import ModelInstallError
from django_helpcenter.testing import assert_close

if TYPE_CHECKING:
    from tests.tiny_model import TinyModel


def run(graph: Path, ids: list[int]) -> list[float]:
    """Return the vector that a graph makes of one text."""
    import numpy as np
    import onnxruntime

    ort: Any = onnxruntime
    session = ort.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    feed = {"input_ids": np.array([ids]), "attention_mask": np.ones((1, len(ids)), dtype=np.int64)}
    vector: list[float] = session.run(None, feed)[0][0].tolist()
    return vector


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_graph_calculates_what_the_weights_say(
    tiny_model: TinyModel, tmp_path: Path, pooling: str
) -> None:
    from tests.tiny_model import make_weights, reference_vector

    build_graph(tiny_model.folder, pooling, tmp_path / "model.onnx")
    ids = [2, *range(5, 40), 3]
    expected = reference_vector(make_weights(), ids, pooling=pooling)
    assert_close(run(tmp_path / "model.onnx", ids), expected, 1e-6)


def test_equal_weights_give_equal_bytes(tiny_model: TinyModel, tmp_path: Path) -> None:
    for name in ("first.onnx", "second.onnx"):
        build_graph(tiny_model.folder, "mean", tmp_path / name)
    assert (tmp_path / "first.onnx").read_bytes() == (tmp_path / "second.onnx").read_bytes()


def test_graph_uses_standard_operators_only(tiny_model: TinyModel, tmp_path: Path) -> None:
    import onnx

    build_graph(tiny_model.folder, "mean", tmp_path / "model.onnx")
    model = onnx.load(tmp_path / "model.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 20)]
    assert model.ir_version == 9


def test_missing_tensor_is_named(tiny_model: TinyModel, tmp_path: Path) -> None:
    from tests.tiny_model import make_weights, safetensors

    weights = make_weights()
    del weights["encoder.layer.1.output.dense.bias"]
    shutil.copy(tiny_model.folder / "config.json", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(safetensors(weights))
    with pytest.raises(ModelInstallError, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        build_graph(tmp_path, "mean", tmp_path / "model.onnx")


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "roberta"},
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
    ],
)
def test_other_architecture_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    config = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": 384,
        "num_attention_heads": 12,
        "num_hidden_layers": 6,
        "layer_norm_eps": 1e-12,
    }
    (tmp_path / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(ModelInstallError, match="only plain BERT"):
        read_shape(tmp_path / "config.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"hidden_size": "wide"}'])
def test_config_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ModelInstallError, match="does not describe a model"):
        read_shape(tmp_path / "config.json")
