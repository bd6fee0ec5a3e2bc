"""The reference of the embedding backends says what the code does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from django_helpcenter.backends.embeddings.base import EmbeddingBackend
from django_helpcenter.backends.embeddings.hashing import HashingEmbeddings
from django_helpcenter.backends.embeddings.install.registry import KNOWN_MODELS
from django_helpcenter.backends.embeddings.manifest import ModelManifest
from django_helpcenter.backends.embeddings.onnx import OnnxEmbeddings

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "embeddings.md"
OPTION_ROW = re.compile(r"^\| `(\w+)` \| `(.+?)` \|", re.MULTILINE)
CODE = re.compile(r"`(\w+)`")


def section(title: str) -> str:
    """Return the text under a heading."""
    page = PAGE.read_text(encoding="utf-8")
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("backend", [OnnxEmbeddings, HashingEmbeddings])
def test_options_are_listed_with_their_defaults(backend: type[EmbeddingBackend]) -> None:
    documented = {
        name: ast.literal_eval(default)
        for name, default in OPTION_ROW.findall(section(f"`{backend.__name__}`"))
    }
    fields = backend.Options.model_fields
    assert documented == {name: field.default for name, field in fields.items()}


def test_keys_of_the_manifest_are_listed() -> None:
    table = section("The folder of a model").split("| Key | Meaning |")[1]
    cells = (row.split("|")[1] for row in table.splitlines() if row.startswith("|"))
    documented = [name for cell in cells for name in CODE.findall(cell)]
    assert sorted(documented) == sorted(ModelManifest.model_fields)


def test_known_models_are_listed() -> None:
    documented = re.findall(r"^\| `([\w.-]+)` \|", section("Known models"), re.MULTILINE)
    assert sorted(documented) == sorted(KNOWN_MODELS)
