"""Articles that exist in several languages: which of them a reader gets."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Value

from django_helpcenter.models import HelpArticleQuerySet
from django_helpcenter.services.addresses import base_language


def language_rank(code: str, *wanted: str) -> tuple[int, int]:
    """Rank a language, less is better: as wanted, the site's, any; exact before related."""
    for place, each in enumerate([*wanted, settings.LANGUAGE_CODE]):
        if each and base_language(each) == base_language(code):
            return place, 0 if each.lower() == code.lower() else 1 + ("-" in code)
    return len(wanted) + 1, 0


def one_of_each_group(articles: HelpArticleQuerySet, *wanted: str) -> HelpArticleQuerySet:
    """Keep, of articles that are translations of each other, the one in the best language."""
    languages = list(articles.order_by().values_list("language", flat=True).distinct())
    if len(languages) < 2:
        return articles
    languages.sort(key=lambda code: (language_rank(code, *wanted), code))

    def place(language: F | OuterRef) -> Func:
        known = Value(languages, output_field=ArrayField(models.CharField()))
        return Func(known, language, function="array_position", output_field=models.IntegerField())

    better = articles.alias(place=place(F("language"))).filter(
        place__lt=place(OuterRef("language")),
        translation_group=OuterRef("translation_group"),
    )
    return articles.exclude(Exists(better))
