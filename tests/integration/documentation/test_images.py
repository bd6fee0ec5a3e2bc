"""Pictures of a folder on their way to the files of the tenant."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.db.models import Model

from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpFile
from django_helpcenter.services.documentation.local_files import FileStore, StoredFile
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM
from tests.images import png

PNG = png()


@pytest.fixture
def store(tenant: Model, tmp_path: Path) -> FileStore:
    return FileStore(tmp_path, FileService(tenant=tenant, actor=SYSTEM))


@pytest.fixture
def image(store: FileStore, tmp_path: Path) -> StoredFile:
    (tmp_path / "a.png").write_bytes(PNG)
    found = store.find("a.png", is_absolute=False)
    assert found is not None
    return found


def test_picture_is_kept_under_its_name(store: FileStore, image: StoredFile) -> None:
    store.save(image)
    file = HelpFile.objects.get()
    assert (file.file_name, file.name) == (image.file, "a.png")
    assert default_storage.open(file.storage_name).read() == PNG


def test_picture_in_the_storage_is_not_written_again(
    store: FileStore, image: StoredFile, tenant: Model, tmp_path: Path
) -> None:
    store.save(image)
    name = HelpFile.objects.get().storage_name
    FileStore(tmp_path, FileService(tenant=tenant, actor=SYSTEM)).save(image)
    assert HelpFile.objects.get().storage_name == name


def test_picture_that_the_storage_has_lost_is_stored_again(
    store: FileStore, image: StoredFile, tenant: Model, tmp_path: Path
) -> None:
    store.save(image)
    default_storage.delete(HelpFile.objects.get().storage_name)
    FileStore(tmp_path, FileService(tenant=tenant, actor=SYSTEM)).save(image)
    assert default_storage.open(HelpFile.objects.get().storage_name).read() == PNG


def _vanish(path: Path) -> None:
    path.unlink()


def _become_a_script(path: Path) -> None:
    path.write_bytes(b"<script>")


def _become_another(path: Path) -> None:
    path.write_bytes(png(9))


def _become_a_link(path: Path) -> None:
    path.rename(path.with_name("b.png")).parent.joinpath("a.png").symlink_to("b.png")


def _grow(path: Path) -> None:
    path.write_bytes(PNG + b"x" * 10_000_001)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_vanish, "it cannot be read"),
        (_become_a_script, "it changed"),
        (_become_another, "it changed"),
        (_become_a_link, "it cannot be read"),
        (_grow, "it has more than"),
    ],
)
def test_picture_that_changes_before_it_is_kept_is_refused(
    store: FileStore,
    image: StoredFile,
    tmp_path: Path,
    change: Callable[[Path], None],
    reason: str,
) -> None:
    change(tmp_path / "a.png")
    with pytest.raises(ContentError, match=rf"a\.png cannot be stored: {reason}"):
        store.save(image)
    assert not HelpFile.objects.exists()


class BotoCoreError(Exception):
    """What the library behind a storage raises; it derives from nothing in particular."""


class BrokenStorage(InMemoryStorage):
    """Cannot be reached."""

    def save(self, name: Any, content: Any, max_length: Any = None) -> str:
        raise BotoCoreError("no credentials")


def test_storage_that_raises_its_own_errors_is_an_error_of_the_picture(
    store: FileStore, image: StoredFile, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = ModuleType("botocore.exceptions")
    library.BotoCoreError = BotoCoreError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "botocore.exceptions", library)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{__name__}.BrokenStorage"},
    }
    with pytest.raises(ContentError, match=r"a\.png cannot be stored: .* no credentials"):
        store.save(image)
