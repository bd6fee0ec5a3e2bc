"""The command that finds unused files."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from django_helpcenter.models import HelpFile
from django_helpcenter.services.files import FileService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article
from tests.images import png


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("find_unused_help_files", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def files(tenant: Any, other_tenant: Any, settings: Any) -> list[HelpFile]:
    """One file in an article, one unused for long, one unused since today, one of Globex."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    made = [
        FileService(tenant=owner, actor=SYSTEM).add(png(number), name=f"{number}.png")
        for number, owner in enumerate([tenant, tenant, tenant, other_tenant])
    ]
    make_article(tenant, content=f"![x](image:{made[0].file_name})")
    for file in (made[0], made[1], made[3]):
        HelpFile.objects.filter(pk=file.pk).update(last_used_at=timezone.now() - timedelta(days=31))
    return made


def test_unused_files_of_some_age_are_listed(files: list[HelpFile]) -> None:
    out = run()
    assert files[1].file_name in out
    assert files[3].file_name in out
    assert files[0].file_name not in out
    assert files[2].file_name not in out
    assert HelpFile.objects.count() == 4


def test_one_tenant_and_another_age_can_be_named(files: list[HelpFile]) -> None:
    out = run("--tenant=acme", "--days=0")
    assert "Acme: 2 unused." in out
    assert files[3].file_name not in out


def test_unused_files_are_deleted_when_asked(files: list[HelpFile]) -> None:
    assert run("--tenant=acme", "--delete") == "Acme: 1 deleted.\n"
    assert set(HelpFile.objects.all()) == {files[0], files[2], files[3]}


@pytest.mark.parametrize("arguments", [["--days=-1"], ["--tenant=nobody"]])
def test_what_makes_no_sense_is_refused(db: None, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)
