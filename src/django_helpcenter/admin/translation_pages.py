"""The languages of an article in the admin: begin, join, confirm and part translations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.badges import badge
from django_helpcenter.admin.numbers import whole_number
from django_helpcenter.admin.saving import REFUSALS, refusal_text
from django_helpcenter.admin.translation_fields import original_panel
from django_helpcenter.admin.version_pages import VersionPages
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.translating import LanguageRow, TranslationService
from django_helpcenter.services.translation_state import (
    TranslationState,
    state_of,
    with_translation_state,
)

#: Languages with a button each; more of them stand in a select.
MANY_BUTTONS = 8
#: Articles that a search for one to link shows.
FOUND_LIMIT = 10


@dataclass(frozen=True, slots=True)
class LanguageState:
    """A language that an article has; ``state`` says why the text there is outdated."""

    row: LanguageRow
    is_translation: bool
    state: TranslationState | None


def _language_state(row: LanguageRow, article: Any) -> LanguageState:
    # Asked for what is outdated alone: mostly nothing is.
    state = state_of(article) if article.is_outdated_translation else None
    return LanguageState(row, article.is_translation, state)


@dataclass(frozen=True, slots=True)
class _Button:
    """What a button does with one article of the group, and what is said and logged then."""

    act: Callable[[TranslationService, HelpArticle], HelpArticle]
    outcome: Any


_BUTTONS = {
    "unlink": _Button(TranslationService.unlink, _("No longer a translation.")),
    "original": _Button(TranslationService.make_original, _("The original of its translations.")),
}


class TranslationPages(VersionPages):
    """Adds the page of an article's languages, the panel on its form, and a column of the list."""

    def get_urls(self) -> list[URLPattern]:
        translations = path(
            "<path:object_id>/translations/",
            self.admin_site.admin_view(self.translations_view),
            name="help_center_helparticle_translations",
        )
        return [translations, *super().get_urls()]

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_translation_state(super().for_list(rows))  # type: ignore[arg-type]

    @admin.display(description=_("language"), ordering="language")
    def language_badge(self, article: Any) -> SafeString | str:
        """Say in which language an article is, and whether it is a translation or an original."""
        if article.is_outdated_translation:
            state = badge("attention", _t("Outdated"))
        elif article.is_translation:
            state = badge("good", _t("Up to date"))
        elif article.is_translated:
            state = badge("neutral", _t("Original"))
        else:
            return str(article.language)
        return format_html("{} {}", article.language, state)

    def translations_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List the languages of an article; begin, link, confirm and unlink (POST)."""
        article = self.find_article(request, object_id)
        if request.method == "POST":
            return self._change_translations(request, article)
        query = request.GET.get("q", "").replace("\0", "").strip()[:200]
        context = {
            **self.admin_site.each_context(request),
            **self.translation_context(request, article),
            "title": _t("Translations of “%s”") % article,
            "crumb": _t("Translations"),
            "opts": self.opts,
            "original": article,
            "query": query,
            "found": self._find_to_link(request, article, query) if query else [],
            "media": self.media,
        }
        return TemplateResponse(request, "admin/help_center/helparticle/translations.html", context)

    def translation_context(self, request: HttpRequest, article: HelpArticle) -> dict[str, Any]:
        """Return what the panel of languages shows."""
        service = TranslationService(tenant=article.tenant, actor=request.user)
        rows = service.languages(service.members(article))
        present = [_language_state(row, row.article) for row in rows if row.article]
        missing = [row for row in rows if row.article is None]
        may_change = self.has_change_permission(request, article)
        return {
            "languages": present,
            "has_original": any(each.is_translation for each in present),
            "missing": missing,
            "is_select": len(missing) > MANY_BUTTONS,
            "may_translate": self.has_add_permission(request),
            "may_change": may_change,
            "translation": original_panel(article) if may_change else None,
        }

    def _find_to_link(
        self, request: HttpRequest, article: HelpArticle, query: str
    ) -> list[HelpArticle]:
        """Return articles of the tenant that could be translations of this one."""
        rows = self.get_queryset(request).filter(tenant=article.tenant_id)
        group = rows.filter(translation_group=article.translation_group)
        others = HelpArticle.objects.filter(
            tenant=OuterRef("tenant"), translation_group=OuterRef("translation_group")
        ).exclude(pk=OuterRef("pk"))
        found = rows.filter(~Exists(others), title__icontains=query)
        found = found.exclude(language__in=group.values("language")).exclude(pk=article.pk)
        return list(found.defer("content").order_by("title", "pk")[:FOUND_LIMIT])

    def _change_translations(self, request: HttpRequest, article: HelpArticle) -> HttpResponse:
        service = TranslationService(tenant=article.tenant, actor=request.user)
        back = HttpResponseRedirect(self.page_of(article, "translations"))
        try:
            if "start" in request.POST:
                return self._start(request, article, service)
            if "link" in request.POST:
                self._link(request, article, service)
                return back
            if "confirm" in request.POST:
                self._confirm(request, article, service)
                return back
            for name, button in _BUTTONS.items():
                if name in request.POST:
                    self._press(request, article, service, name, button)
        except REFUSALS as exc:
            self.message_user(request, refusal_text(exc), messages.ERROR)
        return back

    def _start(
        self, request: HttpRequest, article: HelpArticle, service: TranslationService
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        draft = service.start(article, request.POST["start"])
        self.log_addition(request, draft, _t("Begun as a translation of “%s”.") % article)
        text = _t("A draft with the text of the original is here. Translate it, then publish it.")
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self.page_of(draft, "change"))

    def _link(
        self, request: HttpRequest, article: HelpArticle, service: TranslationService
    ) -> None:
        rows = self.get_queryset(request).filter(tenant=article.tenant_id)
        other = self._named(rows, request.POST["link"])
        service.link(other, article, is_current="is_current" in request.POST)
        self.log_change(request, other, _t("Linked as a translation of “%s”.") % article)
        text = _t("“%s” is a translation of this article now.") % other
        self.message_user(request, text, messages.SUCCESS)

    def _confirm(
        self, request: HttpRequest, article: HelpArticle, service: TranslationService
    ) -> None:
        """Note that a translation says what its original said in the version that was shown."""
        key, _colon, version = request.POST["confirm"].partition(":")
        member = self._named(self._group(request, article), key)
        confirmed = service.confirm(member, version=whole_number(version) or 0)
        outcome, level = _t("Up to date with its original now."), messages.SUCCESS
        state = state_of(confirmed)
        if state is not None and state.is_outdated:
            # Nobody has compared the translation with what came after the page was shown.
            outcome = _t("The original changed after you opened this page; look at it again.")
            level = messages.WARNING
        self.log_change(request, member, outcome)
        self.message_user(request, f"{member}: {outcome}", level)

    def _press(
        self,
        request: HttpRequest,
        article: HelpArticle,
        service: TranslationService,
        name: str,
        button: _Button,
    ) -> None:
        member = self._named(self._group(request, article), request.POST[name])
        button.act(service, member)
        self.log_change(request, member, str(button.outcome))
        self.message_user(request, f"{member}: {button.outcome}", messages.SUCCESS)

    def _group(self, request: HttpRequest, article: HelpArticle) -> QuerySet[Any]:
        return self.get_queryset(request).filter(
            tenant=article.tenant_id, translation_group=article.translation_group
        )

    def _named(self, rows: QuerySet[Any], key: str) -> HelpArticle:
        found: HelpArticle | None = rows.filter(pk=whole_number(key) or 0).first()
        if found is None:
            raise Http404
        return found
