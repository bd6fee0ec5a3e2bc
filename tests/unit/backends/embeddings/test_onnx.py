"""The ONNX backend: batches, limits, prefixes, missing parts, forks."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from django_helpcenter.backends.embeddings.onnx import (
    OnnxEmbeddings,
    refuse_missing_packages,
)
from django_helpcenter.exceptions import EmbeddingError, EmbeddingUnavailable
from django_helpcenter.testing import assert_close

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.tiny_model import TinyModel


def backend_in(models_dir: Path, **options: Any) -> OnnxEmbeddings:
    """Return a backend with the tiny model."""
    return OnnxEmbeddings(**{"model": "tiny", "model_dir": models_dir, **options})


@pytest.fixture
def own_models_dir(tiny_models_dir: Path, tmp_path: Path) -> Path:
    """Return a folder of models that a test may spoil."""
    shutil.copytree(tiny_models_dir / "tiny", tmp_path / "tiny")
    return tmp_path


def change_manifest(models_dir: Path, **changes: Any) -> None:
    path = models_dir / "tiny" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_vectors_are_those_of_an_independent_calculation(
    tiny_model: TinyModel, tiny_models_dir: Path
) -> None:
    from tests.tiny_model import make_weights, reference_vector, token_ids

    texts = ["", "reset my password", "how do i pay?", "order " * 100, "Ünïcode 日本 42"]
    weights = make_weights()
    vectors = backend_in(tiny_models_dir).embed_documents(texts)
    for text, vector in zip(texts, vectors, strict=True):
        assert_close(vector, reference_vector(weights, token_ids(tiny_model.folder, text)), 1e-6)


@pytest.mark.parametrize("batch_tokens", [256, 300, 10_000])
def test_size_of_batches_changes_nothing(tiny_models_dir: Path, batch_tokens: int) -> None:
    texts = ["order " * (number % 40) + str(number) for number in range(60)]
    expected = backend_in(tiny_models_dir).embed_documents(texts)
    found = backend_in(tiny_models_dir, batch_tokens=batch_tokens).embed_documents(texts)
    for ours, theirs in zip(found, expected, strict=True):
        assert_close(ours, theirs)


def test_text_is_read_up_to_the_limit_of_the_model(tiny_models_dir: Path) -> None:
    backend = backend_in(tiny_models_dir)
    # Two of the 32 tokens mark the ends.
    short, long, longer = backend.embed_documents(["my " * 29, "my " * 30, "my " * 30 + "order"])
    assert_close(long, longer)
    with pytest.raises(AssertionError):
        assert_close(short, long)


def test_blanks_in_front_do_not_hide_a_text(tiny_models_dir: Path) -> None:
    backend = backend_in(tiny_models_dir)
    plain, indented = backend.embed_documents(["password", " " * 1_000 + "password"])
    assert_close(plain, indented)


def test_prefixes_come_from_the_manifest(own_models_dir: Path) -> None:
    plain = backend_in(own_models_dir)
    expected = plain.embed_documents(["the order", "my order"])
    change_manifest(own_models_dir, query_prefix="the ", document_prefix="my ")
    backend = backend_in(own_models_dir, query_cache=None)
    assert_close(backend.embed_query("order"), expected[0])
    assert_close(backend.embed_documents(["order"])[0], expected[1])
    assert backend.space != plain.space


def test_options_win_over_the_prefixes_of_the_manifest(own_models_dir: Path) -> None:
    change_manifest(own_models_dir, query_prefix="the ", document_prefix="my ")
    backend = backend_in(own_models_dir, query_prefix="", document_prefix="")
    assert (backend.query_prefix, backend.document_prefix) == ("", "")


def test_model_is_loaded_once(tiny_models_dir: Path) -> None:
    backend = backend_in(tiny_models_dir)
    assert backend._session() is backend._session()


def test_environment_says_where_models_are(
    tiny_models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELP_CENTER_MODEL_DIR", str(tiny_models_dir))
    assert OnnxEmbeddings(model="tiny").is_ready()


@pytest.mark.parametrize("bulk_threads", [None, 3])
def test_batches_side_by_side_give_the_same_vectors(
    tiny_models_dir: Path, bulk_threads: int | None
) -> None:
    texts = [f"valve {number} " * (number % 40 + 1) for number in range(200)]
    one = backend_in(tiny_models_dir, batch_tokens=256, bulk_threads=1)
    several = backend_in(tiny_models_dir, batch_tokens=256, bulk_threads=bulk_threads)
    assert several.embed_documents(texts) == one.embed_documents(texts)


def test_more_threads_give_the_same_vectors(tiny_models_dir: Path) -> None:
    one, two = (backend_in(tiny_models_dir, threads=threads) for threads in (1, 2))
    assert_close(one.embed_documents(["order"])[0], two.embed_documents(["order"])[0])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_child_process_embeds_with_a_session_of_its_own(tiny_models_dir: Path) -> None:
    code = f"""
import os
from django.conf import settings
settings.configure()
from django_helpcenter.backends.embeddings.onnx import OnnxEmbeddings
backend = OnnxEmbeddings(model="tiny", model_dir={str(tiny_models_dir)!r}, threads=2)
before = backend.embed_documents(["order", "password"])
session = backend._session()
child = os.fork()
if not child:
    same = backend.embed_documents(["order", "password"]) == before
    os._exit(0 if same and backend._session() is not session else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], timeout=120)
    assert done.returncode == 0


def test_missing_model_names_the_command_that_mends_it(tmp_path: Path) -> None:
    backend = OnnxEmbeddings(model_dir=tmp_path)
    with pytest.raises(EmbeddingUnavailable, match="install_help_model all-MiniLM-L6-v2"):
        _ = backend.space
    assert not backend.is_ready()


def test_model_that_is_installed_later_is_found(own_models_dir: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    (own_models_dir / "tiny").rename(away)
    backend = backend_in(own_models_dir)
    assert not backend.is_ready()
    away.rename(own_models_dir / "tiny")
    assert backend.is_ready()


def test_missing_packages_are_named_with_their_extra() -> None:
    with pytest.raises(EmbeddingUnavailable) as caught:
        refuse_missing_packages(("json", "no_such_package"), "onnx")
    message = str(caught.value)
    assert "not installed: no_such_package." in message
    assert 'pip install "django-helpcenter[onnx]"' in message


def test_graph_of_the_right_size_that_is_none_is_unavailable(own_models_dir: Path) -> None:
    graph = own_models_dir / "tiny" / "model.onnx"
    graph.write_bytes(b"x" * graph.stat().st_size)
    with pytest.raises(EmbeddingUnavailable, match=r"model\.onnx cannot be loaded"):
        backend_in(own_models_dir).ready()


def test_changed_tokenizer_is_unavailable(own_models_dir: Path) -> None:
    tokenizer = own_models_dir / "tiny" / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text().replace("password", "passwort"))
    with pytest.raises(EmbeddingUnavailable, match="not the file that was installed"):
        backend_in(own_models_dir).ready()


def test_error_of_the_runtime_stays_inside(own_models_dir: Path) -> None:
    # The tiny model has 64 positions: a manifest that promises more makes the graph fail.
    change_manifest(own_models_dir, max_tokens=256)
    with pytest.raises(EmbeddingError, match="tiny could not embed"):
        backend_in(own_models_dir).embed_documents(["order " * 100])


def test_missing_model_is_a_warning_while_developing(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    messages = OnnxEmbeddings(model_dir=tmp_path).check()
    assert [message.id for message in messages] == ["help_center.W052"]
    assert "install_help_model" in messages[0].msg


def test_missing_model_is_an_error_when_deploying(tmp_path: Path) -> None:
    messages = OnnxEmbeddings(model_dir=tmp_path).check(deploy=True)
    assert [message.id for message in messages] == ["help_center.E052"]


def test_project_without_a_folder_for_models_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("onnxruntime")
    monkeypatch.delenv("HELP_CENTER_MODEL_DIR", raising=False)
    settings.BASE_DIR = None
    messages = OnnxEmbeddings().check()
    assert [message.id for message in messages] == ["help_center.E053"]


def save_graph(models_dir: Path, *, with_types: bool) -> None:
    """Replace the graph by one that returns a vector per token, as published graphs do."""
    from onnx import TensorProto, helper

    pin = json.loads((models_dir / "tiny" / "manifest.json").read_text())["files"]
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if with_types else [])
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
        for name in names
    ]
    output = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", 384]
    )
    total = "input_ids"
    nodes = []
    if with_types:
        nodes.append(helper.make_node("Add", ["input_ids", "token_type_ids"], ["total"]))
        total = "total"
    depth = helper.make_tensor("depth", TensorProto.INT64, [], [384])
    values = helper.make_tensor("values", TensorProto.FLOAT, [2], [0.0, 2.0])
    nodes.append(helper.make_node("OneHot", [total, "depth", "values"], ["last_hidden_state"]))
    graph = helper.make_graph(nodes, "tokens", inputs, [output], [depth, values])
    model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 20)])
    data = model.SerializeToString()
    (models_dir / "tiny" / "model.onnx").write_bytes(data)
    change_manifest(models_dir, files=pin | {"model.onnx": {"sha256": "0" * 64, "size": len(data)}})


@pytest.mark.parametrize("with_types", [True, False])
def test_graph_without_pooling_is_pooled_by_its_mean(
    own_models_dir: Path, with_types: bool
) -> None:
    save_graph(own_models_dir, with_types=with_types)
    short, long = backend_in(own_models_dir).embed_documents(["my", "my my order password"])
    # [CLS], "my" and [SEP], once each; padding to the longer text adds nothing.
    assert sorted(short)[-4:] == pytest.approx([0, *[1 / math.sqrt(3)] * 3])
    assert math.hypot(*long) == pytest.approx(1)


def test_graph_without_pooling_is_pooled_by_its_first_token(own_models_dir: Path) -> None:
    save_graph(own_models_dir, with_types=False)
    change_manifest(own_models_dir, pooling="cls")
    vectors = backend_in(own_models_dir).embed_documents(["my", "order password"])
    assert vectors[0] == vectors[1]
    assert max(vectors[0]) == pytest.approx(1)


def test_model_that_wants_no_scaling_is_not_scaled(own_models_dir: Path) -> None:
    save_graph(own_models_dir, with_types=False)
    change_manifest(own_models_dir, pooling="cls", normalize=False)
    assert max(backend_in(own_models_dir).embed_documents(["my"])[0]) == pytest.approx(2)
