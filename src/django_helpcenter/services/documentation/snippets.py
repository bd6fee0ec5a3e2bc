"""Snippets in a folder of Markdown: ``_snippets/key.md``, ``_snippets/de/key.md``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models

from django_helpcenter.content.document import parse_document
from django_helpcenter.exceptions import ArticleConflict, ContentError, PermissionRefused
from django_helpcenter.models import HelpSnippet
from django_helpcenter.models.articles import default_language
from django_helpcenter.models.snippets import MAX_SNIPPET_LENGTH
from django_helpcenter.services.documentation.local_files import FileStore
from django_helpcenter.services.documentation.reading import read_document
from django_helpcenter.services.documentation.report import SyncReport
from django_helpcenter.services.documentation.rewriting import find_references
from django_helpcenter.services.documentation.scan import FolderScan, SourceFile
from django_helpcenter.services.documentation.targets import TargetResolver
from django_helpcenter.services.documentation.texts import ArticleText
from django_helpcenter.services.documentation.work import Work
from django_helpcenter.services.snippets import SnippetService
from django_helpcenter.types import Actor

SNIPPET_FOLDER = "_snippets"
_PLACE = re.compile(rf"{SNIPPET_FOLDER}/(?:([A-Za-z]{{2,3}}(?:-[A-Za-z0-9]+)*)/)?([^/]+)\.[a-z]+\Z")


def snippet_path(key: str, language: str) -> str:
    """Return where the file of a snippet lies."""
    folder = "" if language == default_language() else f"{language}/"
    return f"{SNIPPET_FOLDER}/{folder}{key}.md"


def take_snippet_files(folder: FolderScan) -> list[SourceFile]:
    """Take the files of snippets out of a folder, and return them."""
    found: list[SourceFile] = []
    others: list[SourceFile] = []
    for file in folder.files:
        (found if file.path.startswith(f"{SNIPPET_FOLDER}/") else others).append(file)
    folder.files = others
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """What a file says of a snippet; ``work`` has its text and language."""

    key: str
    description: str
    work: Work


class SnippetImport:
    """Brings the snippets of a tenant in step with their files.

    A snippet that was changed by hand, or is another source's, is reported and stays.
    """

    def __init__(
        self,
        *,
        tenant: models.Model,
        actor: Actor,
        source: str,
        files: FileStore,
        report: SyncReport,
    ) -> None:
        self.service = SnippetService(tenant=tenant, actor=actor)
        self.source = source
        self.files = files
        self.report = report
        rows = HelpSnippet.objects.for_tenant(tenant)
        self.rows = {(row.key, row.language): row for row in rows}

    def run(self, files: Iterable[SourceFile], targets: TargetResolver) -> None:
        """Write the snippets of these files; a fault stays with its file."""
        for file in files:
            try:
                said = self._read(file, targets)
                if said is not None:
                    self._keep(said)
            except ContentError as exc:
                self.report.fail(file.path, str(exc), line=exc.line)
            except ValidationError as exc:
                self.report.fail(file.path, " ".join(exc.messages))
            except (ArticleConflict, PermissionRefused) as exc:
                self.report.conflict(file.path, str(exc))

    def _read(self, file: SourceFile, targets: TargetResolver) -> _Said | None:
        place = _PLACE.match(file.path)
        if place is None:
            self.report.skip(
                file.path, "Snippets lie in _snippets or in a language's folder there."
            )
            return None
        language, key = (place[1] or default_language()), place[2]
        document = read_document(file)
        content = tidy_snippet(document.body)
        if len(content) > MAX_SNIPPET_LENGTH:
            raise ContentError(f"A snippet may have at most {MAX_SNIPPET_LENGTH:,} characters.")
        references = find_references(parse_document(content).tokens)
        empty_lines = document.body[: len(document.body) - len(document.body.lstrip("\n"))]
        first_line = document.body_line + len(empty_lines)
        work = Work(document, language, ())
        text = ArticleText("", "", content, references, first_line)
        for line, problem in work.rewrite_links(text, targets):
            self.report.warn(file.path, problem, line=line)
        description = " ".join(document.metadata.summary.split())[:300]
        return _Said(key, description, work)

    def _keep(self, said: _Said) -> None:
        work, description = said.work, said.description
        row = self.rows.get((said.key, work.language))
        if row is not None and (row.description, tidy_snippet(row.content)) == (
            description,
            work.content,
        ):
            if not row.source and not self.report.dry_run:
                self.service.adopt(row, source=self.source)
            return
        wanted = HelpSnippet(description=description, content=work.content)
        fields = {
            "description": description,
            "content": work.content,
            "source": self.source,
            "source_hash": wanted.fingerprint,
        }
        if row is not None and (row.source, row.source_hash) != (self.source, row.fingerprint):
            self.report.conflict(
                work.path,
                f"The snippet “{row.key}” was changed by hand, or comes from elsewhere; it stays.",
            )
            return
        self.report.snippets += 1
        if self.report.dry_run:
            return
        for file in work.files:
            self.files.save(file)
        # Unchecked: the articles that it leads to may come with the same folder, after it.
        if row is None:
            self.service.create(key=said.key, language=work.language, check=False, **fields)
        else:
            self.service.update(row, expected=row.fingerprint, check=False, **fields)


def tidy_snippet(content: str) -> str:
    """Return a text as its file has it: no empty lines around it."""
    return content.replace("\r\n", "\n").strip("\n").rstrip()
