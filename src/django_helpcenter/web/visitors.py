"""Readers who are not signed in: one signed cookie, and none before it is needed."""

from __future__ import annotations

import re
import secrets

from django.http import HttpRequest, HttpResponse

COOKIE_NAME = "help_center_visitor"
COOKIE_SALT = "help_center.visitor"
COOKIE_MAX_AGE = 180 * 24 * 60 * 60  # seconds

_ROBOT = re.compile(
    r"bot\b|crawl|spider|slurp|preview|monitor|facebookexternalhit|lighthouse|curl|wget|python|"
    r"httpclient|okhttp|java/|go-http|^$",
    re.IGNORECASE,
)


class Visitor:
    """The person behind a request.

    ``key`` is "" for signed-in readers, and for others until they have a cookie or ``is_named``
    gives them a fresh key, which lasts only when ``remember`` is called.
    """

    def __init__(self, request: HttpRequest, *, is_named: bool = False) -> None:
        self._request = request
        self.user = getattr(request, "user", None)
        self.key = ""
        self._is_fresh = False
        if self.user is None or not self.user.is_authenticated:
            self.key = _cookie_key(request)
            if is_named and not self.key:
                self.key = secrets.token_hex(16)
                self._is_fresh = True

    def remember(self, response: HttpResponse) -> None:
        """Set the cookie that a fresh key needs."""
        if self._is_fresh:
            response.set_signed_cookie(
                COOKIE_NAME,
                self.key,
                salt=COOKIE_SALT,
                max_age=COOKIE_MAX_AGE,
                secure=self._request.is_secure(),
                httponly=True,
                samesite="Lax",
            )


def _cookie_key(request: HttpRequest) -> str:
    key = request.get_signed_cookie(
        COOKIE_NAME, default="", salt=COOKIE_SALT, max_age=COOKIE_MAX_AGE
    )
    return key or ""


def may_record(request: HttpRequest) -> bool:
    """Tell whether a request counts: a person's own, who did not ask to be left alone."""
    headers = request.headers
    if request.method == "HEAD" or headers.get("DNT") == "1" or headers.get("Sec-GPC") == "1":
        return False
    purpose = headers.get("Sec-Purpose") or headers.get("Purpose") or headers.get("X-Moz") or ""
    return "prefetch" not in purpose and not _ROBOT.search(headers.get("User-Agent", ""))
