"""Files that claim the same: one keeps it, the others are reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django_helpcenter.services.documentation.matching import ArticleRow
from django_helpcenter.services.documentation.report import SyncReport
from django_helpcenter.services.documentation.work import Work

#: What a file claims, and where it counts: an id, or a slug in a language.
_Claim = tuple[str, str]


def distinct_ids(
    works: Sequence[Work], rows: Sequence[ArticleRow], report: SyncReport
) -> list[Work]:
    """Keep one file of each id: the one that has the article already, else the first one."""
    holders = {row.source_id: row.source_path for row in rows}
    return _distinct(
        works,
        "id",
        lambda work: (work.document.source_id, ""),
        lambda work: holders.get(work.document.source_id) == work.path,
        report,
    )


def distinct_slugs(works: Sequence[Work], report: SyncReport) -> list[Work]:
    """Keep one file of each slug that authors chose, in each language, by the same rule."""
    return _distinct(
        works,
        "slug",
        lambda work: (work.slug, work.language) if work.slug else None,
        lambda work: work.row is not None and work.row.slug == work.slug,
        report,
    )


def _distinct(
    works: Sequence[Work],
    name: str,
    claim_of: Callable[[Work], _Claim | None],
    has_it: Callable[[Work], bool],
    report: SyncReport,
) -> list[Work]:
    keepers: dict[_Claim, Work] = {}
    for work in sorted(works, key=lambda work: not has_it(work)):
        claim = claim_of(work)
        if claim is not None:
            keepers.setdefault(claim, work)
    kept = []
    for work in works:
        claim = claim_of(work)
        keeper = work if claim is None else keepers[claim]
        if keeper is work:
            kept.append(work)
        elif claim is not None:
            report.fail(
                work.path,
                f"The {name} {claim[0]!r} is also that of {keeper.path}, which keeps it; give "
                "this file another one.",
            )
    return kept
