"""What readers did with articles, in the admin; to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.badges import badge
from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.scoping import ReadOnlyAdmin
from django_helpcenter.choices import InteractionType
from django_helpcenter.models import HelpArticleInteraction

_TONES: dict[str, str] = {
    InteractionType.VOTE_HELPFUL: "good",
    InteractionType.VOTE_NOT_HELPFUL: "bad",
    InteractionType.FEEDBACK_INCORRECT: "bad",
    InteractionType.FEEDBACK_OUTDATED: "attention",
    InteractionType.FEEDBACK_UNCLEAR: "attention",
}


@admin.register(HelpArticleInteraction)
class HelpArticleInteractionAdmin(ReadOnlyAdmin):
    """Views, votes, bookmarks, shares and feedback."""

    list_display = (
        "article", "type_badge", "person", "time_spent", "scroll_depth", "comment_start", "tenant",
        "created_at",
    )  # fmt: skip
    list_filter = (TenantFilter, "interaction_type", "created_at")
    list_select_related = ("tenant", "user", "article")
    deferred_in_lists = ("article__content", "article__search_vector")
    search_fields = ("article__title", "comment")
    search_help_text = _("Title of the article or words of a comment")
    date_hierarchy = "created_at"

    @admin.display(description=_("type"), ordering="interaction_type")
    def type_badge(self, interaction: Any) -> SafeString:
        tone = _TONES.get(interaction.interaction_type, "neutral")
        return badge(tone, interaction.get_interaction_type_display())

    @admin.display(description=_("person"), ordering="user")
    def person(self, interaction: Any) -> str:
        return str(interaction.user) if interaction.user_id is not None else _t("visitor")

    @admin.display(description=_("comment"))
    def comment_start(self, interaction: HelpArticleInteraction) -> str:
        return Truncator(interaction.comment).chars(80) or "–"
