"""Turn a PostgreSQL URL into Django's settings."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

FORM = (
    "DATABASE_URL must be postgresql://user:password@host:port/name,"
    " with the special characters in it percent-encoded"
)


def django_database(url: str, **extra: Any) -> dict[str, Any]:
    """Turn a PostgreSQL URL into an entry of Django's ``DATABASES``.

    `user`, `password`, `host`, `port` and `dbname` may also stand in the query, as libpq allows
    (``?host=/run/postgresql`` is a socket's folder); its other parameters become ``OPTIONS``.
    `extra` is laid over the entry, its ``OPTIONS`` over those of the URL.
    Raises ValueError that does not repeat the URL, because it may hold a password.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # its message would show the URL
        raise ValueError(f"{FORM}.") from None
    name = parts.path.removeprefix("/")
    if parts.scheme not in {"postgres", "postgresql"} or parts.fragment or {*name} & {*"/@"}:
        raise ValueError(f"{FORM}.")
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    host, port = _hosts_and_ports(hosts)
    values = {"dbname": name, "user": user, "password": password, "host": host, "port": port}
    values |= _parameters(parts.query)
    decoded = {key: unquote(value) for key, value in values.items()}
    if not decoded["dbname"] and "service" not in decoded:
        raise ValueError(f"{FORM}: it names no database.")
    entry: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": decoded.pop("dbname"),
        **{key.upper(): decoded.pop(key) for key in ("user", "password", "host", "port")},
        "OPTIONS": {**decoded, **extra.pop("OPTIONS", {})},
    }
    return {**entry, **extra}


def _hosts_and_ports(hosts: str) -> tuple[str, str]:
    """Split ``host:port,[::1]:port`` into libpq's two lists of equal length."""
    found = [re.fullmatch(r"(\[[^\]]+\]|[^:]*)(?::(\d*))?", host) for host in hosts.split(",")]
    pairs = [(match[1].strip("[]"), match[2] or "") for match in found if match]
    if len(pairs) < len(found):
        raise ValueError(f"{FORM}: its host and port cannot be told apart.")
    ports = [port for _, port in pairs]
    return ",".join(host for host, _ in pairs), ",".join(ports) if any(ports) else ""


def _parameters(query: str) -> dict[str, str]:
    """Split the query; unlike in a form, ``+`` is a plus."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    if not all(equals for _, equals, _ in pairs):
        raise ValueError(f"{FORM}: a parameter has no value.")
    return {key: value for key, _, value in pairs}
