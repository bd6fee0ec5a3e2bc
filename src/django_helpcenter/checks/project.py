"""Is the project around the help center complete?"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import connections, router

from django_helpcenter.models import HelpArticle


def check_installed_apps(**kwargs: Any) -> list[CheckMessage]:
    """E020: Django's support for PostgreSQL is not installed."""
    if apps.is_installed("django.contrib.postgres"):
        return []
    return [
        Error(
            "The help center uses arrays and full-text search of PostgreSQL, and "
            "'django.contrib.postgres' is not in INSTALLED_APPS.",
            hint="Add 'django.contrib.postgres' to INSTALLED_APPS.",
            id="help_center.E020",
        )
    ]


def check_database_engines(**kwargs: Any) -> list[CheckMessage]:
    """E021: the database of the help center is not PostgreSQL; opens no connection."""
    aliases = {router.db_for_read(HelpArticle), router.db_for_write(HelpArticle)}
    return [
        Error(
            f"The database {alias!r} is {connections[alias].vendor}; the help center needs "
            "PostgreSQL with the extension pgvector.",
            hint="Set ENGINE to 'django.db.backends.postgresql', or route the app 'help_center' "
            "to a PostgreSQL database with DATABASE_ROUTERS.",
            id="help_center.E021",
        )
        for alias in sorted(alias for alias in aliases if alias)
        if connections[alias].vendor != "postgresql"
    ]
