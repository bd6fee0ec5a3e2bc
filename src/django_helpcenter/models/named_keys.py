"""Columns with the keys that a text names: read out of it by the database, never out of step."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace

#: Stands in between for what comes before a key: what begins with one character is found 40 times
#: as fast, and the longest text takes 15 ms. Whoever writes it into a text names something in
#: another way, no more.
MARK = "\x01"


def leave_keys(beginnings: Mapping[str, str], *, key: str, kept: str) -> Func:
    """Return the column ``content`` without all that is no key.

    ``beginnings`` are what comes before a key and what takes its place, a mark first. ``key`` is a
    regular expression for one with its mark, and ``kept`` what is left of it.
    """
    marked: Combinable = F("content")
    for beginning, mark in beginnings.items():
        marked = Replace(marked, Value(beginning), Value(mark))
    return Func(
        marked,
        Value(rf"{key}|[^{MARK}]+|{MARK}"),
        Value(kept),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )


def split_at_marks(keys: Func) -> Func:
    """Return the keys between the marks of a text, as an array."""
    return Func(keys, Value(MARK), function="string_to_array", output_field=_keys_type())


def without_empty(keys: Func) -> Func:
    """Return an array without the empty keys in it."""
    return Func(keys, Value(""), function="array_remove", output_field=_keys_type())


def keys_field(keys: Func) -> models.GeneratedField:
    """Return the column that holds an array of keys."""
    return models.GeneratedField(expression=keys, output_field=_keys_type(), db_persist=True)


def _keys_type() -> ArrayField[list[str], list[str]]:
    return ArrayField(TextField())
