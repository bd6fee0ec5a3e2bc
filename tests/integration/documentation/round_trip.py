"""Export, import again, and compare: the way there and back is to change nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.db.models import Model

from django_helpcenter.models import HelpArticle
from django_helpcenter.services.documentation import DocumentationService, SyncReport
from django_helpcenter.services.documentation.export import DocumentationExport, ExportReport
from tests.factories import make_tenant

#: Key of an article's line in a snapshot → all that a writer has said of it.
Snapshot = dict[Any, dict[str, Any]]

_LINK = re.compile(r"article:(\d+)")


def snapshot(tenant: Model, **filters: Any) -> Snapshot:
    """Return the articles by their primary keys; ``place`` is the way to their category."""
    rows = HelpArticle.objects.for_tenant(tenant).filter(**filters)
    return {
        row.pk: {
            "title": row.title,
            "summary": row.summary,
            "content": row.content,
            "slug": row.slug,
            "language": row.language,
            "place": [
                (category.name, category.review_interval_days)
                for category in row.category.get_breadcrumb()
            ],
            "tags": sorted(tag.name for tag in row.tags.all()),
            "roles": row.target_roles,
            "status": row.status,
            "difficulty": row.difficulty_level,
            "order": row.display_order,
            "window": (row.publish_at, row.expire_at),
            "upkeep": (row.owner_id, row.review_interval_days, row.verified_at),
            "source": (row.source_id, row.source_path) if row.source else None,
        }
        for row in rows.select_related("category").prefetch_related("tags")
    }


def portable(tenant: Model, **filters: Any) -> Snapshot:
    """Return the articles by language and slug, with links that name these in place of keys."""
    found = snapshot(tenant, **filters)
    names = {str(pk): f"{row['language']}/{row['slug']}" for pk, row in found.items()}
    for row in found.values():
        row["content"] = _LINK.sub(
            lambda link: f"article:{names.get(link[1], link[1])}", row["content"]
        )
        del row["source"]
    return {(row["language"], row["slug"]): row for row in found.values()}


def export(tenant: Model, root: Path, **options: Any) -> ExportReport:
    """Export a tenant."""
    return DocumentationExport(tenant=tenant).export(root, **options)


def sync(tenant: Model, root: Path, source: str) -> SyncReport:
    """Import a folder."""
    return DocumentationService(tenant=tenant).sync(root, source=source)


def assert_import_changes_nothing(tenant: Model, root: Path, source: str) -> SyncReport:
    """Import an export where it came from."""
    before = snapshot(tenant)
    report = sync(tenant, root, source)
    assert not report.failures
    assert not report.conflict_notices
    assert (report.created, report.archived) == (0, 0)
    assert snapshot(tenant) == before
    return report


def assert_import_makes_the_same(tenant: Model, root: Path, source: str, **filters: Any) -> Model:
    """Import an export into an empty help center."""
    other = make_tenant("Round trip")
    report = sync(other, root, source)
    assert not report.failures
    assert portable(other) == portable(tenant, **filters)
    return other
