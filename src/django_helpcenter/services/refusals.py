"""What services raise when a field is at fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction


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
