"""Which articles a text links to: read out of it by the database itself, never out of step."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Replace, Substr

#: Stands for "article:" and for what comes before "/slug" in "/a/slug" and "../slug", as in
#: ``file_keys``: what begins with one character is found 40 times as fast.
_MARK = "\x01"
#: Characters of a slug that count; regular expressions of PostgreSQL repeat nothing more often.
MAX_SLUG = 255
#: Leaves each mark with the number, zeros before it apart, or the "/slug" behind it, and nothing
#: else of the text.
_ALL_BUT_KEYS = (
    rf"({_MARK})(?:0*([0-9]{{1,18}})|(/[^][/?#()<>\s\"'`|\\{_MARK}]{{1,{MAX_SLUG}}}))"
    rf"|[^{_MARK}]+|{_MARK}"
)


def link_keys_field() -> models.GeneratedField:
    """Return the column with what may name the articles that the column ``content`` links to.

    ``article:12`` gives ``12``; an address that ends in ``/a/slug/`` or ``../slug/`` gives
    ``/slug``, wherever it leads: what is found by a slug has to be looked at again.
    """
    marked = Replace(F("content"), Value("article:"), Value(_MARK))
    for before in ("/a/", "../"):
        marked = Replace(marked, Value(before), Value(f"{_MARK}/"))
    keys = Func(
        marked,
        Value(_ALL_BUT_KEYS),
        Value(r"\1\2\3"),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    keys_type = ArrayField(TextField())
    return models.GeneratedField(
        # The first of them without its mark: it would stand behind an empty key.
        expression=Func(
            Substr(keys, 2), Value(_MARK), function="string_to_array", output_field=keys_type
        ),
        output_field=keys_type,
        db_persist=True,
    )


def number_key(article_id: int) -> str:
    """Return what stands in the column for ``article:ID``."""
    return str(article_id)


def slug_keys(slug: str) -> set[str]:
    """Return what stands in the column for the address of a slug, as it is and encoded."""
    plain = (slug, quote(slug), quote(slug).lower())
    forms = (*plain, *(f"{form}.md" for form in plain))
    return {f"/{form[:MAX_SLUG]}" for form in forms}
