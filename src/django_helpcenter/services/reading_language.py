"""In which language a reader gets an article, and what they are told about that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from django_helpcenter.models import HelpArticle, HelpArticleQuerySet
from django_helpcenter.services.addresses import base_language
from django_helpcenter.services.translation_state import is_outdated, is_outdated_by_much
from django_helpcenter.services.translations import language_rank


@dataclass(frozen=True, slots=True)
class LanguageNotice:
    """What a reader is told about the language of an article.

    ``missing`` is the language that they wanted and that there is not, "" when they have it.
    ``original`` is the article that has changed since this one was translated from it, for a reader
    who may see it; ``is_major``: by an important change.
    """

    missing: str = ""
    original: HelpArticle | None = None
    is_major: bool = False

    def __bool__(self) -> bool:
        return bool(self.missing or self.original)


def language_notice(
    article: HelpArticle,
    translations: Sequence[HelpArticle],
    *,
    visible: HelpArticleQuerySet,
    asked: str,
    own: str,
) -> LanguageNotice:
    """Return what to tell a reader about the language of an article.

    ``translations`` are those of its group that the reader may see, ``asked`` is the language that
    the address names, ``own`` the reader's.
    """
    missing = _missing(article, translations, asked, own)
    original = next((each for each in translations if each.pk == article.translated_from_id), None)
    if original is None:
        return LanguageNotice(missing)
    rows = visible.filter(is_outdated(), pk=article.pk)
    is_major = rows.annotate(by_much=is_outdated_by_much()).values_list("by_much", flat=True)
    found = is_major.first()
    return LanguageNotice(missing, original if found is not None else None, bool(found))


def own_translation(translations: HelpArticleQuerySet, own: str) -> HelpArticle | None:
    """Return the article in the reader's language that suits best, if there is one."""
    found = [each for each in translations if _is_same(each.language, own)]
    return min(found, key=lambda each: language_rank(each.language, own), default=None)


def _missing(
    article: HelpArticle, translations: Sequence[HelpArticle], asked: str, own: str
) -> str:
    there = {base_language(each.language) for each in (article, *translations)}
    if asked and base_language(asked) != base_language(article.language):
        return asked if _is_known(asked) else ""
    return "" if base_language(own) in there else own


def _is_same(one: str, other: str) -> bool:
    return base_language(one) == base_language(other)


def _is_known(code: str) -> bool:
    try:
        translation.get_language_info(code)
    except KeyError:
        return False
    return True
