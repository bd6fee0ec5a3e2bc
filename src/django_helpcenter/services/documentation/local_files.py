"""Pictures and other files of the folder on their way to the files of the tenant."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from django_helpcenter.conf import conf
from django_helpcenter.content.attachments import attachment_type, clean_file
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.content.images import image_type
from django_helpcenter.exceptions import ContentError
from django_helpcenter.services.file_storage import check_storage
from django_helpcenter.services.files import FileService, file_key

#: Folders that sites serve at their root.
_PUBLIC_FOLDERS = ("", "static", "public", "assets", ".vuepress/public")

_EXTENSION = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp|ico|tiff?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the folder and the name that it has in texts; equal ones have the same."""

    file: str
    location: Path
    is_image: bool = True

    @property
    def address(self) -> str:
        """What stands in the text for it."""
        return f"{'image' if self.is_image else 'file'}:{self.file}"


class FileStore:
    """Keeps the files of one folder, each once, however many articles show or link to it."""

    def __init__(self, root: Path, files: FileService) -> None:
        self.root = root
        self.files = files
        self._known: dict[str, StoredFile | str | None] = {}
        self._saved: set[str] = set()

    def find(self, path: str, *, is_absolute: bool) -> StoredFile | None:
        """Return the file at a path below the root, ``None`` for none.

        Raises ContentError when there is one that is not taken over.
        """
        for folder in _PUBLIC_FOLDERS if is_absolute else _PUBLIC_FOLDERS[:1]:
            found = self._look(f"{folder}/{path}" if folder else path)
            if found is not None:
                return found
        return None

    def save(self, file: StoredFile) -> None:
        """Keep a file; raises ContentError when that fails."""
        if file.file in self._saved:
            return
        name = file.location.name
        try:
            cleaned = _read_file(file.location)
            if cleaned is None or file.file != _file_name(cleaned):
                raise ContentError("it changed while the import ran; run the command again")
            self.files.keep(cleaned, name=name)
        except ContentError as exc:
            raise ContentError(f"The file {name} cannot be stored: {exc}") from exc
        self._saved.add(file.file)

    def _look(self, path: str) -> StoredFile | None:
        if path not in self._known:
            try:
                self._known[path] = self._read(path)
            except ContentError as exc:
                self._known[path] = str(exc)
        known = self._known[path]
        if isinstance(known, str):
            raise ContentError(known)
        return known

    def _read(self, path: str) -> StoredFile | None:
        try:
            location = (self.root / path).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        if not location.is_relative_to(self.root):
            raise ContentError("a symbolic link leads out of the folder")
        if not location.is_file():
            return None
        cleaned = _read_file(location)
        if cleaned is None:
            if _EXTENSION.search(path):
                raise ContentError("it is not a PNG, JPEG, GIF, WebP or SVG image")
            return None
        check_storage()
        return StoredFile(_file_name(cleaned), location, is_image=cleaned.type.is_image)


def _file_name(cleaned: CleanFile) -> str:
    return f"{file_key(cleaned.data)}.{cleaned.type.extension}"


def _open_itself(path: str, flags: int) -> int:
    """Open a file that is no symbolic link; ``path`` is resolved, so a link was put there since."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _read_file(location: Path) -> CleanFile | None:
    """Return what is kept of a file, ``None`` when it is of no kind that is known."""
    limit = conf.IMPORT_MAX_IMAGE_BYTES
    try:
        with open(location, "rb", opener=_open_itself) as opened:
            data = opened.read(limit + 1)
    except OSError as exc:
        raise ContentError(f"it cannot be read: {(exc.strerror or str(exc)).lower()}") from exc
    if len(data) > limit:
        raise ContentError(f"it has more than {limit / 1e6:.1f} MB")
    if image_type(data) is None and attachment_type(data, name=location.name) is None:
        return None
    return clean_file(
        data, name=location.name, max_pixels=conf.IMAGE_MAX_PIXELS, taken=conf.UPLOAD_TYPES
    )
