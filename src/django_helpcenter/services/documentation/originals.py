"""Which file of a group is the original, and which version of it a translation's file says.

Front matter says so (``translation_of``); else the group has an original already; else it is the
file in the site's language. A file that is new, or whose text changed by more than white space,
punctuation or case, was written from what the original says at the end of the same run: that is all
that folders tell. A file that did not change stays with the version that it was written from.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from django_helpcenter.choices import Significance
from django_helpcenter.models import HelpArticle, HelpArticleQuerySet, HelpArticleVersion
from django_helpcenter.services.documentation.work import Work
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.services.translation_state import IS_TRANSLATION
from django_helpcenter.services.translations import language_rank

if TYPE_CHECKING:
    from django_helpcenter.types import Actor


def assign_originals(works: Iterable[Work]) -> None:
    """Tell each file of a group of several which one is its original, as far as files say."""
    groups: dict[uuid.UUID, list[Work]] = defaultdict(list)
    for work in works:
        groups[work.group].append(work)
    for members in groups.values():
        named = {work.document.metadata.translation_of for work in members}
        said = [work for work in members if work.document.source_id in named]
        roots = [work for work in said if not work.document.metadata.translation_of] or said
        original = roots[0] if roots else min(members, key=_rank)
        for work in members:
            work.original = original if len(members) > 1 else None
            work.is_original_said = bool(roots)


def originals_first(works: Iterable[Work]) -> list[Work]:
    """Put originals before their translations, which are of what the originals say then."""
    return sorted(works, key=lambda work: work.is_translation)


class OriginalKeeper:
    """Notes in the database what the files of a run are translations of."""

    def __init__(self, *, tenant: models.Model, actor: Actor) -> None:
        self.tenant = tenant
        self.service = TranslationService(tenant=tenant, actor=actor)

    def lock(self, works: Iterable[Work]) -> None:
        """Hold the groups of translations that are about to be written.

        In the order in which every writer locks articles, so that none waits for another.
        """
        groups = [work.group for work in works if work.is_translation]
        if groups:
            rows = self._articles().filter(translation_group__in=groups).order_by("pk")
            list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))

    def written(self, work: Work) -> None:
        """Note what a file is a translation of that was written just now."""
        key = self._original_of(work)
        if key is None or key == work.article:
            return
        found = self._articles().in_bulk([work.article, key])
        article, original = found.get(work.article), found.get(key)
        if article is None or original is None:  # deleted meanwhile
            return
        is_new = work.row is None or article.translated_from_id != key
        if is_new or self._has_changed(article, work.row.version if work.row else 0):
            self.service.follow(article, original)

    def not_noted(self, works: Iterable[Work]) -> Iterator[Work]:
        """Return the files of translations whose articles nobody has noted as such."""
        translations = {work.article: work for work in works if work.is_translation}
        rows = self._articles().filter(pk__in=translations).exclude(IS_TRANSLATION)
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            yield translations[pk]

    def _original_of(self, work: Work) -> int | None:
        """Return the article that a file's is translated from, itself for an original."""
        said = work.original.article if work.original else None
        if said is None and work.row is None:
            return None
        if said is None or not work.is_original_said:
            group = self._articles().filter(IS_TRANSLATION, translation_group=work.group)
            said = group.values_list("translated_from", flat=True).first() or said
        if said is None or not self._articles().filter(pk=said, translation_group=work.group):
            return None
        return said

    def _has_changed(self, article: HelpArticle, before: int) -> bool:
        versions = HelpArticleVersion.objects.filter(tenant=self.tenant.pk, article=article)
        since = versions.filter(number__gt=before).exclude(significance=Significance.MINOR)
        return since.exists()

    def _articles(self) -> HelpArticleQuerySet:
        articles: HelpArticleQuerySet = HelpArticle.objects.filter(tenant=self.tenant.pk)
        return articles


def _rank(work: Work) -> tuple[tuple[int, int], str]:
    return language_rank(work.language, settings.LANGUAGE_CODE), work.path
