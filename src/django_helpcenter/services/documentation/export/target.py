"""The folder on the disk that an export writes to, and never beyond."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from django_helpcenter.exceptions import DocumentationError
from django_helpcenter.services.documentation.export.names import is_safe_folder

#: Says that a folder is an export, of what, and which files are the export's own.
MARKER = ".help-center-export.json"
#: Bytes of a marker; one of 100,000 files has a tenth of it.
_MAX_MARKER = 100_000_000


class ExportFolder:
    """Writes files whole or not at all, and removes what an earlier export wrote.

    ``owner`` names what is exported: the folder of another export is not overwritten by chance.
    """

    def __init__(self, root: str | Path, owner: str) -> None:
        if not str(root) or "\0" in str(root):
            raise DocumentationError("The path of the folder is empty or cannot be one.")
        self.root = Path(root)
        self.owner = owner
        self.former: set[str] = set()
        self.present: set[str] = set()

    def open(self, *, force: bool) -> None:
        """Make the folder; raises DocumentationError when it holds what is not an export's."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root = self.root.resolve(strict=True)
            is_empty = not any(self.root.iterdir())
        except (OSError, RuntimeError, ValueError) as exc:
            reason = getattr(exc, "strerror", None) or str(exc)
            raise DocumentationError(
                f"{str(self.root)!r} cannot be written to: {reason.lower()}."
            ) from exc
        owner, files = self._read_marker()
        if owner == self.owner or force:
            # What another help center's export left belongs to nobody now, and goes as well.
            self.former = files
        elif owner:
            raise DocumentationError(
                f"{str(self.root)!r} holds the export of something else: another help center or "
                "another source. Use --force to put this one in its place."
            )
        elif not is_empty:
            raise DocumentationError(
                f"{str(self.root)!r} is neither empty nor an earlier export. Choose another "
                "folder, or use --force to write into it; other files stay, but files of the "
                "same names are overwritten."
            )

    def start(self, files: set[str]) -> None:
        """Note which files will be written: a run that is interrupted is known to the next one."""
        self._write_marker(self.former | files)

    def write(self, path: str, data: bytes) -> bool:
        """Write a file below the root; return whether that changed anything. Raises OSError."""
        target = self._locate(path)
        self.present.add(path)
        if not target.is_symlink() and target.is_file() and target.read_bytes() == data:
            return False
        self._replace(target, data)
        return True

    def finish(self) -> int:
        """Remove what earlier exports wrote and this one did not; return how many files."""
        removed = 0
        for path in sorted(self.former - self.present):
            try:
                self._locate(path, make_folders=False).unlink()
            except (OSError, ValueError):
                continue
            removed += 1
            self._remove_empty(Path(path).parent)
        self._write_marker(self.present)
        return removed

    def _locate(self, path: str, *, make_folders: bool = True) -> Path:
        """Return where a path lies; raises OSError where a link would lead out of the folder."""
        if not is_safe_folder(path):
            raise OSError(f"{path!r} is no path for a file")
        *folders, name = path.split("/")
        here = self.root
        for folder in folders:
            here = here / folder
            if here.is_symlink():
                raise OSError(f"{folder!r} is a symbolic link, which an export does not follow")
            if make_folders:
                here.mkdir(exist_ok=True)
        return here / name

    def _replace(self, target: Path, data: bytes) -> None:
        """Put a file in its place in one step: readers see the old one or the new one."""
        # The name says nothing of the target's, which may be as long as names may be.
        draft = target.with_name(f".{secrets.token_hex(8)}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            with os.fdopen(os.open(draft, flags, 0o644), "wb") as opened:
                opened.write(data)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)

    def _remove_empty(self, folder: Path) -> None:
        for each in (folder, *folder.parents):
            if each == Path():
                return
            try:
                (self.root / each).rmdir()
            except OSError:  # something else is in it
                return

    def _read_marker(self) -> tuple[str, set[str]]:
        """Return whose export this is, "" for nobody's, and its files; never raises."""
        marker = self.root / MARKER
        try:
            if marker.is_symlink() or marker.stat().st_size > _MAX_MARKER:
                return "", set()
            content = json.loads(marker.read_bytes())
            owner, files = content["owner"], content["files"]
            return str(owner), {path for path in files if isinstance(path, str)}
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return "", set()

    def _write_marker(self, files: set[str]) -> None:
        content = json.dumps({"owner": self.owner, "files": sorted(files)}, indent=0)
        self._replace(self.root / MARKER, content.encode())
