"""Finding the files of a folder, whatever else is in it."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django_helpcenter.exceptions import DocumentationError
from django_helpcenter.services.documentation.report import Failure, Notice

SUFFIXES = frozenset({".md", ".mdx", ".markdown"})

#: Folders of other programs; as large as they are, nobody means them.
FOREIGN_FOLDERS = frozenset({"node_modules", "__pycache__"})

#: Characters of the columns that hold a path.
MAX_PATH_LENGTH = 1_000

#: Folders within folders. Real trees stay below 10; the bound keeps hostile ones from costing more.
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Markdown file: its path below the root, with ``/`` and in NFC, and where it lies."""

    path: str
    location: Path


@dataclass(slots=True)
class FolderScan:
    """What a folder holds; ``files`` are sorted by path, ``notes`` tell what was passed over."""

    root: Path
    files: list[SourceFile] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    skips: list[Notice] = field(default_factory=list)
    notes: list[Notice] = field(default_factory=list)


def scan_documents(root: str | Path) -> FolderScan:
    """Do what ``scan_folder`` does; raise DocumentationError also where nothing is to import."""
    if not str(root):
        raise DocumentationError("The path of the folder is empty.")
    folder = scan_folder(Path(root))
    if not (folder.files or folder.failures or folder.skips):
        raise DocumentationError(f"There is no Markdown file (.md, .mdx) in {str(folder.root)!r}.")
    return folder


def scan_folder(root: Path) -> FolderScan:
    """Find the Markdown files of a folder and say why any other candidate is left out.

    Symbolic links are followed only to what lies in the folder and is not found without them, so
    that no loop, no double and no way out exists. Raises DocumentationError when there is no
    folder.
    """
    try:
        real = root.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as exc:
        raise DocumentationError(f"There is no folder {str(root)!r}: {_reason(exc)}.") from exc
    if not real.is_dir():
        raise DocumentationError(f"{str(root)!r} is a file; give the folder that it is in.")
    return _Walk(real).run()


class _Walk:
    def __init__(self, root: Path) -> None:
        self.scan = FolderScan(root)
        self.seen: set[Path] = set()
        self.links: list[tuple[Path, str]] = []

    def run(self) -> FolderScan:
        self.folder(self.scan.root, "")
        # Links come last: what they lead to is then known to be found, or not, without them.
        while self.links:
            self.links.sort(reverse=True)
            self.follow(*self.links.pop())
        self.scan.files.sort(key=lambda file: file.path)
        return self.scan

    def folder(self, location: Path, path: str) -> None:
        pending = [(location, path)]
        while pending:
            here, name = pending.pop()
            if here in self.seen:
                continue
            self.seen.add(here)
            if name.count("/") >= MAX_DEPTH:
                self.fail(name, f"Folders nest more than {MAX_DEPTH} deep here.")
                continue
            for entry, entry_path in self.entries(here, name):
                if entry.is_symlink():
                    self.links.append((Path(entry.path), entry_path))
                elif entry.is_dir(follow_symlinks=False):
                    if not self.is_foreign(entry.name, entry_path):
                        pending.append((Path(entry.path), entry_path))
                elif _is_markdown(entry.name):
                    self.file(
                        Path(entry.path), entry_path, entry.stat(follow_symlinks=False).st_mode
                    )

    def entries(self, location: Path, path: str) -> Iterator[tuple[os.DirEntry[str], str]]:
        try:
            with os.scandir(location) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as exc:
            self.fail(path or ".", f"The folder cannot be read: {_reason(exc)}.")
            return
        for entry in entries:
            yield entry, f"{path}/{entry.name}" if path else entry.name

    def is_foreign(self, name: str, path: str) -> bool:
        if name.startswith("."):
            return True
        if name in FOREIGN_FOLDERS:
            self.scan.notes.append(Notice(path, None, "This folder is not looked into."))
            return True
        return False

    def file(self, location: Path, path: str, mode: int) -> None:
        self.seen.add(location)
        name = PurePosixPath(path).name
        try:
            path.encode()
        except UnicodeEncodeError:
            self.fail(path, "The name of the file is not UTF-8; rename it.")
            return
        path = unicodedata.normalize("NFC", path)
        if len(path) > MAX_PATH_LENGTH:
            self.fail(path, f"The path is longer than {MAX_PATH_LENGTH} characters; shorten it.")
        elif not stat.S_ISREG(mode):
            self.scan.skips.append(Notice(path, None, "This is not an ordinary file."))
        elif name.startswith("."):
            self.scan.skips.append(Notice(path, None, "Hidden files are not imported."))
        else:
            self.scan.files.append(SourceFile(path, location))

    def follow(self, location: Path, path: str) -> None:
        name = location.name
        if name.startswith(".") or name in FOREIGN_FOLDERS:
            return
        try:
            target = location.resolve(strict=True)
            mode = target.stat().st_mode
        except (OSError, RuntimeError) as exc:
            if _is_markdown(name):
                self.skip(path, f"This symbolic link leads nowhere: {_reason(exc)}.")
            return
        if not target.is_relative_to(self.scan.root):
            if _is_markdown(name) or stat.S_ISDIR(mode):
                self.skip(path, "This symbolic link leads out of the folder; it is not followed.")
        elif stat.S_ISDIR(mode):
            self.folder(target, path)
        elif _is_markdown(name):
            if target in self.seen:
                inside = target.relative_to(self.scan.root).as_posix()
                self.skip(path, f"This is a symbolic link to {inside}, which is read itself.")
            else:
                self.file(target, path, mode)

    def skip(self, path: str, reason: str) -> None:
        self.scan.skips.append(Notice(printable(path), None, reason))

    def fail(self, path: str, reason: str) -> None:
        self.scan.failures.append(Failure(printable(path), None, reason))


def printable(path: str) -> str:
    """Return a path that any terminal, log and JSON reader can take."""
    return path.encode("utf-8", "backslashreplace").decode()


def _is_markdown(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES or name.lower() in SUFFIXES


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".").lower()
