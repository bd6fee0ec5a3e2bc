"""What services raise when a field is at fault."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from django_helpcenter.content.source import UNSTORABLE


def refusal(field: str, text: str, code: str) -> ValidationError:
    """Return what to raise when a field is at fault; Django drops a code that is beside a dict."""
    return ValidationError({field: ValidationError(text, code=code)})


def refuse_unstorable(row: Any, names: Iterable[str]) -> None:
    """Raise ValidationError for the fields of a row that hold what no text may contain."""
    message = _("Remove the characters that no text may contain (NUL, half a character).")
    errors = {
        name: ValidationError(message, code="unstorable")
        for name in names
        if UNSTORABLE.search(getattr(row, name))
    }
    if errors:
        raise ValidationError(errors)
