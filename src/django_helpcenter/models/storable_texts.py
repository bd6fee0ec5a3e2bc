"""What no column of text takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from django_helpcenter.content.source import UNSTORABLE


def refuse_unstorable(row: Any, names: Iterable[str]) -> None:
    """Raise ValidationError for the fields of a row, texts or lists of them, that hold such."""
    message = _("Remove the characters that no text may contain (NUL, half a character).")
    errors = {
        name: ValidationError(message, code="unstorable")
        for name in names
        if UNSTORABLE.search("\n".join(_texts(getattr(row, name))))
    }
    if errors:
        raise ValidationError(errors)


def _texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
