"""Pictures of articles in Django's storage: how a text names them, and where readers get them."""

from __future__ import annotations

import re
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.storage import default_storage

#: How a stored text names a picture of its tenant: the address may change, or be signed each time.
_IMAGE_LINK = re.compile(r"image:([0-9a-f]{32}\.(?:png|jpg|gif|webp|svg))")

#: Roots of what the libraries behind common storages raise; they matter only when loaded.
_STORAGE_ERRORS = (
    ("boto3.exceptions", "Boto3Error"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("google.api_core.exceptions", "GoogleAPIError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("azure.core.exceptions", "AzureError"),
)


def image_folder(tenant_id: Any) -> str:
    """Return the folder of a tenant's pictures in the storage."""
    return f"help_center/{tenant_id}/images"


def stored_image_name(target: str) -> str:
    """Return the file that an address in a text means, "" when it means no stored picture."""
    match = _IMAGE_LINK.fullmatch(target)
    return match[1] if match else ""


def read_image(name: str, tenant_id: Any) -> bytes:
    """Return a stored picture; raises what ``storage_exceptions`` names."""
    with default_storage.open(f"{image_folder(tenant_id)}/{name}") as opened:
        data: bytes = opened.read()
    return data


def resolve_image(target: str, tenant_id: Any) -> str | None:
    """Return where readers get what a text shows.

    Addresses other than stored pictures stay as they are; ``None`` when the storage gives none.
    """
    match = _IMAGE_LINK.fullmatch(target)
    if match is None:
        return target
    try:
        return default_storage.url(f"{image_folder(tenant_id)}/{match[1]}")
    except storage_exceptions():
        return None


def storage_exceptions() -> tuple[type[Exception], ...]:
    """Return what a call to the storage may raise when the storage or its settings are at fault."""
    known: list[type[Exception]] = [OSError, SuspiciousFileOperation, ValueError]
    known += [NotImplementedError, ImproperlyConfigured]
    for module, name in _STORAGE_ERRORS:
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, type) and issubclass(found, Exception):
            known.append(found)
    return tuple(known)
