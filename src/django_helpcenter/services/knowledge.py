"""Writing articles: who may, in which order, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from django_helpcenter import signals
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleVersion,
    HelpCategory,
    HelpRedirect,
    HelpTag,
)
from django_helpcenter.services.base import ActorService
from django_helpcenter.services.slugs import free_article_slug, free_category_slug, is_slug_taken
from django_helpcenter.services.visibility import apply_visibility

#: From which status an article may go where.
TRANSITIONS: dict[str, frozenset[str]] = {
    ArticleStatus.DRAFT: frozenset(
        {ArticleStatus.REVIEW, ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED}
    ),
    ArticleStatus.REVIEW: frozenset(
        {ArticleStatus.DRAFT, ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED}
    ),
    ArticleStatus.PUBLISHED: frozenset({ArticleStatus.DRAFT, ArticleStatus.ARCHIVED}),
    ArticleStatus.ARCHIVED: frozenset({ArticleStatus.DRAFT, ArticleStatus.PUBLISHED}),
}

#: What the permission to change articles does not cover.
PUBLISHING = frozenset({ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED})


class KnowledgeService(ActorService):
    """Creates and changes the articles of a tenant.

    Every method checks the actor, locks what it changes, writes, and sends its signals after the
    commit. ``index=False`` leaves the index to the caller, who indexes many articles at once.
    """

    @transaction.atomic
    def create_article(
        self,
        *,
        title: str,
        content: str,
        category: HelpCategory,
        tags: Iterable[HelpTag] = (),
        slug: str = "",
        status: str = ArticleStatus.DRAFT,
        note: str = "",
        index: bool = True,
        **fields: Any,
    ) -> HelpArticle:
        """Create an article.

        Without ``slug`` a free one is made from the title. Raises ValidationError,
        PermissionRefused.
        """
        self.require("add_helparticle")
        if status in PUBLISHING:
            self.require("publish_helparticle")
        self.require_own(category)
        article = HelpArticle(
            tenant=self.tenant,
            title=title,
            content=content,
            category=category,
            status=status,
            created_by_id=self.author_id,
            last_updated_by_id=self.author_id,
            **fields,
        )
        article.slug = self._new_slug(article, slug)
        self._set_search_texts(article, tags)
        self._validate(article)
        if status == ArticleStatus.PUBLISHED:
            article.version = 1
        article.save(force_insert=True)
        if tags:
            article.tags.set(tags)
        if status == ArticleStatus.PUBLISHED:
            self._snapshot(article, note)
        self._announce(article, was_visible=False, index=index)
        return article

    @transaction.atomic
    def update_article(
        self,
        article: HelpArticle,
        *,
        expected_hash: str | None = None,
        tags: Iterable[HelpTag] | None = None,
        note: str = "",
        index: bool = True,
        **fields: Any,
    ) -> HelpArticle:
        """Change an article, and return it as it is now.

        ``expected_hash`` is the ``content_hash`` that the caller edited. A changed slug leaves a
        redirect; a published article gets a new version. Raises ArticleConflict when somebody else
        changed the article meanwhile, ValidationError, PermissionRefused.
        """
        self.require("change_helparticle")
        locked = self._lock(article)
        if expected_hash is not None and locked.content_hash != expected_hash:
            raise ArticleConflict(
                f"“{locked.title}” was changed by {locked.last_updated_by or 'somebody else'} "
                f"on {timezone.localtime(locked.updated_at):%Y-%m-%d %H:%M}. "
                "Nothing was saved; reload the article and apply your change to its current text."
            )
        before = (locked.status, locked.audience, locked.slug, locked.language, locked.content_hash)
        for name, value in fields.items():
            setattr(locked, name, value)
        if locked.status != before[0]:
            self._check_transition(before[0], locked.status)
        if "category" in fields:
            self.require_own(locked.category)
        self._change_slug(locked, before[2], before[3])
        tag_list = list(locked.tags.all()) if tags is None else list(tags)
        self._set_search_texts(locked, tag_list)
        locked.last_updated_by_id = self.author_id
        self._validate(locked)
        publishes = locked.status == ArticleStatus.PUBLISHED and (
            before[0] != ArticleStatus.PUBLISHED or locked.hash_content() != before[4]
        )
        if publishes:
            locked.previous_version = locked.versions.order_by("-number").first()
            locked.version = (locked.previous_version.number if locked.previous_version else 0) + 1
        locked.save()
        if tags is not None:
            locked.tags.set(tag_list)
        if publishes:
            self._snapshot(locked, note)
        if (locked.status, locked.audience) != before[:2]:
            apply_visibility(locked)
        self._announce(locked, was_visible=before[0] == ArticleStatus.PUBLISHED, index=index)
        return locked

    def publish_article(self, article: HelpArticle, *, note: str = "") -> HelpArticle:
        """Publish an article; readers of its audience see it from now on.

        Raises ValidationError when content is missing, PermissionRefused.
        """
        return self._move_to(article, ArticleStatus.PUBLISHED, note=note)

    def submit_for_review(self, article: HelpArticle, *, note: str = "") -> HelpArticle:
        """Hand an article to whoever publishes."""
        return self._move_to(article, ArticleStatus.REVIEW, note=note)

    def archive_article(self, article: HelpArticle, *, note: str = "") -> HelpArticle:
        """Take an article away from readers and keep it."""
        return self._move_to(article, ArticleStatus.ARCHIVED, note=note)

    @transaction.atomic
    def delete_article(self, article: HelpArticle) -> None:
        """Delete an article with its versions, passages and redirects."""
        self.require("delete_helparticle")
        locked = self._lock(article)
        locked.status = ArticleStatus.ARCHIVED
        apply_visibility(locked)
        locked.delete()

    @transaction.atomic
    def ensure_category(
        self, *, name: str, slug: str = "", parent: HelpCategory | None = None, **fields: Any
    ) -> HelpCategory:
        """Return the category of this name below a parent (``None``: the top), made when missing."""
        self.require("add_helpcategory")
        categories = HelpCategory.objects
        categories.lock_tree(self.tenant)
        above = categories.hidden_root(self.tenant) if parent is None else parent
        self.require_own(above)
        found = categories.get_children(categories.get(pk=above.pk)).filter(name=name).first()
        if found is not None:
            return found
        return categories.create(
            tenant=self.tenant,
            parent=parent,
            name=name,
            slug=free_category_slug(self.tenant, slug or name),
            **fields,
        )

    @transaction.atomic
    def ensure_tags(self, names: Iterable[str]) -> list[HelpTag]:
        """Return the tags of these names, made when missing; equal slugs are one tag."""
        wanted: dict[str, str] = {}
        for name in names:
            label = " ".join(str(name).split())[:100]
            key = slugify(label, allow_unicode=True)[:100]
            if key:
                wanted.setdefault(key, label)
        if not wanted:
            return []
        found = {
            tag.slug: tag for tag in HelpTag.objects.for_tenant(self.tenant).filter(slug__in=wanted)
        }
        missing = [key for key in wanted if key not in found]
        if missing:
            self.require("add_helptag")
            HelpTag.objects.bulk_create(
                [HelpTag(tenant=self.tenant, slug=key, name=wanted[key]) for key in missing],
                ignore_conflicts=True,
            )
            found = {
                tag.slug: tag
                for tag in HelpTag.objects.for_tenant(self.tenant).filter(slug__in=wanted)
            }
        return [found[key] for key in wanted if key in found]

    def _move_to(self, article: HelpArticle, status: str, *, note: str) -> HelpArticle:
        if article.status == status:
            return article
        return self.update_article(article, status=status, note=note)

    def _check_transition(self, before: str, after: str) -> None:
        if after in PUBLISHING or before in PUBLISHING:
            self.require("publish_helparticle")
        if after not in TRANSITIONS[before]:
            raise ValidationError(
                {"status": f"An article cannot go from {before} to {after}."}, code="transition"
            )

    def _lock(self, article: HelpArticle) -> HelpArticle:
        self.require_own(article)
        return (
            HelpArticle.objects.for_tenant(self.tenant)
            .select_for_update(of=("self",))
            .select_related("category", "last_updated_by")
            .get(pk=article.pk)
        )

    def _new_slug(self, article: HelpArticle, slug: str) -> str:
        if not slug:
            return free_article_slug(self.tenant, article.language, article.title)
        if is_slug_taken(self.tenant, article.language, slug):
            raise ValidationError({"slug": f"The slug {slug!r} is taken."}, code="unique")
        return slug

    def _change_slug(self, article: HelpArticle, old_slug: str, old_language: str) -> None:
        if (article.slug, article.language) == (old_slug, old_language):
            return
        if is_slug_taken(self.tenant, article.language, article.slug, but=article.pk):
            raise ValidationError({"slug": f"The slug {article.slug!r} is taken."}, code="unique")
        redirects = HelpRedirect.objects.for_tenant(self.tenant)
        redirects.filter(language=article.language, slug=article.slug).delete()
        redirects.update_or_create(
            tenant=self.tenant,
            language=old_language,
            slug=old_slug,
            defaults={"article": article},
        )

    def _set_search_texts(self, article: HelpArticle, tags: Iterable[HelpTag]) -> None:
        article.search_tags = " ".join(tag.name for tag in tags)
        article.category_name = article.category.name

    def _validate(self, article: HelpArticle) -> None:
        """Check what a row must fulfil; the queries of ``full_clean`` are left to constraints."""
        if len(article.content) > conf.ARTICLE_MAX_CHARACTERS:
            raise ValidationError({"content": article.too_long_message(len(article.content))})
        article.clean_fields(
            exclude=["category", "created_by", "last_updated_by", "tenant", "search_vector"]
        )
        article.clean()
        if article.status == ArticleStatus.PUBLISHED and not article.content.strip():
            raise ValidationError({"content": "An article without a text cannot be published."})

    def _snapshot(self, article: HelpArticle, note: str) -> None:
        HelpArticleVersion.objects.create(
            tenant=self.tenant,
            article=article,
            number=article.version,
            title=article.title,
            summary=article.summary,
            content=article.content,
            content_hash=article.content_hash,
            note=note,
            author_id=self.author_id,
        )

    def _announce(self, article: HelpArticle, *, was_visible: bool, index: bool) -> None:
        ids = {"article_id": article.pk, "tenant_id": article.tenant_id}
        is_visible = article.status == ArticleStatus.PUBLISHED
        send = partial(transaction.on_commit, robust=False)
        if index and is_visible and article.content_hash != article.indexed_hash:
            send(partial(signals.article_index_stale.send, HelpArticle, **ids))
        if is_visible:
            send(
                partial(signals.article_published.send, HelpArticle, version=article.version, **ids)
            )
        elif was_visible:
            send(partial(signals.article_unpublished.send, HelpArticle, **ids))
