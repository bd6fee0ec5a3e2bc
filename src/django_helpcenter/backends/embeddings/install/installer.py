"""Put a model in place: all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files import locks

from django_helpcenter.backends.embeddings.install.graph import build_graph
from django_helpcenter.backends.embeddings.install.registry import KNOWN_MODELS, KnownModel
from django_helpcenter.backends.embeddings.install.sources import (
    LocalSource,
    ModelSource,
    parse_source,
)
from django_helpcenter.backends.embeddings.install.transfer import (
    Report,
    explained_os_errors,
    refuse_other_bytes,
)
from django_helpcenter.backends.embeddings.install.verify import find_fault, self_test
from django_helpcenter.backends.embeddings.manifest import (
    MANIFEST_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    ModelManifest,
    file_sha256,
    model_folder,
    models_directory,
    read_folder,
)
from django_helpcenter.backends.embeddings.onnx import EXTRA, PACKAGES, refuse_missing_packages
from django_helpcenter.exceptions import ModelInstallError

MEGABYTE = 1_000_000

#: What building needs beside what embedding needs, and the extra that brings it.
BUILD_PACKAGES = ("onnx",)
BUILD_EXTRA = "onnx-build"


@dataclass(frozen=True, slots=True)
class Installation:
    """What ``install_model`` left behind."""

    folder: Path
    #: False: everything was there already.
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    known: KnownModel | None
    known_names: Sequence[str]
    source: ModelSource
    models_dir: Path
    report: Report

    @property
    def folder(self) -> Path:
        return model_folder(self.name, self.models_dir)

    @property
    def partial(self) -> Path:
        """Beside the target, so that the last step is a rename and not a copy."""
        return self.models_dir / f".{self.name}.partial"

    @property
    def built_folder(self) -> Path | None:
        """Where the source has a graph that need not be built."""
        source = self.source
        return source.folder if isinstance(source, LocalSource) and source.is_built else None

    def known_model(self) -> KnownModel:
        """Return the known model; raises ModelInstallError when the name is not known."""
        if self.known is None:
            raise self.unknown_model()
        return self.known

    def unknown_model(self) -> ModelInstallError:
        """Return the error that says how a model of one's own is installed."""
        return ModelInstallError(
            f"{self.name!r} is not a known model (known: {', '.join(self.known_names)}). A model "
            f"of your own is installed with --from local:FOLDER, where the folder holds "
            f"{MODEL_FILE}, {TOKENIZER_FILE} and {MANIFEST_FILE}."
        )


def install_model(
    name: str,
    source: str,
    *,
    models_dir: Path | None = None,
    report: Report,
    known_models: Mapping[str, KnownModel] = KNOWN_MODELS,
) -> Installation:
    """Install a model from ``source`` (the value of ``--from``).

    A model that is there and unharmed is left alone, without touching the network. Two
    installations at once wait for each other; an interrupted one is completed by the next. Raises
    ModelInstallError, EmbeddingUnavailable when a package is missing, ConfigurationError.
    """
    known = known_models.get(name)
    directory = models_directory(models_dir)
    folder = model_folder(name, directory)
    if find_fault(name, directory, known) is None:
        return Installation(folder, is_new=False)
    job = _Job(name, known, list(known_models), parse_source(source), directory, report)
    if job.built_folder is None:
        job.known_model()
    _refuse_missing_packages(job)
    with explained_os_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with _lock(job):
            # Another process may have installed it while this one waited.
            if find_fault(name, directory, known) is None:
                return Installation(folder, is_new=False)
            _refuse_full_disk(job)
            _install(job)
    return Installation(folder, is_new=True)


def _install(job: _Job) -> None:
    # Whatever an interrupted run has left is unproven: start anew.
    shutil.rmtree(job.partial, ignore_errors=True)
    product = job.partial / job.name
    scratch = job.partial / "source"
    product.mkdir(parents=True)
    scratch.mkdir()
    try:
        manifest = _make_product(job, scratch, product)
        (product / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n")
        for file_name, expected in manifest.files.items():
            found = file_sha256(product / file_name)
            refuse_other_bytes(file_name, expected.sha256, found, job.source.label)
        job.report("Testing the model")
        self_test(manifest, job.partial, job.known)
        _put_in_place(product, job.folder, manifest)
    finally:
        shutil.rmtree(job.partial, ignore_errors=True)


def _make_product(job: _Job, scratch: Path, product: Path) -> ModelManifest:
    built = job.built_folder
    if built is not None:
        return _copy_built(job, built, product)
    known = job.known_model()
    folder = job.source.fetch(known, scratch, job.report)
    job.report("Building the graph")
    build_graph(folder, known.pooling, product / MODEL_FILE)
    shutil.copyfile(folder / TOKENIZER_FILE, product / TOKENIZER_FILE)
    return known.manifest(job.source.label)


def _copy_built(job: _Job, built: Path, product: Path) -> ModelManifest:
    if job.known is not None:
        manifest = job.known.manifest(job.source.label)
    elif (built / MANIFEST_FILE).is_file():
        update = {"name": job.name, "source": job.source.label}
        manifest = read_folder(built, job.name).model_copy(update=update)
    else:
        raise job.unknown_model()
    for file_name in manifest.files:
        shutil.copyfile(built / file_name, product / file_name)
    return manifest


def _put_in_place(product: Path, folder: Path, manifest: ModelManifest) -> None:
    folder.mkdir(exist_ok=True)
    # Without its manifest a folder counts as not installed, so no reader meets a mixture.
    (folder / MANIFEST_FILE).unlink(missing_ok=True)
    for file_name in (*manifest.files, MANIFEST_FILE):
        with (product / file_name).open("rb+") as file:
            os.fsync(file.fileno())
        (product / file_name).replace(folder / file_name)


@contextmanager
def _lock(job: _Job) -> Iterator[None]:
    # The system drops the lock when its holder dies, so there are no stale locks to remove.
    with (job.models_dir / f".{job.name}.lock").open("w") as file:
        if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            job.report(f"Another installation of {job.name} is running; waiting for it")
            locks.lock(file, locks.LOCK_EX)
        yield


def _refuse_missing_packages(job: _Job) -> None:
    refuse_missing_packages(PACKAGES, EXTRA)
    if job.built_folder is None:
        refuse_missing_packages(BUILD_PACKAGES, BUILD_EXTRA)


def _refuse_full_disk(job: _Job) -> None:
    if job.known is None:
        return
    needed = job.known.product.size + job.known.sources[TOKENIZER_FILE].size
    if job.built_folder is None:
        needed += job.source.scratch_bytes(job.known)
    free = shutil.disk_usage(job.models_dir).free
    if free < needed:
        raise ModelInstallError(
            f"{job.models_dir} has {free // MEGABYTE} MB free; installing {job.name} needs "
            f"{needed // MEGABYTE} MB. Free some space or choose another folder with --model-dir."
        )
