"""What an article said before, what changed since, and how to get it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from django_helpcenter.admin.numbers import whole_number
from django_helpcenter.admin.saving import REFUSALS, ServiceSavedAdmin, refusal_text
from django_helpcenter.models import HelpArticle, HelpArticleVersion
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.versions import TextChanges, compare_texts

#: Versions on the page; older ones stand in the list of all versions.
SHOWN = 100


class VersionPages(ServiceSavedAdmin):
    """Adds the page of an article's versions."""

    def get_urls(self) -> list[URLPattern]:
        versions = path(
            "<path:object_id>/versions/",
            self.admin_site.admin_view(self.versions_view),
            name="help_center_helparticle_versions",
        )
        return [versions, *super().get_urls()]

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List the versions, show the differences of two, and restore one (POST)."""
        article = self.find_article(request, object_id)
        if request.method == "POST":
            return self._restore(request, article)
        versions = list(article.versions.select_related("author").defer("content")[:SHOWN])
        before, after = _chosen(request, article, versions)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Versions of “%s”") % article,
            "crumb": _("Versions"),
            "opts": self.opts,
            "original": article,
            "versions": versions,
            "before": before,
            "after": after,
            "changes": _compare(article, before, after),
            "may_restore": self.has_change_permission(request, article),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/help_center/helparticle/versions.html", context)

    def find_article(self, request: HttpRequest, object_id: str) -> HelpArticle:
        """Return an article that the person may look at; raise Http404 or PermissionDenied."""
        article: HelpArticle | None = self.get_object(request, object_id)
        if article is None:
            raise Http404
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article

    def page_of(self, article: HelpArticle, name: str) -> str:
        """Return the address of one of an article's pages in the admin."""
        return reverse(
            f"admin:help_center_helparticle_{name}",
            args=[article.pk],
            current_app=self.admin_site.name,
        )

    def _restore(self, request: HttpRequest, article: HelpArticle) -> HttpResponse:
        number = request.POST.get("restore", "")
        service = KnowledgeService(tenant=article.tenant, actor=request.user)
        try:
            restored = service.restore_version(
                article, whole_number(number) or 0, expected_hash=request.POST.get("seen") or None
            )
        except REFUSALS as exc:
            self.message_user(request, refusal_text(exc), messages.ERROR)
        else:
            self.log_change(request, restored, _("Version %s restored.") % number)
            text = _("The text of version %(old)s is that of version %(new)s now.")
            values = {"old": number, "new": restored.version}
            self.message_user(request, text % values, messages.SUCCESS)
        return HttpResponseRedirect(self.page_of(article, "versions"))


def _chosen(
    request: HttpRequest, article: HelpArticle, versions: list[HelpArticleVersion]
) -> tuple[int | None, int | None]:
    """Return the numbers of the versions to compare; ``None``: what the article says now.

    What was not asked for, or is not there, becomes the newest version and the one before it.
    """
    known = {version.number for version in versions}
    numbers = sorted(known, reverse=True)
    before = whole_number(request.GET.get("from", ""))
    after = whole_number(request.GET.get("to", ""))
    if before not in known:
        before = numbers[1] if len(numbers) > 1 else None
        after = numbers[0] if before is not None else None
    return before, after if after in known else None


def _compare(article: HelpArticle, before: int | None, after: int | None) -> TextChanges | None:
    if before is None:
        return None
    wanted = article.versions.filter(number__in=[before, before if after is None else after])
    found = {version.number: version for version in wanted}
    return compare_texts(found[before], article if after is None else found[after])
