"""Which articles a text links to: read out of it by the database itself, never out of step."""

from __future__ import annotations

from urllib.parse import quote

from django.db import models
from django.db.models.functions import Substr

from django_helpcenter.models.named_keys import MARK, keys_field, leave_keys, split_at_marks

#: Characters of a slug that count; regular expressions of PostgreSQL repeat nothing more often.
MAX_SLUG = 255
#: A number without the zeros before it, or a "/slug".
_KEY = rf"({MARK})(?:0*([0-9]{{1,18}})|(/[^][/?#()<>\s\"'`|\\{MARK}]{{1,{MAX_SLUG}}}))"


def link_keys_field() -> models.GeneratedField:
    """Return the column with what may name the articles that the column ``content`` links to.

    ``article:12`` gives ``12``; an address that ends in ``/a/slug/`` or ``../slug/`` gives
    ``/slug``, wherever it leads: what is found by a slug has to be looked at again.
    """
    keys = leave_keys(
        {"article:": MARK, "/a/": f"{MARK}/", "../": f"{MARK}/"}, key=_KEY, kept=r"\1\2\3"
    )
    # The first of them without its mark: it would stand behind an empty key.
    return keys_field(split_at_marks(Substr(keys, 2)))


def number_key(article_id: int) -> str:
    """Return what stands in the column for ``article:ID``."""
    return str(article_id)


def slug_keys(slug: str) -> set[str]:
    """Return what stands in the column for the address of a slug, as it is and encoded."""
    plain = (slug, quote(slug), quote(slug).lower())
    forms = (*plain, *(f"{form}.md" for form in plain))
    return {f"/{form[:MAX_SLUG]}" for form in forms}
