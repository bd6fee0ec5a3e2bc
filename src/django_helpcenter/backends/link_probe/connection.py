"""One request to one IP address, within a time and a number of bytes, whatever the other side does.

``http.client`` bounds neither: its timeout starts again with every byte that arrives.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import quote

from django_helpcenter.backends.link_probe.guard import Place, Refused
from django_helpcenter.choices import LinkReason

#: What a path may hold as it stands; everything else is encoded. "%" is part of what is encoded.
_SAFE_IN_PATH = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer; its body is never read."""

    status: int
    location: str
    retry_after: str


class _BoundedInput(io.RawIOBase):
    """What arrives on a socket until a moment, and no more than so many bytes."""

    def __init__(self, sock: socket.socket, deadline: float, max_bytes: int) -> None:
        self._sock, self._deadline, self._left = sock, deadline, max_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._left <= 0:
            raise Refused(LinkReason.ANSWER)
        self._sock.settimeout(seconds_until(self._deadline))
        count = self._sock.recv_into(buffer, min(len(buffer), self._left))
        self._left -= count
        return count


class _Readable:
    """As much of a socket as ``http.client`` needs to read an answer."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._raw)


class Connection:
    """A connection for one request, to one of the addresses that the guard has looked at."""

    def __init__(self, place: Place, *, connect_seconds: float, deadline: float) -> None:
        self.place = place
        self.deadline = deadline
        self._sock = self._connect(connect_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sock.close()

    def ask(self, method: str, *, user_agent: str, max_bytes: int) -> Answer:
        """Send a request, and return the head of the answer; raise Refused, OSError."""
        place = self.place
        head = (
            f"{method} {quote(place.path, safe=_SAFE_IN_PATH)} HTTP/1.1",
            f"Host: {place.host_header}",
            f"User-Agent: {user_agent}",
            "Accept: */*",
            "Accept-Encoding: identity",
            "Connection: close",
        )
        request = "".join(f"{line}\r\n" for line in head) + "\r\n"
        self._sock.settimeout(seconds_until(self.deadline))
        self._sock.sendall(request.encode("ascii", "replace"))
        source = _BoundedInput(self._sock, self.deadline, max_bytes)
        response = http.client.HTTPResponse(_Readable(source), method=method)  # type: ignore[arg-type]
        try:
            response.begin()
            # A 101 or an early hint is no answer to this request.
            if response.status < 200:
                raise Refused(LinkReason.ANSWER)
            return Answer(
                response.status,
                response.getheader("Location") or "",
                response.getheader("Retry-After") or "",
            )
        except (http.client.HTTPException, ValueError) as exc:
            raise Refused(LinkReason.ANSWER) from exc
        finally:
            response.close()

    def _connect(self, connect_seconds: float) -> socket.socket:
        """Connect to the first address that takes a connection; each has its share of the time."""
        until = min(self.deadline, time.monotonic() + connect_seconds)
        addresses = self.place.addresses
        trouble: OSError = ConnectionRefusedError()
        for number, address in enumerate(addresses):
            seconds = seconds_until(until) / (len(addresses) - number)
            try:
                sock = socket.create_connection((address, self.place.port), timeout=seconds)
            # One that never answers must not hide the next one, which may.
            except OSError as exc:
                trouble = exc
                continue
            return self._secured(sock, until) if self.place.scheme == "https" else sock
        raise trouble

    def _secured(self, sock: socket.socket, until: float) -> socket.socket:
        with ExitStack() as opened:
            opened.callback(sock.close)
            wrapped = ssl.create_default_context().wrap_socket(
                sock, server_hostname=self.place.host, do_handshake_on_connect=False
            )
            opened.callback(wrapped.close)
            # The handshake as a whole gets this time.
            wrapped.settimeout(seconds_until(until))
            wrapped.do_handshake()
            # Nothing went wrong, so nothing is closed.
            opened.pop_all()
        return wrapped


def seconds_until(deadline: float) -> float:
    """Return the seconds that are left; raise TimeoutError when none are."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
