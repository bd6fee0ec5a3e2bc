"""Build the backends that the settings name, once per process and per value of the setting."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from threading import Lock
from typing import Any, TypeVar, cast

from django.utils.module_loading import import_string

from django_helpcenter.backends.embeddings.base import EmbeddingBackend
from django_helpcenter.conf import PREFIX, conf
from django_helpcenter.exceptions import ConfigurationError

B = TypeVar("B")

_built: dict[tuple[int, type, str], Any] = {}
#: One lock per process id: a child must not inherit a lock that a thread of its parent holds.
_locks: dict[int, Lock] = {}


def get_embeddings() -> EmbeddingBackend | None:
    """Return the backend of ``HELP_CENTER_EMBEDDINGS``; ``None``: the site searches without one."""
    return _shared_backend("EMBEDDINGS", EmbeddingBackend)  # type: ignore[type-abstract]


def get_previous_embeddings() -> EmbeddingBackend | None:
    """Return the backend of ``HELP_CENTER_EMBEDDINGS_PREVIOUS``, which serves during a switch."""
    return _shared_backend("EMBEDDINGS_PREVIOUS", EmbeddingBackend)  # type: ignore[type-abstract]


def load_backend(setting_name: str, declaration: Any, base: type[B]) -> B:
    """Build a new backend from ``{"BACKEND": dotted path, "OPTIONS": {…}}``.

    ``setting_name`` is the full name, for messages. Raises ConfigurationError.
    """
    if not isinstance(declaration, Mapping) or not isinstance(declaration.get("BACKEND"), str):
        raise ConfigurationError(
            f"{setting_name} must be a dictionary with a dotted path under 'BACKEND', such as "
            f"{{'BACKEND': 'package.module.Class', 'OPTIONS': {{}}}}; it is {declaration!r}."
        )
    unknown = sorted(str(key) for key in declaration.keys() - {"BACKEND", "OPTIONS"})
    if unknown:
        raise ConfigurationError(
            f"{setting_name} has unknown keys: {', '.join(unknown)}. Allowed: BACKEND, OPTIONS."
        )
    options = declaration.get("OPTIONS") or {}
    if not isinstance(options, Mapping):
        raise ConfigurationError(
            f"{setting_name}['OPTIONS'] must be a dictionary, not {options!r}."
        )
    backend_class = _backend_class(setting_name, declaration["BACKEND"], base)
    try:
        return backend_class(**{str(key): value for key, value in options.items()})
    except ConfigurationError as exc:
        raise ConfigurationError(f"{setting_name}: {exc}") from exc


def _backend_class(setting_name: str, path: str, base: type[B]) -> type[B]:
    try:
        found = import_string(path)
    except ImportError as exc:
        raise ConfigurationError(
            f"{setting_name}['BACKEND'] names {path!r}, which cannot be imported: {exc}. "
            f"Give the dotted path of a subclass of {base.__module__}.{base.__qualname__}."
        ) from exc
    if not isinstance(found, type) or not issubclass(found, base):
        raise ConfigurationError(
            f"{setting_name}['BACKEND'] names {path!r}, which is not a subclass of "
            f"{base.__module__}.{base.__qualname__}."
        )
    return found


def _shared_backend(name: str, base: type[B]) -> B | None:
    declaration = getattr(conf, name)
    if declaration is None:
        return None
    process = os.getpid()
    key = (process, base, json.dumps(declaration, sort_keys=True, default=repr))
    backend = _built.get(key)
    if backend is None:
        with _locks.setdefault(process, Lock()):
            backend = _built.get(key)
            if backend is None:
                backend = _built[key] = load_backend(PREFIX + name, declaration, base)
    return cast("B", backend)
