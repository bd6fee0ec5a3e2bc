"""Snippets in a folder of Markdown, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Model

from django_helpcenter.models import HelpArticle, HelpFile, HelpPassage, HelpSnippet
from django_helpcenter.services.files import FileService
from django_helpcenter.services.snippets import SnippetService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_tenant
from tests.images import png
from tests.integration.documentation.conftest import Folder, Sync
from tests.integration.documentation.round_trip import (
    assert_import_changes_nothing,
    export,
)
from tests.integration.documentation.round_trip import sync as sync_folder

HOURS = '{{ snippet "hours" }}'


def snippets(tenant: Model) -> dict[tuple[str, str], tuple[str, str]]:
    rows = HelpSnippet.objects.for_tenant(tenant)
    return {(row.key, row.language): (row.description, row.content) for row in rows}


def make(tenant: Model, key: str = "hours", content: str = "At nine.", **fields: Any) -> None:
    SnippetService(tenant=tenant, actor=SYSTEM).create(key=key, content=content, **fields)


# In


def test_files_become_snippets_and_no_articles(tenant: Model, folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "guide.md": f"# Guide\n\nCall us: {HOURS}\n\n{HOURS}\n",
            "_snippets/hours.md": "---\ndescription: When we answer\n---\n\nAt nine.\n",
            "_snippets/de/hours.md": "Um neun.\n",
        }
    )
    report = sync()
    assert (report.created, report.snippets, report.failures) == (1, 2, [])
    assert snippets(tenant) == {
        ("hours", "en"): ("When we answer", "At nine."),
        ("hours", "de"): ("", "Um neun."),
    }
    assert HOURS in HelpArticle.objects.get().content
    assert "At nine." in HelpPassage.objects.get().text


def test_line_of_a_reference_alone_is_no_value_of_another_system(
    tenant: Model, folder: Folder, sync: Sync
) -> None:
    folder.write({"guide.md": f"# Guide\n\n{HOURS}\n\n{{{{ site.name }}}}\n"})
    sync()
    content = HelpArticle.objects.get().content
    assert HOURS in content
    assert "site.name" not in content


def test_summary_is_of_the_own_words_of_an_article(folder: Folder, sync: Sync) -> None:
    folder.write({"guide.md": f"# Guide\n\n{HOURS}\n\nOwn words.\n"})
    sync()
    assert HelpArticle.objects.get().summary == "Own words."


def test_snippet_that_equals_its_file_follows_it_from_then_on(
    tenant: Model, folder: Folder, sync: Sync
) -> None:
    make(tenant)
    folder.write({"guide.md": f"# Guide\n\n{HOURS}\n", "_snippets/hours.md": "At nine."})
    report = sync()
    assert (report.snippets, report.conflicts) == (0, 0)
    folder.write({"_snippets/hours.md": "At ten."})
    sync()
    assert snippets(tenant)["hours", "en"] == ("", "At ten.")


def test_changed_file_changes_its_snippet(tenant: Model, folder: Folder, sync: Sync) -> None:
    folder.write({"guide.md": f"# Guide\n\n{HOURS}\n", "_snippets/hours.md": "At nine."})
    sync()
    folder.write({"_snippets/hours.md": "At ten."})
    report = sync()
    assert (report.updated, report.unchanged, report.snippets) == (0, 1, 1)
    assert snippets(tenant)["hours", "en"] == ("", "At ten.")
    assert "At ten." in HelpPassage.objects.get().text


def test_second_import_changes_nothing(folder: Folder, sync: Sync) -> None:
    folder.write({"guide.md": f"# Guide\n\n{HOURS}\n", "_snippets/hours.md": "At nine."})
    sync()
    report = sync()
    assert (report.snippets, report.updated, report.exit_code) == (0, 0, 0)


def test_snippet_that_was_changed_by_hand_stays(tenant: Model, folder: Folder, sync: Sync) -> None:
    folder.write({"guide.md": "# Guide\n\nText", "_snippets/hours.md": "At nine."})
    sync()
    row = HelpSnippet.objects.get()
    SnippetService(tenant=tenant, actor=SYSTEM).update(row, content="By hand.")
    folder.write({"_snippets/hours.md": "At ten."})
    report = sync()
    assert [each.path for each in report.conflict_notices] == ["_snippets/hours.md"]
    assert snippets(tenant)["hours", "en"] == ("", "By hand.")


def test_snippet_of_another_source_stays(tenant: Model, folder: Folder, sync: Sync) -> None:
    folder.write({"guide.md": "# Guide\n\nText", "_snippets/hours.md": "At nine."})
    sync(source="one")
    folder.write({"_snippets/hours.md": "At ten."})
    assert sync(source="two").conflicts == 1
    assert snippets(tenant)["hours", "en"] == ("", "At nine.")


def test_dry_run_writes_no_snippet(tenant: Model, folder: Folder, sync: Sync) -> None:
    folder.write({"guide.md": "# Guide\n\nText", "_snippets/hours.md": "At nine."})
    assert sync(dry_run=True).snippets == 1
    assert not snippets(tenant)


def test_faults_are_told_and_stop_nothing(tenant: Model, folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "guide.md": "# Guide\n\nText",
            "_snippets/Bad Name.md": "Text",
            "_snippets/good.md": "Text",
            "_snippets/nested.md": HOURS,
            "_snippets/long.md": "x" * 20_001,
            "_snippets/too/deep/here.md": "Text",
            "_snippets/broken.md": "---\na: [\n---\n",
        }
    )
    report = sync()
    assert {failure.path for failure in report.failures} == {
        "_snippets/Bad Name.md",
        "_snippets/nested.md",
        "_snippets/long.md",
        "_snippets/broken.md",
    }
    assert [skip.path for skip in report.skips] == ["_snippets/too/deep/here.md"]
    assert set(snippets(tenant)) == {("good", "en")}


def test_links_and_pictures_of_a_snippet_are_those_of_its_file(
    tenant: Model, folder: Folder, sync: Sync
) -> None:
    folder.write(
        {
            "guide.md": "# Guide\n\nText",
            "_snippets/see.md": "[Guide](../guide.md) ![Plan](plan.png) [no](../gone.md)",
            "_snippets/plan.png": png(),
        }
    )
    report = sync()
    file = HelpFile.objects.get()
    assert snippets(tenant)["see", "en"][1] == (
        f"[Guide](article:{HelpArticle.objects.get().pk}) ![Plan](image:{file.file_name}) "
        "[no](../gone.md)"
    )
    assert [(each.path, each.line) for each in report.warnings] == [("_snippets/see.md", 1)]


# Out


def test_reference_and_snippet_are_exported_apart(tenant: Model, tmp_path: Path) -> None:
    make(tenant, description="When: “always”")
    make(tenant, content="Um neun.", language="de")
    make_article(tenant, "Guide", content=HOURS)
    export(tenant, tmp_path)
    assert (tmp_path / "_snippets/hours.md").read_text() == (
        '---\ndescription: "When: “always”"\n---\n\nAt nine.\n'
    )
    assert (tmp_path / "_snippets/de/hours.md").read_text() == "Um neun.\n"
    assert HOURS in next(tmp_path.rglob("guide.md")).read_text()


def test_way_there_and_back_changes_nothing(
    tenant: Model, folder: Folder, sync: Sync, tmp_path: Path
) -> None:
    folder.write({"guide.md": f"# Guide\n\nText\n\n{HOURS}", "target.md": "# Target\n\nText"})
    sync()
    target = HelpArticle.objects.get(source_path="target.md")
    picture = FileService(tenant=tenant, actor=SYSTEM).add(png(), name="plan.png")
    make(tenant, content=f"\n[See](article:{target.pk}) ![P](image:{picture.file_name})\n\n- a\n")
    make(tenant, "other", "---\na: b\n---\n\nText")
    before = snippets(tenant)
    assert not export(tenant, tmp_path / "out").warnings
    assert_import_changes_nothing(tenant, tmp_path / "out", "docs")
    assert snippets(tenant) == before


def test_export_of_an_import_is_the_same(tenant: Model, tmp_path: Path) -> None:
    target = make_article(tenant, "Target")
    make(tenant, content=f"[See](article:{target.pk})\n\n- a", description="For all")
    make(tenant, "other", "---\na: b\n---\n\nText")
    export(tenant, tmp_path / "one")
    other = make_tenant("Other")
    assert not sync_folder(other, tmp_path / "one", "one").failures
    export(other, tmp_path / "two")
    for name in ("hours", "other"):
        one, two = (tmp_path / root / f"_snippets/{name}.md" for root in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_snippet_that_is_gone_leaves_the_folder(tenant: Model, tmp_path: Path) -> None:
    make(tenant)
    make_article(tenant)
    export(tenant, tmp_path)
    SnippetService(tenant=tenant, actor=SYSTEM).delete(HelpSnippet.objects.get())
    export(tenant, tmp_path)
    assert not (tmp_path / "_snippets").exists()


def test_part_of_the_articles_takes_its_snippets_along(tenant: Model, tmp_path: Path) -> None:
    make(tenant)
    make(tenant, "other")
    make_article(tenant, "Guide", content=HOURS)
    export(tenant, tmp_path, statuses=["PUBLISHED"])
    assert [path.name for path in (tmp_path / "_snippets").iterdir()] == ["hours.md"]
