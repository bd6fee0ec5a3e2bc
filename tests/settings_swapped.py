"""The same suite in a host project that brings its own tenant model, with a UUID primary key."""

from __future__ import annotations

from tests.settings import *  # noqa: F403 - the two settings differ in what stands here alone
from tests.settings import INSTALLED_APPS as _INSTALLED_APPS

# The host's app stands after the help center, the harder order for migrations.
INSTALLED_APPS = [*_INSTALLED_APPS, "tests.hostapp"]
HELP_CENTER_TENANT_MODEL = "hostapp.Organization"
