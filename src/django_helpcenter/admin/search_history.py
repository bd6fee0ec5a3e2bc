"""What readers looked for, in the admin; to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.badges import badge
from django_helpcenter.admin.filters import TenantFilter, ZeroResultFilter
from django_helpcenter.admin.saved_filter_bar import QuickFilter
from django_helpcenter.admin.scoping import ReadOnlyAdmin
from django_helpcenter.models import HelpSearchHistory


@admin.register(HelpSearchHistory)
class HelpSearchHistoryAdmin(ReadOnlyAdmin):
    """Searches, with what was found and opened."""

    list_display = (
        "query", "outcome_badge", "results_count", "clicked_article", "click_position", "person",
        "tenant", "created_at",
    )  # fmt: skip
    list_filter = (TenantFilter, ZeroResultFilter, "mode", "language", "created_at")
    quick_filters = (QuickFilter(_("Nothing found"), {"outcome": "nothing"}),)
    list_select_related = ("tenant", "user", "clicked_article")
    deferred_in_lists = (
        "filters", "clicked_article__content", "clicked_article__search_vector",
    )  # fmt: skip
    search_fields = ("query",)
    search_help_text = _("Words of the query")
    date_hierarchy = "created_at"

    @admin.display(description=_("outcome"), ordering="results_count")
    def outcome_badge(self, search: HelpSearchHistory) -> SafeString:
        if search.is_zero_result:
            return badge("bad", _t("Nothing found"))
        if search.clicked_article_id is not None:
            return badge("good", _t("Opened"))
        return badge("neutral", _t("Found"))

    @admin.display(description=_("person"), ordering="user")
    def person(self, search: Any) -> str:
        return str(search.user) if search.user_id is not None else _t("visitor")
