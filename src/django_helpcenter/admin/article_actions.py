"""What can be done with many articles at once."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from django_helpcenter.admin.article_csv import article_header, article_rows
from django_helpcenter.admin.article_links import IncomingLinks
from django_helpcenter.admin.csv_export import csv_response
from django_helpcenter.admin.saving import REFUSALS, refusal_text
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.base import ActorService
from django_helpcenter.services.knowledge import KnowledgeService

#: Refusals that are told one by one; more would bury the page.
TOLD_REFUSALS = 10
#: What of an article says that an action has changed it.
_state_of = attrgetter("status", "owner_id", "verified_at")

Service = TypeVar("Service", bound=ActorService)


class ArticleActions(IncomingLinks):
    """Publish, archive and hand over for review, each article for itself."""

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may publish and archive; offers the actions."""
        return bool(request.user.has_perm("help_center.publish_helparticle"))

    @admin.action(description=_("Publish selected articles"), permissions=["publish"])
    def publish_articles(self, request: HttpRequest, queryset: QuerySet[HelpArticle]) -> None:
        """Publish each selected article that can be published."""
        told = ngettext_lazy("%d article was published.", "%d articles were published.")
        step = KnowledgeService.publish_article
        self.act_on_each(request, queryset, KnowledgeService, step, _t("Published."), told)

    @admin.action(description=_("Archive selected articles"), permissions=["publish"])
    def archive_articles(
        self, request: HttpRequest, queryset: QuerySet[HelpArticle]
    ) -> HttpResponse | None:
        """Archive each selected article, after a question where others link to it."""
        question = self.ask_about_links(request, queryset, ArticleStatus.ARCHIVED)
        if question is not None:
            return question
        told = ngettext_lazy("%d article was archived.", "%d articles were archived.")
        step = KnowledgeService.archive_article
        self.act_on_each(request, queryset, KnowledgeService, step, _t("Archived."), told)
        return None

    @admin.action(description=_("Mark selected articles for review"), permissions=["change"])
    def mark_for_review(self, request: HttpRequest, queryset: QuerySet[HelpArticle]) -> None:
        """Hand each selected draft to whoever publishes."""
        told = ngettext_lazy(
            "%d article was marked for review.", "%d articles were marked for review."
        )
        step = KnowledgeService.submit_for_review
        self.act_on_each(request, queryset, KnowledgeService, step, _t("Marked for review."), told)

    @admin.action(description=_("Download selected articles as CSV"), permissions=["view"])
    def export_articles(
        self, request: HttpRequest, queryset: QuerySet[HelpArticle]
    ) -> StreamingHttpResponse:
        """Download what the list knows of each selected article."""
        return csv_response("articles", article_header(), article_rows(queryset))

    def act_on_each(
        self,
        request: HttpRequest,
        queryset: QuerySet[HelpArticle],
        service: type[Service],
        step: Callable[[Service, HelpArticle], HelpArticle],
        note: str,
        told: Any,
    ) -> None:
        """Take one step with each article; one that is refused does not hold up the others.

        ``note`` is logged of those that it changed, ``told`` takes their number for the person.
        """
        changed = 0
        refused: list[str] = []
        for article in queryset.select_related("tenant").order_by("pk"):
            before = _state_of(article)
            try:
                after = step(service(tenant=article.tenant, actor=request.user), article)
            except REFUSALS as exc:
                refused.append(f"{article}: {refusal_text(exc)}")
                continue
            if _state_of(after) != before:
                changed += 1
                self.log_change(request, article, note)
        self._tell_refusals(request, refused)
        if changed:
            self.message_user(request, told % changed, messages.SUCCESS)

    def _tell_refusals(self, request: HttpRequest, refused: list[str]) -> None:
        for text in refused[:TOLD_REFUSALS]:
            self.message_user(request, text, messages.ERROR)
        more = len(refused) - TOLD_REFUSALS
        if more > 0:
            text = ngettext("%d more was refused.", "%d more were refused.", more) % more
            self.message_user(request, text, messages.ERROR)
