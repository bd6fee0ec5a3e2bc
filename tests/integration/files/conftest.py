"""Files of a tenant, and people who may or may not have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models import Model

from django_helpcenter.models import HelpFile
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM
from tests.images import png

AddFile = Callable[..., HelpFile]


@pytest.fixture(autouse=True)
def storage(settings: Any) -> None:
    """Keep files in memory, nothing of other tests among them."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


@pytest.fixture
def add_file(tenant: Model) -> AddFile:
    """Return a function that adds a file, by default a small image, to the tenant or another."""

    def add(
        data: bytes = b"", *, to: Model | None = None, actor: Any = SYSTEM, **options: Any
    ) -> HelpFile:
        service = FileService(tenant=to or tenant, actor=actor)
        return service.add(data or png(), **{"name": "plan.png", **options})

    return add


def reference(file: HelpFile) -> str:
    """Return Markdown that shows a file."""
    return f"Look: ![plan](image:{file.file_name})"


def stored_names(tenant: Model) -> list[str]:
    """Return what the storage has of a tenant."""
    folder = f"help_center/{tenant.pk}/files"
    if not default_storage.exists(folder):
        return []
    return default_storage.listdir(folder)[1]
