"""Pictures on their way to the storage."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.files.storage import InMemoryStorage, default_storage

from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import get_tenant_model
from django_helpcenter.services.documentation.images import ImageStore

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> ImageStore:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    return ImageStore(tmp_path, get_tenant_model()(pk=7))


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0jpeg", "jpg"),
        (b"GIF89a..", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b'\n<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
    ],
)
def test_kind_of_a_picture_is_told_by_its_content(
    store: ImageStore, tmp_path: Path, data: bytes, extension: str
) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    found = store.find("x.bin", is_absolute=False)
    assert found is not None
    assert found.name.startswith("help_center/7/images/")
    assert found.name.endswith(f".{extension}")
    assert found.address == f"image:{found.file}"


def test_equal_pictures_are_stored_once(store: ImageStore, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PNG)
    one, two = (store.find(name, is_absolute=False) for name in ("a.png", "b.png"))
    assert one is not None
    assert two is not None
    assert one.name == two.name
    store.save(one)
    store.save(two)
    assert default_storage.listdir("help_center/7/images")[1] == [one.name.rpartition("/")[2]]
    assert default_storage.open(one.name).read() == PNG


def test_picture_in_the_storage_is_not_written_again(store: ImageStore, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    image = store.find("a.png", is_absolute=False)
    assert image is not None
    store.save(image)
    (tmp_path / "a.png").unlink()
    ImageStore(tmp_path, get_tenant_model()(pk=7)).save(image)
    assert default_storage.exists(image.name)


def test_picture_that_vanishes_before_it_is_stored_is_an_error(
    store: ImageStore, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    image = store.find("a.png", is_absolute=False)
    assert image is not None
    (tmp_path / "a.png").unlink()
    with pytest.raises(ContentError, match=r"a\.png cannot be stored"):
        store.save(image)


def test_picture_that_is_exchanged_before_it_is_stored_is_refused(
    store: ImageStore, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    image = store.find("a.png", is_absolute=False)
    assert image is not None
    (tmp_path / "a.png").write_bytes(b"<script>")
    with pytest.raises(ContentError, match=r"a\.png cannot be stored: it changed"):
        store.save(image)
    assert not default_storage.exists(image.name)


def test_picture_that_becomes_a_link_before_it_is_stored_is_refused(
    store: ImageStore, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    image = store.find("a.png", is_absolute=False)
    assert image is not None
    (tmp_path / "a.png").rename(tmp_path / "b.png")
    (tmp_path / "a.png").symlink_to(tmp_path / "b.png")
    with pytest.raises(ContentError, match=r"a\.png cannot be stored: it cannot be read"):
        store.save(image)


def test_picture_that_grows_before_it_is_stored_is_refused(
    store: ImageStore, tmp_path: Path, settings: Any
) -> None:
    settings.HELP_CENTER_IMPORT_MAX_IMAGE_BYTES = 50
    (tmp_path / "a.png").write_bytes(PNG)
    image = store.find("a.png", is_absolute=False)
    assert image is not None
    (tmp_path / "a.png").write_bytes(PNG + b"x" * 100)
    with pytest.raises(ContentError, match="it has more than"):
        store.save(image)


class BotoCoreError(Exception):
    """What the library behind a storage raises; it derives from nothing in particular."""


class BrokenStorage(InMemoryStorage):
    """Cannot be reached."""

    def exists(self, name: str) -> bool:
        raise BotoCoreError("no credentials")


def test_storage_that_raises_its_own_errors_is_an_error_of_the_picture(
    store: ImageStore, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = ModuleType("botocore.exceptions")
    library.BotoCoreError = BotoCoreError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "botocore.exceptions", library)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{__name__}.BrokenStorage"},
    }
    (tmp_path / "a.png").write_bytes(PNG)
    image = store.find("a.png", is_absolute=False)
    assert image is not None
    with pytest.raises(ContentError, match=r"a\.png cannot be stored: no credentials"):
        store.save(image)


def test_absolute_address_looks_into_public_folders(store: ImageStore, tmp_path: Path) -> None:
    (tmp_path / "static/img").mkdir(parents=True)
    (tmp_path / "static/img/a.png").write_bytes(PNG)
    assert store.find("img/a.png", is_absolute=True) is not None
    assert store.find("img/a.png", is_absolute=False) is None


@pytest.mark.parametrize("path", ["missing.png", "folder", "a\0b.png", "page.html"])
def test_what_is_no_picture_is_not_found(store: ImageStore, tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "page.html").write_text("<p>", encoding="utf-8")
    assert store.find(path, is_absolute=False) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html>", "it is not a PNG, JPEG, GIF, WebP or SVG image"),
        (b"", "it is not a PNG"),
        (b"<svg onload='x'/>", "the SVG image"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "it has more than 0.0 MB"),
    ],
)
def test_picture_that_is_not_taken_says_why(
    store: ImageStore, tmp_path: Path, settings: Any, data: bytes, reason: str
) -> None:
    settings.HELP_CENTER_IMPORT_MAX_IMAGE_BYTES = 50
    (tmp_path / "a.png").write_bytes(data)
    for _ in range(2):  # also when it is asked for again
        with pytest.raises(ContentError, match=reason):
            store.find("a.png", is_absolute=False)


def test_link_out_of_the_folder_is_not_followed(store: ImageStore, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.png"
    outside.write_bytes(PNG)
    (tmp_path / "a.png").symlink_to(outside)
    with pytest.raises(ContentError, match="leads out of the folder"):
        store.find("a.png", is_absolute=False)


@pytest.mark.parametrize(("root", "url"), [("", "/media/"), ("/srv/media", ""), ("", "")])
def test_site_without_place_for_media_stores_nothing(
    tmp_path: Path, settings: Any, root: str, url: str
) -> None:
    settings.MEDIA_ROOT, settings.MEDIA_URL = root, url
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(ContentError, match="MEDIA_ROOT and MEDIA_URL are not set"):
        ImageStore(tmp_path, get_tenant_model()(pk=7)).find("a.png", is_absolute=False)


def test_storage_without_addresses_stores_nothing(
    store: ImageStore, tmp_path: Path, settings: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.Storage"},
    }
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(ContentError, match="no addresses"):
        store.find("a.png", is_absolute=False)
