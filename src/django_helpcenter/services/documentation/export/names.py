"""Names of files and folders that no system takes for something else."""

from __future__ import annotations

import re
import unicodedata

from django.conf.locale import LANG_INFO

from django_helpcenter.services.documentation.reading import INDEX_STEMS
from django_helpcenter.services.documentation.scan import (
    FOREIGN_FOLDERS,
    MAX_DEPTH,
    MAX_PATH_LENGTH,
    SUFFIXES,
)

#: Bytes of a name; file systems take 255, and a new file needs some while it is written.
MAX_NAME_BYTES = 200
#: Bytes of a name that is made here, which leaves paths short.
_MADE_BYTES = 80
#: Bytes of a whole path below the root: Linux takes 4,096 with the root, other systems less.
_MAX_PATH_BYTES = 2_000

#: Names of devices, which Windows opens in place of files, whatever the suffix.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[^\w-]+")


def is_safe_path(path: str) -> bool:
    """Tell whether a file may be written at a path below the root, on any system."""
    suffix = path[path.rfind(".") :].lower() if "." in path else ""
    return suffix in SUFFIXES and is_safe_folder(path)


def is_safe_folder(path: str) -> bool:
    """Tell whether all parts of a path are names, and names that an import looks at."""
    parts = path.split("/")
    return (
        len(path) <= MAX_PATH_LENGTH
        and len(path.encode("utf-8", "replace")) <= _MAX_PATH_BYTES
        and len(parts) <= MAX_DEPTH
        and unicodedata.normalize("NFC", path) == path
        and all(map(_is_safe_name, parts))
    )


def _is_safe_name(name: str) -> bool:
    return (
        bool(name)
        and name.isprintable()
        and "\\" not in name
        and not name.startswith((".", " "))
        and not name.endswith((".", " "))
        and name not in FOREIGN_FOLDERS
        and not _DEVICES.fullmatch(name)
        and len(name.encode("utf-8", "replace")) <= MAX_NAME_BYTES
    )


def make_name(text: str, *, number: int = 1) -> str:
    """Make a name of a slug; ``number`` tells several of one slug apart."""
    suffix = f"-{number}" if number > 1 else ""
    name = unicodedata.normalize("NFC", _NOT_IN_NAMES.sub("-", text)).strip("-")
    name = name.encode("utf-8", "ignore")[:_MADE_BYTES].decode("utf-8", "ignore").strip("-")
    name = name or "item"
    means_more = (
        name.lower() in INDEX_STEMS
        or name in FOREIGN_FOLDERS
        or _DEVICES.fullmatch(name)
        or name.lower().strip("_").replace("_", "-") in LANG_INFO
    )
    return f"{name}-item{suffix}" if means_more else f"{name}{suffix}"


class PathBook:
    """The paths of an export, where no two may be one on a system that knows no upper case."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: dict[str, str] = {}

    def claim(self, path: str) -> bool:
        """Take a path for a file; ``False`` when something else has it, or has a folder of it."""
        if not is_safe_path(path):
            return False
        key, parts = path.casefold(), path.split("/")
        above = ["/".join(parts[:end]) for end in range(1, len(parts))]
        if key in self._files or key in self._folders:
            return False
        if any(
            folder.casefold() in self._files
            or self._folders.get(folder.casefold(), folder) != folder
            for folder in above
        ):
            return False
        self._files.add(key)
        self._folders |= {folder.casefold(): folder for folder in above}
        return True
