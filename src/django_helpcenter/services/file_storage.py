"""Where the bytes of files lie: under names that nobody can guess, and that no page shows."""

from __future__ import annotations

import logging
import secrets
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InvalidStorageError, Storage, storages
from django.db import transaction
from django.utils.translation import gettext as _

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError, ContentError

logger = logging.getLogger("help_center.files")

#: Roots of what the libraries behind common storages raise; they matter only when loaded.
_STORAGE_ERRORS = (
    ("boto3.exceptions", "Boto3Error"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("google.api_core.exceptions", "GoogleAPIError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("azure.core.exceptions", "AzureError"),
)


def file_storage() -> Storage:
    """Return the storage that ``HELP_CENTER_FILE_STORAGE`` names.

    Raises ConfigurationError when there is none of this name.
    """
    try:
        return storages[conf.FILE_STORAGE]
    except InvalidStorageError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_FILE_STORAGE is {conf.FILE_STORAGE!r}, which STORAGES does not have: "
            f"{exc}"
        ) from exc


def check_storage() -> None:
    """Raise ContentError when files would land in the working directory, as Django has it."""
    storage = file_storage()
    if isinstance(storage, FileSystemStorage) and not storage.base_location:
        raise ContentError(
            _(
                "there is no place for files; set MEDIA_ROOT, or HELP_CENTER_FILE_STORAGE to "
                "another storage"
            )
        )


def store_bytes(data: bytes, tenant_id: Any) -> str:
    """Keep bytes, and return their name in the storage.

    It follows from nothing that a reader knows, and has no ending that a web server would turn into
    a type. Raises ContentError.
    """
    check_storage()
    name = f"help_center/{tenant_id}/files/{secrets.token_hex(20)}"
    try:
        return file_storage().save(name, ContentFile(data))
    except storage_exceptions() as exc:
        raise ContentError(_("the storage does not take it: %(reason)s") % {"reason": exc}) from exc


@contextmanager
def uncommitted(name: str, *, using: str) -> Iterator[None]:
    """Run a block in a transaction; unless that and all around it is committed, bytes leave.

    Django tells nobody of a rollback. It forgets what it was to call after the commit, though, and
    a guard with it that nobody else knows; so the end of the guard without a commit is the end of
    the bytes.
    """
    is_guarded = False
    try:
        with transaction.atomic(using=using):
            # No variable holds the guard: an exception would keep it alive with the frame.
            transaction.on_commit(_Guard(name).committed, using=using)
            is_guarded = True
            yield
    finally:
        if not is_guarded:
            discard_bytes(name)


class _Guard:
    def __init__(self, name: str) -> None:
        self._discard = weakref.finalize(self, _discard, file_storage(), name)

    def committed(self) -> None:
        self._discard.detach()


def is_stored(name: str) -> bool:
    """Tell whether the storage has this; raises ContentError when it does not say."""
    try:
        return file_storage().exists(name)
    except storage_exceptions() as exc:
        raise ContentError(_("the storage cannot be asked: %(reason)s") % {"reason": exc}) from exc


def read_bytes(name: str) -> bytes | None:
    """Return what is kept under a name, ``None`` when the storage does not give it."""
    if not name:  # storages take it for their root
        return None
    try:
        with file_storage().open(name) as stored:
            data: bytes = stored.read()
    except storage_exceptions():
        logger.exception("The file %s cannot be read.", name)
        return None
    return data


def discard_bytes(name: str) -> None:
    """Delete what is kept under a name; what cannot be deleted is in the log."""
    _discard(file_storage(), name)


def _discard(storage: Storage, name: str) -> None:
    try:
        storage.delete(name)
    except storage_exceptions():
        logger.exception("The file %s cannot be deleted.", name)


def storage_exceptions() -> tuple[type[Exception], ...]:
    """Return what a call to the storage may raise when the storage or its settings are at fault."""
    known: list[type[Exception]] = [OSError, SuspiciousFileOperation, ValueError]
    known += [NotImplementedError, ImproperlyConfigured]
    for module, name in _STORAGE_ERRORS:
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, type) and issubclass(found, Exception):
            known.append(found)
    return tuple(known)
