"""Embed with an ONNX model on this machine's processor: onnxruntime and tokenizers, no torch."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from pydantic import Field

from django_helpcenter.backends.embeddings.base import (
    EmbeddingBackend,
    EmbeddingOptions,
    Vector,
)
from django_helpcenter.backends.embeddings.manifest import (
    ModelManifest,
    model_folder,
    models_directory,
    read_manifest,
)
from django_helpcenter.exceptions import ConfigurationError, EmbeddingUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_helpcenter.backends.embeddings.session import EncoderSession

DEFAULT_MODEL = "all-MiniLM-L6-v2"
PACKAGES = ("numpy", "onnxruntime", "tokenizers")
#: The extra that brings them.
EXTRA = "onnx"
#: Characters a token that are kept before tokenizing: 500 kB of text cost 0.3 s to tokenize, and
#: almost all of it would be cut off afterwards. English has four to five.
CHARACTERS_PER_TOKEN = 20


class OnnxOptions(EmbeddingOptions):
    #: Name of an installed model; also the name of its folder.
    model: str = DEFAULT_MODEL
    #: Folder that holds the folders of models.
    model_dir: Path | None = None
    #: Threads of one calculation. More than one helps bulk work on idle cores only.
    threads: int = Field(default=1, ge=1)
    #: Batches of a bulk call that run at the same time; ``None``: as many as there are processors.
    bulk_threads: int | None = Field(default=None, ge=1)
    #: Padded tokens of a batch. On one thread 512 embeds a quarter faster than 2,048 (what a batch
    #: works on stays in the processor's cache) and keeps the process at 215 MB instead of 265.
    batch_tokens: int = Field(default=512, ge=256)
    #: ``None``: what the model's manifest says.
    query_prefix: str | None = None
    document_prefix: str | None = None


class OnnxEmbeddings(EmbeddingBackend):
    """Embed with a model that ``install_help_model`` has installed.

    The session is created at the first use, once per process and again after a fork. Needs the
    extra ``onnx``. Nothing is ever downloaded here.
    """

    Options = OnnxOptions
    options: OnnxOptions

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.name = self.options.model
        self._manifest: ModelManifest | None = None
        # Keyed by process: threads of a session do not survive a fork, and neither does the right
        # to a lock that some thread of the parent was holding.
        self._sessions: dict[int, EncoderSession] = {}
        self._locks: dict[int, Lock] = {}

    @property
    def manifest(self) -> ModelManifest:
        """The manifest of the installed model; raises EmbeddingUnavailable."""
        if self._manifest is None:
            self._manifest = read_manifest(self.name, self.models_dir)
        return self._manifest

    @property
    def models_dir(self) -> Path:
        """The folder that holds the folders of models."""
        return models_directory(self.options.model_dir)

    @property
    def max_tokens(self) -> int:  # type: ignore[override]
        return self.manifest.max_tokens

    @property
    def space(self) -> str:
        return self.manifest.space(self.document_prefix)

    @property
    def query_prefix(self) -> str:
        option = self.options.query_prefix
        return self.manifest.query_prefix if option is None else option

    @property
    def document_prefix(self) -> str:
        option = self.options.document_prefix
        return self.manifest.document_prefix if option is None else option

    def ready(self) -> None:
        super().ready()
        self._session()

    def encode(self, texts: list[str]) -> list[Vector]:
        session = self._session()
        limit = self.max_tokens * CHARACTERS_PER_TOKEN
        return session.encode([text if len(text) <= limit else _cut(text, limit) for text in texts])

    def check(self, *, deploy: bool = False) -> list[CheckMessage]:
        messages = super().check(deploy=deploy)
        try:
            refuse_missing_packages(PACKAGES, EXTRA)
            read_manifest(self.name, self.models_dir)
        except EmbeddingUnavailable as exc:
            # Without a model the site works and searches by words alone: that must not stop
            # `migrate` or `install_help_model`, but a deployment should know.
            level = Error if deploy else CheckWarning
            messages.append(
                level(
                    f"Search by meaning is off: {exc}",
                    hint="Install what is missing, or set HELP_CENTER_EMBEDDINGS to None.",
                    id=f"help_center.{'E' if deploy else 'W'}052",
                )
            )
        except ConfigurationError as exc:
            messages.append(Error(str(exc), id="help_center.E053"))
        return messages

    def _session(self) -> EncoderSession:
        process = os.getpid()
        session = self._sessions.get(process)
        if session is None:
            with self._locks.setdefault(process, Lock()):
                session = self._sessions.get(process)
                if session is None:
                    session = self._sessions[process] = self._open_session()
        return session

    def _open_session(self) -> EncoderSession:
        manifest = self.manifest
        refuse_missing_packages(PACKAGES, EXTRA)
        from django_helpcenter.backends.embeddings.session import EncoderSession

        return EncoderSession(
            model_folder(self.name, self.models_dir),
            manifest,
            threads=self.options.threads,
            batch_tokens=self.options.batch_tokens,
            bulk_threads=self.options.bulk_threads or _processors(),
        )


def refuse_missing_packages(packages: Sequence[str], extra: str) -> None:
    """Raise EmbeddingUnavailable when one of these packages, which ``extra`` brings, is missing."""
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise EmbeddingUnavailable(
            f"These packages are not installed: {', '.join(missing)}. Run: "
            f'python -m pip install "django-helpcenter[{extra}]"'
        )


def _processors() -> int:
    """Return how many processors this process may use; macOS can only tell how many there are."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _cut(text: str, limit: int) -> str:
    # Blanks carry nothing for the model, so a text that begins with many must not be cut to them.
    return " ".join(text[: limit * 4].split())[:limit]
