"""What links to an article: on its page, and before it is withdrawn or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_helpcenter.admin.badges import STATUS_TONES, badge
from django_helpcenter.admin.deletion import Summary
from django_helpcenter.admin.saving import TAKE_BACK, ServiceSavedAdmin, Unanswered
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle, HelpArticleLinks, HelpLink
from django_helpcenter.services.links.incoming import left_dead, linking_articles
from django_helpcenter.services.translation_state import IS_TRANSLATION
from django_helpcenter.services.workflow import reachable_statuses

#: The steps that take an article from its readers, and what is asked before.
_ASKED: dict[str, Any] = {
    ArticleStatus.ARCHIVED: _("Archive although others link here?"),
    ArticleStatus.DRAFT: _("Take back to draft although others link here?"),
}
#: Articles that are named; of more there is the number.
NAMED = 50
#: Is posted with what was posted before when the person has read what it leads to.
CONFIRMED = "_confirmed"


class BrokenLinksFilter(admin.SimpleListFilter):
    """By whether an article has a link that leads nowhere."""

    title = _("links")
    parameter_name = "links"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("broken", _("With broken links"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "broken":
            return queryset
        broken = HelpLink.objects.all().broken().filter(tenant=OuterRef("tenant"))
        found = HelpArticleLinks.objects.filter(
            article=OuterRef("pk"), addresses__overlap=ArraySubquery(broken.values("address"))
        )
        return queryset.filter(Exists(found))


class IncomingLinks(ServiceSavedAdmin):
    """Adds to an article what links to it, and asks before these links go dead."""

    @admin.display(description=_("what links here"))
    def linked_from(self, article: HelpArticle) -> SafeString | str:
        linking = linking_articles(article.tenant_id, [article])
        return named_articles(linking, self.admin_site.name) or _t("Nothing.")

    def ask_before_step(self, request: HttpRequest, stored: HelpArticle, status: str) -> None:
        """Show a question instead of saving where a step takes a page from links to it.

        To be called with the stored row once the form is valid: what comes of it is undone.
        """
        if status not in _ASKED or status not in reachable_statuses(stored, request.user):
            return
        if status == ArticleStatus.DRAFT and stored.status != ArticleStatus.PUBLISHED:
            return
        question = self.ask_about_links(request, [stored], status, take_back=TAKE_BACK)
        if question is not None:
            raise Unanswered(question)

    def ask_about_links(
        self,
        request: HttpRequest,
        articles: Iterable[HelpArticle],
        status: str,
        *,
        take_back: str = "",
    ) -> HttpResponse | None:
        """Return a page that names the articles whose links go dead, ``None`` for none.

        The page posts again what was posted, and that this is meant, or under the name
        ``take_back`` that it is not; without that name it links back to where it was asked.
        """
        if CONFIRMED in request.POST:
            return None
        chosen = list(articles)
        dead = dead_links(chosen)
        if not dead:
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _ASKED[status],
            "subtitle": None,
            "opts": self.opts,
            "original": chosen[0] if len(chosen) == 1 else None,
            "articles": chosen[:NAMED],
            "is_archiving": status == ArticleStatus.ARCHIVED,
            "dead": named_articles(dead, self.admin_site.name),
            "posted": [
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name != "csrfmiddlewaretoken"
            ],
            "confirmed": CONFIRMED,
            "take_back": take_back,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/help_center/helparticle/dead_links.html", context)


def dead_links(articles: Iterable[HelpArticle]) -> list[HelpArticle]:
    """Return the articles whose links lead nowhere without these, in whatever tenants."""
    by_tenant: dict[Any, list[HelpArticle]] = {}
    for article in articles:
        by_tenant.setdefault(article.tenant_id, []).append(article)
    return [each for key, rows in by_tenant.items() for each in left_dead(key, rows)]


def with_dead_links(summary: Summary, articles: Iterable[HelpArticle], site: str) -> Summary:
    """Add to what a deletion takes along the articles whose links it leaves dead."""
    words = _t("Links in these articles will lead nowhere:")
    return _with_named(summary, words, dead_links(articles), site)


def with_lone_translations(summary: Summary, articles: Iterable[HelpArticle], site: str) -> Summary:
    """Add to what a deletion takes along the translations that it leaves without an original."""
    chosen = list(articles)
    keys = [article.pk for article in chosen]
    rows = HelpArticle.objects.filter(tenant__in={article.tenant_id for article in chosen})
    rows = rows.filter(IS_TRANSLATION, translated_from__in=keys)
    left = rows.exclude(pk__in=keys).light().order_by("language", "pk")
    words = _t("These translations will have no original any more:")
    return _with_named(summary, words, list(left), site)


def _with_named(summary: Summary, words: str, articles: list[HelpArticle], site: str) -> Summary:
    rows, counts, permissions, protected = summary
    if articles:
        nested: Any = [words, _lines(articles, site)]
        rows = [*rows, *nested]
    return rows, counts, permissions, protected


def named_articles(articles: list[HelpArticle], site: str) -> SafeString:
    """Return a list of articles with their status, linked to their pages; empty for none.

    ``site`` is the name of the admin site that shows them.
    """
    items = format_html_join("", "<li>{}</li>", ((line,) for line in _lines(articles, site)))
    return format_html('<ul class="hc-users">{}</ul>', items) if articles else SafeString()


def _lines(articles: list[HelpArticle], site: str) -> list[SafeString | str]:
    page = "admin:help_center_helparticle_change"
    lines: list[SafeString | str] = [
        format_html(
            '<a href="{}">{}</a> {}',
            reverse(page, args=[article.pk], current_app=site),
            article.title,
            badge(STATUS_TONES[article.status], article.get_status_display()),
        )
        for article in articles[:NAMED]
    ]
    more = len(articles) - NAMED
    if more > 0:
        lines.append(ngettext("and %d more", "and %d more", more) % more)
    return lines
