"""Pictures and other files in a text: how it names them, and where readers get them."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.urls import NoReverseMatch, reverse

from django_helpcenter.choices import FILE_EXTENSIONS

#: How a stored text shows a picture of its tenant, or links to another file of it: who may have it
#: is asked at its address.
_ENDINGS = "|".join(FILE_EXTENSIONS.values())
_FILE_LINK = re.compile(rf"(?:image|file):([0-9a-f]{{32}}\.(?:{_ENDINGS}))")

#: Gets the name of a file; returns its address, or None where there is none.
FileAddress = Callable[[str], str | None]


def stored_file_name(target: str) -> str:
    """Return the file that an address in a text means, "" when it means none of these."""
    match = _FILE_LINK.fullmatch(target)
    return match[1] if match else ""


def reader_address(file_name: str) -> str | None:
    """Return where readers get a file, ``None`` where the host has no reader pages."""
    try:
        return reverse("help_center:file", args=[file_name])
    except NoReverseMatch:
        return None


def resolve_file(target: str, *, address: FileAddress = reader_address) -> str | None:
    """Return where readers get what a text shows or links to.

    Addresses of other things stay as they are.
    """
    match = _FILE_LINK.fullmatch(target)
    return target if match is None else address(match[1])
