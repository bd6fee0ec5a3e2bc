"""Whether a translation says what its original says now: the one definition, in SQL.

A translation is outdated when its original is published and has, since the version that was
translated, got a version whose change was not a minor one, unless it says again what was
translated. An original that readers do not have asks nothing of its translations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from django_helpcenter.choices import ArticleStatus, Significance
from django_helpcenter.models import HelpArticle, HelpArticleQuerySet, HelpArticleVersion

#: What says that an article is a translation of another one; a pointer out of its group says
#: nothing.
IS_TRANSLATION = Q(
    translated_from__isnull=False, translated_from__translation_group=F("translation_group")
)


def is_outdated() -> Q:
    """Return the condition for articles that are outdated translations."""
    return _outdated(Exists)


def is_outdated_by_much() -> Q:
    """Return the condition for outdated translations whose original has had a major change."""
    return is_outdated() & Q(Exists(_versions_since().filter(significance=Significance.MAJOR)))


def misses_language(language: str) -> Q:
    """Return the condition for articles to translate that have no text in a language."""
    texts = HelpArticle.objects.filter(
        tenant=OuterRef("tenant"),
        translation_group=OuterRef("translation_group"),
        language=language,
    )
    return ~IS_TRANSLATION & ~Q(Exists(texts)) & ~Q(status=ArticleStatus.ARCHIVED)


def with_translation_state(articles: HelpArticleQuerySet) -> HelpArticleQuerySet:
    """Add to each article whether it is a translation, outdated, and translated itself.

    For lists, which show a page: looked up for each row of that, after the others are left out.
    """
    group = {"translation_group": OuterRef("translation_group")}
    originals = HelpArticle.objects.filter(pk=OuterRef("translated_from"), **group)
    others = HelpArticle.objects.filter(translated_from=OuterRef("pk"), **group)
    return articles.annotate(
        is_translation=_found(originals),
        is_outdated_translation=_outdated(_found),
        is_translated=_found(others),
    )


#: What nobody needs of an original whose translation is looked at.
UNSEEN = ("search_vector", "search_tags", "title_words")


@dataclass(frozen=True, slots=True)
class TranslationState:
    """How a translation stands to its original.

    ``version`` is the one of the original that it says, 0 for nobody knows; ``changes`` are the
    versions since then that matter, oldest first, empty where it is up to date.
    """

    original: HelpArticle
    version: int
    changes: tuple[HelpArticleVersion, ...]

    @property
    def is_outdated(self) -> bool:
        """Whether the original says something else by now."""
        return bool(self.changes)

    @property
    def is_outdated_by_much(self) -> bool:
        """Whether one of the changes was a major one."""
        return any(change.significance == Significance.MAJOR for change in self.changes)


def state_of(article: HelpArticle) -> TranslationState | None:
    """Return how an article stands to its original, ``None`` for one that is no translation."""
    if article.translated_from_id is None:
        return None
    rows: HelpArticleQuerySet = HelpArticle.objects.filter(tenant=article.tenant_id, pk=article.pk)
    row = (
        rows.filter(IS_TRANSLATION)
        .annotate(has_changed=is_outdated())
        .values_list("translated_from", "translated_version", "has_changed")
        .first()
    )
    if row is None:
        return None
    key, version, has_changed = row
    if key is None:  # as the condition has it, never
        return None
    original = HelpArticle.objects.defer(*UNSEEN).get(pk=key)
    changes: QuerySet[HelpArticleVersion] = HelpArticleVersion.objects.none()
    if has_changed:
        versions = HelpArticleVersion.objects.filter(
            tenant=article.tenant_id, article=original, number__gt=version
        )
        changes = versions.exclude(significance=Significance.MINOR).select_related("author")
    return TranslationState(original, version, tuple(changes.defer("content").order_by("number")))


def newest_translatable(article: HelpArticle) -> int:
    """Return the newest version of an article's original, 0 for one that is no translation."""
    if article.translated_from_id is None:
        return 0
    originals = HelpArticle.objects.filter(
        tenant=article.tenant_id,
        pk=article.translated_from_id,
        translation_group=article.translation_group,
    )
    return originals.values_list("version", flat=True).first() or 0


def refuse_unknown_version(article: HelpArticle, version: int) -> None:
    """Raise ValidationError when the original of an article has no such version; 0 is unknown."""
    if version and not 0 < version <= newest_translatable(article):
        raise ValidationError(_("The original has no such version."), code="no_version")


def _outdated(is_any: Callable[[QuerySet[Any]], Any]) -> Q:
    since = _versions_since().exclude(significance=Significance.MINOR)
    return Q(is_any(since)) & ~Q(is_any(_translated_text_stands()))


def _found(rows: QuerySet[Any]) -> IsNull:
    """Return ``Exists`` in a form that PostgreSQL does not answer for the whole table at once.

    In a list of 20,000 articles that took three times as long as the list.
    """
    return IsNull(Subquery(rows.values("pk")[:1]), False)


def _versions_since() -> QuerySet[HelpArticleVersion]:
    return HelpArticleVersion.objects.filter(
        tenant=OuterRef("tenant"),
        article=OuterRef("translated_from"),
        number__gt=OuterRef("translated_version"),
        article__status=ArticleStatus.PUBLISHED,
        article__translation_group=OuterRef("translation_group"),
    )


def _translated_text_stands() -> QuerySet[HelpArticleVersion]:
    """Return the version that was translated, where its text is that of the newest one again."""
    newest = HelpArticleVersion.objects.filter(
        tenant=OuterRef("tenant"), article=OuterRef("article")
    ).order_by("-number")
    return HelpArticleVersion.objects.filter(
        tenant=OuterRef("tenant"),
        article=OuterRef("translated_from"),
        number=OuterRef("translated_version"),
        text_hash=Subquery(newest.values("text_hash")[:1]),
    ).exclude(text_hash="")
