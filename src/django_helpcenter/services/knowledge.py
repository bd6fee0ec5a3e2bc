"""Writing articles: who may, in which order, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from django_helpcenter import signals
from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import (
    HelpArticle,
    HelpCategory,
    HelpRedirect,
    HelpTag,
)
from django_helpcenter.models.articles import default_language
from django_helpcenter.models.locks import take_turns
from django_helpcenter.services.article_rules import (
    conflict_message,
    refuse_unknown,
    slug_is_taken,
    validate_article,
)
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.slugs import (
    free_article_slug,
    free_category_slug,
    free_slug,
    make_slug,
)
from django_helpcenter.services.tags import find_tags, tag_identity
from django_helpcenter.services.versions import VERSIONED, count_version, keep_version
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


#: How often a slug is made anew when somebody else takes it at the same moment.
SLUG_ATTEMPTS = 10
SLUG_CONSTRAINT = "help_article_slug_uniq"


class KnowledgeService(ActorService):
    """Creates and changes the articles of a tenant.

    Every method checks the actor, locks what it changes, writes, and sends its signals after the
    commit. ``index=False`` leaves the index to the caller, who indexes many articles at once.
    """

    @in_transaction
    def create_article(
        self,
        *,
        title: str,
        content: str,
        category: HelpCategory,
        tags: Iterable[HelpTag] = (),
        slug: str = "",
        language: str | None = None,
        status: str = ArticleStatus.DRAFT,
        note: str = "",
        index: bool = True,
        pk: int | None = None,
        **fields: Any,
    ) -> HelpArticle:
        """Create an article; ``pk`` is one that the caller has reserved.

        Without ``slug`` a free one is made from the title. Raises ValidationError,
        PermissionRefused.
        """
        self.require("add_helparticle")
        if status in PUBLISHING:
            self.require("publish_helparticle")
        refuse_unknown(fields)
        article = HelpArticle(
            pk=pk,
            tenant_id=self.tenant.pk,
            title=title,
            slug=slug,
            content=content,
            language=language or default_language(),
            category=category,
            status=status,
            created_by_id=self.author_id,
            last_updated_by_id=self.author_id,
            **fields,
        )
        tag_list = self._set_related(article, tags)
        article.version = int(status in VERSIONED)
        self._insert(article)
        article.tags.add(*tag_list)
        if article.version:
            keep_version(article, note=note, author_id=self.author_id)
        self._announce(article, was_visible=False, index=index)
        return article

    @in_transaction
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
        redirect; submitting, publishing and changing a published text make a new version. Raises
        ArticleConflict when somebody else changed the article meanwhile, ValidationError,
        PermissionRefused.
        """
        self.require("change_helparticle")
        refuse_unknown(fields)
        locked = self._lock(article)
        if expected_hash is not None and locked.content_hash != expected_hash:
            raise ArticleConflict(conflict_message(locked))
        before = (locked.status, locked.audience)
        old_address = (locked.slug, locked.language)
        for name, value in fields.items():
            setattr(locked, name, value)
        self._check_transition(before[0], locked.status)
        tag_list = self._set_related(locked, locked.tags.all() if tags is None else tags)
        locked.last_updated_by_id = self.author_id
        validate_article(locked)
        self._change_slug(locked, *old_address)
        is_new_version = count_version(locked, before[0])
        self._save(locked)
        if tags is not None:
            locked.tags.set(tag_list)
        if is_new_version:
            keep_version(locked, note=note, author_id=self.author_id)
        if (locked.status, locked.audience) != before:
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

    @in_transaction
    def delete_article(self, article: HelpArticle) -> None:
        """Delete an article with its versions, passages and redirects."""
        self.require("delete_helparticle")
        locked = self._lock(article)
        was_visible = locked.status == ArticleStatus.PUBLISHED
        locked.status = ArticleStatus.ARCHIVED
        apply_visibility(locked)
        self._announce(locked, was_visible=was_visible, index=False)
        locked.delete()

    @in_transaction
    def ensure_category(
        self, *, name: str, slug: str = "", parent: HelpCategory | None = None, **fields: Any
    ) -> HelpCategory:
        """Return the category of this name below a parent (``None``: top), made when missing.

        Raises ValidationError; PermissionRefused when it is missing and the actor may not make it.
        """
        categories = HelpCategory.objects
        categories.lock_tree(self.tenant)
        above = categories.hidden_root(self.tenant) if parent is None else parent
        self.require_own(above)
        siblings = categories.get_children(categories.get(pk=above.pk))
        found: HelpCategory | None = siblings.filter(name=name).first()
        if found is not None:
            return found
        return CategoryService(tenant=self.tenant, actor=self.actor).create(
            name=name,
            slug=free_category_slug(self.tenant, slug or name),
            parent=parent,
            **fields,
        )

    @in_transaction
    def ensure_tags(self, names: Iterable[str]) -> list[HelpTag]:
        """Return the tags of these names, made when missing.

        Names that differ only in case, blanks, hyphens and underscores are one tag.
        """
        wanted: dict[str, str] = {}
        for name in names:
            label = " ".join(str(name).split())[:100]
            if tag_identity(label):
                wanted.setdefault(tag_identity(label), label)
        found = find_tags(self.tenant, wanted)
        missing = [label for key, label in wanted.items() if key not in found]
        if missing:
            self.require("add_helptag")
            taken = set(HelpTag.objects.for_tenant(self.tenant).values_list("slug", flat=True))
            new = []
            for label in missing:
                slug = free_slug(make_slug(label)[:90], taken)  # room for a number
                taken.add(slug)
                new.append(HelpTag(tenant_id=self.tenant.pk, slug=slug, name=label))
            HelpTag.objects.bulk_create(new, ignore_conflicts=True)
            found = find_tags(self.tenant, wanted)
        return [found[key] for key in wanted if key in found]

    @in_transaction
    def _move_to(self, article: HelpArticle, status: str, *, note: str) -> HelpArticle:
        self.require("change_helparticle")
        if status in PUBLISHING:
            self.require("publish_helparticle")
        locked = self._lock(article)
        if locked.status == status:
            return locked
        return self.update_article(locked, status=status, note=note)

    def _check_transition(self, before: str, after: str) -> None:
        is_move = before != after
        # What readers see is changed by those who may publish, whatever the change.
        if before == ArticleStatus.PUBLISHED or (is_move and PUBLISHING & {before, after}):
            self.require("publish_helparticle")
        if is_move and after not in TRANSITIONS[before]:
            raise ValidationError(
                {
                    "status": _("An article cannot go from %(before)s to %(after)s.")
                    % {"before": before, "after": after}
                },
                code="transition",
            )

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
            raise ValidationError({"category": _("Choose a category.")}, code="required")
        article.search_tags = " ".join(tag.name for tag in tag_list)
        article.category_name = article.category.name
        return tag_list

    def _insert(self, article: HelpArticle) -> None:
        """Save a new article, under a free slug when it has none."""
        is_derived = not article.slug
        if is_derived:
            # Equal titles at once take turns; only a slug that somebody chose can get in between.
            key = f"{self.tenant.pk} {article.language} {make_slug(article.title)}"
            take_turns("article_slug", key, using=write_alias())
        for tries_left in reversed(range(SLUG_ATTEMPTS)):
            if is_derived:
                article.slug = free_article_slug(self.tenant, article.language, article.title)
            validate_article(article)
            if not is_derived:
                self._claim_slug(article)
            try:
                self._save(article, force_insert=True)
            except ValidationError as exc:
                # Another writer took the slug between our look and our write.
                if not (is_derived and tries_left and "slug" in exc.error_dict):
                    raise
            else:
                return

    def _save(self, article: HelpArticle, *, force_insert: bool = False) -> None:
        try:
            with transaction.atomic(using=write_alias()):
                article.save(force_insert=force_insert)
        except IntegrityError as exc:
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
