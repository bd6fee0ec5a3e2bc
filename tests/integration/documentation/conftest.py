"""A folder to import, and a service that imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.models import HelpArticle
from django_helpcenter.services.documentation import DocumentationService, SyncReport
from tests.factories import HASHING

#: Imports the folder of the test, with the options of ``DocumentationService.sync``.
Sync = Callable[..., SyncReport]


class Folder:
    """A folder of documentation that a test writes to."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files, given as path and content."""
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def move(self, old: str, new: str) -> None:
        """Move a file."""
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)

    def remove(self, *paths: str) -> None:
        """Delete files."""
        for path in paths:
            (self.root / path).unlink()


@pytest.fixture(autouse=True)
def surroundings(settings: Any) -> None:
    """Embed without a model, and keep pictures in memory."""
    settings.HELP_CENTER_EMBEDDINGS = HASHING
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return an empty folder named ``docs``."""
    root = tmp_path / "docs"
    root.mkdir()
    return Folder(root)


@pytest.fixture
def sync(tenant: Model, folder: Folder) -> Sync:
    """Return a function that imports the folder into the tenant."""

    def run(**options: Any) -> SyncReport:
        return DocumentationService(tenant=tenant).sync(folder.root, **options)

    return run


def article(path: str) -> HelpArticle:
    """Return the article of a file."""
    return HelpArticle.objects.get(source_path=path)


def figures(report: SyncReport) -> dict[str, object]:
    """Return the figures of a report that are not zero."""
    names = ("created", "updated", "unchanged", "archived", "failed", "skipped", "conflicts")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def reasons(notices: Any) -> dict[str, str]:
    """Return why, by path."""
    return {notice.path: notice.reason for notice in notices}
