"""A web server that answers as a test says, well or badly."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: Gets the socket of a request whose head was read; sends what it likes.
Script = Callable[[socket.socket], None]


@dataclass
class ScriptedServer:
    """Where it listens, what it answers by path, and what it was asked."""

    port: int = 0
    scripts: dict[str, Script] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    #: Set when the test is over, so that slow answers end.
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        """The method and path of each request."""
        return [request.split(" HTTP/")[0] for request in self.requests]

    def answer(self, path: str, status: int, *headers: str, get: int | None = None) -> str:
        """Answer a path with a status, GET with another one if asked to; return its address."""

        def script(sock: socket.socket) -> None:
            is_get = self.requests[-1].startswith("GET")
            shown = get if get is not None and is_get else status
            sock.sendall(head(shown, "Content-Length: 0", *headers))

        return self.script(path, script)

    def redirect(self, path: str, target: str, status: int = 301) -> str:
        """Redirect from a path; return its address."""
        return self.answer(path, status, f"Location: {target}")

    def script(self, path: str, script: Script) -> str:
        """Do this when a path is asked for; return its address."""
        self.scripts[path] = script
        return self.url + path

    def drip(self, data: bytes, *, first: bytes = b"") -> Script:
        """Return a script that sends one byte each moment, for as long as the test takes."""

        def script(sock: socket.socket) -> None:
            sock.sendall(first)
            while not self.is_over.wait(0.01):
                sock.sendall(data)

        return script


def head(status: int, *headers: str) -> bytes:
    """Return the head of an answer."""
    return "\r\n".join((f"HTTP/1.1 {status} Reason", *headers, "", "")).encode()


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """Serve on a free port of 127.0.0.1."""
    scripted = ScriptedServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            request = b""
            while b"\r\n\r\n" not in request:
                chunk = self.request.recv(65_536)
                if not chunk:
                    return
                request += chunk
            text = request.decode("latin-1")
            scripted.requests.append(text)
            script = scripted.scripts.get(text.split(" ")[1])
            # Who asks may hang up whenever they have read enough.
            with contextlib.suppress(OSError):
                if script is None:
                    self.request.sendall(head(404, "Content-Length: 0"))
                else:
                    script(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        scripted.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield scripted
        scripted.is_over.set()
        server.shutdown()
        thread.join()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
