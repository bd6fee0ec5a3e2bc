"""Many texts at once become drafts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.content.front_matter import parse_front_matter
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.documentation.folders import DEFAULT_CATEGORY
from django_helpcenter.services.documentation.metadata import read_metadata
from django_helpcenter.services.documentation.reading import Document
from django_helpcenter.services.documentation.report import SyncReport
from django_helpcenter.services.documentation.scan import SourceFile
from django_helpcenter.services.documentation.texts import ArticleText, article_text
from django_helpcenter.services.documentation.upkeep import Upkeep

if TYPE_CHECKING:
    from django_helpcenter.services.knowledge import KnowledgeService


@dataclass(frozen=True, slots=True)
class TextImport:
    """What became of one text: its draft, or why there is none and in which line (from 1).

    ``warnings`` say what of the front matter the draft did not get.
    """

    article: HelpArticle | None
    error: str = ""
    line: int | None = None
    warnings: tuple[str, ...] = ()


def import_texts(
    service: KnowledgeService, texts: Iterable[str], category: HelpCategory | None
) -> list[TextImport]:
    """Create a draft of each text, in order; one that cannot be read stops none of the others."""
    return [
        _import_text(service, text, f"text-{number}.md", category)
        for number, text in enumerate(texts, start=1)
    ]


def _import_text(
    service: KnowledgeService, source: str, name: str, category: HelpCategory | None
) -> TextImport:
    try:
        document = _read(source, name)
        text = article_text(document, folder_title="")
        if text is None:
            return TextImport(None, _("There is no text."))
        with transaction.atomic(using=write_alias()):
            article = _create(service, document, text, category)
            return TextImport(article, warnings=_keep_up(service, article, document))
    except ContentError as exc:
        return TextImport(None, str(exc), exc.line)
    except ValidationError as exc:
        return TextImport(None, " ".join(exc.messages))


def _read(source: str, name: str) -> Document:
    front_matter = parse_front_matter(source)
    return Document(
        file=SourceFile(name, Path(name)),
        digest="",
        metadata=read_metadata(front_matter.metadata, source),
        has_front_matter=bool(front_matter.metadata),
        body=front_matter.body,
        body_line=front_matter.body_line,
    )


def _create(
    service: KnowledgeService,
    document: Document,
    text: ArticleText,
    category: HelpCategory | None,
) -> HelpArticle:
    metadata = document.metadata
    if category is None or metadata.category:
        category = _ensure_path(service, metadata.category or (DEFAULT_CATEGORY,))
    return service.create_article(
        title=text.title,
        summary=text.summary,
        content=text.content,
        slug=metadata.slug,
        category=category,
        tags=service.ensure_tags(metadata.tags),
        language=metadata.language or None,
        target_roles=list(metadata.target_roles),
        difficulty_level=metadata.difficulty_level,
        display_order=metadata.order or 0,
        publish_at=metadata.publish_at,
        expire_at=metadata.expire_at,
        status=ArticleStatus.DRAFT,
    )


def _keep_up(
    service: KnowledgeService, article: HelpArticle, document: Document
) -> tuple[str, ...]:
    """Write who sees to an article, and how often; return what that was refused for."""
    report = SyncReport()
    upkeep = Upkeep(tenant=service.tenant, actor=service.actor, report=report)
    upkeep.apply(article, document.metadata, document.path)
    article.refresh_from_db(fields=["owner", "review_interval_days"])
    return tuple(notice.reason for notice in (*report.warnings, *report.conflict_notices))


def _ensure_path(service: KnowledgeService, names: Sequence[str]) -> HelpCategory:
    first, *rest = names
    category = service.ensure_category(name=first)
    for name in rest:
        category = service.ensure_category(name=name, parent=category)
    return category
