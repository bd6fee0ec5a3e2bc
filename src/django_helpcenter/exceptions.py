"""Every error that the package raises on purpose.

    HelpCenterError
    ├── ConfigurationError          a setting is wrong (also Django's ImproperlyConfigured)
    ├── TenantNotFound              no tenant for this host, slug or key
    ├── NotVisible                  it does not exist, or this reader may not see it
    │   └── Gone                    everybody could see it once; it is gone for good
    ├── PermissionRefused           the actor may not do this
    ├── ArticleConflict             the article changed since the caller read it
    ├── ContentError                a text cannot be read (knows the line)
    ├── DocumentationError          a folder of documentation cannot be synchronized at all
    ├── SearchUnavailable           the search mode that was asked for cannot be served
    └── EmbeddingError
        ├── EmbeddingUnavailable    model or package missing; the message names the mend
        └── ModelInstallError       a model could not be installed

Errors of vendors never leave the backend that talks to the vendor.
"""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

#: What a database call may raise when the database is at fault, for ``except`` clauses.
DATABASE_EXCEPTIONS: tuple[type[Exception], ...] = (DatabaseError, InterfaceError)

#: What a call to another machine may raise when the network is at fault, for ``except`` clauses.
NETWORK_EXCEPTIONS: tuple[type[Exception], ...] = (ConnectionError, TimeoutError, OSError)


class HelpCenterError(Exception):
    """Root of all errors raised on purpose by the help center."""


class ConfigurationError(HelpCenterError, ImproperlyConfigured):
    """A setting is wrong; the message names the setting and the mend."""


class TenantNotFound(HelpCenterError):
    """No tenant answers to this host, slug or key."""


class NotVisible(HelpCenterError):
    """What was asked for does not exist or is not for this reader; the two must look the same."""


class Gone(NotVisible):
    """What was asked for could be read by everybody once, and is gone for good."""


class PermissionRefused(HelpCenterError):
    """The actor may not do this."""


class ArticleConflict(HelpCenterError):
    """The article changed since the caller read it; nothing was written."""


class ContentError(HelpCenterError):
    """A text cannot be read.

    ``line`` is the 1-based line of the source where the trouble is, when known.
    """

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class DocumentationError(HelpCenterError):
    """A folder of documentation cannot be synchronized; nothing was written."""


class SearchUnavailable(HelpCenterError):
    """The search mode that was asked for cannot be served."""


class EmbeddingError(HelpCenterError):
    """An embedding backend failed."""


class EmbeddingUnavailable(EmbeddingError):
    """The embedding model or a package it needs is missing; the message names the mend."""


class ModelInstallError(EmbeddingError):
    """A model could not be installed; what was there before is untouched."""
