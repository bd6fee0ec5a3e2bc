"""What the front matter of a file has to say, so that an import makes the same of it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.conf import settings

from django_helpcenter.choices import ArticleStatus, DifficultyLevel
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.review_intervals import NEVER
from django_helpcenter.services.addresses import base_language
from django_helpcenter.services.documentation.export.layout import Layout, Placed, stand_in
from django_helpcenter.services.documentation.folders import (
    PAGE_TITLES,
    CategoryPlace,
    FolderTree,
)
from django_helpcenter.services.documentation.metadata import FolderMetadata, Metadata
from django_helpcenter.services.documentation.naming import split_number
from django_helpcenter.services.documentation.reading import Document


@dataclass(frozen=True, slots=True)
class Description:
    """The front matter of each file, and the files that only describe their folder."""

    articles: dict[int, Metadata]
    indexes: dict[str, Metadata]
    tree: FolderTree


def describe(layout: Layout) -> Description:
    """Say of every article and folder what the place of its file does not say already."""
    groups = _originals(layout.placed)
    metadata = {
        each.article.pk: _of_article(each, groups.get(each.article.pk)) for each in layout.placed
    }
    indexes = _indexes(layout, metadata)
    tree = _tree(layout, metadata, indexes)
    for each in layout.placed:
        said = metadata[each.article.pk]
        names = tuple(row.name for row in layout.breadcrumb(each.article.category))
        places = tree.category_of(stand_in(each.path))
        if not _is_meant(layout, each.article, places, names):
            said = replace(said, category=names)
        document = stand_in(each.path, replace(said, language=""))
        if tree.language_folders or tree.language_of(document) != each.article.language:
            said = replace(said, language=each.article.language)
        metadata[each.article.pk] = said
    return Description(metadata, indexes, _tree(layout, metadata, indexes))


def front_matter_of(metadata: Metadata) -> dict[str, object]:
    """Return front matter that says this, without what goes without saying."""
    said: dict[str, object] = {
        "id": metadata.id,
        "title": metadata.title,
        "summary": False if metadata.has_no_summary else metadata.summary,
        "slug": metadata.slug,
        "category": list(metadata.category),
        "tags": list(metadata.tags),
        "status": "" if metadata.status == ArticleStatus.PUBLISHED else metadata.status.lower(),
        "target_roles": list(metadata.target_roles),
        "language": metadata.language,
        "translation_of": metadata.translation_of,
        "difficulty_level": ""
        if metadata.difficulty_level == DifficultyLevel.BEGINNER
        else metadata.difficulty_level.lower(),
        "order": metadata.order,
        "publish_at": _moment(metadata.publish_at),
        "expire_at": _moment(metadata.expire_at),
        "owner": metadata.owner,
        "review_interval": _interval(metadata.review_interval),
        "verified_at": _moment(metadata.verified_at),
        "icon": metadata.icon,
        "color": metadata.color,
    }
    folder = metadata.folder
    if folder is not None:
        said["folder"] = _spoken(
            {
                "title": folder.title,
                "summary": folder.summary,
                "order": folder.order,
                "icon": folder.icon,
                "color": folder.color,
                "review_interval": _interval(folder.review_interval),
            }
        )
    if not metadata.foreign_markup:
        said["foreign_markup"] = False
    keeps_false = {"summary"} if metadata.has_no_summary else set()
    return _spoken(said, keep=keeps_false | {"foreign_markup"})


def _spoken(
    values: Mapping[str, object], *, keep: set[str] | frozenset[str] = frozenset()
) -> dict[str, object]:
    return {
        name: value
        for name, value in values.items()
        if value not in ("", None, [], False) or (value == 0 and name == "order") or name in keep
    }


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def _interval(days: int | None) -> int | str | None:
    return "never" if days is not None and days >= NEVER else days


def _of_article(placed: Placed, original: str | None) -> Metadata:
    row = placed.article
    stem = placed.path.rpartition("/")[2].rpartition(".")[0]
    return Metadata(
        id="" if placed.id == placed.path else placed.id,
        title=row.title,
        summary=row.summary,
        has_no_summary=not row.summary,
        slug=row.slug,
        tags=tuple(sorted(tag.name for tag in row.tags.all())),
        status=row.status,
        target_roles=tuple(row.target_roles),
        translation_of=original or "",
        difficulty_level=row.difficulty_level,
        order=_order(row.display_order, stem),
        publish_at=row.publish_at,
        expire_at=row.expire_at,
        owner=row.owner.get_username() if row.owner else "",
        review_interval=row.review_interval_days,
        # Only what readers see is found right.
        verified_at=row.verified_at if row.status == ArticleStatus.PUBLISHED else None,
    )


def _order(order: int, name: str) -> int | None:
    """Return an order, ``None`` where it is what the importer takes from a name without one."""
    return None if order == (split_number(name)[0] or 0) else order


def _originals(placed: Iterable[Placed]) -> dict[int, str]:
    """Return whose translation an article is, by its key.

    Without an original among them, the one in the site's language stands for it.
    """
    groups: dict[uuid.UUID, list[Placed]] = defaultdict(list)
    for each in placed:
        groups[each.article.translation_group].append(each)
    site = base_language(settings.LANGUAGE_CODE)
    found: dict[int, str] = {}
    for members in groups.values():
        originals = {each.article.translated_from_id for each in members}
        members.sort(
            key=lambda each: (
                each.article.pk not in originals,
                base_language(each.article.language) != site,
                each.article.pk,
            )
        )
        found |= {each.article.pk: members[0].id for each in members[1:]}
    return found


def _is_meant(
    layout: Layout, row: HelpArticle, places: tuple[CategoryPlace, ...], names: tuple[str, ...]
) -> bool:
    """Tell whether the place of a file says the category of its article."""
    if tuple(place.name for place in places) != names:
        return False
    owner = layout.folders.get(places[-1].folder) if places[-1].folder else row.category
    return owner is None or owner.pk == row.category_id


def _tree(
    layout: Layout, metadata: Mapping[int, Metadata], indexes: Mapping[str, Metadata]
) -> FolderTree:
    documents = [stand_in(each.path, metadata[each.article.pk]) for each in layout.placed]
    documents += [stand_in(path, said) for path, said in indexes.items()]
    return FolderTree(documents, site_language=settings.LANGUAGE_CODE)


def _indexes(layout: Layout, metadata: dict[int, Metadata]) -> dict[str, Metadata]:
    """Describe the folders: in their index where that is an article, else in one of their own."""
    tree = _tree(layout, metadata, {})
    speakers = {
        tree.neutral_folder(document.folder): document
        for document in sorted(tree.documents, key=tree.precedence, reverse=True)
        if document.is_index
    }
    articles = {each.path: each.article.pk for each in layout.placed}
    indexes: dict[str, Metadata] = {}
    for folder in _used_folders(tree):
        category = layout.folders.get(folder)
        if category is None:
            continue
        said = FolderMetadata(
            title=category.name,
            summary=category.description,
            order=_order(category.display_order, folder.rpartition("/")[2]),
            icon=category.icon,
            color=category.color,
            review_interval=category.review_interval_days,
        )
        speaker = speakers.get(folder)
        path = f"{layout.real_folder(folder)}/index.md"
        if speaker is not None and (_speaks_first(speaker) or not layout.book.claim(path)):
            key = articles[speaker.path]
            metadata[key] = replace(metadata[key], folder=said)
        elif speaker is not None or layout.book.claim(path):
            indexes[path] = _of_folder(said)
    return indexes


def _speaks_first(document: Document) -> bool:
    """Tell whether no other index of the same folder comes before this one."""
    return document.index_rank == 0


def _used_folders(tree: FolderTree) -> list[str]:
    found: set[str] = set()
    for document in tree.documents:
        parts = tree.neutral_folder(document.folder).split("/")
        found |= {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return sorted(found - {""})


def _of_folder(said: FolderMetadata) -> Metadata:
    """Describe a folder in a file of its own, in which titles such as “Overview” name the page."""
    if said.title.casefold() in PAGE_TITLES or said.review_interval is not None:
        return Metadata(folder=said)
    return Metadata(
        title=said.title,
        summary=said.summary,
        order=said.order,
        icon=said.icon,
        color=said.color,
    )
