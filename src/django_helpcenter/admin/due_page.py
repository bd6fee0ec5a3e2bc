"""The page of what is due for review in a help center."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Model, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.badges import ratio_badge
from django_helpcenter.admin.numbers import whole_number
from django_helpcenter.admin.saving import REFUSALS, ServiceSavedAdmin, refusal_text
from django_helpcenter.admin.scoping import chosen_tenant, listed_tenants
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.ageing import AgeingService
from django_helpcenter.services.ownership import may_own
from django_helpcenter.services.translation_state import with_translation_state

PER_PAGE = 50

#: The groups in their order: the person's own first, because that is their work.
GROUPS: dict[str, Any] = {
    "mine": _("Yours"),
    "others": _("Other owners"),
    "nobody": _("Without owner"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A group that can be looked at alone; ``key`` "" is all."""

    key: str
    label: Any
    count: int


class DuePage(ServiceSavedAdmin):
    """Adds the page that lists what is due, and on which it is found still right."""

    def get_urls(self) -> list[URLPattern]:
        due = path(
            "due/", self.admin_site.admin_view(self.due_view), name="help_center_helparticle_due"
        )
        return [due, *super().get_urls()]

    def due_view(self, request: HttpRequest) -> HttpResponse:
        """List what is due, most read first; record that something is still right (POST)."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._act(request)
        tenant = chosen_tenant(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Due for review"),
            "subtitle": None if tenant is None else str(tenant),
            "opts": self.opts,
            "tenant": tenant,
            "tenants": listed_tenants(request),
            "media": self.media,
        }
        if tenant is not None:
            context.update(self._due_context(request, tenant))
        return TemplateResponse(request, "admin/help_center/helparticle/due.html", context)

    def _due_context(self, request: HttpRequest, tenant: Model) -> dict[str, Any]:
        rows = _grouped(AgeingService(tenant=tenant, actor=request.user).due(), request.user)
        tabs = _tabs(rows)
        group = request.GET.get("group", "")
        tab = next((tab for tab in tabs if tab.key == group), tabs[0])
        page = _page(rows, tab, request.GET.get("page"))
        may_change = self.has_change_permission(request)
        return {
            "tabs": tabs,
            "tab": tab,
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "may_change": may_change,
            "may_take": may_change and may_own(request.user, tenant),
            "groups": _sections(page),
        }

    def _act(self, request: HttpRequest) -> HttpResponse:
        """Find an article still right, or take it over, and come back to the list."""
        for name, act in (("verify", self._verify), ("take", self._take)):
            number = whole_number(request.POST.get(name, ""))
            if number is None:
                continue
            article = self.get_queryset(request).filter(pk=number).first()
            if article is None:
                raise Http404
            try:
                act(request, article)
            except REFUSALS as exc:
                self.message_user(request, refusal_text(exc), messages.ERROR)
        # The keyboard goes on where the list begins.
        return HttpResponseRedirect(f"{request.get_full_path()}#hc-due")

    def _verify(self, request: HttpRequest, article: HelpArticle) -> None:
        service = AgeingService(tenant=article.tenant, actor=request.user)
        service.verify(article, expected_hash=request.POST.get("seen") or None)
        self.log_change(request, article, _t("Found still right."))
        text = format_html(_t("“{}” was found still right."), article.title)
        self.message_user(request, text, messages.SUCCESS)

    def _take(self, request: HttpRequest, article: HelpArticle) -> None:
        service = AgeingService(tenant=article.tenant, actor=request.user)
        service.assign_owner(article, request.user)  # type: ignore[arg-type]
        self.log_change(request, article, _t("Owner changed."))
        text = format_html(_t("You own “{}” now."), article.title)
        self.message_user(request, text, messages.SUCCESS)


def _grouped(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    ranks = list(GROUPS)
    rank = Case(
        When(owner=user.pk, then=Value(ranks.index("mine"))),
        When(owner__isnull=True, then=Value(ranks.index("nobody"))),
        default=Value(ranks.index("others")),
        output_field=IntegerField(),
    )
    grouped: QuerySet[Any] = rows.annotate(rank=rank)
    return grouped


def _tabs(rows: QuerySet[Any]) -> list[Tab]:
    """Count each group, in one query."""
    wanted = {key: Count("pk", filter=Q(rank=rank)) for rank, key in enumerate(GROUPS)}
    counts = rows.order_by().aggregate(**wanted)
    tabs = [Tab(key, label, counts[key]) for key, label in GROUPS.items()]
    return [Tab("", _("All"), sum(tab.count for tab in tabs)), *tabs]


def _page(rows: QuerySet[Any], tab: Tab, number: str | None) -> Page[Any]:
    if tab.key:
        rows = rows.filter(rank=list(GROUPS).index(tab.key))
    rows = rows.select_related("category", "owner").order_by("rank", "-view_count", "pk")
    rows = with_translation_state(rows)  # type: ignore[arg-type]
    paginator = Paginator(rows, PER_PAGE)
    # Counted already, with the other groups.
    paginator.count = tab.count
    return paginator.get_page(number)


def _sections(page: Page[Any]) -> list[tuple[Any, list[Any]]]:
    """Put the articles of a page under the names of their groups."""
    sections: dict[int, list[Any]] = {}
    for article in page.object_list:
        votes = article.helpful_count + article.not_helpful_count
        article.votes_badge = ratio_badge(article.helpful_ratio, votes)
        sections.setdefault(article.rank, []).append(article)
    labels = list(GROUPS.values())
    return [(labels[rank], articles) for rank, articles in sections.items()]
