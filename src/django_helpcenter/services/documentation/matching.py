"""Which article belongs to which file, also after the file was renamed."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, fields, replace

from django.db import models

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.documentation.reading import Document
from django_helpcenter.services.documentation.revisions import article_revision

#: Hexadecimal digits of each half of ``source_hash``: the file's bytes, then all that the result
#: depends on besides. 128 bits each: two files never share a half by accident.
HALF = 32


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """What the database knows of an article that came from this source."""

    pk: int
    source_id: str
    source_path: str
    source_hash: str
    source_revision: str
    content_hash: str
    slug: str
    language: str
    title: str
    status: str
    translation_group: uuid.UUID
    category_id: int | None = None
    difficulty_level: str = ""
    display_order: int = 0
    version: int = 0
    tags: tuple[int, ...] = ()

    @property
    def revision(self) -> str:
        """The fingerprint of the article as it is now."""
        return article_revision(
            content_hash=self.content_hash,
            slug=self.slug,
            category=self.category_id,
            difficulty_level=self.difficulty_level,
            display_order=self.display_order,
            tags=self.tags,
        )

    @property
    def is_edited(self) -> bool:
        """Whether somebody changed the article since the source was last written to it."""
        return self.revision != self.source_revision

    @property
    def is_archived(self) -> bool:
        return self.status == ArticleStatus.ARCHIVED


@dataclass(frozen=True, slots=True)
class Matches:
    """Files' articles by the files' paths, and the articles that no file belongs to."""

    rows: dict[str, ArticleRow]
    orphans: tuple[ArticleRow, ...]


def load_rows(tenant: models.Model, source: str) -> list[ArticleRow]:
    """Return the articles that came from a source, in the order of their paths."""
    names = [field.name for field in fields(ArticleRow) if field.name != "tags"]
    articles = HelpArticle.objects.for_tenant(tenant).filter(source=source)
    tags: dict[int, list[int]] = defaultdict(list)
    for pk, tag in articles.filter(tags__isnull=False).values_list("pk", "tags"):
        tags[pk].append(tag)
    return [
        replace(ArticleRow(*row), tags=tuple(tags[row[0]]))
        for row in articles.order_by("source_path", "pk").values_list(*names)
    ]


def match_documents(
    documents: Sequence[Document],
    rows: Iterable[ArticleRow],
    *,
    unreadable: Iterable[str],
    language_of: Callable[[Document], str],
    title_of: Callable[[Document], str],
) -> Matches:
    """Find the article of each file.

    By the id that its author chose; by equal bytes, where files have changed places; by path, by
    equal bytes, by the slug that its author chose, by a title that is unique.
    The articles of ``unreadable`` files and folders are no orphans: their files are still there.
    ``title_of`` is asked only for files that are new while articles have lost theirs.
    """
    matcher = _Matcher(rows)
    matcher.claim(
        documents, lambda row: row.source_id, lambda document: document.metadata.id or None
    )
    matcher.claim_moved(documents)
    matcher.claim(documents, lambda row: row.source_id, lambda document: document.source_id)
    matcher.claim(
        documents, lambda row: row.source_path, lambda document: document.path, _may_share_path
    )
    for path in unreadable:
        matcher.drop(path)
    matcher.claim_renamed(documents)
    matcher.claim(
        documents,
        lambda row: (row.slug, row.language),
        lambda document: document.metadata.slug and (document.metadata.slug, language_of(document)),
    )
    matcher.claim_retitled(documents, title_of)
    return Matches(matcher.found, tuple(matcher.free.values()))


class _Matcher:
    def __init__(self, rows: Iterable[ArticleRow]) -> None:
        self.free = {row.pk: row for row in rows}
        self.found: dict[str, ArticleRow] = {}

    def claim(
        self,
        documents: Iterable[Document],
        of_row: Callable[[ArticleRow], Hashable],
        of_document: Callable[[Document], Hashable],
        accepts: Callable[[Document, ArticleRow], bool] = lambda document, row: True,
    ) -> None:
        by_name = {of_row(row): row for row in self.free.values()}
        for document in self.unmatched(documents):
            row = by_name.get(of_document(document))
            if row is not None and row.pk in self.free and accepts(document, row):
                self.take(document, row)

    def claim_moved(self, documents: Sequence[Document]) -> None:
        """Follow the files whose bytes are at another path now, where another article was."""
        present = {document.path: document.digest[:HALF] for document in documents}
        stored = {row.source_path: row.source_hash[:HALF] for row in self.free.values()}
        displaced = [
            document
            for document in self.unmatched(documents)
            if stored.get(document.path, present[document.path]) != present[document.path]
        ]
        left = [
            row
            for row in self.free.values()
            if present.get(row.source_path) != row.source_hash[:HALF]
        ]
        self._claim_bytes(displaced, left)

    def claim_renamed(self, documents: Iterable[Document]) -> None:
        """Follow the files whose bytes are at a new path."""
        self._claim_bytes(self.unmatched(documents), self.free.values())

    def _claim_bytes(self, documents: Iterable[Document], rows: Iterable[ArticleRow]) -> None:
        by_digest: dict[str, list[ArticleRow]] = defaultdict(list)
        for row in rows:
            if row.source_hash:
                by_digest[row.source_hash[:HALF]].append(row)
        for document in documents:
            same = by_digest[document.digest[:HALF]]
            if same:
                # Of equal files, the one that kept its name moved; else the first one.
                same.sort(
                    key=lambda row: not row.source_path.endswith(document.path.rpartition("/")[2])
                )
                self.take(document, same.pop(0))

    def claim_retitled(
        self, documents: Iterable[Document], title_of: Callable[[Document], str]
    ) -> None:
        if not self.free:
            return
        titles = {document.path: title_of(document) for document in self.unmatched(documents)}
        times = Counter(titles.values())
        by_title: dict[str, list[ArticleRow]] = defaultdict(list)
        for row in self.free.values():
            by_title[row.title].append(row)
        for document in self.unmatched(documents):
            title = titles[document.path]
            if title and times[title] == 1 and len(by_title[title]) == 1:
                self.take(document, by_title[title][0])

    def unmatched(self, documents: Iterable[Document]) -> list[Document]:
        return [document for document in documents if document.path not in self.found]

    def take(self, document: Document, row: ArticleRow) -> None:
        self.found[document.path] = self.free.pop(row.pk)

    def drop(self, path: str) -> None:
        for row in list(self.free.values()):
            if row.source_path == path or row.source_path.startswith(f"{path}/"):
                del self.free[row.pk]


def _may_share_path(document: Document, row: ArticleRow) -> bool:
    """Two different ids at one path, both chosen by the author, are two articles."""
    return not document.metadata.id or row.source_id == row.source_path
