"""Writing beside what readers see: one draft for each article and editor.

Readers see the published text until the draft is published. A draft whose article says something
else than when it was begun is not published: the two are merged first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext as _

from django_helpcenter.choices import ArticleStatus, DraftState
from django_helpcenter.content.merging import Merge, merge_texts
from django_helpcenter.exceptions import ArticleConflict, NotVisible, PermissionRefused
from django_helpcenter.models import HelpArticle, HelpDraft, TenantQuerySet
from django_helpcenter.models.drafts import DraftText, text_of
from django_helpcenter.services.article_rules import conflict_message, validate_article
from django_helpcenter.services.article_writing import ArticleWriter
from django_helpcenter.services.base import in_transaction, write_alias
from django_helpcenter.services.file_uses import note_last_use
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translation_state import (
    newest_translatable,
    refuse_unknown_version,
)
from django_helpcenter.services.workflow import CHANGE, PUBLISH, may

if TYPE_CHECKING:
    from django_helpcenter.types import Actor


@dataclass(frozen=True, slots=True)
class DraftMerge:
    """A draft and its article brought together; ``conflicts`` counts what somebody must decide."""

    text: DraftText
    conflicts: int


def seen_by(actor: Actor) -> Q:
    """Return the condition for the drafts that somebody sees: their own, and what waits for them.

    The system sees all.
    """
    if actor.pk is None:
        return Q()
    own = Q(editor=actor.pk)
    return own | Q(state=DraftState.REVIEW) if may(actor, PUBLISH) else own


class DraftService(ArticleWriter):
    """Keeps what editors write of a tenant's articles.

    An editor changes their own drafts; who publishes may read, publish and send back those of
    others. Raises NotVisible for drafts that the actor may not see, as for those that are not
    there.
    """

    def drafts(self) -> TenantQuerySet[HelpDraft]:
        """Return the drafts that the actor may see."""
        return HelpDraft.objects.for_tenant(self.tenant).filter(seen_by(self.actor))

    def find(self, article: HelpArticle) -> HelpDraft | None:
        """Return the actor's own draft of an article."""
        self.require_own(article)
        return self._own().filter(article=article).first()

    @in_transaction
    def save(
        self,
        article: HelpArticle,
        text: DraftText,
        *,
        revision: int | None = None,
        base: DraftText | None = None,
        note: str = "",
        significance: str = "",
        translated_version: int | None = None,
    ) -> HelpDraft:
        """Keep what the actor has written so far; also called by the autosave.

        ``revision`` is that of the draft that was edited, 0 for none; ``None`` overwrites whatever
        there is. ``base`` is the article's text that the editor saw when a draft is begun.
        ``significance`` is what the change asks of translations, ``translated_version`` the version
        of its original that a translation will say; both count when it is published. Raises
        ArticleConflict when another window saved meanwhile, ValidationError, PermissionRefused.
        """
        self.require(CHANGE, article)
        self._require_user()
        current = self._lock(article)
        draft = self._own().select_for_update().filter(article=article).first()
        found = draft.revision if draft else 0
        if revision is not None and revision != found:
            raise ArticleConflict(
                _("You have saved this draft in another window. Nothing was saved here.")
            )
        if draft is None:
            draft = self._begin(current, base)
        else:
            draft.revision += 1
        if translated_version is not None:
            refuse_unknown_version(current, translated_version)
        named = draft.file_keys if draft.pk else ()
        draft.title, draft.summary, draft.content = text
        draft.note = note or draft.note
        draft.significance = significance or draft.significance
        draft.translated_version = translated_version
        draft.state = DraftState.WRITING
        _validate(current, draft)
        draft.save()
        note_last_use(self.tenant.pk, named, text=draft.content, using=write_alias())
        return draft

    @in_transaction
    def submit(self, draft: HelpDraft, *, note: str = "") -> HelpDraft:
        """Hand a draft to whoever publishes."""
        self.require(CHANGE, draft.article)
        return self._set_state(self._lock_own(draft), DraftState.REVIEW, note)

    @in_transaction
    def send_back(self, draft: HelpDraft, *, note: str = "") -> HelpDraft:
        """Hand a draft back to its editor; the note says why."""
        locked = self._lock_draft(draft)
        if locked.editor_id != self.author_id:
            self.require(PUBLISH, locked.article)
        return self._set_state(locked, DraftState.WRITING, note)

    @in_transaction
    def discard(self, draft: HelpDraft) -> None:
        """Forget a draft; the article stays as it is."""
        locked = self._lock_own(draft)
        note_last_use(self.tenant.pk, locked.file_keys, using=write_alias())
        locked.delete()

    @in_transaction
    def publish(
        self, draft: HelpDraft, *, note: str = "", revision: int | None = None
    ) -> HelpArticle:
        """Give the article the text of a draft, publish it, and delete the draft.

        ``revision`` is that of the draft that was looked at; another one is not published unseen.
        Raises ArticleConflict when the article says something else than what the draft was made of:
        merge them first. Raises ValidationError with all that is not fit for readers,
        PermissionRefused.
        """
        article, locked = self._lock_both(draft)
        self.require(PUBLISH, article)
        if revision is not None and revision != locked.revision:
            raise ArticleConflict(_("The draft was changed meanwhile. Look at it once more."))
        if text_of(article) != locked.base:
            raise ArticleConflict(conflict_message(article))
        knowledge = KnowledgeService(tenant=self.tenant, actor=self.actor)
        fields: dict[str, Any] = dict(locked.text._asdict())
        if locked.translated_version is not None and newest_translatable(article):
            fields["translated_version"] = locked.translated_version
        published = knowledge.update_article(
            article,
            **fields,
            significance=locked.significance,
            status=ArticleStatus.PUBLISHED,
            note=note or locked.note,
            check=True,
        )
        locked.delete()
        return published

    @in_transaction
    def merge(self, draft: HelpDraft) -> tuple[HelpDraft, DraftMerge]:
        """Put what has become of the article meanwhile into a draft, which is based on it then.

        Returns the saved draft and what the merge was like; places that both changed stand in the
        text one below the other, and keep the draft from being published until somebody chooses.
        """
        article, locked = self._lock_both(draft)
        if locked.editor_id != self.author_id:
            self.require(PUBLISH, article)
        merged = merge_draft(locked, article)
        named = locked.file_keys
        locked.title, locked.summary, locked.content = merged.text
        _set_base(locked, article, text_of(article))
        locked.revision += 1
        locked.save()
        note_last_use(self.tenant.pk, named, text=locked.content, using=write_alias())
        return locked, merged

    def _own(self) -> TenantQuerySet[HelpDraft]:
        return HelpDraft.objects.for_tenant(self.tenant).filter(editor=self.author_id)

    def _require_user(self) -> None:
        if self.author_id is None:
            raise PermissionRefused("A draft is somebody's; the system has none.")

    def _lock_draft(self, draft: HelpDraft) -> HelpDraft:
        rows = self.drafts().select_for_update(of=("self",)).select_related("article")
        found = rows.filter(pk=draft.pk).first()
        if found is None:
            raise NotVisible(f"draft {draft.pk}")
        return found

    def _lock_own(self, draft: HelpDraft) -> HelpDraft:
        locked = self._lock_draft(draft)
        if self.author_id is not None and locked.editor_id != self.author_id:
            raise NotVisible(f"draft {draft.pk}")
        return locked

    def _lock_both(self, draft: HelpDraft) -> tuple[HelpArticle, HelpDraft]:
        """Lock the article first, as every writer does, and then the draft."""
        if not self.drafts().filter(pk=draft.pk).exists():
            raise NotVisible(f"draft {draft.pk}")
        return self._lock_for_text(draft.article, draft.content), self._lock_draft(draft)

    def _begin(self, article: HelpArticle, base: DraftText | None) -> HelpDraft:
        draft = HelpDraft(tenant_id=self.tenant.pk, article=article, editor_id=self.author_id)
        _set_base(draft, article, base or text_of(article))
        return draft

    def _set_state(self, draft: HelpDraft, state: str, note: str) -> HelpDraft:
        draft.state = state
        draft.note = note or draft.note
        draft.save(update_fields=["state", "note", "updated_at"])
        return draft


def merge_draft(draft: HelpDraft, article: HelpArticle) -> DraftMerge:
    """Merge a draft with what its article says now; writes nothing.

    Title and summary, of one line mostly, are taken as a whole: where both changed one, the
    draft's stays, for it has no room for two.
    """
    base, mine, theirs = draft.base, draft.text, text_of(article)
    merged: Merge = merge_texts(
        base.content,
        mine.content,
        theirs.content,
        my_name=_("your text"),
        their_name=str(article.last_updated_by or _("the article now")),
    )
    title = mine.title if mine.title != base.title else theirs.title
    summary = mine.summary if mine.summary != base.summary else theirs.summary
    return DraftMerge(DraftText(title, summary, merged.text), merged.conflicts)


def others_writing(article: HelpArticle, user: Any) -> Sequence[HelpDraft]:
    """Return the changed drafts that others have of an article, without texts, newest first."""
    drafts = HelpDraft.objects.for_tenant(article.tenant_id).filter(article=article)
    unchanged = {name: F(f"base_{name}") for name in DraftText._fields}
    drafts = drafts.exclude(editor=user).exclude(**unchanged)
    return list(drafts.select_related("editor").only("editor", "updated_at"))


def _set_base(draft: HelpDraft, article: HelpArticle, text: DraftText) -> None:
    draft.base_title, draft.base_summary, draft.base_content = text
    draft.base_version = article.version


def _validate(article: HelpArticle, draft: HelpDraft) -> None:
    """Refuse a text that no article may have; an empty one is fine until it is published."""
    probe = HelpArticle(
        tenant_id=article.tenant_id,
        slug=article.slug,
        language=article.language,
        category_id=article.category_id,
        status=ArticleStatus.DRAFT,
        **draft.text._asdict(),
    )
    try:
        validate_article(probe)
    except ValidationError as exc:
        raise ValidationError(
            {name: errors for name, errors in exc.error_dict.items() if name in DraftText._fields}
        ) from exc
