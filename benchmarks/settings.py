"""Settings of the benchmarks: the help center and nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR / "example_project"))

from embedded_postgres import database_url, django_database  # noqa: E402

SECRET_KEY = "only-for-benchmarks"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django_helpcenter",
]
DATABASES = {
    "default": django_database(
        database_url(
            BASE_DIR / "var" / "postgres", name=os.environ.get("BENCHMARK_DATABASE", "benchmarks")
        )
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
HELP_CENTER_EMBEDDINGS = {
    "BACKEND": os.environ.get(
        "BENCHMARK_EMBEDDINGS", "django_helpcenter.backends.embeddings.onnx.OnnxEmbeddings"
    ),
}
STORAGES = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
