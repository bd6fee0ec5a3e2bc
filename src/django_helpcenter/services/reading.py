"""What the pages show to a reader, and the vote that a reader casts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.paginator import EmptyPage, Page, Paginator
from django.db import models, router, transaction
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Value
from django.utils import translation

from django_helpcenter import signals
from django_helpcenter.choices import InteractionType
from django_helpcenter.exceptions import DATABASE_EXCEPTIONS, Gone, NotVisible
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleInteraction,
    HelpArticleQuerySet,
    HelpCategory,
    HelpCategoryRedirect,
    HelpRedirect,
    HelpTag,
)
from django_helpcenter.models.interactions import VOTES
from django_helpcenter.services.addresses import base_language
from django_helpcenter.services.article_text import ArticleText, render_article
from django_helpcenter.services.base import TenantService
from django_helpcenter.services.category_tree import CategoryNode, build_tree, find_path
from django_helpcenter.services.reading_language import (
    LanguageNotice,
    language_notice,
    own_translation,
)
from django_helpcenter.services.search import SearchService
from django_helpcenter.services.translations import language_rank, one_of_each_group

logger = logging.getLogger("help_center")

#: Articles on one page of a category or a tag.
PAGE_SIZE = 30
#: Articles in each short list of the home page and of an empty result.
SHORT_LIST = 6
RELATED_LIMIT = 4


@dataclass(frozen=True, slots=True)
class HomePage:
    """The category tree and two short lists."""

    categories: tuple[CategoryNode, ...]
    popular: list[HelpArticle]
    recent: list[HelpArticle]


@dataclass(frozen=True, slots=True)
class Section:
    """The articles of one category on a page of a wider category."""

    category: HelpCategory
    articles: tuple[HelpArticle, ...]


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """A category with a page of the articles in it and below it, grouped by category."""

    node: CategoryNode
    ancestors: tuple[HelpCategory, ...]
    sections: tuple[Section, ...]
    page: Page[HelpArticle]


@dataclass(frozen=True, slots=True)
class TagPage:
    """A tag with a page of its articles."""

    tag: HelpTag
    page: Page[HelpArticle]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article with all around it.

    ``vote`` is what this reader said before: helpful, not helpful, or nothing.
    """

    article: HelpArticle
    text: ArticleText
    breadcrumb: tuple[HelpCategory, ...]
    tags: tuple[HelpTag, ...]
    translations: tuple[HelpArticle, ...]
    related: list[HelpArticle]
    vote: bool | None
    language: LanguageNotice

    @property
    def lede(self) -> str:
        """The summary, unless the text begins with the same words."""
        summary = self.article.summary
        return "" if self.text.begins_with(summary) else summary


class ReadingService(TenantService):
    """What one reader may see of a tenant's help center.

    ``language`` is the reader's: of an article in several languages, lists show one. Methods raise
    NotVisible for what does not exist and for what this reader may not see alike.
    """

    def __init__(self, *, language: str = "", **scope: Any) -> None:
        super().__init__(**scope)
        self.language = language or translation.get_language() or ""

    @cached_property
    def visible(self) -> HelpArticleQuerySet:
        """All articles that this reader may see, in every language."""
        articles: HelpArticleQuerySet = HelpArticle.objects.using(self.using)
        return articles.visible_to(self.tenant, self.user)

    @cached_property
    def listed(self) -> HelpArticleQuerySet:
        """The articles that lists show: of each group of translations the one that suits best."""
        return one_of_each_group(self.visible, self.language).light()

    @cached_property
    def categories(self) -> tuple[CategoryNode, ...]:
        """The category tree as this reader sees it."""
        counts = self.listed.order_by().values_list("category").annotate(Count("pk"))
        categories = HelpCategory.objects.for_tenant(self.tenant).using(self.using)
        return build_tree(categories, dict(counts))

    def home(self) -> HomePage:
        """Return the home page: the tree, what is read most and what changed last."""
        return HomePage(self.categories, self.popular(), self.recent())

    def popular(self) -> list[HelpArticle]:
        """Return the articles that are read most, none that nobody has read."""
        found = self.listed.filter(view_count__gt=0).select_related("category")
        return list(found.order_by("-view_count", "-helpful_count", "pk")[:SHORT_LIST])

    def recent(self) -> list[HelpArticle]:
        """Return the articles that changed last."""
        found = self.listed.select_related("category")
        return list(found.order_by("-updated_at", "-pk")[:SHORT_LIST])

    def category(self, slug: str, *, number: int = 1) -> CategoryPage:
        """Return a category and page ``number`` of its articles, those below it last."""
        path = find_path(self.categories, slug)
        if not path:
            raise NotVisible(f"No category {slug!r}.")
        node = path[-1]
        found = {each.category.pk: each.category for each in node.walk()}
        position = Func(
            Value(list(found), output_field=ArrayField(models.BigIntegerField())),
            F("category_id"),
            function="array_position",
            output_field=models.IntegerField(),
        )
        articles = self.listed.filter(category__in=list(found))
        page = _page(articles.order_by(position, "display_order", "title", "pk"), number)
        sections = tuple(
            Section(found[key], tuple(group))
            for key, group in groupby(page.object_list, key=lambda article: article.category_id)
        )
        return CategoryPage(node, tuple(each.category for each in path[:-1]), sections, page)

    def find_moved_category(self, slug: str) -> HelpCategory:
        """Return the category that had this slug before, or that took in the one that had it."""
        former = HelpCategoryRedirect.objects.using(self.using).for_tenant(self.tenant)
        found = former.filter(slug=slug).values_list("category__slug", flat=True).first()
        path = find_path(self.categories, found) if found else []
        if not path:
            raise NotVisible(f"No category {slug!r}.")
        return path[-1].category

    def tag(self, slug: str, *, number: int = 1) -> TagPage:
        """Return a tag and page ``number`` of its articles."""
        # Tags of hidden articles are left out here, at the cost of a tag that does not exist.
        tags = HelpTag.objects.using(self.using).for_tenant(self.tenant).filter(slug=slug)
        tag = tags.filter(Exists(self.visible.filter(tags=OuterRef("pk")))).first()
        if tag is None:
            raise NotVisible(f"No tag {slug!r}.")
        articles = self.listed.filter(tags=tag).select_related("category")
        page = _page(articles.order_by("title", "pk"), number)
        if not page.paginator.count:
            raise NotVisible(f"Nothing under {slug!r}.")
        return TagPage(tag, page)

    def find_article(self, slug: str, *, language: str = "") -> HelpArticle:
        """Return the article with this slug in ``language``, else in the reader's, else in any."""
        found = self.visible.filter(slug=slug).select_related("category")
        return self._best(found.defer("search_vector", "search_tags"), language)

    def find_moved(self, slug: str, *, language: str = "") -> HelpArticle:
        """Return the article that had this slug before.

        Raises Gone when the slug is of a public article that was deleted, NotVisible otherwise.
        """
        former = HelpRedirect.objects.using(self.using).for_tenant(self.tenant).filter(slug=slug)
        moved = former.filter(article__isnull=False)
        found = self.visible.light().filter(pk__in=moved.values("article"))
        try:
            return self._best(found, language)
        except NotVisible:
            if former.filter(article__isnull=True).exists():
                raise Gone(slug) from None
            raise

    def in_own_language(self, article: HelpArticle) -> HelpArticle | None:
        """Return the translation of an article that this reader gets, ``None`` for itself."""
        if base_language(article.language) == base_language(self.language):
            return None
        return own_translation(self._translations(article), self.language)

    def article(self, article: HelpArticle, *, language: str = "") -> ArticlePage:
        """Return all that the page of a visible article shows.

        ``language`` is the one that the reader asked for, "" for none but their own.
        """
        translations = tuple(self._translations(article).order_by("language"))
        return ArticlePage(
            article=article,
            text=render_article(article, visible=self.visible),
            breadcrumb=tuple(article.category.get_breadcrumb()),
            tags=tuple(article.tags.all()),
            translations=translations,
            related=self._related(article),
            vote=self._vote_on(article),
            language=language_notice(
                article, translations, visible=self.visible, asked=language, own=self.language
            ),
        )

    def _translations(self, article: HelpArticle) -> HelpArticleQuerySet:
        group = self.visible.light().filter(translation_group=article.translation_group)
        return group.exclude(pk=article.pk)

    def record_view(self, article: HelpArticle) -> None:
        """Note that this person opened an article; a database that cannot write stops no reader."""
        using = router.db_for_write(HelpArticleInteraction)
        try:
            with transaction.atomic(using=using):
                HelpArticleInteraction.record_view(
                    article, user=self.user, visitor_key=self.visitor_key
                )
                send = partial(
                    signals.article_viewed.send,
                    HelpArticle,
                    article_id=article.pk,
                    tenant_id=article.tenant_id,
                )
                # Robust: whatever listens must not stop the reader either.
                transaction.on_commit(send, using=using, robust=True)
        except DATABASE_EXCEPTIONS:
            logger.warning("A view of article %s was not recorded.", article.pk, exc_info=True)

    def vote(self, article_id: int, *, is_helpful: bool) -> HelpArticle:
        """Record this person's vote on an article, in place of an earlier one."""
        article = self.visible.light().filter(pk=article_id).first()
        if article is None:
            raise NotVisible(f"No article {article_id}.")
        HelpArticleInteraction.record_vote(
            article, is_helpful=is_helpful, user=self.user, visitor_key=self.visitor_key
        )
        return article

    def _related(self, article: HelpArticle) -> list[HelpArticle]:
        search = SearchService(
            tenant=self.tenant, user=self.user, visitor_key=self.visitor_key, using=self.using
        )
        related = search.related_articles(article, limit=RELATED_LIMIT)
        models.prefetch_related_objects(related, "category")
        return related

    def _vote_on(self, article: HelpArticle) -> bool | None:
        if self.user is not None and self.user.is_authenticated:
            person = Q(user=self.user.pk)
        elif self.visitor_key:
            person = Q(visitor_key=self.visitor_key)
        else:
            return None
        votes = HelpArticleInteraction.objects.using(self.using).for_tenant(self.tenant)
        votes = votes.filter(person, article=article, interaction_type__in=VOTES)
        kind = votes.values_list("interaction_type", flat=True).first()
        return None if kind is None else kind == InteractionType.VOTE_HELPFUL

    def _best(self, found: HelpArticleQuerySet, language: str) -> HelpArticle:
        """Return the article whose language suits best: one slug may stand in several languages."""
        best = min(
            found,
            key=lambda article: (
                language_rank(article.language, language, self.language),
                article.pk,
            ),
            default=None,
        )
        if best is None:
            raise NotVisible("No such article.")
        return best


def _page(articles: models.QuerySet[HelpArticle], number: int) -> Page[HelpArticle]:
    try:
        return Paginator(articles, PAGE_SIZE).page(number)
    except EmptyPage as exc:
        raise NotVisible(f"No page {number}.") from exc
