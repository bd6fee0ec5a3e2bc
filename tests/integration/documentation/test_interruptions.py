"""Runs that end before their time, and runs at the same time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import Model

from django_helpcenter.choices import IndexState
from django_helpcenter.exceptions import DocumentationError
from django_helpcenter.models import HelpArticle, HelpPassage, HelpPassageEmbedding
from django_helpcenter.services.documentation import DocumentationService
from django_helpcenter.services.drift import measure_drift
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category
from tests.integration.documentation.conftest import Folder, Sync, article, figures
from tests.threads import run_at_once

pytestmark = pytest.mark.thorough

FAILING = {"BACKEND": "tests.integration.documentation.failing.FailingEmbeddings"}
FILES = {
    f"f{n % 4}/{n}.md": f"# Title {n}\n\n[next](../f{(n + 1) % 4}/{n + 1}.md)" for n in range(120)
}


class Interruption(BaseException):
    """What Ctrl+C does, at a chosen moment."""


def interrupt_at(step: str, done: int) -> Any:
    def progress(now: str, number: int, total: int) -> None:
        if now == step and number >= done:
            raise Interruption

    return progress


@pytest.mark.parametrize(
    ("step", "done"),
    [("articles", 0), ("articles", 50), ("articles", 120), ("vectors", 1)],
)
def test_interrupted_run_is_completed_by_the_next(
    folder: Folder, sync: Sync, tenant: Model, step: str, done: int
) -> None:
    folder.write(FILES)
    with pytest.raises(Interruption):
        sync(progress=interrupt_at(step, done))
    report = sync()
    assert report.created + report.updated + report.unchanged == 120
    assert not HelpArticle.objects.exclude(index_state=IndexState.FRESH).exists()
    assert HelpPassageEmbedding.objects.count() == HelpPassage.objects.count() == 120
    known = set(HelpArticle.objects.values_list("pk", flat=True))
    linked = [
        int(content.split("article:")[1].rstrip(")"))
        for content in HelpArticle.objects.values_list("content", flat=True)
        if "article:" in content
    ]
    assert len(linked) == 119
    assert set(linked) <= known
    assert measure_drift(tenant).is_none
    again = sync()
    assert (figures(again), again.passages, again.embedded) == ({"unchanged": 120}, 0, 0)


def test_model_that_fails_leaves_a_run_that_can_be_completed(
    folder: Folder, sync: Sync, settings: Any
) -> None:
    folder.write({"a.md": "x"})
    settings.HELP_CENTER_EMBEDDINGS = FAILING
    report = sync()
    assert figures(report) == {"created": 1, "failed": 1}
    assert "The model broke down." in report.failures[0].reason
    assert report.exit_code == 1
    settings.HELP_CENTER_EMBEDDINGS = None
    assert figures(sync()) == {"unchanged": 1}


@pytest.mark.django_db(transaction=True)
def test_second_run_at_the_same_time_is_refused(folder: Folder, tenant: Model) -> None:
    folder.write(FILES)
    refusals: list[str] = []

    def run_too(step: str, done: int, total: int) -> None:
        def run() -> None:
            with pytest.raises(DocumentationError) as refused:
                DocumentationService(tenant=tenant).sync(folder.root, source="another")
            refusals.append(str(refused.value))

        if (step, done) == ("articles", 50):
            run_at_once(run)

    report = DocumentationService(tenant=tenant).sync(folder.root, progress=run_too)
    assert len(refusals) == 1
    assert "is running. Run the command again when it has ended." in refusals[0]
    assert figures(report) == {"created": 120}
    assert measure_drift(tenant).is_none


def test_edit_by_hand_while_the_run_writes_is_a_conflict(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "old", "b.md": "old"})
    sync()
    folder.write({"a.md": "new", "b.md": "new"})

    def edit(step: str, done: int, total: int) -> None:
        if (step, done) == ("articles", 0):
            found = article("a.md")
            KnowledgeService(tenant=found.tenant, actor=SYSTEM).update_article(
                found, content="by hand"
            )

    report = sync(progress=edit)
    assert figures(report) == {"updated": 1, "conflicts": 1}
    assert "was changed by" in report.conflict_notices[0].reason
    assert article("a.md").content == "by hand"


def test_article_that_appears_while_the_run_writes_fails_its_file_only(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "x", "b.md": "x"})

    def appear(step: str, done: int, total: int) -> None:
        if (step, done) == ("articles", 0):
            make_article(tenant, "Other", source="docs", source_id="a.md", source_path="a.md")

    report = sync(progress=appear)
    assert figures(report) == {"created": 1, "failed": 1}
    assert "The database refused it" in report.failures[0].reason


def test_category_deleted_while_the_run_writes_fails_its_files_only(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"t/a.md": "x"})
    sync()
    folder.write({"t/a.md": "changed", "t/index.md": "---\ntitle: New name\n---\n", "b.md": "x"})

    def delete(step: str, done: int, total: int) -> None:
        if (step, done) == ("articles", 0):
            found = article("t/a.md")
            found.category, other = make_category(found.tenant, "Elsewhere"), found.category
            found.save()
            other.delete()

    report = sync(progress=delete)
    assert figures(report) == {"created": 1, "failed": 1, "skipped": 1}
    assert "was deleted meanwhile" in report.failures[0].reason
    # Who deletes a category has moved its articles elsewhere, by hand.
    assert figures(sync()) == {"conflicts": 1, "unchanged": 1, "skipped": 1}


def test_article_deleted_while_the_run_writes_is_made_by_the_next(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "old", "b.md": "old", "c.md": "old"})
    sync()
    folder.write({"a.md": "new", "b.md": "new"})
    folder.remove("c.md")

    def delete(step: str, done: int, total: int) -> None:
        if (step, done) == ("articles", 0):
            for path in ("a.md", "c.md"):
                KnowledgeService(tenant=tenant, actor=SYSTEM).delete_article(article(path))

    report = sync(progress=delete, archive_missing=True)
    assert figures(report) == {"updated": 1, "conflicts": 1}
    assert "deleted" in report.conflict_notices[0].reason
    assert figures(sync()) == {"created": 1, "unchanged": 1}


def test_edit_by_hand_while_the_run_archives_is_a_conflict(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "x"})
    sync()
    folder.write({"a.md": "new"})
    folder.remove("b.md")

    def edit(step: str, done: int, total: int) -> None:
        if (step, done) == ("articles", 0):
            found = article("b.md")
            KnowledgeService(tenant=found.tenant, actor=SYSTEM).update_article(
                found, content="by hand"
            )

    assert figures(sync(progress=edit, archive_missing=True)) == {"updated": 1, "conflicts": 1}
    assert article("b.md").status == "PUBLISHED"


def test_database_that_fails_in_the_middle_leaves_the_figures(folder: Folder, sync: Sync) -> None:
    folder.write(FILES)

    def fail(step: str, done: int, total: int) -> None:
        if (step, done) == ("articles", 50):
            raise OperationalError("server closed\nthe connection")

    report = sync(progress=fail)
    assert (figures(report), report.exit_code) == ({"created": 50, "failed": 1}, 1)
    assert str(report.failures[0]) == (
        "The database stopped the import: server closed the connection. Run it again."
    )
    again = sync()
    assert (again.created, again.updated + again.unchanged, again.failed) == (70, 50, 0)


def test_database_that_fails_before_anything_is_written_is_an_error(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "x"})

    def fail(step: str, done: int, total: int) -> None:
        raise OperationalError("no connection")

    with pytest.raises(OperationalError):
        sync(progress=fail)
