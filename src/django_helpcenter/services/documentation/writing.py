"""Writing a plan: each file in a transaction of its own, so that an interruption loses nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict, ContentError
from django_helpcenter.models import HelpArticle, HelpCategory, HelpTag
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.documentation.categories import CategoryTree
from django_helpcenter.services.documentation.images import ImageStore
from django_helpcenter.services.documentation.matching import ArticleRow
from django_helpcenter.services.documentation.planning import Plan
from django_helpcenter.services.documentation.report import Action, SyncReport
from django_helpcenter.services.documentation.work import Work
from django_helpcenter.services.indexing import Progress
from django_helpcenter.services.knowledge import TRANSITIONS, KnowledgeService

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

#: Files between two reports of progress.
_STEP = 50


class PlanWriter:
    """Brings the database in step with a plan; one file's fault stays with that file."""

    def __init__(
        self,
        *,
        tenant: models.Model,
        actor: Actor,
        source: str,
        images: ImageStore,
        report: SyncReport,
    ) -> None:
        self.tenant = tenant
        self.source = source
        self.images = images
        self.report = report
        self.knowledge = KnowledgeService(tenant=tenant, actor=actor)
        self.categories = CategoryTree(tenant=tenant, actor=actor, source=source)
        self.tags: dict[str, HelpTag] = {}
        self.movable: set[int] = set()

    def write(self, plan: Plan, progress: Progress) -> None:
        """Write the articles of a plan and what they need."""
        self.movable = plan.movable
        names = {tag for work in plan.works for tag in work.document.metadata.tags}
        self.tags = {tag.slug: tag for tag in self.knowledge.ensure_tags(sorted(names))}
        for done, work in enumerate(in_writing_order(plan.works)):
            if done % _STEP == 0:
                progress("articles", done, len(plan.works))
            self._write(work)
        for places in {work.category: None for work in plan.unchanged}:
            try:
                self.categories.ensure(places)
            except ValidationError as exc:
                self.report.warn("", f"The category {places[-1].name!r}: {_messages(exc)}")
        if plan.works:
            progress("articles", len(plan.works), len(plan.works))

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
            except ArticleConflict as exc:
                self.report.conflict(row.source_path, str(exc))
            else:
                self.report.count(Action.ARCHIVE, row.source_path)

    def _write(self, work: Work) -> None:
        try:
            for image in work.images:
                self.images.save(image)
            category = self.categories.ensure(work.category)
            if work.joins_group:
                self._make_room(work)
            self._save(work, category)
        except ContentError as exc:
            self.report.fail(work.path, str(exc), line=exc.line)
        except ValidationError as exc:
            self.report.fail(work.path, _messages(exc))
        except ArticleConflict as exc:
            self.report.conflict(work.path, str(exc))
        except (IntegrityError, DataError) as exc:
            self.report.fail(work.path, f"The database refused it: {str(exc).splitlines()[0]}")
        else:
            self.report.count(Action.UPDATE if work.row else Action.CREATE, work.path)

    def _save(self, work: Work, category: HelpCategory) -> None:
        tags = [self.tags[slug] for slug in work.tag_slugs() if slug in self.tags]
        revision = work.revision(
            slug=work.slug, category=category.pk, tags=[tag.slug for tag in tags]
        )
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


def in_writing_order(works: Sequence[Work]) -> list[Work]:
    """Put files that give up a slug before those that take it over."""
    holders = {(work.row.language, work.row.slug): work for work in works if work.row}
    placed: set[str] = set()
    ordered: list[Work] = []
    for work in works:
        chain: list[Work] = []
        current: Work | None = work
        while current is not None and current.path not in placed:
            placed.add(current.path)
            chain.append(current)
            current = holders.get((current.language, current.slug))
        ordered.extend(reversed(chain))
    return ordered


def _messages(error: ValidationError) -> str:
    return " ".join(error.messages)
