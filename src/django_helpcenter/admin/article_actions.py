"""What can be done with many articles at once."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_helpcenter.admin.article_csv import article_header, article_rows
from django_helpcenter.admin.article_links import IncomingLinks
from django_helpcenter.admin.csv_export import csv_response
from django_helpcenter.admin.saving import REFUSALS, refusal_text
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService

#: Refusals that are told one by one; more would bury the page.
TOLD_REFUSALS = 10

Step = Callable[[KnowledgeService, HelpArticle], HelpArticle]


class ArticleActions(IncomingLinks):
    """Publish, archive and hand over for review, each article for itself."""

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may publish and archive; offers the actions."""
        return bool(request.user.has_perm("help_center.publish_helparticle"))

    @admin.action(description=_("Publish selected articles"), permissions=["publish"])
    def publish_articles(self, request: HttpRequest, queryset: QuerySet[HelpArticle]) -> None:
        """Publish each selected article that can be published."""
        count = self._each(request, queryset, KnowledgeService.publish_article, _t("Published."))
        if count:
            text = ngettext("%d article was published.", "%d articles were published.", count)
            self.message_user(request, text % count, messages.SUCCESS)

    @admin.action(description=_("Archive selected articles"), permissions=["publish"])
    def archive_articles(
        self, request: HttpRequest, queryset: QuerySet[HelpArticle]
    ) -> HttpResponse | None:
        """Archive each selected article, after a question where others link to it."""
        question = self.ask_about_links(request, queryset, ArticleStatus.ARCHIVED)
        if question is not None:
            return question
        count = self._each(request, queryset, KnowledgeService.archive_article, _t("Archived."))
        if count:
            text = ngettext("%d article was archived.", "%d articles were archived.", count)
            self.message_user(request, text % count, messages.SUCCESS)
        return None

    @admin.action(description=_("Mark selected articles for review"), permissions=["change"])
    def mark_for_review(self, request: HttpRequest, queryset: QuerySet[HelpArticle]) -> None:
        """Hand each selected draft to whoever publishes."""
        count = self._each(
            request, queryset, KnowledgeService.submit_for_review, _t("Marked for review.")
        )
        if count:
            text = ngettext(
                "%d article was marked for review.", "%d articles were marked for review.", count
            )
            self.message_user(request, text % count, messages.SUCCESS)

    @admin.action(description=_("Download selected articles as CSV"), permissions=["view"])
    def export_articles(
        self, request: HttpRequest, queryset: QuerySet[HelpArticle]
    ) -> StreamingHttpResponse:
        """Download what the list knows of each selected article."""
        return csv_response("articles", article_header(), article_rows(queryset))

    def _each(
        self, request: HttpRequest, queryset: QuerySet[HelpArticle], step: Step, note: str
    ) -> int:
        """Take one step with each article; one that is refused does not hold up the others."""
        changed = 0
        refused: list[str] = []
        for article in queryset.select_related("tenant").order_by("pk"):
            service = KnowledgeService(tenant=article.tenant, actor=request.user)
            before = article.status
            try:
                after = step(service, article)
            except REFUSALS as exc:
                refused.append(f"{article}: {refusal_text(exc)}")
                continue
            if after.status != before:
                changed += 1
                self.log_change(request, article, note)
        self._tell_refusals(request, refused)
        return changed

    def _tell_refusals(self, request: HttpRequest, refused: list[str]) -> None:
        for text in refused[:TOLD_REFUSALS]:
            self.message_user(request, text, messages.ERROR)
        more = len(refused) - TOLD_REFUSALS
        if more > 0:
            text = ngettext("%d more was refused.", "%d more were refused.", more) % more
            self.message_user(request, text, messages.ERROR)
