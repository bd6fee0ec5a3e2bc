"""Can mails link to the site?"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Error

from django_helpcenter.conf import PREFIX, conf


def check_base_url(**kwargs: Any) -> list[CheckMessage]:
    """E018: an address that links cannot begin with."""
    address: Any = conf.BASE_URL
    if address is None or not isinstance(address, str) or _is_beginning(address):
        return []  # Another type is E002.
    return [
        Error(
            f"{PREFIX}BASE_URL is {address!r}, which links in mails could not begin with.",
            hint="Give the address of the site, such as 'https://example.com', with nothing but a "
            "path behind it.",
            id="help_center.E018",
        )
    ]


def _is_beginning(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment or parts.username) and address.isprintable()
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_plain
