"""Owner, interval and verification in the front matter, there and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.models import HelpArticle
from django_helpcenter.models.review_intervals import NEVER
from tests.factories import make_article, make_user
from tests.integration.documentation.conftest import Folder, Sync, article
from tests.integration.documentation.round_trip import (
    assert_import_changes_nothing,
    assert_import_makes_the_same,
    export,
)


@pytest.fixture
def ana(db: None) -> Any:
    return make_user("ana", email="ana@example.com", is_superuser=True)


def write(folder: Folder, lines: str) -> None:
    folder.write({"a.md": f"---\ntitle: A\n{lines}\n---\n\nText.\n"})


@pytest.mark.parametrize("name", ["ana", "ana@example.com", "ANA@example.com"])
def test_owner_is_found_by_name_or_address(folder: Folder, sync: Sync, ana: Any, name: str) -> None:
    write(folder, f"owner: {name}")
    report = sync()
    assert not report.warnings
    assert article("a.md").owner == ana


@pytest.mark.parametrize("name", ["nobody", "reader", "reader@example.com"])
def test_owner_who_may_not_change_articles_is_reported(
    folder: Folder, sync: Sync, name: str
) -> None:
    make_user("reader", email="reader@example.com")
    write(folder, f"owner: {name}")
    (warning,) = sync().warnings
    assert "nobody of that name may change articles" in str(warning)
    assert article("a.md").owner is None


def test_address_of_two_people_names_nobody(folder: Folder, sync: Sync, ana: Any) -> None:
    make_user("other", email="ana@example.com", is_superuser=True)
    write(folder, "owner: ana@example.com")
    assert len(sync().warnings) == 1


@pytest.mark.parametrize(("said", "days"), [("30", 30), ("never", NEVER)])
def test_interval_is_imported(folder: Folder, sync: Sync, said: str, days: int) -> None:
    write(folder, f"review_interval: {said}")
    sync()
    assert article("a.md").review_interval_days == days


def test_verification_is_imported_unless_a_later_one_is_known(folder: Folder, sync: Sync) -> None:
    write(folder, "verified_at: 2026-01-31T00:00+00:00")
    sync()
    assert article("a.md").verified_at == datetime(2026, 1, 31, tzinfo=UTC)
    write(folder, "verified_at: 2025-01-31T00:00+00:00")
    sync()
    assert article("a.md").verified_at == datetime(2026, 1, 31, tzinfo=UTC)


def test_draft_is_not_verified_by_its_file(folder: Folder, sync: Sync) -> None:
    write(folder, "verified_at: 2026-01-31\nstatus: draft")
    assert not sync().warnings
    assert article("a.md").verified_at is None


def test_silent_file_leaves_what_was_set_by_hand(folder: Folder, sync: Sync, ana: Any) -> None:
    write(folder, "tags: [one]")
    sync()
    HelpArticle.objects.update(owner=ana, review_interval_days=30)
    write(folder, "tags: [two]")
    assert not sync().conflict_notices
    found = article("a.md")
    assert (found.owner, found.review_interval_days) == (ana, 30)


def test_owner_alone_changes_no_more_than_the_owner(folder: Folder, sync: Sync, ana: Any) -> None:
    write(folder, "tags: [one]")
    sync()
    before = article("a.md")
    write(folder, "tags: [one]\nowner: ana")
    report = sync()
    after = article("a.md")
    assert (report.updated, report.unchanged) == (0, 1)
    assert (after.owner, after.updated_at, after.version) == (ana, before.updated_at, 1)


def test_upkeep_comes_back(tenant: Model, tmp_path: Path, ana: Any) -> None:
    moment = datetime(2026, 1, 31, 8, 30, 5, 123456, tzinfo=UTC)
    for title, fields in {
        "Owned": {"owner": ana},
        "Often": {"review_interval_days": 30},
        "Never": {"review_interval_days": NEVER},
        "Right": {"verified_at": moment},
        "All": {"owner": ana, "review_interval_days": 1, "verified_at": moment},
    }.items():
        made = make_article(tenant, title)
        HelpArticle.objects.filter(pk=made.pk).update(**fields)
    report = export(tenant, tmp_path / "out")
    assert not report.warnings
    assert "review_interval: never" in (tmp_path / "out/general/never.md").read_text()
    assert_import_makes_the_same(tenant, tmp_path / "out", "docs")


def test_import_of_an_export_changes_nothing(
    folder: Folder, sync: Sync, tenant: Model, tmp_path: Path, ana: Any
) -> None:
    write(folder, "owner: ana\nreview_interval: 30\nverified_at: 2026-01-31T00:00+00:00")
    sync()
    export(tenant, tmp_path / "out", source="docs")
    assert_import_changes_nothing(tenant, tmp_path / "out", "docs")
