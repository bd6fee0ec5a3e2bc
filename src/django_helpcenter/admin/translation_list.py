"""Translations in the list of articles: which are outdated, and what is missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.scoping import allowed_tenants, once
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.translation_state import (
    IS_TRANSLATION,
    is_outdated,
    misses_language,
)

#: Languages that a filter offers at once; of more than these it offers those in use.
MANY_LANGUAGES = 12

_MISSING = "missing-"


@once
def used_languages(request: HttpRequest) -> set[str]:
    """Return the languages of the articles that the person works with."""
    articles = HelpArticle.objects.filter(tenant__in=allowed_tenants(request))
    return set(articles.order_by().values_list("language", flat=True).distinct())


def offered_languages(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the site's languages, with their names; of very many, those in use."""
    languages = [(code, str(name)) for code, name in settings.LANGUAGES]
    if len(languages) <= MANY_LANGUAGES:
        return languages
    used = used_languages(request)
    return [(code, name) for code, name in languages if code in used]


class TranslationFilter(admin.SimpleListFilter):
    """By whether a translation follows its original, and by the languages that are missing."""

    title = _("translations")
    parameter_name = "translations"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        missing = [
            (f"{_MISSING}{code}", _t("Missing in %(language)s") % {"language": name})
            for code, name in offered_languages(request)
        ]
        return [("outdated", _("Outdated")), ("current", _("Up to date")), *missing]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        if value == "outdated":
            return queryset.filter(is_outdated())
        if value == "current":
            return queryset.filter(IS_TRANSLATION & ~is_outdated())
        if value.startswith(_MISSING) and value.removeprefix(_MISSING) in dict(settings.LANGUAGES):
            return queryset.filter(misses_language(value.removeprefix(_MISSING)))
        return queryset
