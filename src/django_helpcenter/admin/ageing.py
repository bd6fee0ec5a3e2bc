"""Keeping articles right, in the admin: owners, what is due, and that it is still right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from django_helpcenter.admin.article_actions import ArticleActions
from django_helpcenter.admin.due_page import DuePage
from django_helpcenter.admin.owner_choice import OwnerChoice
from django_helpcenter.admin.saving import adopt
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.ageing import AgeingService
from django_helpcenter.services.workflow import CHANGE, may

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

#: What the form shows of it.
DUE = ("due_display", "verified_display")

#: The name of the button that saves the form and says that the article is still right.
VERIFY = "_verify"

#: People that the filter names; the search finds the others' articles.
MAX_OWNERS = 30


def may_verify(article: HelpArticle | None, actor: Actor) -> bool:
    """Tell whether somebody may say of an article that it is still right."""
    is_published = article is not None and article.status == ArticleStatus.PUBLISHED
    return is_published and may(actor, CHANGE, article)


class OwnerFilter(admin.SimpleListFilter):
    """By who sees to an article; names owners of what the person may see alone."""

    title = _("owner")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = model_admin.get_queryset(request).filter(owner__isnull=False).order_by()
        keys = rows.exclude(owner=request.user.pk).values("owner")
        people = get_user_model()._default_manager.order_by(get_user_model().USERNAME_FIELD)
        named = people.filter(pk__in=keys)[:MAX_OWNERS]
        return [
            ("me", _("Me")),
            ("nobody", _("Nobody")),
            *((str(person.pk), str(person)) for person in named),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "me":
            return queryset.filter(owner=request.user.pk)
        if value == "nobody":
            return queryset.filter(owner__isnull=True)
        if value is None:
            return queryset
        known = [str(key) for key, _label in self.lookup_choices]
        return queryset.filter(owner=value) if value in known else queryset.none()


class AgeingPages(OwnerChoice, DuePage, ArticleActions):
    """Adds owner, interval and verification to the form, the list and its actions."""

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        listed: QuerySet[Any] = super().for_list(rows).with_review_days()  # type: ignore[attr-defined]
        return listed

    def save_ageing(self, request: HttpRequest, article: HelpArticle, form: Any) -> None:
        """Write what the form says of owner and interval, and that the article is still right."""
        service = AgeingService(tenant=article.tenant, actor=request.user)
        data, note = form.cleaned_data, form.cleaned_data["note"]
        if "owner" in form.changed_data:
            adopt(article, service.assign_owner(article, data["owner"], note))
        if "review_interval_days" in form.changed_data:
            adopt(article, service.set_interval(article, data["review_interval_days"], note))
        if VERIFY in request.POST:
            adopt(article, service.verify(article, note))

    @admin.display(description=_("due"))
    def due_display(self, article: HelpArticle) -> str:
        if not article.is_visible:
            return "–"
        due_at = article.due_at
        return _t("never") if due_at is None else date_format(localtime(due_at), "DATE_FORMAT")

    @admin.display(description=_("found still right"))
    def verified_display(self, article: HelpArticle) -> str:
        if article.verified_at is None:
            return "–"
        day = date_format(localtime(article.verified_at), "DATE_FORMAT")
        return f"{day} ({article.verified_by})" if article.verified_by else day

    @admin.action(description=_("Verify selected articles: still right"), permissions=["change"])
    def verify_articles(self, request: HttpRequest, queryset: QuerySet[HelpArticle]) -> None:
        """Record of each selected article that it is still right."""
        told = ngettext_lazy(
            "%d article was found still right.", "%d articles were found still right."
        )
        note = _t("Found still right.")
        self.act_on_each(request, queryset, AgeingService, AgeingService.verify, note, told)

    @admin.action(description=_("Make me the owner of selected articles"), permissions=["change"])
    def take_over_articles(self, request: HttpRequest, queryset: QuerySet[HelpArticle]) -> None:
        """Give each selected article to the person."""

        def take(service: AgeingService, article: HelpArticle) -> HelpArticle:
            return service.assign_owner(article, request.user)  # type: ignore[arg-type]

        told = ngettext_lazy("You own %d article more.", "You own %d articles more.")
        self.act_on_each(request, queryset, AgeingService, take, _t("Owner changed."), told)

    @admin.action(description=_("Leave selected articles without owner"), permissions=["change"])
    def release_articles(self, request: HttpRequest, queryset: QuerySet[HelpArticle]) -> None:
        """Give each selected article to nobody."""

        def release(service: AgeingService, article: HelpArticle) -> HelpArticle:
            return service.assign_owner(article, None)

        told = ngettext_lazy("%d article has no owner now.", "%d articles have no owner now.")
        self.act_on_each(request, queryset, AgeingService, release, _t("Owner changed."), told)
