"""Settings of the benchmarks that ask pages of the admin, on the site of the test suite."""

from __future__ import annotations

from benchmarks.settings import *  # noqa: F403 - settings are extended so
from benchmarks.settings import INSTALLED_APPS
from tests.settings import (
    ALLOWED_HOSTS,
    MIDDLEWARE,
    ROOT_URLCONF,
    STATIC_URL,
    STORAGES,
    TEMPLATES,
)

__all__ = ["ALLOWED_HOSTS", "MIDDLEWARE", "ROOT_URLCONF", "STATIC_URL", "STORAGES", "TEMPLATES"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    *INSTALLED_APPS,
]
HELP_CENTER_ADMIN_TENANTS = "benchmarks.admin_people.tenants_of"
