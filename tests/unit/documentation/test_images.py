"""Pictures of a folder that is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import get_tenant_model
from django_helpcenter.services.documentation.local_files import FileStore
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM
from tests.images import gif, jpeg, png, svg, vp8, webp

PNG = png()


def image_store(root: Path) -> FileStore:
    return FileStore(root, FileService(tenant=get_tenant_model()(pk=7), actor=SYSTEM))


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> FileStore:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    return image_store(tmp_path)


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (PNG, "png"),
        (jpeg(), "jpg"),
        (gif(), "gif"),
        (webp(vp8()), "webp"),
        (svg(), "svg"),
    ],
)
def test_kind_of_a_picture_is_told_by_its_content(
    store: FileStore, tmp_path: Path, data: bytes, extension: str
) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    found = store.find("x.bin", is_absolute=False)
    assert found is not None
    assert found.file.endswith(f".{extension}")
    assert found.address == f"image:{found.file}"


def test_equal_pictures_have_one_name(store: FileStore, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PNG)
    one, two = (store.find(name, is_absolute=False) for name in ("a.png", "b.png"))
    assert one is not None
    assert two is not None
    assert one.file == two.file


def test_picture_has_the_name_of_what_is_kept_of_it(store: FileStore, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "b.png").write_bytes(png(after=b"something behind it"))
    one, two = (store.find(name, is_absolute=False) for name in ("a.png", "b.png"))
    assert one is not None
    assert two is not None
    assert one.file == two.file


def test_absolute_address_looks_into_public_folders(store: FileStore, tmp_path: Path) -> None:
    (tmp_path / "static/img").mkdir(parents=True)
    (tmp_path / "static/img/a.png").write_bytes(PNG)
    assert store.find("img/a.png", is_absolute=True) is not None
    assert store.find("img/a.png", is_absolute=False) is None


@pytest.mark.parametrize("path", ["missing.png", "folder", "a\0b.png", "page.html"])
def test_what_is_no_picture_is_not_found(store: FileStore, tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "page.html").write_text("<p>", encoding="utf-8")
    assert store.find(path, is_absolute=False) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html>", "it is not a PNG, JPEG, GIF, WebP or SVG image"),
        (b"", "it is not a PNG"),
        (b"<svg onload='x'/>", "the SVG image"),
        (png(after=b"x" * 100), "it has more than 0.0 MB"),
        (PNG[:40], "it is cut short or damaged"),
    ],
)
def test_picture_that_is_not_taken_says_why(
    store: FileStore, tmp_path: Path, settings: Any, data: bytes, reason: str
) -> None:
    settings.HELP_CENTER_IMPORT_MAX_IMAGE_BYTES = len(PNG)
    (tmp_path / "a.png").write_bytes(data)
    for _ in range(2):  # also when it is asked for again
        with pytest.raises(ContentError, match=reason):
            store.find("a.png", is_absolute=False)


def test_link_out_of_the_folder_is_not_followed(store: FileStore, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.png"
    outside.write_bytes(PNG)
    (tmp_path / "a.png").symlink_to(outside)
    with pytest.raises(ContentError, match="leads out of the folder"):
        store.find("a.png", is_absolute=False)


def test_picture_with_too_many_pixels_is_not_taken(
    store: FileStore, tmp_path: Path, settings: Any
) -> None:
    settings.HELP_CENTER_IMAGE_MAX_PIXELS = 5
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(ContentError, match="2 × 3 pixels"):
        store.find("a.png", is_absolute=False)


def test_site_without_place_for_files_stores_nothing(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = ""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(ContentError, match="set MEDIA_ROOT, or HELP_CENTER_FILE_STORAGE"):
        image_store(tmp_path).find("a.png", is_absolute=False)
