"""The steps of an article on its form: buttons to where it may go, and what it lacks for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.article_form import unix_lines, unpack_text
from django_helpcenter.admin.draft_pages import DraftPages
from django_helpcenter.admin.saving import REFUSALS
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpArticle
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
    """Adds the steps to the form, and keeps what a conflict would lose."""

    def step_context(self, request: HttpRequest, article: HelpArticle | None) -> dict[str, Any]:
        """Return what the form shows of the steps."""
        shown = HelpArticle(status=ArticleStatus.DRAFT) if article is None else article
        is_on_its_way = article is not None and article.status in _ON_THEIR_WAY
        return {
            "steps": steps_for(shown, request.user),
            "problems": publishing_problems(shown) if is_on_its_way else [],
        }

    def after_refusal(self, request: HttpRequest, object_id: str | None, exc: Exception) -> None:
        """Keep the text of a save that came too late as a draft, where it can be merged."""
        if not isinstance(exc, ArticleConflict) or object_id is None:
            return
        article = self.get_object(request, object_id)
        base = unpack_text(request.POST.get("base", ""))
        if article is None or base is None:
            return
        service = DraftService(tenant=article.tenant, actor=request.user)
        text = DraftText(*(_posted(request, name) for name in DraftText._fields))
        if text == base or service.find(article) is not None:
            return
        try:
            service.save(article, text, base=base, revision=0)
        except REFUSALS:
            return  # The form has the text still, and says what is wrong with it.
        link = format_html(
            _t('Your text is kept in <a href="{}">your draft</a>, where it can be merged.'),
            self.page_of(article, "draft"),
        )
        self.message_user(request, link, messages.WARNING)


def _posted(request: HttpRequest, name: str) -> str:
    """Return a text as the form reads it."""
    text = unix_lines(request.POST.get(name, ""))
    return text.strip() if name == "title" else text


#: Statuses from which an article is published for the first time.
_ON_THEIR_WAY = (ArticleStatus.DRAFT, ArticleStatus.REVIEW)
