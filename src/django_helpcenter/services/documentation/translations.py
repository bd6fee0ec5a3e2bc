"""Which files are translations of one another."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django_helpcenter.services.documentation.folders import FolderTree
from django_helpcenter.services.documentation.matching import ArticleRow
from django_helpcenter.services.documentation.report import SyncReport
from django_helpcenter.services.documentation.work import Work

#: Names the groups of files that have no article yet, so that an interrupted run finds the same
#: ones.
_NAMESPACE = uuid.UUID("0d3c6a51-6d9f-4c55-9d3e-3f6a35a1f0c7")


def assign_groups(
    works: Sequence[Work],
    folders: FolderTree,
    *,
    scope: str,
    others: Iterable[ArticleRow],
    report: SyncReport,
) -> list[Work]:
    """Give every file its translation group, and return the files that have one.

    ``translation_of`` names the id of the original; files at the same place of two language folders
    are translations as well. A second file of one language in a group fails. ``others`` are
    articles whose files cannot be read at present; ``scope`` tells sources apart.
    """
    by_id = {work.document.source_id: work for work in works}
    other_groups = {row.source_id: row.translation_group for row in others}
    members: dict[str, list[Work]] = defaultdict(list)
    fixed: dict[str, uuid.UUID] = {}
    for work in works:
        wanted = work.document.metadata.translation_of
        original = by_id.get(wanted)
        key = _own_key(original or work, folders)
        if wanted and original is None:
            if wanted in other_groups:
                key = f"other:{wanted}"
                fixed[key] = other_groups[wanted]
            else:
                report.warn(work.path, f"`translation_of` names {wanted!r}, which is no file's id.")
        members[key].append(work)
    kept: list[Work] = []
    taken: set[uuid.UUID] = set()
    for key, group_works in members.items():
        # Originals first: theirs is the group, and theirs is the language when two files claim it.
        group_works.sort(key=lambda work: bool(work.document.metadata.translation_of))
        group = fixed.get(key) or _group_of(group_works, taken, f"{scope}/{key}")
        taken.add(group)
        kept += _distinct_languages(group_works, group, report)
    return sorted(kept, key=lambda work: work.path)


def _own_key(work: Work, folders: FolderTree) -> str:
    shared = folders.translation_key(work.document)
    return f"path:{shared}" if shared else f"id:{work.document.source_id}"


def _group_of(works: Sequence[Work], taken: set[uuid.UUID], name: str) -> uuid.UUID:
    for work in works:
        if work.row is not None and work.row.translation_group not in taken:
            return work.row.translation_group
    return uuid.uuid5(_NAMESPACE, name)


def _distinct_languages(works: Sequence[Work], group: uuid.UUID, report: SyncReport) -> list[Work]:
    first: dict[str, Work] = {}
    for work in works:
        other = first.setdefault(work.language, work)
        if other is not work:
            report.fail(
                work.path,
                f"{other.path} is the {work.language!r} text of this translation already; give "
                "this one another `language`, or take `translation_of` out.",
            )
        work.group = group
    return list(first.values())
