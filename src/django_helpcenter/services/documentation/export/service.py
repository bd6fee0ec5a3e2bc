"""Exporting a help center as a folder of Markdown."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import models

from django_helpcenter.exceptions import ContentError, DocumentationError
from django_helpcenter.models import HelpArticle, HelpCategory, HelpFile, HelpSnippet
from django_helpcenter.services.base import ActorService
from django_helpcenter.services.documentation.export.bodies import (
    Body,
    make_body,
)
from django_helpcenter.services.documentation.export.describing import (
    Description,
    describe,
    front_matter_of,
)
from django_helpcenter.services.documentation.export.layout import Layout, stand_in
from django_helpcenter.services.documentation.export.proof import (
    is_text_kept,
    metadata_differences,
)
from django_helpcenter.services.documentation.export.report import ExportReport
from django_helpcenter.services.documentation.export.snippets import (
    exported_snippets,
    snippet_files,
)
from django_helpcenter.services.documentation.export.target import ExportFolder
from django_helpcenter.services.documentation.export.yaml_text import front_matter_text
from django_helpcenter.services.documentation.linking import Sitemap
from django_helpcenter.services.documentation.local_files import FileStore
from django_helpcenter.services.documentation.metadata import Metadata
from django_helpcenter.services.documentation.reading import parse_document_file
from django_helpcenter.services.documentation.scan import SourceFile
from django_helpcenter.services.documentation.snippets import snippet_path
from django_helpcenter.services.documentation.targets import TargetResolver
from django_helpcenter.services.file_reading import files_named
from django_helpcenter.services.file_storage import read_bytes
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

#: Articles whose texts are in memory at once.
_CHUNK = 200


class DocumentationExport(ActorService):
    """Writes what ``DocumentationService.sync`` reads."""

    def __init__(self, *, tenant: models.Model, actor: Actor = SYSTEM) -> None:
        super().__init__(tenant=tenant, actor=actor)

    def export(
        self,
        root: str | Path,
        *,
        source: str = "",
        statuses: Sequence[str] = (),
        force: bool = False,
        report: ExportReport | None = None,
    ) -> ExportReport:
        """Write articles into a folder; every status and every source unless some are named.

        The folder must be new, empty, or an earlier export of the same, which is brought in step;
        ``force`` writes into any. Every file is written whole or not at all, and below ``root``.
        What an import would read differently is in the report, which is filled as the run goes on.

        Raises DocumentationError when nothing was written, PermissionRefused.
        """
        started = time.monotonic()
        self.require("view_helparticle")
        report = ExportReport() if report is None else report
        layout = Layout(self._rows(source, statuses), self._categories(), source)
        if not layout.placed:
            raise DocumentationError(self._nothing(source))
        folder = ExportFolder(root, json.dumps([str(self.tenant.pk), source]))
        folder.open(force=force)
        description = describe(layout)
        rows = [each.article for each in layout.placed]
        snippets = exported_snippets(self.tenant, rows, everything=not (source or statuses))
        paths = {snippet_path(each.key, each.language) for each in snippets}
        folder.start({each.path for each in layout.placed} | set(description.indexes) | paths)
        writing = _Writing(self.tenant, layout, description, folder, report)
        writing.run()
        writing.write_snippets(snippets)
        report.removed = folder.finish()
        report.seconds = time.monotonic() - started
        return report

    def _rows(self, source: str, statuses: Sequence[str]) -> list[HelpArticle]:
        """Return the articles without their texts: those of a large help center fill no memory."""
        rows = HelpArticle.objects.light().for_tenant(self.tenant)
        if source:
            rows = rows.filter(source=source)
        if statuses:
            rows = rows.filter(status__in=statuses)
        return list(
            rows.select_related("category", "owner").prefetch_related("tags").order_by("pk")
        )

    def _nothing(self, source: str) -> str:
        """Say that there is nothing to export, and which sources there are."""
        rows = HelpArticle.objects.for_tenant(self.tenant).exclude(source="")
        known = rows.order_by("source").values_list("source", flat=True).distinct()
        if not source or not known:
            return "There is no article to export."
        names = ", ".join(repr(name) for name in known)
        return f"There is no article of the source {source!r}; there are {names}."

    def _categories(self) -> Iterable[HelpCategory]:
        return HelpCategory.objects.for_tenant(self.tenant)


class _Writing:
    def __init__(
        self,
        tenant: models.Model,
        layout: Layout,
        description: Description,
        folder: ExportFolder,
        report: ExportReport,
    ) -> None:
        self.tenant = tenant
        self.layout = layout
        self.description = description
        self.folder = folder
        self.report = report
        self.paths = {each.article.pk: each.path for each in layout.placed}
        self.targets = self._targets()
        self.names = self._file_names()
        self.saved: set[str] = set()

    def run(self) -> None:
        for path, metadata in self.description.indexes.items():
            self._put(path, front_matter_text(front_matter_of(metadata)).encode())
        for article in self._articles():
            path = self.paths[article.pk]
            try:
                self._write(article, path)
            except ContentError as exc:
                self.report.fail(path, f"“{article.title}”: {exc}")

    def write_snippets(self, snippets: Iterable[HelpSnippet]) -> None:
        """Write the snippets; what their articles name stays a reference."""
        for path, data, body in snippet_files(snippets, self.paths, self.names):
            self._save_files(path, body)
            if body.lost:
                links = ", ".join(sorted(body.lost))
                self.report.warn(path, f"Links to articles that are not exported: {links}.")
            self._put(path, data)

    def _articles(self) -> Iterator[HelpArticle]:
        keys = sorted(self.paths, key=lambda key: self.paths[key])
        rows = HelpArticle.objects.for_tenant(self.tenant).defer("search_vector", "title_words")
        rows = rows.select_related("category")
        for start in range(0, len(keys), _CHUNK):
            found = rows.in_bulk(keys[start : start + _CHUNK])
            yield from (found[key] for key in keys[start : start + _CHUNK] if key in found)

    def _targets(self) -> TargetResolver:
        tree = self.description.tree
        articles = {path: key for key, path in self.paths.items()}
        files = FileStore(self.folder.root, FileService(tenant=self.tenant, actor=SYSTEM))
        return TargetResolver(Sitemap(tree.documents, tree), files, articles)

    def _write(self, article: HelpArticle, path: str) -> None:
        body = make_body(article.content, article.pk, path, self.paths, self.names)
        if not body.text:
            self.report.skip(path, f"“{article.title}” has no text.")
            return
        said = self.description.articles[article.pk]
        is_foreign = body.has_foreign_markup(is_mdx=path.lower().endswith(".mdx"))
        # What looks like another system's markup here is none.
        said = replace(said, foreign_markup=not is_foreign)
        data = f"{front_matter_text(front_matter_of(said))}\n{body.text}\n".encode()
        self._save_files(path, body)
        self._prove(article, path, data, said, body)
        if self._put(path, data):
            self.report.articles += 1

    def _prove(
        self, article: HelpArticle, path: str, data: bytes, said: Metadata, body: Body
    ) -> None:
        """Read the file as an import will, and say what would be different."""
        document = parse_document_file(SourceFile(path, Path(path)), data)
        different = metadata_differences(document, said)
        if different:
            names = ", ".join(different)
            self.report.warn(path, f"An import changes these, which no file can say: {names}.")
        if body.lost:
            links = ", ".join(sorted(body.lost))
            self.report.warn(path, f"Links to articles that are not exported: {links}.")
        if not is_text_kept(document, article, self.targets):
            self.report.warn(path, "An import would not make the same text of this file.")
        tree, stub = self.description.tree, stand_in(path, document.metadata)
        place = [each.name for each in tree.category_of(stub)]
        if place != [row.name for row in self.layout.breadcrumb(article.category)]:
            self.report.warn(path, f"An import would put this into {' / '.join(place)!r}.")

    def _file_names(self) -> dict[str, str]:
        """Return what people call the files that are no pictures."""
        files = HelpFile.objects.for_tenant(self.tenant).exclude(content_type__startswith="image/")
        return {file.file_name: file.name for file in files.only("key", "content_type", "name")}

    def _save_files(self, path: str, body: Body) -> None:
        folder = path.rpartition("/")[0]
        for place, name in sorted(body.files.items()):
            target = f"{folder}/{place}".lstrip("/")
            if target not in self.saved:
                self.saved.add(target)
                self._save_file(target, name)

    def _save_file(self, target: str, name: str) -> None:
        file = files_named(name).filter(tenant_id=self.tenant.pk).first()
        data = read_bytes(file.storage_name) if file else None
        if data is None:
            self.report.warn(target, "The storage does not give this file.")
            return
        self.report.images += 1
        self._put(target, data)

    def _put(self, path: str, data: bytes) -> bool:
        try:
            changed = self.folder.write(path, data)
        except OSError as exc:
            self.report.fail(path, f"It cannot be written: {exc.strerror or exc}")
            return False
        self.report.written += changed
        self.report.unchanged += not changed
        return True
