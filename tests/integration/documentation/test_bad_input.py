"""Folders that hold anything but good articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.exceptions import DocumentationError
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.documentation import DocumentationService
from tests.factories import make_article
from tests.integration.documentation.conftest import Folder, Sync, article, figures, reasons


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"\x7fELF\x00\x00\xff\xfe", None, "looks binary"),
        (b"good\nbad \xe9\n", 2, "0xe9 is not UTF-8"),
        (b"one\n\x00", 2, "NUL"),
        (b"x" * 20_000_000, None, "20.0 MB"),
        (b"---\ntitle: [a\n---\nx", 2, "not valid YAML"),
        (b"---\na: &a x\nb: *a\n---\nx", 2, "anchors and aliases"),
        (b"---\na: !!python/object/apply:os.system [ls]\n---\nx", 2, "tags are not allowed"),
        (b"---\n" + b"[" * 5000 + b"\n---\nx", 2, ""),
        (b"---\ntitle: a\ntitle: b\n---\nx", 3, "stands twice"),
        (b"---\n- a\n- b\n---\nx", 2, "not a list of"),
        (b"---\ntitle: never closed\n", 1, "never closed"),
        (b"---\nstatus: gone\n---\nx", 2, "must be one of"),
        (b"---\nid: a\ntitle: " + b"x" * 1000 + b"\n---\nx", 3, "1,000 characters; at most 500"),
        (b"text\n\n# " + b"x" * 1000, 3, "1,000 characters"),
        (b"word " * 110_000, None, "at most 500"),
    ],
)
def test_bad_file_is_reported_and_the_rest_is_imported(
    folder: Folder, sync: Sync, content: bytes, line: int | None, reason: str
) -> None:
    folder.write({"a.md": "fine", "b.md": content, "c.md": "fine"})
    report = sync()
    assert figures(report) == {"created": 2, "failed": 1}
    (failure,) = report.failures
    assert (failure.path, failure.line) == ("b.md", line)
    assert reason in failure.reason
    assert HelpArticle.objects.count() == 2


def test_bad_file_keeps_the_article_that_it_has(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "fine"})
    sync()
    folder.write({"a.md": "---\ntitle: [\n---\nx"})
    assert figures(sync()) == {"failed": 1}
    assert (article("a.md").content, article("a.md").status) == ("fine", "PUBLISHED")


def test_two_files_of_one_id_are_both_named_and_the_first_stays(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\nid: one\n---\nfirst", "b.md": "---\nid: one\n---\nsecond"})
    for expected in ({"created": 1, "failed": 1}, {"unchanged": 1, "failed": 1}):
        report = sync()
        assert figures(report) == expected
        assert reasons(report.failures)["b.md"].startswith("The id 'one' is also that of a.md")
    assert HelpArticle.objects.get().content == "first"


def test_copy_of_a_file_does_not_take_its_article(folder: Folder, sync: Sync) -> None:
    folder.write({"guide.md": "---\nid: one\nslug: two\n---\noriginal"})
    sync()
    folder.write({"archive/copy.md": "---\nid: one\nslug: two\n---\ncopy"})
    folder.write({"another.md": "---\nslug: two\n---\nother"})
    report = sync()
    assert figures(report) == {"unchanged": 1, "failed": 2}
    assert "guide.md, which keeps it" in reasons(report.failures)["archive/copy.md"]
    assert "guide.md, which keeps it" in reasons(report.failures)["another.md"]


def test_id_that_is_the_path_of_another_file_is_a_double(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "first", "b.md": "---\nid: a.md\n---\nsecond"})
    assert "a.md, which keeps it" in reasons(sync().failures)["b.md"]


def test_two_files_of_one_slug_are_both_named_and_the_first_stays(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "---\nslug: one\n---\nfirst", "b.md": "---\nslug: one\n---\nsecond"})
    for expected in ({"created": 1, "failed": 1}, {"unchanged": 1, "failed": 1}):
        report = sync()
        assert figures(report) == expected
        assert reasons(report.failures)["b.md"].startswith("The slug 'one' is also that of a.md")


def test_slug_of_an_article_of_this_source_is_refused_with_its_file(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "# Info\n\nx"})
    sync()
    folder.write({"b.md": "---\nslug: info\n---\nx"})
    assert "'info' belongs to a.md" in reasons(sync().failures)["b.md"]


def test_slug_of_an_article_of_another_source_is_refused_with_that_source(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "---\nslug: info\n---\nx"})
    sync(source="handbook")
    reason = reasons(sync(source="site").failures)["a.md"]
    assert "belongs to a.md of the source 'handbook'" in reason
    assert "--source handbook" in reason


def test_slug_of_a_handmade_article_is_refused_with_its_title(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    make_article(tenant, "Info")
    folder.write({"b.md": "---\nslug: info\n---\nx"})
    report = sync()
    assert "belongs to the article “Info”" in reasons(report.failures)["b.md"]
    assert report.exit_code == 2


def test_title_of_500_characters_is_imported(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": f"---\ntitle: {'x' * 500}\n---\nx", "b.md": f"# {'x' * 500}\n\ny"})
    assert figures(sync()) == {"created": 2}
    assert len(article("b.md").slug) == 255


def test_missing_folder_changes_nothing(tenant: Model, tmp_path: Path) -> None:
    with pytest.raises(DocumentationError, match="There is no folder"):
        DocumentationService(tenant=tenant).sync(tmp_path / "nowhere")


def test_empty_folder_changes_nothing(folder: Folder, sync: Sync) -> None:
    (folder.root / "empty").mkdir()
    with pytest.raises(DocumentationError, match=r"There is no Markdown file \(\.md, \.mdx\) in"):
        sync()


def test_folder_that_was_emptied_archives_nothing(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x"})
    sync()
    folder.remove("a.md")
    with pytest.raises(DocumentationError):
        sync(archive_missing=True, force=True)
    assert article("a.md").status == "PUBLISHED"


def test_folder_without_articles_changes_nothing(folder: Folder, sync: Sync) -> None:
    folder.write({"LICENSE.md": "text", "empty.md": ""})
    with pytest.raises(DocumentationError, match="is an article"):
        sync()
    assert not HelpCategory.objects.exists()


@pytest.mark.parametrize("source", ["", " ", "x" * 201, "a\nb", "a\0b"])
def test_name_of_a_source_must_be_a_name(folder: Folder, sync: Sync, source: str) -> None:
    folder.write({"a.md": "x"})
    with pytest.raises(DocumentationError, match="cannot name a source"):
        sync(source=source)


def test_files_of_odd_names_are_imported(folder: Folder, sync: Sync) -> None:
    names = [
        "a b.md",
        "ä/ö.md",
        "new\nline.md",
        "'quote\".md",
        "100%.md",
        "-.md",
        "#x?.md",
        "🎉.md",
    ]
    folder.write(dict.fromkeys(names, "x"))
    assert figures(sync()) == {"created": len(names)}
    assert figures(sync()) == {"unchanged": len(names)}


def test_wide_and_deep_folders_are_imported(folder: Folder, sync: Sync) -> None:
    folder.write({"/".join("d" * 45) + "/a.md": "x"})
    assert figures(sync()) == {"created": 1}


def test_symbolic_links_bring_nothing_in_from_outside(
    folder: Folder, sync: Sync, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    (tmp_path / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    folder.write({"a.md": "![x](x.png) [y](y.md)"})
    (folder.root / "y.md").symlink_to(tmp_path / "secret.md")
    (folder.root / "x.png").symlink_to(tmp_path / "secret.png")
    (folder.root / "loop").symlink_to(folder.root)
    report = sync()
    assert figures(report) == {"created": 1, "skipped": 1}
    assert article("a.md").content == "![x](x.png) [y](y.md)"
    assert any("leads out of the folder" in notice.reason for notice in report.warnings)


def test_markup_in_titles_and_names_is_only_text(folder: Folder, sync: Sync, settings: Any) -> None:
    folder.write({"<b>/<script>.md": "---\ntitle: <img src=x onerror=alert(1)>\n---\nx"})
    sync()
    found = HelpArticle.objects.get()
    assert found.title == "<img src=x onerror=alert(1)>"
    assert found.category.name == "<b>"


def test_component_without_a_text_is_skipped(folder: Folder, sync: Sync) -> None:
    folder.write({"a.mdx": 'import Hero from "x"\n\n<Hero />\n', "b.md": "x"})
    report = sync()
    assert figures(report) == {"created": 1, "skipped": 1}
    assert reasons(report.skips) == {"a.mdx": "It has no text."}


def test_long_text_that_appears_while_an_article_lost_its_file_fails_alone(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "x", "b.md": "y"})
    sync()
    folder.remove("b.md")
    folder.write({"c.md": "word " * 110_000})
    assert figures(sync()) == {"unchanged": 1, "failed": 1}


@pytest.mark.parametrize("roles", ["", "','", '[""]', "[null]"])
def test_restriction_that_names_nobody_does_not_publish(
    folder: Folder, sync: Sync, roles: str
) -> None:
    folder.write({"a.md": f"---\ntitle: A\ntarget_roles: {roles}\n---\nx", "b.md": "y"})
    report = sync()
    assert figures(report) == {"created": 1, "failed": 1}
    assert (report.failures[0].line, "names no role" in report.failures[0].reason) == (3, True)


def test_empty_list_of_roles_is_everybody(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\ntarget_roles: []\n---\nx"})
    assert figures(sync()) == {"created": 1}


def test_file_that_always_fails_does_not_touch_those_that_link_to_it(
    folder: Folder, sync: Sync
) -> None:
    roles = ", ".join(f"{number:0>90}" for number in range(30))
    folder.write({"a.md": "[b](bad/b.md)", "bad/b.md": f"---\ntarget_roles: [{roles}]\n---\nx"})
    planned = sync(dry_run=True)
    assert figures(sync()) == figures(planned) == {"created": 1, "failed": 1}
    assert figures(sync()) == {"unchanged": 1, "failed": 1}
    assert article("a.md").content == "[b](bad/b.md)"
    assert not HelpCategory.objects.filter(name="Bad").exists()
