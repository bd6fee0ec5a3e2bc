"""What stands in an article for an address that its file has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django_helpcenter.exceptions import ContentError
from django_helpcenter.services.documentation.linking import (
    Sitemap,
    file_path,
    is_local,
    split_target,
)
from django_helpcenter.services.documentation.local_files import FileStore, StoredFile
from django_helpcenter.services.documentation.reading import Document


@dataclass(frozen=True, slots=True)
class Target:
    """The address to write, ``""`` to leave the author's; the file to store; what is wrong."""

    address: str = ""
    file: StoredFile | None = None
    problem: str = ""


class TargetResolver:
    """Turns addresses between files into links between articles, and local files into stored ones.

    ``articles`` gives the primary keys by the files' paths.
    """

    def __init__(self, sitemap: Sitemap, files: FileStore, articles: Mapping[str, int]) -> None:
        self.sitemap = sitemap
        self.files = files
        self.articles = articles

    def resolve(self, target: str, document: Document) -> Target:
        """Say what an address in a file becomes; one with a scheme or host stays as it is."""
        if not is_local(target):
            return Target()
        path = file_path(target, document)
        if path is None:
            return Target(problem=f"The link {target} leads out of the folder.")
        found = self.sitemap.find(target, document)
        if found is not None:
            return self._article(target, document, found)
        try:
            file = self.files.find(path, is_absolute=target.startswith("/")) if path else None
        except ContentError as exc:
            return Target(problem=f"The file {target} is not taken over: {exc}.")
        if file is not None:
            return Target(file.address, file)
        problem = f"{target} leads to no article and no file"
        if target.startswith("/"):
            return Target(problem=f"{problem}; it stays as an address of the site.")
        return Target(problem=f"{problem}.")

    def fingerprint(self, document: Document) -> list[tuple[str, str]]:
        """Return where a file's addresses lead now; differs when it has to be written again."""
        found: list[tuple[str, str]] = []
        for address in sorted(document.addresses()):
            target = self.resolve(address, document)
            if target.address:
                found.append((address, target.address))
        return found

    def _article(self, target: str, document: Document, found: Document) -> Target:
        fragment = split_target(target)[1]
        if found is document and fragment:
            return Target(f"#{fragment}")
        key = self.articles.get(found.path)
        if key is None:
            return Target(problem=f"{target} leads to {found.path}, which is no article.")
        return Target(f"article:{key}" + (f"#{fragment}" if fragment else ""))
