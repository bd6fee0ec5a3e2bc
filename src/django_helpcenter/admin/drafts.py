"""The drafts of articles in the admin: one's own, and what waits for review."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.badges import badge
from django_helpcenter.admin.draft_pages import draft_context, take_step
from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.numbers import whole_number
from django_helpcenter.admin.saved_filter_bar import ME, QuickFilter
from django_helpcenter.admin.scoping import ReadOnlyAdmin
from django_helpcenter.choices import DraftState
from django_helpcenter.models import HelpDraft
from django_helpcenter.services.drafts import seen_by
from django_helpcenter.services.workflow import CHANGE, may


@admin.register(HelpDraft)
class HelpDraftAdmin(ReadOnlyAdmin):
    """What the person is writing, and what waits for their review."""

    class Media:
        css = {"all": ("help_center/admin/drafts.css",)}

    list_display = ("page_link", "state_badge", "editor", "note", "tenant", "updated_at")
    list_display_links = None
    list_filter = (TenantFilter, "state")
    quick_filters = (
        QuickFilter(_("My drafts"), {"editor": ME}),
        QuickFilter(_("Waiting for review"), {"state__exact": DraftState.REVIEW}),
    )
    list_select_related = ("tenant", "editor")
    deferred_in_lists = ("content", "summary", "base_content", "base_summary")
    search_fields = ("title", "article__title")
    search_help_text = _("Title of the draft or of the article")
    ordering = ("-updated_at", "-pk")
    fields = (
        "tenant", "article", "state", "editor", "title", "summary", "content", "note",
        "base_version", "created_at", "updated_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(seen_by(cast("Any", request.user)))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show their drafts to all who may write."""
        may_write = may(cast("Any", request.user), CHANGE)
        return may_write or super().has_view_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        review = path(
            "<path:object_id>/review/",
            self.admin_site.admin_view(self.review_view),
            name="help_center_helpdraft_review",
        )
        return [review, *super().get_urls()]

    def review_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show a draft that was submitted, to publish it or to send it back."""
        draft: HelpDraft | None = self.get_object(request, object_id)
        if draft is None or draft.state != DraftState.REVIEW:
            raise Http404
        if request.method == "POST":
            for button in ("_publish", "_send_back"):
                if button in request.POST:
                    seen = whole_number(request.POST.get("revision", ""))
                    return take_step(self, request, draft, button, revision=seen or 0)
        context = draft_context(self, request, draft.article, draft)
        return TemplateResponse(request, "admin/help_center/helparticle/review.html", context)

    @admin.display(description=_("draft"), ordering="title")
    def page_link(self, draft: HelpDraft) -> SafeString:
        """Link to where something can be done with a draft: reviewing it, or going on writing."""
        if draft.state == DraftState.REVIEW:
            name, key = "helpdraft_review", draft.pk
        else:
            name, key = "helparticle_draft", draft.article_id
        address = reverse(f"admin:help_center_{name}", args=[key], current_app=self.admin_site.name)
        return format_html('<a href="{}">{}</a>', address, draft.title)

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, draft: HelpDraft) -> SafeString:
        tone = "attention" if draft.state == DraftState.REVIEW else "neutral"
        return badge(tone, draft.get_state_display())
