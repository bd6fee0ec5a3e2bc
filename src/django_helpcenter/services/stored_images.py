"""Pictures in a text: how it names them, and where readers get them."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.urls import NoReverseMatch, reverse

#: How a stored text names a picture of its tenant: who may have it is asked at its address.
_IMAGE_LINK = re.compile(r"image:([0-9a-f]{32}\.(?:png|jpg|gif|webp|svg))")

#: Gets the name of a file; returns its address, or None where there is none.
FileAddress = Callable[[str], str | None]


def stored_image_name(target: str) -> str:
    """Return the file that an address in a text means, "" when it means no stored picture."""
    match = _IMAGE_LINK.fullmatch(target)
    return match[1] if match else ""


def reader_address(file_name: str) -> str | None:
    """Return where readers get a file, ``None`` where the host has no reader pages."""
    try:
        return reverse("help_center:file", args=[file_name])
    except NoReverseMatch:
        return None


def resolve_image(target: str, *, address: FileAddress = reader_address) -> str | None:
    """Return where readers get what a text shows.

    Addresses other than stored pictures stay as they are.
    """
    match = _IMAGE_LINK.fullmatch(target)
    return target if match is None else address(match[1])
