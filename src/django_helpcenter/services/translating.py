"""Beginning, joining and confirming translations of articles."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from django_helpcenter import signals
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleQuerySet,
    HelpArticleVersion,
    HelpDraft,
)
from django_helpcenter.services.article_rules import language_is_taken
from django_helpcenter.services.article_writing import ArticleWriter
from django_helpcenter.services.base import in_transaction, write_alias
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.refusals import refusal
from django_helpcenter.services.translation_state import IS_TRANSLATION, is_outdated, state_of
from django_helpcenter.services.versions import count_version, keep_version
from django_helpcenter.services.workflow import CHANGE, PUBLISH

logger = logging.getLogger("help_center")


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """A language, and the article of a group in it, if there is one."""

    code: str
    name: str
    article: HelpArticle | None


class TranslationService(ArticleWriter):
    """Keeps the articles of a tenant that say the same in several languages together.

    One article of a group is the original, from which the others are translated. What changes what
    readers of a published article are told takes the permission to publish it.
    """

    def find_original(self, article: HelpArticle) -> HelpArticle:
        """Return the article that this one is translated from, else the article itself."""
        self.require_own(article)
        state = state_of(article)
        return article if state is None else state.original

    def members(self, article: HelpArticle) -> list[HelpArticle]:
        """Return all articles of the group, with ``is_outdated_translation``, by language."""
        self.require_own(article)
        rows = self._rows().filter(translation_group=article.translation_group)
        rows = rows.annotate(is_outdated_translation=is_outdated(), is_translation=IS_TRANSLATION)
        return list(rows.light().order_by("language"))

    def languages(self, members: Iterable[HelpArticle]) -> list[LanguageRow]:
        """Return the site's languages and those of a group, each with its article."""
        found = {article.language: article for article in members}
        names = {code: str(name) for code, name in settings.LANGUAGES}
        codes = [*names, *(code for code in found if code not in names)]
        rows = [LanguageRow(code, names.get(code, code), found.get(code)) for code in codes]
        return sorted(rows, key=lambda row: row.article is None)

    @in_transaction
    def start(self, article: HelpArticle, language: str) -> HelpArticle:
        """Create the draft of a translation of an article, or of the original of that article.

        It begins with the original's text, category, tags and roles. Raises ValidationError for a
        language that is none of the site's or that the article has, PermissionRefused.
        """
        self.require("add_helparticle")
        if language not in dict(settings.LANGUAGES):
            raise refusal("language", _("Choose a language."), "language")
        original = self._lock_for_text(self.find_original(article))
        self._refuse_taken(original, [language])
        version = self._keep_text(original)
        draft = KnowledgeService(tenant=self.tenant, actor=self.actor).create_article(
            title=original.title,
            summary=original.summary,
            content=original.content,
            category=original.category,
            tags=original.tags.all(),
            language=language,
            translation_group=original.translation_group,
            target_roles=original.target_roles,
            difficulty_level=original.difficulty_level,
            display_order=original.display_order,
            status=ArticleStatus.DRAFT,
        )
        self._point(draft, original, version, "started")
        return draft

    @in_transaction
    def confirm(self, article: HelpArticle, *, version: int | None = None) -> HelpArticle:
        """Note that a translation says what its original said in a version, by default the newest.

        Raises ValidationError for an article that is no translation and for a version that there is
        not, PermissionRefused.
        """
        self._require_changes(article)
        state = state_of(article)
        if state is None:
            raise ValidationError(_("This article is no translation."), code="translation")
        locked, original = self._lock_two(article, state.original)
        if locked.translated_from_id != original.pk:
            raise ArticleConflict(_("The article was linked to another original meanwhile."))
        newest = self._keep_text(original)
        wanted = newest if version is None else version
        if not 0 < wanted <= newest:
            raise ValidationError(_("The original has no such version."), code="no_version")
        return self._point(locked, original, wanted, "confirmed")

    @in_transaction
    def link(
        self, article: HelpArticle, original: HelpArticle, *, is_current: bool = True
    ) -> HelpArticle:
        """Make an article that exists a translation of another one, or of that one's original.

        ``is_current``: it says what the original says now. Raises ValidationError when the original
        has a text in this language already, or the article has translations of its own,
        ArticleConflict, PermissionRefused.
        """
        original = self.find_original(original)
        article, original = self._lock_two(article, original)
        if state_of(original) is not None:
            raise ArticleConflict(_("The original was linked to another one meanwhile."))
        self._require_changes(article)
        # What readers of the original are told stays as it is.
        self.require(CHANGE, original)
        if article.pk == original.pk:
            raise ValidationError(_("An article is no translation of itself."), code="itself")
        if self._others_of(article).exists():
            message = _("“%(title)s” belongs to other translations; take it out of them first.")
            raise ValidationError(message % {"title": article.title}, code="group")
        self._refuse_taken(original, [article.language])
        article.translation_group = original.translation_group
        version = self._keep_text(original) if is_current else 0
        return self._point(article, original, version, "linked")

    @in_transaction
    def follow(self, article: HelpArticle, original: HelpArticle) -> HelpArticle:
        """Note that an article is translated from another one of its group as that is now.

        The other one is an original from then on. Raises ValidationError for an article that is not
        of the group, PermissionRefused.
        """
        article, original = self._lock_two(article, original)
        self._require_changes(article)
        is_moved = original.translated_from_id is not None
        if is_moved:
            self._require_changes(original)
        if article.pk == original.pk or article.translation_group != original.translation_group:
            raise ValidationError(_("This article is no translation."), code="translation")
        if is_moved:
            self._set(original, None, 0)
        return self._point(article, original, self._keep_text(original), "confirmed")

    @in_transaction
    def unlink(self, article: HelpArticle) -> HelpArticle:
        """Take an article out of its group.

        Raises ValidationError for an original that has translations, PermissionRefused.
        """
        locked = self._lock(article)
        self._require_changes(locked)
        if self._translations_of(locked).exists():
            raise ValidationError(
                _("Other articles are translated from this one; make one of them the original."),
                code="original",
            )
        locked.translation_group = uuid.uuid4()
        return self._point(locked, None, 0, "unlinked")

    @in_transaction
    def make_original(self, article: HelpArticle) -> HelpArticle:
        """Make an article the one that the others of its group are translated from.

        Those that were up to date count as up to date with it, the former original too; the others
        as outdated. Raises PermissionRefused.
        """
        group = self._rows().filter(translation_group=article.translation_group)
        # All rows in the order in which every writer locks them.
        members = list(group.order_by("pk").select_for_update(of=("self",)))
        locked = self._lock(article)
        outdated = set(group.filter(is_outdated()).values_list("pk", flat=True))
        for each in members:
            self._require_changes(each)
        version = self._keep_text(locked)
        for each in members:
            if each.pk != locked.pk:
                self._set(each, locked, 0 if each.pk in outdated else version)
        return self._point(locked, None, 0, "made_original")

    def _rows(self) -> HelpArticleQuerySet:
        articles: HelpArticleQuerySet = HelpArticle.objects.filter(tenant=self.tenant.pk)
        return articles

    def _others_of(self, article: HelpArticle) -> HelpArticleQuerySet:
        group = self._rows().filter(translation_group=article.translation_group)
        return group.exclude(pk=article.pk)

    def _translations_of(self, article: HelpArticle) -> HelpArticleQuerySet:
        return self._others_of(article).filter(translated_from=article.pk)

    def _require_changes(self, article: HelpArticle) -> None:
        self.require_own(article)
        self.require(CHANGE, article)
        if article.status == ArticleStatus.PUBLISHED:
            self.require(PUBLISH, article)

    def _lock_two(self, first: HelpArticle, second: HelpArticle) -> tuple[HelpArticle, HelpArticle]:
        """Lock two articles, the older one first, so that two people never wait for each other."""
        locked = {each.pk: self._lock(each) for each in sorted((first, second), key=_key)}
        return locked[first.pk], locked[second.pk]

    def _refuse_taken(self, original: HelpArticle, languages: Sequence[str]) -> None:
        group = self._rows().filter(translation_group=original.translation_group)
        taken = group.filter(language__in=languages).values_list("language", flat=True).first()
        if taken is not None:
            raise language_is_taken(taken)

    def _keep_text(self, original: HelpArticle) -> int:
        """Return the number of the version that holds the original's text, kept when it is new.

        What was translated can then be compared with what the original says later.
        """
        if count_version(original, original.status, always=True):
            # Not the article's time of change: nothing changed.
            self._rows().filter(pk=original.pk).update(
                version=original.version, previous_version=original.previous_version
            )
            note = _("Kept for a translation.")
            keep_version(original, note=note, author_id=original.last_updated_by_id)
        return original.version

    def _point(
        self, article: HelpArticle, original: HelpArticle | None, version: int, action: str
    ) -> HelpArticle:
        self._set(article, original, version)
        logger.info(
            "Article %s, translation of %s: %s by %s.",
            article.pk, original and original.pk, action, self.actor,
        )  # fmt: skip
        send = partial(
            signals.article_translation_changed.send,
            HelpArticle,
            article_id=article.pk,
            tenant_id=article.tenant_id,
            action=action,
            version=version,
            actor_id=self.author_id,
        )
        transaction.on_commit(send, using=write_alias())
        return article

    def _set(self, article: HelpArticle, original: HelpArticle | None, version: int) -> None:
        if article.translated_from_id != (original and original.pk):
            # What drafts and versions say they follow is a version of another article.
            drafts = HelpDraft.objects.for_tenant(self.tenant).filter(article=article)
            drafts.update(translated_version=None)
            kept = HelpArticleVersion.objects.for_tenant(self.tenant).filter(article=article)
            kept.exclude(translated_version=0).update(translated_version=0)
        article.translated_from, article.translated_version = original, version
        with self._conflicts_named(article):
            self._rows().filter(pk=article.pk).update(
                translation_group=article.translation_group,
                translated_from=original,
                translated_version=version,
            )


def _key(article: HelpArticle) -> int:
    return article.pk
