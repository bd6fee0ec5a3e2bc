"""Writing a plan: each file in a transaction of its own, so that an interruption loses nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict, ContentError, PermissionRefused
from django_helpcenter.models import HelpArticle, HelpCategory, HelpRedirect, HelpTag
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.documentation.categories import CategoryTree
from django_helpcenter.services.documentation.local_files import FileStore
from django_helpcenter.services.documentation.matching import ArticleRow
from django_helpcenter.services.documentation.originals import OriginalKeeper, originals_first
from django_helpcenter.services.documentation.planning import Plan
from django_helpcenter.services.documentation.report import Action, SyncReport
from django_helpcenter.services.documentation.upkeep import Upkeep
from django_helpcenter.services.documentation.work import Work
from django_helpcenter.services.index_run import IndexRun, Progress
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.tags import find_tags, tag_identity
from django_helpcenter.services.workflow import TRANSITIONS

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

#: What begins a slug or id that makes way for another article.
_ON_THE_WAY = "changing-hands-"

#: Files between two reports of progress.
_STEP = 50
#: Files that are written before they are indexed: early enough for the model to have work while the
#: next ones are written.
_FILES_TO_INDEX = 10


class PlanWriter:
    """Brings the database in step with a plan; one file's fault stays with that file."""

    def __init__(
        self,
        *,
        tenant: models.Model,
        actor: Actor,
        source: str,
        files: FileStore,
        index: IndexRun,
        report: SyncReport,
    ) -> None:
        self.tenant = tenant
        self.source = source
        self.files = files
        self.index = index
        self.report = report
        self.knowledge = KnowledgeService(tenant=tenant, actor=actor)
        self.originals = OriginalKeeper(tenant=tenant, actor=actor)
        self.categories = CategoryTree(tenant=tenant, actor=actor, source=source)
        self.upkeep = Upkeep(tenant=tenant, actor=actor, report=report)
        self.tags: dict[str, HelpTag] = {}
        self.movable: set[int] = set()

    def write(self, plan: Plan, progress: Progress) -> None:
        """Write the articles of a plan and what they need."""
        self.movable = plan.movable
        names = {tag for work in plan.works for tag in work.document.metadata.tags}
        self.knowledge.ensure_tags(sorted(names))
        self.tags = find_tags(self.tenant, map(tag_identity, names))
        self._hand_over_ids(plan.works)
        done = 0
        written: list[int] = []
        for works in in_writing_order(originals_first(plan.works)):
            if done % _STEP == 0:
                progress("articles", done, len(plan.works))
            if self._write(works):
                written += [work.article for work in works]
                for work in works:
                    self.upkeep.write(work)
            if len(written) >= _FILES_TO_INDEX:
                self.index.add(written)
                written = []
            self.index.advance()
            done += len(works)
        for work in plan.say_the_same:
            self._keep(work)
            self.upkeep.write(work)
        self._look_after(plan.unchanged)
        if plan.works:
            progress("articles", len(plan.works), len(plan.works))

    def _look_after(self, unchanged: Sequence[Work]) -> None:
        """Note what files ask that are not written themselves: originals and categories."""
        for work in self.originals.not_noted(unchanged):
            try:
                self.originals.written(work)
            except (ArticleConflict, PermissionRefused) as exc:
                self.report.conflict(work.path, str(exc))
        for places in {work.category: None for work in unchanged}:
            try:
                self.categories.ensure(places)
            except ValidationError as exc:
                self.report.warn("", f"The category {places[-1].name!r}: {_reason(exc)}")
            except PermissionRefused as exc:
                self.report.warn("", f"The category {places[-1].name!r}: {exc}")

    def archive(self, rows: Iterable[ArticleRow]) -> None:
        """Archive articles that have lost their file."""
        for row in rows:
            article = HelpArticle.objects.for_tenant(self.tenant).filter(pk=row.pk).first()
            if article is None:  # deleted meanwhile
                continue
            article.status = ArticleStatus.ARCHIVED
            try:
                self.knowledge.update_article(
                    article,
                    expected_hash=row.content_hash,
                    status=ArticleStatus.ARCHIVED,
                    # Without a hash the file counts as changed when it comes back.
                    source_hash="",
                    source_revision=replace(row, content_hash=article.hash_content()).revision,
                    note="The file is gone.",
                    index=False,
                )
            except (ArticleConflict, PermissionRefused) as exc:
                self.report.conflict(row.source_path, str(exc))
            else:
                self.report.count(Action.ARCHIVE, row.source_path)

    def _keep(self, work: Work) -> None:
        """Note what a file is now whose article stays as it is, to readers and in its history."""
        row = work.row
        if row is None:
            return
        try:
            for file in work.files:
                self.files.save(file)
        except ContentError as exc:
            self._fail([work], work, exc)
            return
        HelpArticle.objects.for_tenant(self.tenant).filter(pk=row.pk).update(
            source_hash=work.source_hash, source_revision=row.revision
        )

    def _write(self, works: Sequence[Work]) -> bool:
        """Write one file, or those that exchange their slugs, which go together or not at all."""
        current = works[0]
        try:
            for current in works:
                for file in current.files:
                    self.files.save(file)
                self.categories.ensure(current.category)
            with self._together(works):
                for current in works:
                    self._save(current, self.categories.ensure(current.category))
                    self.originals.written(current)
        except (ContentError, ValidationError, IntegrityError, DataError) as exc:
            self._fail(works, current, exc)
        except (ArticleConflict, PermissionRefused) as exc:
            for work in works:
                self.report.conflict(work.path, str(exc))
        else:
            for work in works:
                self.report.count(Action.UPDATE if work.row else Action.CREATE, work.path)
            return True
        return False

    def _hand_over_ids(self, works: Sequence[Work]) -> None:
        """Write the new paths of files that have moved, all at once: they may exchange them.

        An article that has lost its file to another one keeps an id of its own.
        """
        moved = {
            work.row.pk: work
            for work in works
            if work.row and work.row.source_id != work.document.source_id
        }
        if not moved:
            return
        articles = HelpArticle.objects.for_tenant(self.tenant).filter(source=self.source)
        with transaction.atomic(using=write_alias()):
            wanted = [work.document.source_id for work in moved.values()]
            others = articles.filter(source_id__in=wanted).exclude(pk__in=moved)
            for pk in [*moved, *others.values_list("pk", flat=True)]:
                articles.filter(pk=pk).update(source_id=f"{_ON_THE_WAY}{uuid.uuid4()}")
            for pk, work in moved.items():
                articles.filter(pk=pk).update(
                    source_id=work.document.source_id, source_path=work.path
                )

    def _fail(self, works: Sequence[Work], culprit: Work, error: Exception) -> None:
        line = error.line if isinstance(error, ContentError) else None
        reason = _reason(error)
        for work in works:
            if work is culprit:
                self.report.fail(work.path, reason, line=line)
            else:
                self.report.fail(work.path, f"It exchanges slugs with {culprit.path}: {reason}")

    @contextmanager
    def _together(self, works: Sequence[Work]) -> Iterator[None]:
        """Write in one transaction; several files find their slugs free."""
        is_exchange = len(works) > 1
        if not is_exchange and works[0].is_by_itself:
            # The service has a transaction: with another around it, each file takes a savepoint.
            yield
            return
        with transaction.atomic(using=write_alias()):
            self.originals.lock(works)
            if is_exchange:
                self._free_slugs(works)
            yield
            if is_exchange:
                self._forget_slugs()

    def _free_slugs(self, works: Sequence[Work]) -> None:
        """Free the slugs of articles that take each other's."""
        articles = HelpArticle.objects.for_tenant(self.tenant)
        articles = articles.filter(pk__in=[work.article for work in works])
        keys = articles.order_by("pk").select_for_update(no_key=True)
        for pk in list(keys.values_list("pk", flat=True)):
            articles.filter(pk=pk).update(slug=f"{_ON_THE_WAY}{uuid.uuid4()}")

    def _forget_slugs(self) -> None:
        """Take out the redirects from the slugs that articles had on the way."""
        redirects = HelpRedirect.objects.for_tenant(self.tenant)
        redirects.filter(slug__startswith=_ON_THE_WAY).delete()

    def _save(self, work: Work, category: HelpCategory) -> None:
        if work.joins_group:
            self._make_room(work)
        tags = work.tags(self.tags)
        revision = work.revision(slug=work.slug, category=category.pk, tags=tags)
        fields = {**work.fields(source=self.source), "source_revision": revision}
        fields |= {"category": category, "tags": tags}
        fields |= {"note": f"{self.source}: {work.path}"[:500], "index": False}
        row = work.row
        if row is None:
            self.knowledge.create_article(pk=work.article, **fields)  # type: ignore[arg-type]
            return
        article = HelpArticle(pk=row.pk, tenant_id=self.tenant.pk)
        status = work.document.metadata.status
        if status == row.status or status in TRANSITIONS[row.status]:
            self.knowledge.update_article(article, expected_hash=row.content_hash, **fields)  # type: ignore[arg-type]
            return
        with transaction.atomic(using=write_alias()):
            # Every status can be reached by way of a draft.
            draft = self.knowledge.update_article(
                article, expected_hash=row.content_hash, status=ArticleStatus.DRAFT, index=False
            )
            self.knowledge.update_article(draft, **fields)  # type: ignore[arg-type]

    def _make_room(self, work: Work) -> None:
        """Take an article that leaves, or has lost its file, out of the group that a file joins."""
        articles = HelpArticle.objects.for_tenant(self.tenant).exclude(pk=work.article)
        for holder in articles.filter(translation_group=work.group, language=work.language):
            if holder.pk not in self.movable:
                raise ContentError(
                    f"“{holder.title}” is the {work.language!r} text of this translation already."
                )
            articles.filter(pk=holder.pk).update(translation_group=uuid.uuid4())


def in_writing_order(works: Sequence[Work]) -> list[list[Work]]:
    """Put files that give up a slug before those that take it over; a ring of them is one item."""
    holders = {(work.row.language, work.row.slug): work for work in works if work.row}
    placed: set[str] = set()
    ordered: list[list[Work]] = []
    for work in works:
        chain: dict[str, Work] = {}
        current: Work | None = work
        while current is not None and current.path not in placed:
            placed.add(current.path)
            chain[current.path] = current
            current = holders.get((current.language, current.slug))
        items = list(chain.values())
        start = len(items)
        if current is not None and current.path in chain:
            # It ends where it has been: a ring from there on, of one file when that keeps its slug.
            start = list(chain).index(current.path)
            ordered.append(items[start:])
        ordered.extend([item] for item in reversed(items[:start]))
    return ordered


def _reason(error: Exception) -> str:
    match error:
        case ValidationError():
            return " ".join(error.messages)
        case ContentError():
            return str(error)
        case _:
            return f"The database refused it: {str(error).splitlines()[0]}"
