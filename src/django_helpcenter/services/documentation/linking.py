"""Where the links of a file lead."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

from django_helpcenter.services.documentation.folders import FolderTree
from django_helpcenter.services.documentation.reading import Document

#: What a link may say for a file, besides its path.
_SUFFIX = re.compile(r"\.(?:mdx?|markdown|html?)$", re.IGNORECASE)
_INDEX = re.compile(r"(?:^|/)(?:_?index|readme)$", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def split_target(target: str) -> tuple[str, str]:
    """Return the path and the fragment of an address; the query is of no use here."""
    before, _hash, fragment = target.partition("#")
    return unicodedata.normalize("NFC", unquote(before.partition("?")[0])), fragment


def is_local(target: str) -> bool:
    """Tell whether an address may mean a file of the folder."""
    return bool(target) and not target.startswith(("#", "//", "?")) and not _SCHEME.match(target)


def file_path(target: str, document: Document) -> str | None:
    """Return the path below the root that a file's address means, ``None`` when it leads out.

    ``/x`` counts from the root of the folder.
    """
    path = split_target(target)[0]
    base = "" if path.startswith("/") else document.folder
    joined = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
    if joined == ".." or joined.startswith(("../", "/")):
        return None
    return "" if joined == "." else joined


class Sitemap:
    """Finds the file that an address means.

    A path is tried as it is, without its suffix, and as a folder with an index; then without regard
    to case. An address from the root may also be one that the files' former site gave them, or the
    end of exactly one path: the folder may be a part of that site.
    """

    def __init__(self, documents: Iterable[Document], folders: FolderTree) -> None:
        self.folders = folders
        self._exact: dict[str, Document] = {}
        self._by_path: dict[str, Document | None] = {}
        self._by_folded: dict[str, Document | None] = {}
        self._by_alias: dict[str, Document | None] = {}
        self._by_end: dict[str, Document | None] = {}
        # A file comes before the index of a folder of its name, and an index before a README.
        for document in sorted(documents, key=lambda document: document.index_rank):
            self._add(document)

    def find(self, target: str, origin: Document) -> Document | None:
        """Return the file that an address in another file means, ``None`` when there is none."""
        path = file_path(target, origin)
        if path is None:
            return None
        key = _key(path)
        found = (
            self._exact.get(path) or self._by_path.get(key) or self._by_folded.get(key.casefold())
        )
        if found is not None or not target.startswith("/"):
            return found
        near = "/".join(filter(None, [self.folders.language_root(origin), key]))
        for table, wanted in (
            (self._by_alias, key),
            (self._by_path, near),
            (self._by_end, key if "/" in key else ""),
        ):
            found = table.get(wanted)
            if found is not None:
                return found
        return None

    def _add(self, document: Document) -> None:
        key = _key(document.path)
        self._exact[document.path] = document
        _claim(self._by_path, key, document, keep_first=True)
        _claim(self._by_folded, key.casefold(), document)
        for alias in (*self.folders.aliases_of(document), *document.metadata.addresses):
            _claim(
                self._by_alias, _key(split_target(alias)[0].strip("/")), document, keep_first=True
            )
        parts = key.split("/")
        for start in range(1, len(parts) - 1):
            _claim(self._by_end, "/".join(parts[start:]), document)


def _key(path: str) -> str:
    """Return a path without what links leave out: the slash at the end, the suffix, the index."""
    return _INDEX.sub("", _SUFFIX.sub("", path.strip("/")))


def _claim(
    table: dict[str, Document | None], key: str, document: Document, *, keep_first: bool = False
) -> None:
    """Enter a file under a key; a second file makes it mean none, unless the first one stays."""
    if key not in table:
        table[key] = document
    elif not keep_first and table[key] is not document:
        table[key] = None
