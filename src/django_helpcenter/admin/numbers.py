"""Numbers in what was posted or asked for."""

from __future__ import annotations

#: Digits that an integer column of the database has room for.
_DIGITS = 9


def whole_number(text: str) -> int | None:
    """Return a number as people write it, ``None`` for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_number else None
