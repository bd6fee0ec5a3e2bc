"""Listening to the signals of the help center."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django_helpcenter import signals

NAMES = (
    "article_index_stale",
    "article_published",
    "article_unpublished",
    "article_indexed",
    "search_recorded",
    "article_viewed",
)

Heard = list[tuple[str, dict[str, Any]]]


@contextmanager
def heard_signals(*names: str) -> Iterator[Heard]:
    """Yield a list of what is sent during the block, as name and arguments."""
    heard: Heard = []
    connected = []
    for name in names or NAMES:

        def listen(sender: Any, signal: Any, name: str = name, **arguments: Any) -> None:
            heard.append((name, arguments))

        signal = getattr(signals, name)
        signal.connect(listen, weak=False)
        connected.append((signal, listen))
    try:
        yield heard
    finally:
        for signal, listen in connected:
            signal.disconnect(listen)
