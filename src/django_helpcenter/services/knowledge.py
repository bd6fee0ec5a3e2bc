"""Writing articles: who may, in which order, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpArticle, HelpCategory, HelpTag
from django_helpcenter.models.articles import default_language
from django_helpcenter.models.drafts import text_of
from django_helpcenter.services.article_rules import (
    conflict_message,
    refuse_unknown,
    validate_article,
)
from django_helpcenter.services.article_writing import ArticleWriter
from django_helpcenter.services.base import in_transaction, write_alias
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.file_uses import keys_named_by, note_last_use
from django_helpcenter.services.publishing import refuse_unfit
from django_helpcenter.services.refusals import refusal
from django_helpcenter.services.slugs import free_category_slug, free_slug, make_slug
from django_helpcenter.services.snippet_locks import hold_snippets_of
from django_helpcenter.services.tags import find_tags, tag_identity
from django_helpcenter.services.translation_state import (
    newest_translatable,
    refuse_unknown_version,
)
from django_helpcenter.services.versions import (
    VERSIONED,
    count_version,
    find_version,
    keep_version,
)
from django_helpcenter.services.visibility import apply_visibility
from django_helpcenter.services.workflow import (
    CHANGE,
    PUBLISH,
    PUBLISHING,
    find_transition,
    record_transition,
)

if TYPE_CHECKING:
    from django_helpcenter.services.markdown_import import TextImport


class KnowledgeService(ArticleWriter):
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
        check: bool = False,
        pk: int | None = None,
        **fields: Any,
    ) -> HelpArticle:
        """Create an article; ``pk`` is one that the caller has reserved.

        Without ``slug`` a free one is made from the title. ``check`` refuses to publish what is not
        fit for readers. Raises ValidationError, PermissionRefused.
        """
        self.require("add_helparticle")
        if status in PUBLISHING:
            self.require(PUBLISH)
        refuse_unknown(fields)
        hold_snippets_of(self.tenant.pk, [content])
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
        if check and status == ArticleStatus.PUBLISHED:
            refuse_unfit(article)
        article.version = int(status in VERSIONED)
        self._insert(article, tag_list)
        if status != ArticleStatus.DRAFT and self.author_id is not None:
            self._record_step(article, ArticleStatus.DRAFT, note)
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
        check: bool = False,
        keep: bool = False,
        significance: str = "",
        **fields: Any,
    ) -> HelpArticle:
        """Change an article, and return it as it is now.

        ``expected_hash`` is the ``content_hash`` that the caller edited. A changed slug leaves a
        redirect; submitting, publishing and changing a published text make a new version, and so
        does ``keep`` whatever the status. ``significance`` is what that asks of translations, by
        default what ``guess_significance`` says. ``check`` refuses to publish what is not fit for
        readers. Raises ArticleConflict when somebody else changed the article meanwhile,
        ValidationError, PermissionRefused.
        """
        self.require(CHANGE, article)
        refuse_unknown(fields)
        locked = self._lock_for_text(article, fields.get("content", ""))
        if expected_hash is not None and locked.content_hash != expected_hash:
            raise ArticleConflict(conflict_message(locked))
        before = (locked.status, locked.audience)
        old_address = (locked.slug, locked.language)
        _assign(locked, fields)
        self._check_transition(locked, before[0])
        tag_list = self._set_related(locked, locked.tags.all() if tags is None else tags)
        locked.last_updated_by_id = self.author_id
        if check and locked.status == ArticleStatus.PUBLISHED:
            refuse_unfit(locked)
        validate_article(locked)
        self._change_slug(locked, *old_address)
        is_new_version = count_version(locked, before[0], always=keep)
        self._save(locked)
        if tags is not None:
            locked.tags.set(tag_list)
        if is_new_version:
            keep_version(locked, note=note, author_id=self.author_id, significance=significance)
        if locked.status != before[0]:
            self._record_step(locked, before[0], note)
        if (locked.status, locked.audience) != before:
            apply_visibility(locked)
        self._announce(locked, was_visible=before[0] == ArticleStatus.PUBLISHED, index=index)
        return locked

    def publish_article(self, article: HelpArticle, *, note: str = "") -> HelpArticle:
        """Publish an article; readers of its audience see it from now on.

        Raises ValidationError with all that is not fit for readers, PermissionRefused.
        """
        return self._move_to(article, ArticleStatus.PUBLISHED, note=note)

    def submit_for_review(self, article: HelpArticle, *, note: str = "") -> HelpArticle:
        """Hand an article to whoever publishes."""
        return self._move_to(article, ArticleStatus.REVIEW, note=note)

    def send_back(self, article: HelpArticle, *, note: str = "") -> HelpArticle:
        """Hand an article in review back to its authors; the note says why."""
        return self._move_to(article, ArticleStatus.DRAFT, note=note)

    def archive_article(self, article: HelpArticle, *, note: str = "") -> HelpArticle:
        """Take an article away from readers and keep it."""
        return self._move_to(article, ArticleStatus.ARCHIVED, note=note)

    @in_transaction
    def schedule(
        self,
        article: HelpArticle,
        *,
        publish_at: datetime | None = None,
        expire_at: datetime | None = None,
        note: str = "",
    ) -> HelpArticle:
        """Publish an article from one moment on, until another; ``None``: at once, for good.

        It has the status PUBLISHED from now on and is seen when its time comes, with no help of any
        worker. Raises ValidationError, also for an end that is past or before the beginning,
        PermissionRefused.
        """
        self.require(PUBLISH, article)
        if expire_at is not None and expire_at <= max(publish_at or expire_at, timezone.now()):
            message = _("The end must be in the future, and after the beginning.")
            raise refusal("expire_at", message, "times")
        return self.update_article(
            article,
            status=ArticleStatus.PUBLISHED,
            publish_at=publish_at,
            expire_at=expire_at,
            note=note,
            check=True,
        )

    @in_transaction
    def restore_version(
        self,
        article: HelpArticle,
        number: int,
        *,
        note: str = "",
        expected_hash: str | None = None,
    ) -> HelpArticle:
        """Give an article the text of an earlier version, as a new version.

        A text that no version holds is kept as one before. ``expected_hash`` is the
        ``content_hash`` of what the caller saw. Of a published article readers see the restored
        text at once, so that takes the permission to publish. Raises ArticleConflict,
        ValidationError when there is no such version or it is not fit for readers,
        PermissionRefused.
        """
        self.require(CHANGE, article)
        version = find_version(article, number)
        locked = self._lock_for_text(article, version.content)
        if count_version(locked, locked.status, always=True):
            self._save(locked)
            keep_version(
                locked,
                note=_("Before version %(number)d was restored.") % {"number": number},
                author_id=locked.last_updated_by_id,
            )
        return self.update_article(
            article,
            expected_hash=expected_hash,
            title=version.title,
            summary=version.summary,
            content=version.content,
            # No newer one than it said then, nor than anybody has said of the article since.
            translated_version=min(
                version.translated_version, locked.translated_version, newest_translatable(locked)
            ),
            note=note or _("Version %(number)d restored.") % {"number": number},
            keep=True,
            check=True,
        )

    @in_transaction
    def delete_article(self, article: HelpArticle, *, leave_gone: bool = False) -> None:
        """Delete an article with its versions, drafts, passages and redirects.

        ``leave_gone``: its addresses answer from now on that it is gone (410), until another
        article takes them. Only of what everybody could read: other articles leave no trace.
        """
        self.require("delete_helparticle", article)
        locked = self._lock(article)
        addresses = self._public_addresses(locked) if leave_gone else []
        was_visible = locked.status == ArticleStatus.PUBLISHED
        locked.status = ArticleStatus.ARCHIVED
        apply_visibility(locked)
        self._announce(locked, was_visible=was_visible, index=False)
        named = keys_named_by(locked, using=write_alias())
        locked.delete()
        note_last_use(self.tenant.pk, named, using=write_alias())
        self._leave_gone(addresses)

    def bulk_import_from_markdown(
        self, texts: Iterable[str], *, category: HelpCategory | None = None
    ) -> list[TextImport]:
        """Create a draft of each Markdown text, with front matter or without; nothing is published.

        What the front matter does not say is taken as ``sync_documentation`` takes it: the title
        from the first heading, the summary from the first paragraph; the category is ``category``,
        else "General". A text that cannot be read is reported and stops none of the others; the
        answers are in the order of the texts. Raises PermissionRefused.
        """
        # The importer of folders stands on this module.
        from django_helpcenter.services.markdown_import import import_texts

        self.require("add_helparticle")
        return import_texts(self, texts, category)

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
        self.require(CHANGE, article)
        if status in PUBLISHING:
            self.require(PUBLISH, article)
        locked = self._lock_for_text(article)
        if locked.status == status:
            return locked
        return self.update_article(locked, status=status, note=note, check=True)

    def _record_step(self, article: HelpArticle, before: str, note: str) -> None:
        record_transition(article, before, actor_id=self.author_id, note=note, using=write_alias())

    def _check_transition(self, article: HelpArticle, before: str) -> None:
        """Refuse a step that is none of the table, or not this actor's."""
        if article.status != before:
            self.require(find_transition(before, article.status).permission, article)
        elif before == ArticleStatus.PUBLISHED:
            # What readers see is changed by those who may publish, whatever the change.
            self.require(PUBLISH, article)


def _assign(article: HelpArticle, fields: Mapping[str, Any]) -> None:
    """Set fields of an article, and note when that makes another text of it.

    Raises ValidationError for a version that its original does not have.
    """
    text = text_of(article)
    for name, value in fields.items():
        setattr(article, name, value)
    if text_of(article) != text:
        article.text_changed_at = timezone.now()
    if "translated_version" in fields:
        refuse_unknown_version(article, article.translated_version)
