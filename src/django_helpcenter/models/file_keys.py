"""Which files a text names: read out of it by the database itself, so it is never out of step."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, TextField, Value

#: Leaves ":key" of each file that a text names, and nothing else of the text. The longest of the
#: alternatives is taken; a run without an "i" is one step.
_ALL_BUT_KEYS = r"image(:[0-9a-f]{32})\.(?:png|jpg|gif|webp|svg)|[^i]+|i"


def file_keys_field() -> models.GeneratedField:
    """Return the column with the keys of the files that the column ``content`` names."""
    keys = Func(
        F("content"),
        Value(_ALL_BUT_KEYS),
        Value(r"\1"),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    # The first of them without its colon: it would stand behind an empty key.
    keys = Func(keys, Value(2), function="substr", output_field=TextField())
    keys_type = ArrayField(TextField())
    return models.GeneratedField(
        expression=Func(keys, Value(":"), function="string_to_array", output_field=keys_type),
        output_field=keys_type,
        db_persist=True,
    )
