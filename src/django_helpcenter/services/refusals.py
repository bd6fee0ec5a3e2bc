"""What services raise when a field is at fault."""

from __future__ import annotations

from django.core.exceptions import ValidationError


def refusal(field: str, text: str, code: str) -> ValidationError:
    """Return what to raise when a field is at fault; Django drops a code that is beside a dict."""
    return ValidationError({field: ValidationError(text, code=code)})
