"""What a run has to do: decided before anything is written, so that a dry run decides the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections, models

from django_helpcenter.content.titles import first_heading
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.article_rules import validate_article
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.documentation.categories import CategoryFinder
from django_helpcenter.services.documentation.duplicates import distinct_ids, distinct_slugs
from django_helpcenter.services.documentation.folders import FolderTree
from django_helpcenter.services.documentation.linking import Sitemap
from django_helpcenter.services.documentation.local_files import FileStore
from django_helpcenter.services.documentation.matching import (
    HALF,
    ArticleRow,
    Matches,
    load_rows,
    match_documents,
)
from django_helpcenter.services.documentation.metadata import Metadata
from django_helpcenter.services.documentation.originals import assign_originals
from django_helpcenter.services.documentation.reading import Document
from django_helpcenter.services.documentation.report import Action, SyncReport
from django_helpcenter.services.documentation.scan import SourceFile
from django_helpcenter.services.documentation.slugs import SlugBook, is_made_from
from django_helpcenter.services.documentation.targets import TargetResolver
from django_helpcenter.services.documentation.texts import ArticleText, article_text
from django_helpcenter.services.documentation.translations import assign_groups
from django_helpcenter.services.documentation.work import Work
from django_helpcenter.services.tags import find_tags, tag_identity

#: Part of every fingerprint: a new number makes the next run write every article anew.
FORMAT = 2


@dataclass(slots=True)
class Plan:
    """What is to be written, in the order of the paths, and what has lost its file.

    Of the ``unchanged`` files, those that ``say_the_same`` are others than before, and nothing of
    their article is.
    ``known`` counts the articles of the source that are not archived; ``movable`` are the primary
    keys of those that the run may take out of their translation group.
    """

    targets: TargetResolver
    works: list[Work] = field(default_factory=list)
    unchanged: list[Work] = field(default_factory=list)
    say_the_same: list[Work] = field(default_factory=list)
    missing: list[ArticleRow] = field(default_factory=list)
    known: int = 0
    movable: set[int] = field(default_factory=set)


class Planner:
    """Makes the plan of one run and notes in the report what stays out of it.

    ``unreadable`` files keep the article that they have.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        unreadable: Sequence[SourceFile],
        *,
        tenant: models.Model,
        source: str,
        files: FileStore,
        report: SyncReport,
    ) -> None:
        self.documents = documents
        self.unreadable = unreadable
        self.source = source
        self.files = files
        self.report = report
        self.folders = FolderTree(documents, site_language=settings.LANGUAGE_CODE)
        self.rows = load_rows(tenant, source)
        self.slugs = SlugBook(tenant, source)
        self.categories = CategoryFinder(tenant, source)
        names = {name for document in documents for name in document.metadata.tags}
        self.tags = find_tags(tenant, map(tag_identity, names))

    def plan(self) -> Plan:
        """Decide what happens to each file."""
        works = distinct_ids(self._articles(), self.rows, self.report)
        matches = self._match(works)
        works = assign_groups(works, self.folders, self.rows, matches.orphans, self.report)
        works = self._with_free_slugs(distinct_slugs(works, self.report))
        works = [work for work in works if work.row or work.text or self._read(work)]
        self._number(works)
        assign_originals(works)
        plan = Plan(
            targets=self._targets(works, matches),
            missing=[row for row in matches.orphans if not row.is_archived],
            known=sum(not row.is_archived for row in self.rows),
        )
        self._sort(works, plan)
        plan.movable = {row.pk for row in matches.orphans} | {work.article for work in plan.works}
        return plan

    def _articles(self) -> list[Work]:
        works = []
        for document in self.documents:
            reason = document.why_no_article()
            if reason:
                self.report.skip(document.path, reason)
            else:
                language = self.folders.language_of(document)
                works.append(Work(document, language, self.folders.category_of(document)))
        return works

    def _match(self, works: Sequence[Work]) -> Matches:
        """Give each file its article."""
        waiting = [file.path for file in self.unreadable]
        waiting += [failure.path for failure in self.report.failures]
        documents = [work.document for work in works]
        matches = match_documents(
            documents,
            self.rows,
            unreadable=waiting,
            language_of=self.folders.language_of,
            title_of=_title,
        )
        for number, work in enumerate(works):
            work.row = matches.rows.get(work.path)
            work.slug = work.document.metadata.slug
            # Until the new ones get their keys, negative numbers tell them apart.
            work.article = work.row.pk if work.row else -number - 1
        return matches

    def _with_free_slugs(self, works: Sequence[Work]) -> list[Work]:
        """Take the slugs that authors chose, and return the files for which that works.

        A file that cannot have its slug keeps the one that it has, which may be another one's wish.
        """
        by_article = {work.article: work for work in works}
        kept = list(works)
        while True:
            staying = {work.article for work in works if work not in kept}
            refused = [work for work in kept if self._is_slug_kept(work, by_article, staying)]
            if not refused:
                break
            for work in refused:
                self.report.fail(work.path, self.slugs.refusal(work.language, work.slug))
            kept = [work for work in kept if work not in refused]
        for work in kept:
            if work.slug:
                self.slugs.choose(work.article, work.language, work.slug)
        return kept

    def _is_slug_kept(self, work: Work, by_article: Mapping[int, Work], staying: set[int]) -> bool:
        """Tell whether the slug that a file chose stays with another article."""
        holder = self.slugs.holder(work.language, work.slug) if work.slug else 0
        if holder in (0, work.article):
            return False
        other = by_article.get(holder)
        return other is None or holder in staying or not self._gives_up_slug(other)

    def _gives_up_slug(self, work: Work) -> bool:
        """Tell whether the article of a file will have another slug, or another language."""
        row = work.row
        if row is None:
            return False
        if work.slug or work.language != row.language:
            return (work.slug, work.language) != (row.slug, row.language)
        if work.document.digest[:HALF] == row.source_hash[:HALF]:
            return False
        text = self._read(work)
        return text is not None and not is_made_from(row.slug, work.slug_text(text))

    def _read(self, work: Work) -> ArticleText | None:
        try:
            work.text = article_text(
                work.document, folder_title=self.folders.title_of_folder(work.document)
            )
        except ContentError as exc:
            self.report.fail(work.path, str(exc), line=exc.line)
            return None
        if work.text is None:
            self.report.skip(work.path, "It has no text.")
            return None
        try:
            # Now, so that no other file gets a link to an article that will not be.
            validate_article(work.draft())
        except ValidationError as exc:
            self.report.fail(work.path, " ".join(exc.messages))
            work.text = None
        return work.text

    def _number(self, works: Sequence[Work]) -> None:
        """Give new articles their primary keys now: links among them are then written only once."""
        new = [work for work in works if work.row is None]
        if new and not self.report.dry_run:
            for work, key in zip(new, _reserve_keys(len(new)), strict=True):
                work.article = key

    def _targets(self, works: Sequence[Work], matches: Matches) -> TargetResolver:
        """Know where links lead; files that cannot be imported now keep their articles."""
        gone = {row.pk for row in (*matches.rows.values(), *matches.orphans)}
        rows = {row.source_path: row for row in self.rows if row.pk not in gone} | matches.rows
        articles = {path: row.pk for path, row in rows.items() if not row.is_archived}
        articles |= {work.path: work.article for work in works}
        stubs = [_stub(file) for file in self.unreadable]
        return TargetResolver(
            Sitemap([*self.documents, *stubs], self.folders), self.files, articles
        )

    def _sort(self, works: Sequence[Work], plan: Plan) -> None:
        for work in works:
            work.source_hash = self._fingerprint(work, plan.targets)
            row = work.row
            if row and row.source_hash == work.source_hash and not row.is_edited:
                self.report.count(Action.UNCHANGED, work.path)
                plan.unchanged.append(work)
                continue
            text = work.text or self._read(work)
            if text is None:
                continue
            for line, problem in work.rewrite_links(text, plan.targets):
                self.report.warn(work.path, problem, line=line)
            if row and self._says_the_same(work, row, text):
                self.report.count(Action.UNCHANGED, work.path)
                plan.unchanged.append(work)
                plan.say_the_same.append(work)
            elif not self._is_conflict(work, text):
                work.slug = work.slug or self._derived_slug(work, text)
                plan.works.append(work)

    def _fingerprint(self, work: Work, targets: TargetResolver) -> str:
        """Hash the file's bytes, and apart from them all else that its article depends on."""
        surroundings = [
            FORMAT,
            work.path,
            work.document.source_id,
            work.language,
            str(work.group),
            [place.name for place in work.category],
            self.folders.title_of_folder(work.document) if work.document.is_index else "",
            targets.fingerprint(work.document),
        ]
        text = json.dumps(surroundings, ensure_ascii=True)
        return work.document.digest[:HALF] + hashlib.sha256(text.encode()).hexdigest()[:HALF]

    def _derived_slug(self, work: Work, text: ArticleText) -> str:
        present = work.row.slug if work.row and work.row.language == work.language else ""
        return self.slugs.derive(work.article, work.language, work.slug_text(text), present)

    def _says_the_same(self, work: Work, row: ArticleRow, text: ArticleText) -> bool:
        """Tell whether a file that was changed makes the article that it has already."""
        metadata = work.document.metadata
        return (
            (work.document.source_id, work.path) == (row.source_id, row.source_path)
            and work.group == row.translation_group
            and not (metadata.publish_at or metadata.expire_at)
            and self._revision(work, row, text) == row.revision
        )

    def _revision(self, work: Work, row: ArticleRow, text: ArticleText) -> str:
        """Return the fingerprint of what a file makes of its article."""
        fits = self.slugs.fits(row.pk, work.language, work.slug_text(text), row.slug)
        category = self.categories.find(work.category)
        return work.revision(
            slug=work.slug or (row.slug if fits else ""),
            category=category.pk if category else None,
            tags=work.tags(self.tags),
        )

    def _is_conflict(self, work: Work, text: ArticleText) -> bool:
        """Note a conflict, unless what somebody wrote by hand is what the file says now."""
        row = work.row
        if row is None or not row.is_edited or self._revision(work, row, text) == row.revision:
            return False
        self.report.conflict(
            work.path,
            f"The article “{row.title}” was changed by hand since the last run and is left as it "
            "is. Bring the change into the file, or undo it.",
        )
        return True


def _title(document: Document) -> str:
    if document.metadata.title:
        return document.metadata.title
    try:
        return first_heading(document.body)
    except ContentError:  # too long; reported when its text is read
        return ""


def _stub(file: SourceFile) -> Document:
    """Stand in for a file that cannot be read, so that links to it still find its article."""
    return Document(file, "", Metadata(), has_front_matter=False, body="", body_line=1)


def _reserve_keys(count: int) -> list[int]:
    meta = HelpArticle._meta
    with connections[write_alias()].cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{meta.db_table}"', meta.pk.column, count],
        )
        return [int(key) for (key,) in cursor.fetchall()]
