"""The steps of an article on its form: buttons to where it may go, and what it lacks for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.article_form import STEP, unix_lines, unpack_text
from django_helpcenter.admin.draft_pages import DraftPages
from django_helpcenter.admin.saving import REFUSALS
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict, PermissionRefused
from django_helpcenter.models import HelpArticle, HelpTransition
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.publishing import publishing_problems
from django_helpcenter.services.workflow import reachable_statuses

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

_LABELS: dict[tuple[str, str], Any] = {
    (ArticleStatus.REVIEW, ArticleStatus.DRAFT): _("Send back"),
    (ArticleStatus.ARCHIVED, ArticleStatus.PUBLISHED): _("Publish again"),
}
_LABELS_BY_TARGET: dict[str, Any] = {
    ArticleStatus.DRAFT: _("Take back to draft"),
    ArticleStatus.REVIEW: _("Submit for review"),
    ArticleStatus.PUBLISHED: _("Publish"),
    ArticleStatus.ARCHIVED: _("Archive"),
}

#: What is said of a step that was taken.
_TOLD: dict[str, Any] = {
    ArticleStatus.DRAFT: _("“%s” is a draft again."),
    ArticleStatus.REVIEW: _("“%s” was submitted for review."),
    ArticleStatus.PUBLISHED: _("“%s” is published."),
    ArticleStatus.ARCHIVED: _("“%s” is archived."),
}

#: What is said of a text that was not saved; each with the address of the person's draft. The mark
#: tells unsaved.js that the way there loses nothing.
_MERGE_IT = _(
    'Your text is kept in <a href="{}" data-help-center-kept>your draft</a>, where it can be '
    "merged."
)
_SUBMIT_IT = _(
    'Your text is kept in <a href="{}" data-help-center-kept>your draft</a>, where it can be '
    "submitted for review."
)
_ADD_IT = _('You have <a href="{}">a draft</a> of this article already. Add your change there.')


@dataclass(frozen=True, slots=True)
class Step:
    """A button that saves the form and takes the article to a status."""

    status: str
    label: str


def steps_for(article: HelpArticle, actor: Actor) -> list[Step]:
    """Return the steps that somebody may take with an article, which need not be saved yet."""
    return [
        Step(status, str(_LABELS.get((article.status, status)) or _LABELS_BY_TARGET[status]))
        for status in reachable_statuses(article, actor)
    ]


class ArticleSteps(DraftPages):
    """Adds the steps to the form, and keeps what a refusal would lose."""

    def step_context(self, request: HttpRequest, article: HelpArticle | None) -> dict[str, Any]:
        """Return what the form shows of the steps."""
        shown = HelpArticle(status=ArticleStatus.DRAFT) if article is None else article
        is_on_its_way = article is not None and article.status in _ON_THEIR_WAY
        return {
            "steps": steps_for(shown, request.user),
            "problems": publishing_problems(shown) if is_on_its_way else [],
            "sent_back": None if article is None else _why_sent_back(article),
        }

    def response_change(self, request: HttpRequest, obj: HelpArticle) -> HttpResponse:
        if STEP not in request.POST or "_popup" in request.POST:
            return super().response_change(request, obj)
        self.message_user(request, str(_TOLD[obj.status]) % obj, messages.SUCCESS)
        return self.response_post_save_change(request, obj)

    def after_refusal(
        self, request: HttpRequest, object_id: str | None, exc: Exception
    ) -> Exception:
        """Keep the text of a save that came too late, or from an author of a published article."""
        article = None if object_id is None else self.get_object(request, object_id)
        if article is None:
            return exc
        if isinstance(exc, ArticleConflict):
            self._keep_text(request, article, _MERGE_IT)
        if isinstance(exc, PermissionRefused) and article.status == ArticleStatus.PUBLISHED:
            self._keep_text(request, article, _SUBMIT_IT)
            return ValidationError(
                _t("Readers see this article, and you may not publish. It was not changed.")
            )
        return exc

    def _keep_text(self, request: HttpRequest, article: HelpArticle, words: Any) -> None:
        """Keep what was typed as the person's draft, if they have none, and say where it is."""
        base = unpack_text(request.POST.get("base", ""))
        text = DraftText(*(_posted(request, name) for name in DraftText._fields))
        if base is None or text == base:
            return
        service = DraftService(tenant=article.tenant, actor=request.user)
        draft = service.find(article)
        if draft is None:
            try:
                service.save(article, text, base=base, revision=0)
            except REFUSALS:
                return  # The form has the text still, and says what is wrong with it.
        elif draft.text != text:
            words = _ADD_IT
        link = format_html(words, self.page_of(article, "draft"))
        self.message_user(request, link, messages.WARNING)


def _why_sent_back(article: HelpArticle) -> HelpTransition | None:
    """Return the step with which an article in review became a draft again, if it says why."""
    if article.status != ArticleStatus.DRAFT:
        return None
    last = article.transitions.select_related("actor").first()
    return last if last and last.before == ArticleStatus.REVIEW and last.note else None


def _posted(request: HttpRequest, name: str) -> str:
    """Return a text as the form reads it."""
    text = unix_lines(request.POST.get(name, ""))
    return text.strip() if name == "title" else text


#: Statuses from which an article is published for the first time.
_ON_THEIR_WAY = (ArticleStatus.DRAFT, ArticleStatus.REVIEW)
