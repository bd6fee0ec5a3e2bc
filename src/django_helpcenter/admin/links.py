"""Broken links in the admin: where they stand, since when, and what to do about them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import F, Func, JSONField, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_helpcenter.admin.badges import badge
from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.saving import REFUSALS, ServiceForm, ServiceSavedAdmin, refusal_text
from django_helpcenter.admin.scoping import ReadOnlyAdmin
from django_helpcenter.choices import ArticleStatus, LinkState
from django_helpcenter.conf import conf
from django_helpcenter.content.links import is_external
from django_helpcenter.models import HelpArticleLinks, HelpLink
from django_helpcenter.services.links.service import LinkService
from django_helpcenter.services.workflow import CHANGE, may

TONES: dict[str, str] = {
    LinkState.NEW: "neutral",
    LinkState.GOOD: "good",
    LinkState.MOVED: "attention",
    LinkState.FAILING: "attention",
    LinkState.BROKEN: "bad",
    LinkState.UNSURE: "muted",
}
#: Articles that a row of the list names, and the page of a link.
NAMED_IN_LIST, NAMED_ON_PAGE = 3, 50


def _users(limit: int) -> ArraySubquery:
    """Return the first articles that use the address of the query around this, as JSON."""
    rows = HelpArticleLinks.objects.filter(
        tenant=OuterRef("tenant"), addresses__contains=[OuterRef("address")]
    ).exclude(article__status=ArticleStatus.ARCHIVED)
    use = Func(
        F("links"),
        OuterRef("address"),
        function="jsonb_extract_path",
        output_field=JSONField(),
    )
    described = JSONObject(
        pk="article_id", title="article__title", status="article__status", use=use
    )
    return ArraySubquery(rows.order_by("article__title", "pk").values(row=described)[: limit + 1])


class LinkStateFilter(admin.SimpleListFilter):
    """By what is known of an address; without a choice, what is broken."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        others = [choice for choice in LinkState.choices if choice[0] != LinkState.BROKEN]
        return [*others, ("ignored", _("Ignored")), ("every", _("All"))]

    def choices(self, changelist: Any) -> Any:
        default, *others = super().choices(changelist)
        yield {**default, "display": LinkState.BROKEN.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "every":
            return queryset
        if value == "ignored":
            return queryset.filter(is_ignored=True)
        state = value if value in LinkState.values else LinkState.BROKEN
        return queryset.filter(state=state, is_ignored=False)


class PlaceFilter(admin.SimpleListFilter):
    """By whether an address leads to a page of the help center."""

    title = _("place")
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("inside", _("Help center")), ("outside", _("Other hosts"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "inside":
            return queryset.filter(host="")
        return queryset.exclude(host="") if self.value() == "outside" else queryset


@admin.register(HelpLink)
class HelpLinkAdmin(ServiceSavedAdmin):
    """The addresses in articles that lead nowhere, and all others on demand."""

    form = ServiceForm
    list_display = (
        "short_address", "state_and_why", "articles_in_list", "tenant", "failing_since",
        "checked_at",
    )  # fmt: skip
    list_filter = (TenantFilter, LinkStateFilter, PlaceFilter)
    list_select_related = ("tenant",)
    list_per_page = 50
    search_fields = ("address",)
    search_help_text = _("A part of the address")
    ordering = ("-failing_since", "address", "pk")
    actions = ("check_selected", "ignore_selected")
    fields = (
        "full_address", "state_badge", "explanation", "moved_to", "articles_on_page",
        "failing_since", "failures", "checked_at", "next_check_at", "is_ignored", "note",
        "ignored_by", "tenant", "created_at",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name not in ("is_ignored", "note"))

    class Media:
        css = {"all": ("help_center/admin/links.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show dead ends to all who can mend them."""
        may_write = may(cast("Any", request.user), CHANGE)
        return may_write or super().has_view_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        links = super().get_queryset(request)
        annotated: QuerySet[Any] = links.annotate(users=_users(NAMED_ON_PAGE))
        return annotated

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        listed: QuerySet[Any] = super().for_list(rows).annotate(users=_users(NAMED_IN_LIST))
        return listed

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        is_default = "state" not in request.GET
        title = {"title": _t("Broken links")} if is_default else {}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    @admin.display(description=_("address"), ordering="address")
    def short_address(self, link: HelpLink) -> SafeString:
        short = Truncator(link.address).chars(100)
        return format_html('<span class="hc-address">{}</span>', short)

    @admin.display(description=_("address"))
    def full_address(self, link: HelpLink) -> SafeString:
        if is_external(link.address):
            return format_html(
                '<a class="hc-address" href="{0}" rel="noopener noreferrer nofollow">{0}</a>',
                link.address,
            )
        return format_html('<code class="hc-address">{}</code>', link.address)

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, link: HelpLink) -> SafeString:
        if link.is_ignored:
            return badge("muted", _t("Ignored"))
        return badge(TONES[link.state], link.get_state_display())

    @admin.display(description=_("state"), ordering="state")
    def state_and_why(self, link: HelpLink) -> SafeString:
        why = link.explanation
        text = '{}<span class="hc-why">{}</span>' if why else "{}"
        return format_html(text, self.state_badge(link), why)

    @admin.display(description=_("why"))
    def explanation(self, link: HelpLink) -> str:
        return link.explanation or "–"

    @admin.display(description=_("articles"))
    def articles_in_list(self, link: Any) -> SafeString | str:
        return self._articles(link, NAMED_IN_LIST)

    @admin.display(description=_("articles"))
    def articles_on_page(self, link: Any) -> SafeString | str:
        return self._articles(link, NAMED_ON_PAGE)

    @admin.action(description=_("Check selected links in the next run"), permissions=["change"])
    def check_selected(self, request: HttpRequest, queryset: QuerySet[HelpLink]) -> None:
        """Have the selected links asked in the next run."""
        count = sum(
            LinkService(tenant=tenant, actor=request.user).check_later(links)
            for tenant, links in _by_tenant(queryset)
        )
        text = ngettext(
            "%d link will be checked in the next run.",
            "%d links will be checked in the next run.",
            count,
        )
        self.message_user(request, text % count, messages.SUCCESS)

    @admin.action(description=_("Ignore selected links"), permissions=["change"])
    def ignore_selected(self, request: HttpRequest, queryset: QuerySet[HelpLink]) -> None:
        """Take the selected links out of the list of broken ones; their notes stay."""
        count = 0
        for tenant, links in _by_tenant(queryset):
            service = LinkService(tenant=tenant, actor=request.user)
            for link in links:
                service.ignore(link, note=link.note)
                self.log_change(request, link, _t("Ignored."))
                count += 1
        text = ngettext("%d link is ignored.", "%d links are ignored.", count)
        self.message_user(request, text % count, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        recheck = path(
            "<path:object_id>/recheck/",
            self.admin_site.admin_view(self.recheck_view),
            name="help_center_helplink_recheck",
        )
        return [recheck, *super().get_urls()]

    def recheck_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Find out at once where a link leads (POST), and go back to its page, or to the list."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        link: HelpLink | None = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, link):
            raise PermissionDenied
        if link is None:
            return self.answer_missing(request, object_id)
        found: HelpLink | None = link
        try:
            found = LinkService(tenant=link.tenant, actor=request.user).check_now(link)
        except REFUSALS as exc:
            self.message_user(request, refusal_text(exc), messages.ERROR)
        else:
            self.message_user(request, *_told(found))
        name, args = ("change", [found.pk]) if found is not None else ("changelist", [])
        address = reverse(
            f"admin:help_center_helplink_{name}", args=args, current_app=self.admin_site.name
        )
        return HttpResponseRedirect(address)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        link: HelpLink = context["original"]
        may_change = self.has_change_permission(request, link)
        context["can_recheck"] = may_change and (link.is_internal or conf.LINK_CHECK)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: HelpLink, form: Any, change: bool) -> None:
        if form.changed_data:
            service = LinkService(tenant=obj.tenant, actor=request.user)
            step = service.ignore if form.cleaned_data["is_ignored"] else service.watch
            step(obj, note=form.cleaned_data["note"])

    def _articles(self, link: Any, limit: int) -> SafeString | str:
        rows: list[tuple[str]] = [self._article(user) for user in link.users[:limit]]
        if len(link.users) > limit:
            rows.append((_t("and more"),))
        items = format_html_join("", "<li>{}</li>", rows)
        return format_html('<ul class="hc-users">{}</ul>', items) if rows else "–"

    def _article(self, user: dict[str, Any]) -> tuple[str]:
        address = reverse(
            "admin:help_center_helparticle_change",
            args=[user["pk"]],
            current_app=self.admin_site.name,
        )
        words, line = user["use"] or ("", None)
        where = _t("“%(words)s”, line %(line)s") % {"words": words, "line": line}
        text = '<a href="{}">{}</a> <span class="hc-users__where">{}</span>'
        return (format_html(text, address, user["title"], where),)


@admin.register(HelpArticleLinks)
class HelpArticleLinksAdmin(ReadOnlyAdmin):
    """Which addresses were found in which article."""

    list_display = ("article", "number_of_links", "tenant", "read_at")
    list_filter = (TenantFilter,)
    list_select_related = ("tenant", "article")
    deferred_in_lists = ("links", "article__content", "article__search_vector")
    search_fields = ("article__title",)
    search_help_text = _("Title of the article")
    ordering = ("-read_at", "-pk")
    fields = ("article", "found", "tenant", "read_at")
    readonly_fields = fields

    class Media:
        css = {"all": ("help_center/admin/links.css",)}

    @admin.display(description=_("links"))
    def number_of_links(self, row: HelpArticleLinks) -> int:
        return len(row.addresses)

    @admin.display(description=_("addresses"))
    def found(self, row: HelpArticleLinks) -> SafeString | str:
        items = format_html_join("", "<li>{}</li>", ((each,) for each in row.addresses))
        return format_html('<ul class="hc-users hc-address">{}</ul>', items) if items else "–"


def _by_tenant(queryset: QuerySet[HelpLink]) -> list[tuple[Any, list[HelpLink]]]:
    """Return the links of each tenant, in the order in which rows are locked."""
    groups: dict[Any, list[HelpLink]] = {}
    for link in queryset.select_related("tenant").order_by("pk"):
        groups.setdefault(link.tenant, []).append(link)
    return list(groups.items())


def _told(link: HelpLink | None) -> tuple[str, int]:
    if link is None:
        return _t("No article uses this link any more."), messages.SUCCESS
    state = link.get_state_display()
    text = f"{state}: {link.explanation}" if link.explanation else state
    is_good = link.state in (LinkState.GOOD, LinkState.MOVED)
    return text, messages.SUCCESS if is_good else messages.WARNING
