"""Downloads from a hub, good and bad, against a server on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django_helpcenter.backends.embeddings.install.hub import HubSource
from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from tests.tiny_model import TinyModel


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder without a word on standard error."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class CutHandler(Handler):
    """Promises more than it sends."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"short")


class BrokenHandler(Handler):
    """Does not speak HTTP."""

    def do_GET(self) -> None:
        self.wfile.write(b"\x00\x01\x02\r\n")


class SilentHandler(Handler):
    """Answers never."""

    def do_GET(self) -> None:
        threading.Event().wait(2)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Return a function that starts a hub and returns the folder that it serves."""
    servers: list[ThreadingHTTPServer] = []
    root = tmp_path / "hub"
    root.mkdir()

    def start(handler: type[Handler] = Handler) -> Path:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(root)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        return root

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def publish(root: Path, model: TinyModel, revision: str | None = None) -> None:
    """Put the files of a model where the hub serves them."""
    hub = model.known.hub
    folder = root / hub.repository / "resolve" / (revision or hub.revision)
    folder.parent.mkdir(parents=True)
    folder.symlink_to(model.folder)


def refusal(model: TinyModel, scratch: Path, source: HubSource) -> str:
    with pytest.raises(ModelInstallError) as caught:
        source.fetch(model.known, scratch, lambda line: None)
    return str(caught.value)


def test_files_of_the_pinned_revision_are_fetched(
    tiny_model: TinyModel, scratch: Path, serve: Callable[..., Path]
) -> None:
    publish(serve(), tiny_model)
    lines: list[str] = []
    folder = HubSource().fetch(tiny_model.known, scratch, lines.append)
    for path in tiny_model.folder.iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes()
    assert any(tiny_model.known.hub.revision in line for line in lines)


def test_other_revision_may_be_asked_for(
    tiny_model: TinyModel, scratch: Path, serve: Callable[..., Path]
) -> None:
    publish(serve(), tiny_model, "main")
    assert HubSource("main").fetch(tiny_model.known, scratch, lambda line: None) == scratch


def test_missing_file_names_address_and_mend(
    tiny_model: TinyModel, scratch: Path, serve: Callable[..., Path]
) -> None:
    serve()
    message = refusal(tiny_model, scratch, HubSource())
    assert "model.safetensors answered 404" in message
    assert "--from local:FOLDER" in message


def test_unreachable_hub_names_address_and_mend(
    tiny_model: TinyModel, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
    message = refusal(tiny_model, scratch, HubSource())
    assert "cannot be reached" in message
    assert "HF_ENDPOINT" in message


def test_silent_hub_is_given_up(
    tiny_model: TinyModel, scratch: Path, serve: Callable[..., Path]
) -> None:
    serve(SilentHandler)
    message = refusal(tiny_model, scratch, HubSource(timeout=0.2))
    assert "cannot be reached: timed out" in message


def test_download_that_breaks_off_is_named(
    tiny_model: TinyModel, scratch: Path, serve: Callable[..., Path]
) -> None:
    serve(CutHandler)
    assert "broke off" in refusal(tiny_model, scratch, HubSource())


def test_server_that_speaks_no_http_is_named(
    tiny_model: TinyModel, scratch: Path, serve: Callable[..., Path]
) -> None:
    serve(BrokenHandler)
    assert "BadStatusLine" in refusal(tiny_model, scratch, HubSource())


def test_other_bytes_are_refused(
    tiny_model: TinyModel, scratch: Path, serve: Callable[..., Path]
) -> None:
    root = serve()
    hub = tiny_model.known.hub
    folder = root / hub.repository / "resolve" / hub.revision
    folder.mkdir(parents=True)
    size = tiny_model.known.sources["model.safetensors"].size
    (folder / "model.safetensors").write_bytes(bytes(size))
    assert "not the expected file" in refusal(tiny_model, scratch, HubSource())


def test_endpoint_must_be_a_web_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "file:///etc")
    with pytest.raises(ModelInstallError, match="must be an http or https address"):
        HubSource()


def test_hub_is_the_public_one_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert HubSource().endpoint == "https://huggingface.co"
