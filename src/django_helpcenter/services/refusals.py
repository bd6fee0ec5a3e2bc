"""What services raise when a field is at fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from django_helpcenter.content.source import UNSTORABLE


def refusal(field: str, text: str, code: str) -> ValidationError:
    """Return what to raise when a field is at fault; Django drops a code that is beside a dict."""
    return ValidationError({field: ValidationError(text, code=code)})


@contextmanager
def refuse_breaches(refusals: Mapping[str, ValidationError], *, using: str) -> Iterator[None]:
    """Write in a savepoint, and raise what is given for the constraint that another row breaks."""
    try:
        with transaction.atomic(using=using):
            yield
    except IntegrityError as exc:
        for constraint, error in refusals.items():
            if constraint in str(exc):
                raise error from exc
        raise


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
