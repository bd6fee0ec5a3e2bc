"""Exporting a help center: what stands in the folder, and what never happens to the disk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import DocumentationError, PermissionRefused
from django_helpcenter.models import HelpArticle, HelpCategory, HelpFile
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.documentation.export import DocumentationExport
from django_helpcenter.services.documentation.export.target import MARKER
from django_helpcenter.services.file_storage import read_bytes
from django_helpcenter.services.files import FileService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.documents import pdf
from tests.factories import make_article, make_category, make_user
from tests.images import png
from tests.integration.documentation.conftest import Folder, Sync, article
from tests.integration.documentation.round_trip import (
    assert_import_changes_nothing,
    assert_import_makes_the_same,
    export,
    snapshot,
)

PIXEL = png()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return where to export to; it does not exist yet."""
    return tmp_path / "out"


def files(root: Path) -> set[str]:
    """Return the files below a folder, the marker left out."""
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    return found - {MARKER}


def update(row: HelpArticle, **fields: Any) -> HelpArticle:
    """Change an article as an editor does."""
    return KnowledgeService(tenant=row.tenant, actor=SYSTEM).update_article(row, **fields)


# Files


def test_article_written_by_hand_lies_in_the_folders_of_its_category(
    tenant: Model, out: Path
) -> None:
    above = make_category(tenant, "Getting started", description="First steps.", display_order=3)
    below = make_category(tenant, "Phones", parent=above, icon="smartphone", color="#102030")
    row = make_article(
        tenant, "Pair: a “phone”", category=below, tags=["b, c", "a"], summary="Pairing.",
        target_roles=["dispatcher"], display_order=4, content="Hold it near.\n",
    )  # fmt: skip
    export(tenant, out)
    assert files(out) == {
        "getting-started/index.md",
        "getting-started/phones/index.md",
        "getting-started/phones/pair-a-phone.md",
    }
    assert (out / "getting-started/index.md").read_text() == (
        "---\ntitle: Getting started\nsummary: First steps.\norder: 3\n---\n"
    )
    assert (out / "getting-started/phones/pair-a-phone.md").read_text() == (
        f"---\nid: article-{row.pk}\n"
        'title: "Pair: a “phone”"\n'
        "summary: Pairing.\n"
        "slug: pair-a-phone\n"
        'tags: [a, "b, c"]\n'
        "target_roles: [dispatcher]\n"
        "order: 4\n"
        "---\n\nHold it near.\n"
    )


def test_links_and_images_stand_beside_the_files(tenant: Model, out: Path) -> None:
    file = FileService(tenant=tenant, actor=SYSTEM).add(PIXEL)
    name = file.file_name
    goal = make_article(tenant, "Goal", category=make_category(tenant, "Über uns"))
    make_article(
        tenant,
        "Start",
        category=make_category(tenant, "Phones"),
        content=f"[There](article:{goal.pk}#part), `article:{goal.pk}`.\n\n![It](image:{name})",
    )
    export(tenant, out)
    text = (out / "phones/start.md").read_text()
    assert "[There](../über-uns/goal.md#part), " in text
    assert f"`article:{goal.pk}`" in text
    assert f"![It](images/{name})" in text
    assert (out / f"phones/images/{name}").read_bytes() == read_bytes(file.storage_name)


def test_articles_of_files_keep_path_and_id(
    tenant: Model, folder: Folder, sync: Sync, out: Path
) -> None:
    folder.write({"02-Set up/01 first.md": "---\nid: one\n---\n# One", "b.md": "# Two"})
    sync()
    export(tenant, out)
    assert files(out) == {"02-Set up/index.md", "02-Set up/01 first.md", "b.md"}
    assert "id: one\n" in (out / "02-Set up/01 first.md").read_text()
    assert "id:" not in (out / "b.md").read_text()


def test_index_that_is_an_article_speaks_apart_for_its_folder(
    tenant: Model, folder: Folder, sync: Sync, out: Path
) -> None:
    folder.write({"phones/index.md": "# All about phones", "phones/a.md": "# A"})
    sync()
    export(tenant, out)
    text = (out / "phones/index.md").read_text()
    assert "title: All about phones\n" in text
    assert "folder:\n  title: Phones\n" in text


def test_only_the_source_and_status_that_are_asked_for_are_exported(
    tenant: Model, folder: Folder, sync: Sync, out: Path
) -> None:
    folder.write({"a.md": "# A", "b.md": "---\nstatus: draft\n---\n# B"})
    sync()
    make_article(tenant, "By hand")
    export(tenant, out, source="docs", statuses=[ArticleStatus.PUBLISHED])
    assert files(out) == {"a.md"}


def test_nothing_of_another_tenant_is_exported(
    tenant: Model, other_tenant: Model, out: Path
) -> None:
    foreign = make_article(other_tenant, "Foreign", category=make_category(other_tenant, "Theirs"))
    make_article(tenant, "Own", content=f"[x](article:{foreign.pk})")
    report = export(tenant, out)
    assert files(out) == {"general/index.md", "general/own.md"}
    assert f"article:{foreign.pk}" in report.warnings[0].reason


def test_article_without_text_is_reported(tenant: Model, out: Path) -> None:
    make_article(tenant, "Empty", content="", status=ArticleStatus.DRAFT)
    report = export(tenant, out)
    assert (report.articles, report.skipped) == (0, 1)


def test_nothing_to_export_is_an_error_and_makes_no_folder(tenant: Model, out: Path) -> None:
    with pytest.raises(DocumentationError, match="no article"):
        export(tenant, out)
    assert not out.exists()


def test_who_may_not_see_articles_in_the_admin_exports_none(tenant: Model, out: Path) -> None:
    make_article(tenant)
    with pytest.raises(PermissionRefused):
        DocumentationExport(tenant=tenant, actor=make_user("nobody")).export(out)
    assert not out.exists()


# There and back


TREE: dict[str, str | bytes] = {
    "guide/index.md": "---\ntitle: Overview\norder: 2\n---\n# The guide\n\nRead [on](b.md#more).",
    "guide/b.md": "---\ntags: [One, two words]\ntarget_roles: [x]\nslug: bee\n---\n# B\n\n## More",
    "guide/README.md": "# Read me too",
    "deep/er/10-c.mdx": "# C\n\nType <placeholder> and {braces}. <Note>Careful</Note>",
    "general.md": "# General\n\n[guide](guide/) ![p](p.png) [nowhere](/nowhere/)\n",
    "p.png": PIXEL,
}


@pytest.fixture
def imported(folder: Folder, sync: Sync) -> Folder:
    """Import a small tree with a bit of everything."""
    folder.write(TREE)
    sync()
    return folder


def test_small_tree_comes_back_the_same(tenant: Model, imported: Folder, out: Path) -> None:
    report = export(tenant, out, source="docs")
    assert not report.warnings
    assert_import_changes_nothing(tenant, out, "docs")
    assert_import_makes_the_same(tenant, out, "docs")


def test_changes_by_hand_come_back_the_same(tenant: Model, imported: Folder, out: Path) -> None:
    CategoryService(tenant=tenant, actor=SYSTEM).rename(
        HelpCategory.objects.get(source_path="guide"), name="Home"
    )
    elsewhere = make_category(tenant, "Else / where", parent=make_category(tenant, "New"))
    update(article("guide/b.md"), category=elsewhere, display_order=7, summary="", target_roles=[])
    update(
        article("guide/index.md"),
        title="no",
        content=f"<b>Raw</b> {{% liquid %}} stays.\n\n- [b](article:{article('guide/b.md').pk})",
        status=ArticleStatus.ARCHIVED,
    )
    report = export(tenant, out, source="docs")
    assert not report.warnings
    assert_import_changes_nothing(tenant, out, "docs")
    assert_import_makes_the_same(tenant, out, "docs")


def test_articles_by_hand_beside_folders_of_languages_come_back_the_same(
    tenant: Model, folder: Folder, sync: Sync, out: Path
) -> None:
    folder.write({"en/setup/a.md": "# A", "de/setup/a.md": "# Ah", "de/setup/b.md": "# Beh"})
    sync()
    make_article(tenant, "By hand", category=make_category(tenant, "Français"), language="fr")
    make_article(tenant, "In setup", category=HelpCategory.objects.get(source_path="setup"))
    report = export(tenant, out)
    assert not report.warnings
    other = assert_import_makes_the_same(tenant, out, "docs")
    translations = HelpArticle.objects.for_tenant(other).filter(source_path__endswith="setup/a.md")
    assert len(set(translations.values_list("translation_group", flat=True))) == 1


def test_times_of_publishing_and_expiry_come_back(tenant: Model, out: Path) -> None:
    moment = datetime(2031, 1, 31, 8, tzinfo=UTC)
    make_article(tenant, "Later", publish_at=moment)
    make_article(tenant, "Over", expire_at=moment)
    export(tenant, out)
    assert "publish_at: " in (out / "general/later.md").read_text()
    assert_import_makes_the_same(tenant, out, "docs")


HOSTILE_TITLES = [
    "---", "no", "null", "007", "1.5", "a: b", "# x", "&a", "*a", "!t", "[x]", "{x}", "'", '"',
    "\\", "a\\nb", "%", "@x", "`x`", "- x", "? x", "| x", "> x", "<script>", "x #y", "true",
    "💡 x", "x\u2063y", "\u200bx", "\u202ex", "١", "{{ x }}", "2030-01-01", "~", "=", "a,b", "y",
]  # fmt: skip


def test_any_title_summary_and_tag_comes_back(tenant: Model, out: Path) -> None:
    for number, title in enumerate(HOSTILE_TITLES):
        make_article(
            tenant, title, slug=f"a-{number}", summary=f"{title} {title}", tags=[f"{title}{number}"]
        )
    report = export(tenant, out)
    assert not report.failures
    assert not report.warnings
    assert_import_makes_the_same(tenant, out, "docs")


def test_what_no_file_can_say_is_reported(tenant: Model, out: Path) -> None:
    make_article(tenant, "Two  blanks", summary="Two\nlines", slug="Upper")
    (warning,) = export(tenant, out).warnings
    assert warning.reason.endswith("title, summary, slug.")


# Nothing beyond the folder


HOSTILE_PATHS = [
    "../escaped.md", "/etc/escaped.md", "a/../../escaped.md", "nul\0.md", "con.md", "a/aux.md",
    "back\\slash.md", ".hidden.md", "a/.git/config.md", "trailing /x.md", "x" * 300 + ".md",
    "a/" * 60 + "deep.md", "line\nbreak.md", "no-suffix", "script.sh", "node_modules/x.md",
    "\u202eevil.md", "a//b.md", "./c.md", "COM1.md",
]  # fmt: skip


@pytest.mark.parametrize("path", [path for path in HOSTILE_PATHS if "\0" not in path])
def test_hostile_source_path_is_not_followed(tenant: Model, out: Path, path: str) -> None:
    row = make_article(tenant, "Hostile", source="docs", source_id="the-id", source_path=path)
    export(tenant, out)
    assert files(out) == {"general/index.md", "general/hostile.md"}
    assert files(out.parent) == {f"out/{name}" for name in files(out) | {MARKER}}
    assert "id: the-id\n" in (out / "general/hostile.md").read_text()
    assert row.pk


def test_hostile_folder_of_a_category_is_not_followed(tenant: Model, out: Path) -> None:
    category = make_category(tenant, "Evil", source="docs", source_path="../../evil")
    make_article(tenant, "Inside", category=category)
    export(tenant, out)
    assert files(out) == {"evil/index.md", "evil/inside.md"}


def test_names_that_mean_something_else_are_changed(tenant: Model, out: Path) -> None:
    for slug in ("con", "index", "README", "de"):
        make_article(tenant, slug, slug=slug, category=make_category(tenant, "Aux", slug="aux"))
    export(tenant, out)
    names = ("con", "index", "README", "de")
    assert files(out) == {"aux-item/index.md", *(f"aux-item/{name}-item.md" for name in names)}


def test_paths_that_differ_in_case_alone_are_told_apart(tenant: Model, out: Path) -> None:
    for number, path in enumerate(("A/x.md", "a/x.md", "A/X.md", "A/x.md/y.md")):
        make_article(tenant, f"T{number}", source="docs", source_id=str(number), source_path=path)
    report = export(tenant, out)
    found = files(out)
    assert report.articles == 4
    assert len({name.casefold() for name in found}) == len(found) == 5


def test_very_long_slugs_make_short_names(tenant: Model, out: Path) -> None:
    for letter in "ab":
        make_article(tenant, letter, slug="ж" * 250 + letter)
    export(tenant, out)
    assert all(len(name.encode()) < 120 for name in files(out))
    assert_import_makes_the_same(tenant, out, "docs")


def test_symbolic_link_in_the_folder_is_not_followed(tenant: Model, out: Path) -> None:
    make_article(tenant, "Own")
    export(tenant, out)
    outside = out.parent / "outside"
    outside.mkdir()
    for path in (out / "general").iterdir():
        path.unlink()
    (out / "general").rmdir()
    (out / "general").symlink_to(outside)
    report = export(tenant, out)
    assert report.exit_code == 2
    assert not list(outside.iterdir())


def test_symbolic_link_in_place_of_a_file_is_replaced(tenant: Model, out: Path) -> None:
    make_article(tenant, "Own")
    export(tenant, out)
    outside = out.parent / "outside.md"
    outside.write_text("safe")
    path = out / "general/own.md"
    path.unlink()
    path.symlink_to(outside)
    export(tenant, out)
    assert outside.read_text() == "safe"
    assert not path.is_symlink()


# The folder


def test_second_export_writes_nothing_that_has_not_changed(tenant: Model, out: Path) -> None:
    row = make_article(tenant, "One")
    make_article(tenant, "Two")
    export(tenant, out)
    update(row, content="New.")
    report = export(tenant, out)
    assert (report.written, report.unchanged) == (1, 2)


def test_files_of_articles_that_are_gone_are_removed(tenant: Model, out: Path) -> None:
    make_article(tenant, "Stays", category=make_category(tenant, "Stays"))
    gone = make_article(tenant, "Gone", category=make_category(tenant, "Gone"))
    export(tenant, out)
    (out / "gone/notes.txt").write_text("mine")
    gone.delete()
    report = export(tenant, out)
    assert report.removed == 2
    assert files(out) == {"stays/index.md", "stays/stays.md", "gone/notes.txt"}


def test_marker_removes_nothing_beyond_the_folder(tenant: Model, out: Path) -> None:
    make_article(tenant, "Own")
    export(tenant, out)
    outside = out.parent / "precious.md"
    outside.write_text("safe")
    marker = out / MARKER
    marker.write_text(marker.read_text().replace('"general/own.md"', '"../precious.md"'))
    export(tenant, out)
    assert outside.read_text() == "safe"


def test_folder_with_other_files_is_refused(tenant: Model, out: Path) -> None:
    make_article(tenant)
    out.mkdir()
    (out / "mine.md").write_text("mine")
    with pytest.raises(DocumentationError, match="--force"):
        export(tenant, out)
    assert files(out) == {"mine.md"}


def test_force_writes_beside_other_files(tenant: Model, out: Path) -> None:
    make_article(tenant, "Own")
    out.mkdir()
    (out / "mine.md").write_text("mine")
    export(tenant, out, force=True)
    assert files(out) == {"mine.md", "general/index.md", "general/own.md"}


def test_export_of_another_tenant_is_not_overwritten(
    tenant: Model, other_tenant: Model, out: Path
) -> None:
    make_article(tenant, "Own")
    make_article(other_tenant, "Other")
    export(tenant, out)
    with pytest.raises(DocumentationError, match="--force"):
        export(other_tenant, out)


def test_export_leaves_the_help_center_as_it_is(tenant: Model, imported: Folder, out: Path) -> None:
    before = snapshot(tenant)
    export(tenant, out)
    assert snapshot(tenant) == before


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Preise 2026 (neu).pdf", "files/{key}/Preise 2026 (neu).pdf"),
        ("con.pdf", "files/{key}.pdf"),
        ("é" * 200, "files/{key}.pdf"),
    ],
)
def test_files_keep_their_names_on_the_way_there_and_back(
    tenant: Model, out: Path, name: str, place: str
) -> None:
    file = FileService(tenant=tenant, actor=SYSTEM).add(pdf(), name=name)
    text = f"[Preise]({file.reference}), [again][p]\n\n[p]: {file.reference}"
    make_article(tenant, "Start", category=make_category(tenant, "Phones"), content=text)
    export(tenant, out)
    target = place.format(key=file.key)
    assert (out / "phones" / target).read_bytes() == pdf()
    other = assert_import_makes_the_same(tenant, out, "docs")
    again = HelpFile.objects.for_tenant(other).get()
    assert again.key == file.key
    assert again.name == target.rpartition("/")[2]
