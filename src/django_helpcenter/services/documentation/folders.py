"""What the place of a file says about it: its category and its language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf.locale import LANG_INFO
from django.utils.text import slugify

from django_helpcenter.content.titles import shorten
from django_helpcenter.services.addresses import base_language
from django_helpcenter.services.documentation.metadata import (
    MAX_CATEGORY_LENGTH,
    MAX_CATEGORY_LEVELS,
)
from django_helpcenter.services.documentation.naming import humanize, split_number
from django_helpcenter.services.documentation.reading import Document

#: The category of files that have none.
DEFAULT_CATEGORY = "General"

#: Titles of a page in a folder that do not name the folder.
PAGE_TITLES = frozenset({"", "home", "index", "introduction", "overview", "readme"})


@dataclass(frozen=True, slots=True)
class CategoryPlace:
    """One level of a category path.

    ``folder`` is the folder that it stands for, without the folder of a language; ``""`` when an
    author named the category. ``None`` and ``""`` leave what the category has.
    """

    name: str
    folder: str = ""
    order: int | None = None
    description: str = ""
    icon: str = ""
    color: str = ""
    review_interval: int | None = None


class FolderTree:
    """The folders of a run, as its readable files describe them."""

    def __init__(self, documents: Iterable[Document], *, site_language: str) -> None:
        self.site_language = site_language
        self.documents = list(documents)
        self.language_folders = find_language_folders(
            {document.folder for document in self.documents}, site_language
        )
        self._indexes = self._find_indexes()
        self._places: dict[str, CategoryPlace] = {}

    def language_of(self, document: Document) -> str:
        """Return the language of a file: its own word, its folder's, the site's."""
        if document.metadata.language:
            return document.metadata.language
        return self._split(document.path)[0] or self.site_language

    def translation_key(self, document: Document) -> str:
        """Return what a file shares with its translations in other folders, else ``""``."""
        code, path = self._split(document.path)
        return path if code else ""

    def category_of(self, document: Document) -> tuple[CategoryPlace, ...]:
        """Return the category of a file, outermost level first."""
        folders = self._folders_above(document)
        named = document.metadata.category
        if not named:
            return folders or (CategoryPlace(DEFAULT_CATEGORY),)
        if len(named) == 1:
            wanted = slugify(named[0], allow_unicode=True)
            for level, place in enumerate(folders, start=1):
                names = (place.name, split_number(place.folder.rpartition("/")[2])[1])
                if wanted in [slugify(name, allow_unicode=True) for name in names]:
                    return folders[:level]
        return tuple(CategoryPlace(name) for name in named)

    def title_of_folder(self, document: Document) -> str:
        """Return the name of the folder that a file stands in; of the root, ``""``."""
        folders = self._folders_above(document)
        return folders[-1].name if folders else ""

    def aliases_of(self, document: Document) -> tuple[str, ...]:
        """Return the paths at which a site with a folder for each language serves a file."""
        code, path = self._split(document.path)
        if not code:
            return ()
        is_site_language = base_language(code) == base_language(self.site_language)
        return (f"{code}/{path}", path) if is_site_language else (f"{code}/{path}",)

    def language_root(self, document: Document) -> str:
        """Return the folder that holds a file's language, ``""`` when there is none."""
        code, path = self._split(document.path)
        return document.path[: -len(path)].rstrip("/") if code else ""

    def _split(self, path: str) -> tuple[str, str]:
        """Return the language of the folder that a path is in, and the path within that folder."""
        parts = path.split("/")
        for end in range(1, len(parts)):
            code = self.language_folders.get("/".join(parts[:end]))
            if code:
                return code, "/".join(parts[end:])
        return "", path

    def neutral_folder(self, folder: str) -> str:
        """Return a folder without its language, so that translations share a category."""
        parts = folder.split("/")
        for end in range(1, len(parts) + 1):
            if "/".join(parts[:end]) in self.language_folders:
                return "/".join([*parts[: end - 1], *parts[end:]])
        return folder

    def _folders_above(self, document: Document) -> tuple[CategoryPlace, ...]:
        neutral = self.neutral_folder(document.folder)
        parts = neutral.split("/")[:MAX_CATEGORY_LEVELS] if neutral else []
        return tuple(self._place("/".join(parts[:end])) for end in range(1, len(parts) + 1))

    def _place(self, folder: str) -> CategoryPlace:
        if folder not in self._places:
            self._places[folder] = self._read_place(folder)
        return self._places[folder]

    def _read_place(self, folder: str) -> CategoryPlace:
        last = folder.rpartition("/")[2]
        number, _rest = split_number(last)
        name = humanize(last) or last
        document = self._indexes.get(folder)
        if document is None:
            return CategoryPlace(name[:MAX_CATEGORY_LENGTH], folder, number)
        page = document.metadata
        metadata = page.folder or page
        if (page.folder and page.folder.title) or metadata.title.casefold() not in PAGE_TITLES:
            name = metadata.title
        return CategoryPlace(
            name=shorten(name, MAX_CATEGORY_LENGTH),
            folder=folder,
            order=number if metadata.order is None else metadata.order,
            description=metadata.summary,
            icon=metadata.icon,
            color=metadata.color,
            # That of a page is the page's alone.
            review_interval=page.folder.review_interval if page.folder else None,
        )

    def _find_indexes(self) -> dict[str, Document]:
        """Return the file that speaks for each folder; of several languages, the site's."""
        found: dict[str, Document] = {}
        for document in sorted(self.documents, key=self.precedence):
            if document.is_index:
                found.setdefault(self.neutral_folder(document.folder), document)
        return found

    def precedence(self, document: Document) -> tuple[bool, int]:
        """Rank the indexes of a folder, the one that speaks for it first."""
        is_foreign = base_language(self.language_of(document)) != base_language(self.site_language)
        return is_foreign, document.index_rank


def find_language_folders(folders: Iterable[str], site_language: str) -> dict[str, str]:
    """Return the folders that are named after a language, with its code.

    Only where all folders side by side are languages and the site's is among them: ``it`` beside
    ``hr`` may well be two departments. A leading underscore (``_en``) does not matter.
    """
    below: dict[str, set[str]] = defaultdict(set)
    for folder in folders:
        parts = folder.split("/") if folder else []
        for end in range(len(parts)):
            below["/".join(parts[:end])].add(parts[end])
    found: dict[str, str] = {}
    for parent in sorted(below, key=lambda path: path.count("/") + bool(path)):
        if any(f"{parent}/".startswith(f"{known}/") for known in found):
            continue
        codes = {name: _language_code(name) for name in below[parent]}
        languages = {base_language(code) for code in codes.values() if code}
        if all(codes.values()) and base_language(site_language) in languages:
            prefix = f"{parent}/" if parent else ""
            found |= {f"{prefix}{name}": code for name, code in codes.items()}
    return found


def _language_code(name: str) -> str:
    code = name.removeprefix("_").lower().replace("_", "-")
    return code if code in LANG_INFO else ""
