"""The fields of a form that keep translations in step, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import Significance
from django_helpcenter.models import HelpArticle, HelpDraft
from django_helpcenter.services.translation_state import TranslationState, state_of
from django_helpcenter.services.versions import TextChanges, compare_texts, version_texts

_REMEMBERED = "_help_center_translation_state"


def remembered_state(article: HelpArticle | None) -> TranslationState | None:
    """Return how an article stands to its original; asks the database once for an instance."""
    if article is None or article.pk is None:
        return None
    if not hasattr(article, _REMEMBERED):
        setattr(article, _REMEMBERED, state_of(article))
    found: TranslationState | None = getattr(article, _REMEMBERED)
    return found


@dataclass(frozen=True, slots=True)
class OriginalPanel:
    """What somebody sees who translates: the original, and what changed in it since.

    Without ``changes`` nobody knows what was translated.
    """

    state: TranslationState
    changes: TextChanges | None


def original_panel(article: HelpArticle | None) -> OriginalPanel | None:
    """Return what to show beside the text of a translation."""
    state = remembered_state(article)
    if state is None:
        return None
    before = version_texts(state.original, state.version) if state.is_outdated else None
    changes = None if before is None else compare_texts(before, state.original)
    return OriginalPanel(state, changes)


def significance_field() -> forms.ChoiceField:
    """Return the field for what a change asks of translations."""
    return forms.ChoiceField(
        label=_("Translations"),
        choices=Significance.choices,
        initial=Significance.NORMAL,
        required=False,
        help_text=_("What this change asks of the translations of this article."),
    )


def current_field() -> forms.BooleanField:
    """Return the field that says that a translation follows its original again."""
    return forms.BooleanField(
        label=_("Up to date with the original now"),
        required=False,
        help_text=_("Readers are no longer told that this translation may be out of date."),
    )


def version_field() -> forms.IntegerField:
    """Return the hidden field for the version of the original that the translator saw."""
    return forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)


def form_rows(article: HelpArticle | None) -> tuple[str, ...]:
    """Return which of the fields a form shows: of an article that is there, what concerns it."""
    if article is None or article.pk is None:
        return ()
    state = remembered_state(article)
    if state is None:
        return ("significance",)
    return ("is_current", "original_version") if state.is_outdated else ()


def fit_fields(form: Any, article: HelpArticle | None) -> None:
    """Leave a form the fields that concern its article, filled in."""
    rows = form_rows(article)
    for name in ("significance", "is_current", "original_version"):
        if name not in rows:
            form.fields.pop(name, None)
    state = remembered_state(article)
    if state is not None and "original_version" in form.fields:
        form.initial["original_version"] = state.original.version


def said_of_translation(draft: HelpDraft) -> dict[str, Any]:
    """Return what a draft says already; what it says of an older original does not count."""
    state = remembered_state(draft.article)
    is_current = state is not None and draft.translated_version == state.original.version
    significance = draft.significance or Significance.NORMAL
    return {"significance": significance, "is_current": is_current}


def confirmed_version(form: Any, article: HelpArticle) -> int | None:
    """Return the version that a valid form says its translation follows, ``None`` for none.

    Raises ValidationError for a version that the original has not.
    """
    if not form.cleaned_data.get("is_current"):
        return None
    state = remembered_state(article)
    version: int | None = form.cleaned_data.get("original_version")
    if state is None or version is None or version > state.original.version:
        raise forms.ValidationError(_t("The original has no such version."))
    return version
