"""The self-test refuses models that load and still are wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from django_helpcenter.backends.embeddings.install.registry import ALL_MINILM_L6_V2
from django_helpcenter.backends.embeddings.install.verify import find_fault, self_test
from django_helpcenter.backends.embeddings.manifest import read_manifest
from django_helpcenter.exceptions import ModelInstallError


def own_model(tiny_models_dir: Path, tmp_path: Path, width: int, value: float) -> Path:
    """Return a folder of models in which the tiny one answers with one vector for everything."""
    from onnx import TensorProto, helper

    folder = tmp_path / "tiny"
    shutil.copytree(tiny_models_dir / "tiny", folder)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, width])
    constant = helper.make_tensor("value", TensorProto.FLOAT, [1, width], [value] * width)
    node = helper.make_node("Identity", ["value"], ["vector"])
    graph = helper.make_graph([node], "constant", inputs, [output], [constant])
    model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 20)])
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["model.onnx"]["size"] = (folder / "model.onnx").stat().st_size
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_vectors_that_are_not_scaled_are_refused(tiny_models_dir: Path, tmp_path: Path) -> None:
    models_dir = own_model(tiny_models_dir, tmp_path, 384, 1.0)
    with pytest.raises(ModelInstallError, match=r"the length 19\.5959 instead of 1"):
        self_test(read_manifest("tiny", models_dir), models_dir, None)


def test_vectors_of_another_width_are_refused(tiny_models_dir: Path, tmp_path: Path) -> None:
    models_dir = own_model(tiny_models_dir, tmp_path, 768, 0.0)
    with pytest.raises(
        ModelInstallError, match="vectors of 768 numbers, its manifest promises 384"
    ):
        self_test(read_manifest("tiny", models_dir), models_dir, None)


def test_sound_model_of_ones_own_passes(tiny_models_dir: Path) -> None:
    self_test(read_manifest("tiny", tiny_models_dir), tiny_models_dir, None)
    assert find_fault("tiny", tiny_models_dir, None) is None


def test_missing_model_is_a_fault(tmp_path: Path) -> None:
    assert "is not installed" in (find_fault("tiny", tmp_path, None) or "")


@pytest.mark.model
def test_real_model_is_the_pinned_one(real_models_dir: Path) -> None:
    assert find_fault(ALL_MINILM_L6_V2.name, real_models_dir, ALL_MINILM_L6_V2) is None


@pytest.mark.model
def test_real_model_makes_the_vector_of_the_published_weights(real_models_dir: Path) -> None:
    manifest = read_manifest(ALL_MINILM_L6_V2.name, real_models_dir)
    self_test(manifest, real_models_dir, ALL_MINILM_L6_V2)
    assert manifest.space("") == "all-MiniLM-L6-v2:a6d6f7b7a63ff549"
