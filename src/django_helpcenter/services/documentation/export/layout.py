"""Which file is whose: paths, ids, and the folders of categories."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.addresses import base_language
from django_helpcenter.services.documentation.export.names import (
    PathBook,
    is_safe_folder,
    is_safe_path,
    make_name,
)
from django_helpcenter.services.documentation.folders import FolderTree
from django_helpcenter.services.documentation.metadata import Metadata
from django_helpcenter.services.documentation.reading import Document
from django_helpcenter.services.documentation.scan import SourceFile


@dataclass(frozen=True, slots=True)
class Placed:
    """An article, its file, and its id: the one that it has already, else one that stays."""

    article: HelpArticle
    path: str
    id: str


def stand_in(path: str, metadata: Metadata | None = None) -> Document:
    """Return what the importer takes for a file, without its text."""
    return Document(
        SourceFile(path, Path(path)),
        "",
        metadata or Metadata(),
        has_front_matter=True,
        body="",
        body_line=1,
    )


class Layout:
    """Gives every article a file, where it came from or else in the folder of its category.

    ``folders`` says which folder stands for which category; folders are named without the folder
    of a language, as the importer knows them.
    """

    def __init__(
        self, articles: Sequence[HelpArticle], categories: Iterable[HelpCategory], source: str
    ) -> None:
        self.source = source
        self.book = PathBook()
        self.categories = {category.path: category for category in categories}
        ordered = sorted(articles, key=lambda row: (not row.source, row.source_path, row.pk))
        paths = {row.pk: row.source_path for row in ordered if self._keeps_path(row)}
        self._read_folders(paths.values())
        self.folders: dict[str, HelpCategory] = {}
        self._folder_of: dict[int, str] = {}
        self._keep_folders()
        for row in ordered:
            if row.pk not in paths:
                paths[row.pk] = self._new_path(row)
        self.placed = list(self._with_ids(ordered, paths))

    def real_folder(self, neutral: str) -> str:
        """Return where the folder that the importer knows by this name lies."""
        found = self._real.get(neutral)
        if found is not None:
            return found
        above, _slash, name = neutral.rpartition("/")
        return f"{self.real_folder(above)}/{name}".lstrip("/")

    def breadcrumb(self, category: HelpCategory) -> list[HelpCategory]:
        """Return the way from the top to a category, both included."""
        step = HelpCategory.steplen
        ends = range(2 * step, len(category.path) + 1, step)
        return [self.categories[path] for path in (category.path[:end] for end in ends)]

    def _keeps_path(self, row: HelpArticle) -> bool:
        return (
            bool(row.source) and is_safe_path(row.source_path) and self.book.claim(row.source_path)
        )

    def _read_folders(self, paths: Iterable[str]) -> None:
        """Learn where the files of the source lie, above all in which folders of languages."""
        tree = FolderTree(map(stand_in, paths), site_language=settings.LANGUAGE_CODE)
        site = base_language(settings.LANGUAGE_CODE)
        roots = [
            folder for folder, code in tree.language_folders.items() if base_language(code) == site
        ]
        # Beside the folders of languages there must be no others: they would be none any more.
        self._real = {"": min(roots, default="")}
        if "/" in self._real[""]:
            self._real[""] = ""
        for document in tree.documents:
            parts = document.folder.split("/") if document.folder else []
            for end in range(1, len(parts) + 1):
                folder = "/".join(parts[:end])
                neutral = tree.neutral_folder(folder)
                is_site = tree.language_of(document) == settings.LANGUAGE_CODE
                if neutral and (is_site or neutral not in self._real):
                    self._real[neutral] = folder

    def _keep_folders(self) -> None:
        for category in self.categories.values():
            is_ours = category.source and self.source in ("", category.source)
            folder = category.source_path
            if is_ours and is_safe_folder(folder) and folder not in self.folders:
                self._own(category, folder)

    def _own(self, category: HelpCategory, folder: str) -> None:
        self.folders[folder] = category
        self._folder_of[category.pk] = folder

    def _new_path(self, row: HelpArticle) -> str:
        """Return a path for an article that has none, or one that no file can have."""
        folder = self.real_folder(self._folder(row.category))
        for place, number in itertools.product((folder, self.real_folder("more")), (1, row.pk)):
            path = f"{place}/{make_name(row.slug, number=number)}.md".lstrip("/")
            if self.book.claim(path):
                return path
        more = (f"more/article-{row.pk}-{number}.md" for number in itertools.count(1))
        return next(path for path in more if self.book.claim(path))

    def _folder(self, category: HelpCategory) -> str:
        if category.pk in self._folder_of:
            return self._folder_of[category.pk]
        parent = self.categories.get(category.path[: -HelpCategory.steplen])
        above = self._folder(parent) if parent else ""
        known = {each.casefold() for each in self.folders}
        candidates = (
            f"{above}/{make_name(category.slug, number=number)}".lstrip("/")
            for number in itertools.count(1)
        )
        folder = next(each for each in candidates if each.casefold() not in known)
        self._own(category, folder)
        return folder

    def _with_ids(self, rows: Iterable[HelpArticle], paths: Mapping[int, str]) -> Iterator[Placed]:
        taken: set[str] = set()
        for row in rows:
            wanted = row.source_id if row.source else f"article-{row.pk}"
            candidates = (wanted, f"{row.source}-{wanted}", f"article-{row.pk}")
            found = next(
                (each for each in candidates if each not in taken), f"article-{row.pk}-{row.slug}"
            )
            taken.add(found)
            yield Placed(row, paths[row.pk], found)
