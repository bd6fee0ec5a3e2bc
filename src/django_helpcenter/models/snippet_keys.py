"""Which snippets a text names: read out of it by the database itself, as ``file_keys`` is."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower, Replace

from django_helpcenter.content.snippets import QUOTES

#: Stands for "{{" in between: what begins with one character is found much faster.
_MARK = "\x01"
#: Leaves a mark before the key of each snippet that a text names, and marks alone of all else.
_ALL_BUT_KEYS = (
    rf"{_MARK}[ \t]*snippet[ \t]+[{QUOTES}][ \t]*([a-zA-Z0-9_-]+)[ \t]*[{QUOTES}][ \t]*\}}\}}"
    rf"|[^{_MARK}]+|{_MARK}"
)


def snippet_keys_field() -> models.GeneratedField:
    """Return the column with the keys of the snippets that the column ``content`` names.

    Those in code and escaped ones are among them: only the parser knows that they are not meant.
    """
    keys = Func(
        Replace(F("content"), Value("{{"), Value(_MARK)),
        Value(_ALL_BUT_KEYS),
        Value(rf"{_MARK}\1"),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    keys_type = ArrayField(TextField())
    parts = Func(Lower(keys), Value(_MARK), function="string_to_array", output_field=keys_type)
    return models.GeneratedField(
        expression=Func(parts, Value(""), function="array_remove", output_field=keys_type),
        output_field=keys_type,
        db_persist=True,
    )
