"""What everybody may read, for machines: search engines, feed readers, language models."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.paginator import EmptyPage, Paginator
from django.db import models
from django.db.models.functions import Greatest

from django_helpcenter.exceptions import NotVisible
from django_helpcenter.models import HelpArticle, HelpArticleQuerySet, HelpCategory
from django_helpcenter.models.categories import sorted_tree
from django_helpcenter.services.translations import one_of_each_group

#: Addresses on one page of the sitemap. The protocol allows 50,000 and 50 MB, which articles in
#: many languages would pass.
SITEMAP_PAGE = 10_000
#: Entries of the feed.
FEED_LENGTH = 50
#: Articles in the overview for language models, which read it as a whole.
OVERVIEW_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class PublicArticle:
    """An article's address, and when what stands there changed last."""

    slug: str
    language: str
    changed_at: datetime
    group: uuid.UUID


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """Articles, the visible ones of each translation group, and how many pages there are."""

    articles: tuple[PublicArticle, ...]
    translations: Mapping[uuid.UUID, Sequence[PublicArticle]]
    page_count: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """A category by its way from the top, with its articles."""

    path: tuple[str, ...]
    articles: tuple[HelpArticle, ...]


class PublicService:
    """The articles of a tenant that a reader sees who is nobody, whoever asks."""

    def __init__(self, *, tenant: models.Model, using: str | None = None) -> None:
        self.tenant = tenant
        self.using = using

    @property
    def visible(self) -> HelpArticleQuerySet:
        """The articles that are for everybody."""
        articles: HelpArticleQuerySet = HelpArticle.objects.using(self.using)
        return articles.visible_to(self.tenant, None)

    def sitemap(self, number: int = 1, *, size: int = SITEMAP_PAGE) -> SitemapPage:
        """Return a page of the sitemap; raises NotVisible behind the last one."""
        rows = self._addresses(self.visible.order_by("pk"))
        try:
            page = Paginator(rows, size).page(number)
        except EmptyPage as exc:
            raise NotVisible(f"No page {number}.") from exc
        articles = tuple(PublicArticle(*row) for row in page)
        return SitemapPage(articles, self._translations(articles), page.paginator.num_pages)

    def changed_last(self, *, limit: int = FEED_LENGTH) -> list[HelpArticle]:
        """Return the articles that changed last, or came out last, newest first."""
        found = self.visible.light().select_related("category")
        return list(found.order_by(_changed().desc(), "-pk")[:limit])

    def overview(self, *, limit: int = OVERVIEW_LENGTH) -> tuple[list[Chapter], int]:
        """Return the articles by category, and how many are left out of a very long list.

        Of translations the one in the site's language stands for all.
        """
        listed = one_of_each_group(self.visible, settings.LANGUAGE_CODE).light()
        categories = sorted_tree(HelpCategory.objects.for_tenant(self.tenant).using(self.using))
        position = models.Func(
            models.Value(
                [category.pk for category in categories],
                output_field=ArrayField(models.BigIntegerField()),
            ),
            models.F("category_id"),
            function="array_position",
            output_field=models.IntegerField(),
        )
        found: dict[int, list[HelpArticle]] = defaultdict(list)
        for article in listed.order_by(position, "display_order", "title", "pk")[:limit]:
            found[article.category_id].append(article)
        names = {category.path: category.name for category in categories}
        chapters = [
            Chapter(_way(category, names), tuple(found[category.pk]))
            for category in categories
            if category.pk in found
        ]
        return chapters, listed.count() - sum(map(len, found.values()))

    def _addresses(self, found: HelpArticleQuerySet) -> models.QuerySet[HelpArticle, Any]:
        changed = _changed()
        names = ("slug", "language", "changed_at", "translation_group")
        rows: models.QuerySet[HelpArticle, Any] = found.annotate(changed_at=changed)
        return rows.values_list(*names)

    def _translations(
        self, articles: Sequence[PublicArticle]
    ) -> dict[uuid.UUID, list[PublicArticle]]:
        groups: dict[uuid.UUID, list[PublicArticle]] = defaultdict(list)
        wanted = {article.group for article in articles}
        rows = self._addresses(self.visible.filter(translation_group__in=wanted))
        for row in rows.order_by("language", "pk"):
            article = PublicArticle(*row)
            groups[article.group].append(article)
        return {group: members for group, members in groups.items() if len(members) > 1}


def _way(category: HelpCategory, names: Mapping[str, str]) -> tuple[str, ...]:
    step = HelpCategory.steplen
    ends = range(2 * step, len(category.path) + 1, step)
    return tuple(names[category.path[:end]] for end in ends)


def _changed() -> Greatest:
    """Return when readers got an article as it is; PostgreSQL passes over a missing time."""
    return Greatest("updated_at", "publish_at")
