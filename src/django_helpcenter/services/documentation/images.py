"""Pictures of the folder on their way to Django's storage."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import models
from django.urls import get_script_prefix

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ContentError
from django_helpcenter.services.documentation.svg import svg_problem
from django_helpcenter.services.stored_images import image_folder, storage_exceptions

logger = logging.getLogger("help_center.documentation")

#: Folders that sites serve at their root.
_PUBLIC_FOLDERS = ("", "static", "public", "assets", ".vuepress/public")

_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b|<!--|<svg\b)"), "svg"),
)

_EXTENSION = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp|ico|tiff?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture's place in the storage; it is named by its content, so equal ones are one."""

    folder: str
    file: str
    location: Path

    @property
    def name(self) -> str:
        return f"{self.folder}/{self.file}"

    @property
    def address(self) -> str:
        """What stands in the text for it."""
        return f"image:{self.file}"


class ImageStore:
    """Copies the pictures of one folder, each once, however many articles show it."""

    def __init__(self, root: Path, tenant: models.Model) -> None:
        self.root = root
        self.folder = image_folder(tenant.pk)
        self._known: dict[str, StoredImage | str | None] = {}
        self._saved: set[str] = set()

    def find(self, path: str, *, is_absolute: bool) -> StoredImage | None:
        """Return the picture at a path below the root, ``None`` when there is no file.

        Raises ContentError when there is one that is not taken over.
        """
        for folder in _PUBLIC_FOLDERS if is_absolute else _PUBLIC_FOLDERS[:1]:
            found = self._look(f"{folder}/{path}" if folder else path)
            if found is not None:
                return found
        return None

    def save(self, image: StoredImage) -> None:
        """Copy a picture unless the storage has it; raises ContentError when that fails."""
        if image.name in self._saved:
            return
        try:
            if not default_storage.exists(image.name):
                data = self._read_again(image)
                stored = default_storage.save(image.name, ContentFile(data))
                if stored != image.name:  # somebody else stored it meanwhile
                    default_storage.delete(stored)
        except storage_exceptions() as exc:
            raise ContentError(f"The image {image.location.name} cannot be stored: {exc}") from exc
        self._saved.add(image.name)

    def _read_again(self, image: StoredImage) -> bytes:
        """Return the bytes that were checked; a file that was exchanged since is refused."""
        name = image.location.name
        try:
            data = _read_image(image.location)
        except ContentError as exc:
            raise ContentError(f"The image {name} cannot be stored: {exc}") from exc
        if not image.file.startswith(f"{_digest(data)}."):
            raise ContentError(
                f"The image {name} cannot be stored: it changed while the import ran; run the "
                "command again"
            )
        return data

    def _look(self, path: str) -> StoredImage | None:
        if path not in self._known:
            try:
                self._known[path] = self._read(path)
            except ContentError as exc:
                self._known[path] = str(exc)
        known = self._known[path]
        if isinstance(known, str):
            raise ContentError(known)
        return known

    def _read(self, path: str) -> StoredImage | None:
        try:
            location = (self.root / path).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        if not location.is_relative_to(self.root):
            raise ContentError("a symbolic link leads out of the folder")
        if not location.is_file():
            return None
        data = _read_image(location)
        extension = _image_type(data)
        if extension is None:
            if _EXTENSION.search(path):
                raise ContentError("it is not a PNG, JPEG, GIF, WebP or SVG image")
            return None
        if extension == "svg" and (problem := svg_problem(data)):
            raise ContentError(f"the SVG image {problem}")
        image = StoredImage(self.folder, f"{_digest(data)}.{extension}", location)
        _check_addresses(image.name)
        return image


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _open_itself(path: str, flags: int) -> int:
    """Open a file that is no symbolic link; ``path`` is resolved, so a link was put there since."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _read_image(location: Path) -> bytes:
    limit = conf.IMPORT_MAX_IMAGE_BYTES
    try:
        with open(location, "rb", opener=_open_itself) as opened:
            data = opened.read(limit + 1)
    except OSError as exc:
        raise ContentError(f"it cannot be read: {(exc.strerror or str(exc)).lower()}") from exc
    if len(data) > limit:
        raise ContentError(f"it has more than {limit / 1e6:.1f} MB")
    return data


def _image_type(data: bytes) -> str | None:
    """Return the kind of a picture by its content; a name proves nothing."""
    for signature, extension in _SIGNATURES:
        if signature.match(data[:1024]):
            return extension
    return None


def _check_addresses(name: str) -> None:
    """Raise ContentError when the storage could not show a picture of this name."""
    # With Django's defaults a picture would land in the working directory, where no page finds it.
    if isinstance(default_storage, FileSystemStorage) and (
        not default_storage.base_location or default_storage.base_url in (None, get_script_prefix())
    ):
        raise ContentError("MEDIA_ROOT and MEDIA_URL are not set, so it could not be shown")
    try:
        default_storage.url(name)
    except storage_exceptions() as exc:
        raise ContentError("the storage gives its files no addresses") from exc
