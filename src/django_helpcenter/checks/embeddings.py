"""Can the embedding backends be built, and what do they say themselves?"""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from django_helpcenter.backends.embeddings.base import EmbeddingBackend
from django_helpcenter.backends.loading import load_backend
from django_helpcenter.checks.settings import BACKENDS
from django_helpcenter.conf import PREFIX, conf
from django_helpcenter.exceptions import ConfigurationError


def check_embeddings(**kwargs: Any) -> list[CheckMessage]:
    """E050, and what the backends check."""
    messages: list[CheckMessage] = []
    for name in BACKENDS:
        if getattr(conf, name) is not None:
            messages += _check(name, deploy=False)
    return messages


def check_embeddings_for_deployment(**kwargs: Any) -> list[CheckMessage]:
    """What the backends check of a deployment, without what ``check_embeddings`` says already."""
    said = {message.id for message in check_embeddings()}
    messages: list[CheckMessage] = []
    for name in BACKENDS:
        if getattr(conf, name) is not None:
            messages += [m for m in _check(name, deploy=True) if m.id not in said]
    return messages


def _check(name: str, *, deploy: bool) -> list[CheckMessage]:
    try:
        backend = load_backend(PREFIX + name, getattr(conf, name), EmbeddingBackend)  # type: ignore[type-abstract]
    except ConfigurationError as exc:
        return [
            Error(
                str(exc),
                hint=f"Set {PREFIX}{name} to None to search by words alone.",
                id="help_center.E050",
            )
        ]
    return backend.check(deploy=deploy)
