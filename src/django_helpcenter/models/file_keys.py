"""Which files a text names: read out of it by the database itself, so it is never out of step."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Substr

from django_helpcenter.choices import FILE_EXTENSIONS
from django_helpcenter.models.named_keys import MARK, keys_field, leave_keys, split_at_marks

_ENDINGS = "|".join(FILE_EXTENSIONS.values())


def file_keys_field() -> models.GeneratedField:
    """Return the column with the keys of the files that the column ``content`` names."""
    keys = leave_keys(
        {"image:": MARK, "file:": MARK},
        key=rf"({MARK}[0-9a-f]{{32}})\.(?:{_ENDINGS})",
        kept=r"\1",
    )
    # The first of them without its mark: it would stand behind an empty key.
    return keys_field(split_at_marks(Substr(keys, 2)))
