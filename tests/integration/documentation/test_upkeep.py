"""Owner, interval and verification in the front matter, there and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.models.review_intervals import NEVER
from django_helpcenter.services.documentation import SyncReport
from django_helpcenter.services.documentation.metadata import Metadata
from django_helpcenter.services.documentation.upkeep import Upkeep
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category, make_user
from tests.integration.documentation.conftest import Folder, Sync, article, reasons
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


@pytest.mark.parametrize(("said", "days"), [("30", 30), ("never", NEVER)])
def test_interval_of_a_folder_is_that_of_its_category(
    folder: Folder, sync: Sync, said: str, days: int
) -> None:
    index = f"---\nfolder:\n  review_interval: {said}\nreview_interval: 5\n---\nText."
    folder.write({"phones/index.md": index, "phones/a.md": "x"})
    sync()
    found = article("phones/a.md")
    assert found.category.review_interval_days == days
    assert found.review_interval_days is None
    assert article("phones/index.md").review_interval_days == 5


def test_interval_that_a_folder_takes_back_is_gone_unless_set_by_hand(
    folder: Folder, sync: Sync
) -> None:
    index = "---\nfolder:\n  review_interval: 30\n---\n"
    for name in ("one", "two"):
        folder.write({f"{name}/index.md": index, f"{name}/a.md": "x"})
    sync()
    HelpCategory.objects.filter(name="Two").update(review_interval_days=9)
    folder.write(
        {"one/index.md": "---\ntitle: One\n---\n", "two/index.md": "---\ntitle: Two\n---\n"}
    )
    sync()
    found = HelpCategory.objects.filter(name__in=["One", "Two"]).order_by("name")
    assert list(found.values_list("review_interval_days", flat=True)) == [None, 9]


def test_interval_of_a_folder_that_cannot_be_meant_is_an_error(folder: Folder, sync: Sync) -> None:
    folder.write({"phones/index.md": "---\nfolder:\n  review_interval: often\n---\nText."})
    (failure,) = sync().failures
    assert failure.path == "phones/index.md"
    assert "write days from 1" in failure.reason


def test_intervals_of_categories_come_back(tenant: Model, tmp_path: Path) -> None:
    days = {"Phones": 30, "Overview": NEVER, "Pumps": None}
    for name in days:
        make_article(tenant, f"About {name}", category=make_category(tenant, name))
        HelpCategory.objects.filter(name=name).update(review_interval_days=days[name])
    export(tenant, tmp_path / "out")
    other = assert_import_makes_the_same(tenant, tmp_path / "out", "docs")
    rows = HelpCategory.objects.for_tenant(other)
    found = dict(rows.values_list("name", "review_interval_days"))
    assert {name: found[name] for name in days} == days


def test_refusal_is_reported_in_plain_words(folder: Folder, sync: Sync, tenant: Model) -> None:
    write(folder, "tags: [one]")
    sync()
    KnowledgeService(tenant=tenant, actor=SYSTEM).archive_article(article("a.md"))
    upkeep = Upkeep(tenant=tenant, actor=SYSTEM, report=(report := SyncReport()))
    upkeep.apply(article("a.md"), Metadata(verified_at=timezone.now()), "a.md")
    assert reasons(report.warnings) == {"a.md": "Only what is published can be found still right."}


def test_upkeep_that_the_actor_may_not_write_is_a_conflict(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    write(folder, "tags: [one]")
    sync()
    upkeep = Upkeep(tenant=tenant, actor=make_user("eve"), report=(report := SyncReport()))
    upkeep.apply(article("a.md"), Metadata(review_interval=3), "a.md")
    assert "change_helparticle" in reasons(report.conflict_notices)["a.md"]
    assert article("a.md").review_interval_days is None
