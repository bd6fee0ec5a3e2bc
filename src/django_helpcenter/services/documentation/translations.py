"""Which files are translations of one another."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django_helpcenter.services.documentation.folders import FolderTree
from django_helpcenter.services.documentation.matching import ArticleRow
from django_helpcenter.services.documentation.report import SyncReport
from django_helpcenter.services.documentation.work import Work


def assign_groups(
    works: Sequence[Work],
    folders: FolderTree,
    rows: Sequence[ArticleRow],
    orphans: Sequence[ArticleRow],
    report: SyncReport,
) -> list[Work]:
    """Give every file its translation group, and return the files that have one.

    ``translation_of`` names the id of the original; files at the same place of two language folders
    are translations as well. A second file of one language in a group fails. ``rows`` are all
    articles of the source, ``orphans`` those without a file; an original whose file only cannot be
    imported at present keeps its group.
    """
    gone = {row.pk for row in orphans} | {work.row.pk for work in works if work.row}
    waiting = [row for row in rows if row.pk not in gone]
    members, given = _members(works, folders, waiting, report)
    texts = {(row.translation_group, row.language): row.source_path for row in waiting}
    known = {row.translation_group for row in rows}
    taken = set(given.values())
    kept: list[Work] = []
    for key, group_works in members.items():
        # Originals first: theirs is the group, and theirs is the language when two files claim it.
        group_works.sort(key=lambda work: bool(work.document.metadata.translation_of))
        group_works = _distinct_languages(group_works, report)
        group = given.get(key) or _group_of(group_works, taken)
        taken.add(group)
        for work in group_works:
            holder = texts.get((group, work.language))
            if holder is not None:
                report.fail(work.path, _second_text(holder, work))
                continue
            work.group = group
            row = work.row
            is_member = row and (row.translation_group, row.language) == (group, work.language)
            work.joins_group = group in known and not is_member
            kept.append(work)
    return sorted(kept, key=lambda work: work.path)


def _members(
    works: Sequence[Work],
    folders: FolderTree,
    waiting: Sequence[ArticleRow],
    report: SyncReport,
) -> tuple[dict[str, list[Work]], dict[str, uuid.UUID]]:
    """Return the files of each group, and the groups that articles of failed files give."""
    by_id = {work.document.source_id: work for work in works}
    others = {row.source_id: row.translation_group for row in waiting}
    members: dict[str, list[Work]] = defaultdict(list)
    given: dict[str, uuid.UUID] = {}
    for work in works:
        wanted = work.document.metadata.translation_of
        original = by_id.get(wanted)
        key = _own_key(original or work, folders)
        if wanted and original is None:
            if wanted in others:
                key = f"other:{wanted}"
                given[key] = others[wanted]
            else:
                report.warn(work.path, f"`translation_of` names {wanted!r}, which is no file's id.")
        members[key].append(work)
    return members, given


def _own_key(work: Work, folders: FolderTree) -> str:
    shared = folders.translation_key(work.document)
    return f"path:{shared}" if shared else f"id:{work.document.source_id}"


def _group_of(works: Sequence[Work], taken: set[uuid.UUID]) -> uuid.UUID:
    for work in works:
        if work.row is not None and work.row.translation_group not in taken:
            return work.row.translation_group
    return uuid.uuid4()


def _distinct_languages(works: Sequence[Work], report: SyncReport) -> list[Work]:
    first: dict[str, Work] = {}
    for work in works:
        other = first.setdefault(work.language, work)
        if other is not work:
            report.fail(work.path, _second_text(other.path, work))
    return list(first.values())


def _second_text(path: str, work: Work) -> str:
    return (
        f"{path} is the {work.language!r} text of this translation already; give this one another "
        "`language`, or take `translation_of` out."
    )
