"""The ASGI application of Larchwork."""

from __future__ import annotations

import os

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings")

# Static files straight from the apps: enough for a demo on one machine.
application = ASGIStaticFilesHandler(get_asgi_application())
