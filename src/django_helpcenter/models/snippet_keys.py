"""Which snippets a text names: read out of it by the database itself, as ``file_keys`` is."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from django_helpcenter.content.snippets import QUOTES
from django_helpcenter.models.named_keys import (
    MARK,
    keys_field,
    leave_keys,
    split_at_marks,
    without_empty,
)

_REFERENCE = (
    rf"{MARK}[ \t]*snippet[ \t]+[{QUOTES}][ \t]*([a-zA-Z0-9_-]+)[ \t]*[{QUOTES}][ \t]*\}}\}}"
)


def snippet_keys_field() -> models.GeneratedField:
    """Return the column with the keys of the snippets that the column ``content`` names.

    Those in code and escaped ones are among them: only the parser knows that they are not meant.
    """
    keys = leave_keys({"{{": MARK}, key=_REFERENCE, kept=rf"{MARK}\1")
    return keys_field(without_empty(split_at_marks(Lower(keys))))
