"""Which requests the servers of the browser tests are still at work on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: Seconds. A page that is gone waits for no answer, but its server may be at work on one.
_PATIENCE = 60

_state = threading.Condition()
_open: set[int] = set()


class OpenRequests:
    """Middleware that knows which requests have no answer yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with _state:
            _open.add(id(request))
        try:
            return self.get_response(request)
        finally:
            with _state:
                _open.discard(id(request))
                _state.notify_all()


def wait_for_servers() -> None:
    """Return when no request is open."""
    with _state:
        if not _state.wait_for(lambda: not _open, timeout=_PATIENCE):
            raise TimeoutError("A server of the browser tests did not answer.")
