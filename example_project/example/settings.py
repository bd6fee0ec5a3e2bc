"""Settings of Larchwork, a fictional product for field teams that has a help center.

Everything about the help center stands at the end; the rest is an ordinary Django project.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django

from embedded_postgres import database_url, django_database

PROJECT_DIR = Path(__file__).resolve().parent.parent
BASE_DIR = PROJECT_DIR.parent

# For this machine only: a real project reads its key from the environment.
SECRET_KEY = "larchwork-is-fictional-and-so-is-this-key"
DEBUG = os.environ.get("EXAMPLE_DEBUG", "") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]

INSTALLED_APPS = [
    "larchwork",
    "django_helpcenter",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

if django.VERSION >= (6, 0):
    # The help center needs nothing from elsewhere and nothing inline.
    MIDDLEWARE.insert(1, "django.middleware.csp.ContentSecurityPolicyMiddleware")
    SECURE_CSP = {"default-src": ["'self'"], "object-src": ["'none'"], "base-uri": ["'none'"]}

ROOT_URLCONF = "example.urls"
ASGI_APPLICATION = "example.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# DATABASE_URL, or the embedded server, which every command attaches to or starts.
DATABASES = {
    "default": django_database(database_url(BASE_DIR / "var" / "postgres", name="larchwork"))
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "larchwork.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "board"
LOGOUT_REDIRECT_URL = "board"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "German"), ("es", "Spanish")]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
MEDIA_URL = "media/"
MEDIA_ROOT = BASE_DIR / "var" / "media"

# Mails are shown in the terminal.
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- The help center -------------------------------------------------------------------------

HELP_CENTER_TENANT_MODEL = "larchwork.Organization"
HELP_CENTER_TENANT_RESOLVER = "larchwork.help.organization_of"
HELP_CENTER_ADMIN_TENANTS = "larchwork.help.tenants_of"
HELP_CENTER_ROLE_CHOICES = "larchwork.help.roles_offered"
HELP_CENTER_ROLE_RESOLVER = "larchwork.help.roles_of"
HELP_CENTER_SUPPORT_URL = "/tickets/new/"
HELP_CENTER_BASE_URL = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
HELP_CENTER_EMBEDDINGS = {
    "BACKEND": "django_helpcenter.backends.embeddings.onnx.OnnxEmbeddings",
}
