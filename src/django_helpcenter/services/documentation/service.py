"""Importing a folder of Markdown, again and again."""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import models

from django_helpcenter.exceptions import (
    DATABASE_EXCEPTIONS,
    ContentError,
    DocumentationError,
    EmbeddingError,
)
from django_helpcenter.services.base import ActorService
from django_helpcenter.services.documentation.local_files import FileStore
from django_helpcenter.services.documentation.matching import ArticleRow
from django_helpcenter.services.documentation.planning import Plan, Planner
from django_helpcenter.services.documentation.reading import Document, read_document
from django_helpcenter.services.documentation.report import Action, SyncReport
from django_helpcenter.services.documentation.scan import (
    FolderScan,
    SourceFile,
    scan_documents,
)
from django_helpcenter.services.documentation.snippets import SnippetImport, take_snippet_files
from django_helpcenter.services.documentation.writing import PlanWriter
from django_helpcenter.services.exclusive import exclusively
from django_helpcenter.services.files import FileService
from django_helpcenter.services.index_run import IndexRun, Progress, no_progress
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.types import SYSTEM

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

#: Characters of the column.
MAX_SOURCE_LENGTH = 200


class DocumentationService(ActorService):
    """Keeps the articles of a tenant in step with folders of Markdown."""

    def __init__(self, *, tenant: models.Model, actor: Actor = SYSTEM) -> None:
        super().__init__(tenant=tenant, actor=actor)

    def sync(
        self,
        root: str | Path,
        *,
        source: str | None = None,
        dry_run: bool = False,
        archive_missing: bool = False,
        force: bool = False,
        progress: Progress = no_progress,
        report: SyncReport | None = None,
    ) -> SyncReport:
        """Import a folder, and return when all that was imported can be searched.

        ``source`` keeps several folders apart; by default it is the folder's name. A file that
        cannot be imported is in the report and stops nothing. Each file is written in its own
        transaction and compared with what its article was made of, so a run that was interrupted is
        completed by the next one; so is one that the database stops, which is in the report once
        something was written. ``archive_missing`` archives articles whose file is gone, but not
        more than half of the source's without ``force``. A dry run only plans. ``report`` is filled
        as the run goes on, for callers that show it also when the run is interrupted.

        Raises DocumentationError when nothing was done, PermissionRefused.
        """
        started = time.monotonic()
        self.require("change_helparticle")
        report = SyncReport(dry_run=dry_run) if report is None else report
        folder = scan_documents(root)
        name = _source_name(folder.root, source)
        with nullcontext(True) if dry_run else exclusively("sync", self.tenant.pk) as is_mine:
            if not is_mine:
                raise DocumentationError(
                    "Another import into this help center is running. "
                    "Run the command again when it has ended."
                )
            self._import(
                folder,
                name,
                report,
                archive_missing=archive_missing,
                force=force,
                progress=progress,
            )
        report.seconds = time.monotonic() - started
        return report

    def _import(
        self,
        folder: FolderScan,
        name: str,
        report: SyncReport,
        *,
        archive_missing: bool,
        force: bool,
        progress: Progress,
    ) -> None:
        snippet_files = take_snippet_files(folder)
        documents, unreadable = _read_all(folder, report)
        files = FileStore(folder.root, FileService(tenant=self.tenant, actor=self.actor))
        plan = Planner(
            documents, unreadable, tenant=self.tenant, source=name, files=files, report=report
        ).plan()
        # Before the articles that name them: their passages hold the texts.
        SnippetImport(
            tenant=self.tenant, actor=self.actor, source=name, files=files, report=report
        ).run(snippet_files, plan.targets)
        has_notices = report.failures or report.conflict_notices
        if not (plan.works or plan.unchanged or has_notices or snippet_files):
            raise DocumentationError(f"No file in {str(folder.root)!r} is an article.")
        missing = _to_archive(plan, name, report, force=force) if archive_missing else []
        if plan.missing and not archive_missing:
            report.warn("", _missing_message(len(plan.missing), name))
            report.missing += [row.source_path for row in plan.missing]
        if report.dry_run:
            _count_planned(plan, missing, report)
        else:
            self._write(plan, missing, name, files, report, progress)

    def _write(
        self,
        plan: Plan,
        missing: list[ArticleRow],
        name: str,
        files: FileStore,
        report: SyncReport,
        progress: Progress,
    ) -> None:
        try:
            with IndexingService(tenant=self.tenant).open_run() as index:
                writer = PlanWriter(
                    tenant=self.tenant,
                    actor=self.actor,
                    source=name,
                    files=files,
                    index=index,
                    report=report,
                )
                try:
                    writer.write(plan, progress)
                    writer.archive(missing)
                    writer.categories.prune()
                    self._finish_index(index, report, progress)
                finally:
                    _note_index(index, plan, report)
        except DATABASE_EXCEPTIONS as exc:
            if not (report.created or report.updated or report.archived):
                raise
            reason = " ".join(str(exc).split())
            report.fail("", f"The database stopped the import: {reason}. Run it again.")

    def _finish_index(self, index: IndexRun, report: SyncReport, progress: Progress) -> None:
        """Index what is stale still, also what an earlier run left behind."""
        index.add(IndexingService(tenant=self.tenant).stale_articles(), progress=progress)
        try:
            index.finish(progress=progress)
        except EmbeddingError as exc:
            report.fail("", f"Not everything was embedded: {exc}")


def _read_all(folder: FolderScan, report: SyncReport) -> tuple[list[Document], list[SourceFile]]:
    report.failures += folder.failures
    report.warnings += folder.notes
    for notice in folder.skips:
        report.skip(notice.path, notice.reason)
    documents: list[Document] = []
    unreadable: list[SourceFile] = []
    for file in folder.files:
        try:
            documents.append(read_document(file))
        except ContentError as exc:
            report.fail(file.path, str(exc), line=exc.line)
            unreadable.append(file)
    return documents, unreadable


def _note_index(index: IndexRun, plan: Plan, report: SyncReport) -> None:
    report.passages = index.report.passages
    report.embedded = index.report.embedded
    report.unavailable = index.report.unavailable
    paths = {work.article: work.path for work in plan.works}
    for pk, reason in index.report.failures:
        report.fail(paths.get(pk, f"article {pk}"), f"It cannot be searched: {reason}")


def _source_name(root: Path, source: str | None) -> str:
    name = (root.name if source is None else source).strip()
    if not name or len(name) > MAX_SOURCE_LENGTH or not name.isprintable():
        raise DocumentationError(
            f"{name!r} cannot name a source; give it a name of at most {MAX_SOURCE_LENGTH} "
            "characters with --source."
        )
    return name


def _to_archive(plan: Plan, source: str, report: SyncReport, *, force: bool) -> list[ArticleRow]:
    """Return the articles to archive: those that have lost their file, unless changed by hand."""
    if len(plan.missing) * 2 > plan.known and not force:
        raise DocumentationError(
            f"{len(plan.missing)} of the {plan.known} articles of the source {source!r} have no "
            "file in this folder. Nothing was done: it may be the wrong folder. Use --force to "
            "archive them all the same."
        )
    for row in plan.missing:
        if row.is_edited:
            report.conflict(
                row.source_path,
                f"The file is gone, but the article “{row.title}” was changed by hand since; "
                "archive it yourself.",
            )
    return [row for row in plan.missing if not row.is_edited]


def _missing_message(count: int, source: str) -> str:
    return (
        f"Articles of the source {source!r} that have lost their file: {count}. "
        "Use --archive-missing to archive them."
    )


def _count_planned(plan: Plan, missing: list[ArticleRow], report: SyncReport) -> None:
    for work in plan.works:
        report.count(Action.UPDATE if work.row else Action.CREATE, work.path)
    for row in missing:
        report.count(Action.ARCHIVE, row.source_path)
