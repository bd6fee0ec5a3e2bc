"""What every way of writing an article does: lock, check, save, tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from django_helpcenter import signals
from django_helpcenter.choices import ROLE_ALL, ArticleStatus, IndexState
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpArticle, HelpRedirect, HelpTag
from django_helpcenter.models.locks import take_turns
from django_helpcenter.services.article_rules import (
    language_is_taken,
    slug_is_taken,
    validate_article,
)
from django_helpcenter.services.base import ActorService, write_alias
from django_helpcenter.services.file_uses import note_last_use
from django_helpcenter.services.refusals import refusal
from django_helpcenter.services.slugs import free_article_slug, make_slug
from django_helpcenter.services.snippet_locks import hold_snippets_of

#: How often a slug is made anew when somebody else takes it at the same moment.
SLUG_ATTEMPTS = 10
SLUG_CONSTRAINT = "help_article_slug_uniq"
LANGUAGE_CONSTRAINT = "help_article_translation_uniq"


class ArticleWriter(ActorService):
    """The parts that the services which write articles are made of."""

    def _lock_for_text(self, article: HelpArticle, *contents: str) -> HelpArticle:
        """Lock an article, and before it the snippets of what it says and is to say."""
        self.require_own(article)
        hold_snippets_of(self.tenant.pk, [article.content, *contents])
        locked = self._lock(article)
        if locked.content != article.content:  # what others wrote meanwhile may name others
            hold_snippets_of(self.tenant.pk, [locked.content])
        return locked

    def _lock(self, article: HelpArticle) -> HelpArticle:
        self.require_own(article)
        rows = HelpArticle.objects.for_tenant(self.tenant).select_for_update(of=("self",))
        locked = rows.select_related("category", "last_updated_by").filter(pk=article.pk).first()
        if locked is None:
            raise ArticleConflict(_("The article was deleted meanwhile. Nothing was saved."))
        return locked

    def _set_related(self, article: HelpArticle, tags: Iterable[HelpTag]) -> list[HelpTag]:
        """Check that category and tags are the tenant's, and copy their names for the search."""
        tag_list = list(tags)
        for row in (article.category, *tag_list):
            self.require_own(row)
        if article.category.depth == 1:
            raise refusal("category", _("Choose a category."), "required")
        article.search_tags = " ".join(tag.name for tag in tag_list)
        article.category_name = article.category.name
        return tag_list

    def _insert(self, article: HelpArticle, tags: Iterable[HelpTag]) -> None:
        """Save a new article with its tags, under a free slug when it has none."""
        if article.slug:
            validate_article(article)
            self._claim_slug(article)
            self._save(article, force_insert=True)
        else:
            self._insert_under_free_slug(article)
        article.tags.add(*tags)

    def _insert_under_free_slug(self, article: HelpArticle) -> None:
        # Equal titles at once take turns; only a slug that somebody chose can get in between.
        key = f"{self.tenant.pk} {article.language} {make_slug(article.title)}"
        take_turns("article_slug", key, using=write_alias())
        for tries_left in reversed(range(SLUG_ATTEMPTS)):
            article.slug = free_article_slug(self.tenant, article.language, article.title)
            validate_article(article)
            try:
                with transaction.atomic(using=write_alias()):
                    self._save(article, force_insert=True)
            except ValidationError as exc:
                # Another writer took the slug between our look and our write.
                if not (tries_left and "slug" in exc.error_dict):
                    raise
            else:
                return

    def _save(self, article: HelpArticle, *, force_insert: bool = False) -> None:
        named = () if force_insert else article.file_keys
        with self._conflicts_named(article):
            article.save(force_insert=force_insert)
            note_last_use(self.tenant.pk, named, text=article.content, using=write_alias())

    @contextmanager
    def _conflicts_named(self, article: HelpArticle) -> Iterator[None]:
        """Raise ValidationError for what another writer took meanwhile.

        The transaction around this can only be rolled back then.
        """
        try:
            yield
        except IntegrityError as exc:
            if LANGUAGE_CONSTRAINT in str(exc):
                raise language_is_taken(article.language) from exc
            if SLUG_CONSTRAINT not in str(exc):
                raise
            raise slug_is_taken(article.slug) from exc

    def _claim_slug(self, article: HelpArticle) -> None:
        """Make redirects give way to an article; whether another one has its slug, saving shows."""
        redirects = HelpRedirect.objects.for_tenant(self.tenant)
        redirects.filter(language=article.language, slug=article.slug).delete()

    def _change_slug(self, article: HelpArticle, old_slug: str, old_language: str) -> None:
        if (article.slug, article.language) == (old_slug, old_language):
            return
        self._claim_slug(article)
        HelpRedirect.objects.update_or_create(
            tenant_id=self.tenant.pk,
            language=old_language,
            slug=old_slug,
            defaults={"article": article},
        )

    def _public_addresses(self, article: HelpArticle) -> list[tuple[str, str]]:
        """Return the addresses, as language and slug, of an article that everybody could read."""
        if not article.is_visible or article.audience != [ROLE_ALL]:
            return []
        former = article.redirects.values_list("language", "slug")
        return [(article.language, article.slug), *former]

    def _leave_gone(self, addresses: Iterable[tuple[str, str]]) -> None:
        HelpRedirect.objects.bulk_create(
            [
                HelpRedirect(tenant_id=self.tenant.pk, language=language, slug=slug)
                for language, slug in addresses
            ],
            ignore_conflicts=True,
        )

    def _announce(self, article: HelpArticle, *, was_visible: bool, index: bool) -> None:
        ids = {"article_id": article.pk, "tenant_id": article.tenant_id}
        is_visible = article.status == ArticleStatus.PUBLISHED
        send = partial(transaction.on_commit, using=write_alias(), robust=False)
        if index and is_visible and article.index_state == IndexState.STALE:
            send(partial(signals.article_index_stale.send, HelpArticle, **ids))
        if is_visible:
            send(
                partial(signals.article_published.send, HelpArticle, version=article.version, **ids)
            )
        elif was_visible:
            send(partial(signals.article_unpublished.send, HelpArticle, **ids))
