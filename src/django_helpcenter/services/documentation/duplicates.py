"""Files that claim the same: the first one keeps it, the others are reported."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from django_helpcenter.services.documentation.report import SyncReport
from django_helpcenter.services.documentation.work import Work


def distinct_ids(works: Sequence[Work], report: SyncReport) -> list[Work]:
    """Keep one file of each id."""
    return _distinct(works, "id", _source_id, report)


def distinct_slugs(works: Sequence[Work], report: SyncReport) -> list[Work]:
    """Keep one file of each slug that authors chose, in each language."""
    return _distinct(works, "slug", _chosen_slug, report)


def _source_id(work: Work) -> tuple[str, str]:
    return work.document.source_id, ""


def _chosen_slug(work: Work) -> tuple[str, str] | None:
    slug = work.document.metadata.slug
    return (slug, work.language) if slug else None


def _distinct(
    works: Sequence[Work],
    name: str,
    key: Callable[[Work], tuple[str, Hashable] | None],
    report: SyncReport,
) -> list[Work]:
    first: dict[tuple[str, Hashable], Work] = {}
    kept = []
    for work in works:
        claim = key(work)
        other = work if claim is None else first.setdefault(claim, work)
        if other is work or claim is None:
            kept.append(work)
        else:
            report.fail(
                work.path,
                f"The {name} {claim[0]!r} is also that of {other.path}, which keeps it; "
                "give this file another one.",
            )
    return kept
