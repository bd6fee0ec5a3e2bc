"""Fixtures with models, for the tests that need one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.tiny_model import TinyModel


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    """Return the published files of a tiny model."""
    for package in ("numpy", "onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package)
    from tests.tiny_model import write_tiny_model

    return write_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_models_dir(tiny_model: TinyModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of models in which the tiny one is installed; only for reading."""
    from django_helpcenter.backends.embeddings.install.installer import install_model

    models_dir = tmp_path_factory.mktemp("models")
    install_model(
        "tiny",
        f"local:{tiny_model.folder}",
        models_dir=models_dir,
        report=lambda line: None,
        known_models={"tiny": tiny_model.known},
    )
    return models_dir


@pytest.fixture(scope="session")
def real_models_dir() -> Path:
    """Return the folder of models that holds the real one; tests that ask are marked ``model``."""
    models_dir = Path(os.environ["HELP_CENTER_MODEL_DIR"])
    if not (models_dir / "all-MiniLM-L6-v2" / "manifest.json").is_file():
        pytest.skip(f"all-MiniLM-L6-v2 is not installed in {models_dir}")
    return models_dir
