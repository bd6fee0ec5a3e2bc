"""Links and pictures in what was imported."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models import Model

from django_helpcenter.models import HelpArticle, HelpFile
from django_helpcenter.services.article_text import render_article
from tests.images import png
from tests.integration.documentation.conftest import Folder, Sync, article, figures

PNG = png()


def stored() -> list[str]:
    """Return the names of the pictures that the storage has, and by which texts know them."""
    files = list(HelpFile.objects.all())
    assert all(default_storage.exists(file.storage_name) for file in files)
    return [file.file_name for file in files]


def test_links_between_files_become_links_between_articles(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "a.md": "# A\n\n[b](s/b.md#Part-2) and ![same](s/b.md)\n",
            "s/b.md": "# B\n\n[a](../a) [root](/a.md) [self](b.md) [part](#x) [own part](b.md#x)\n",
        }
    )
    assert not sync().warnings
    a, b = article("a.md"), article("s/b.md")
    assert f"[b](article:{b.pk}#Part-2)" in a.content
    assert b.content == (
        f"# B\n\n[a](article:{a.pk}) [root](article:{a.pk}) [self](article:{b.pk}) [part](#x) "
        "[own part](#x)"
    )


def test_reader_gets_the_present_address(folder: Folder, sync: Sync, tenant: Model) -> None:
    folder.write(
        {"a.md": "# A\n\n[b](b.md#part-2)", "b.md": "---\nslug: old\n---\n# B\n\n## Part 2\n"}
    )
    sync()
    folder.write({"b.md": "---\nslug: new\n---\n# B\n\n## Part 2\n"})
    assert figures(sync()) == {"updated": 1, "unchanged": 1}
    visible = HelpArticle.objects.visible_to(tenant, None)
    assert 'new/#section-part-2"' in render_article(article("a.md"), visible=visible).html


def test_links_that_lead_nowhere_are_reported_and_left(folder: Folder, sync: Sync) -> None:
    text = "# A\n\n[gone](gone.md)\n[out](../out.md)\n[site](/pricing)\n[file](form.pdf)"
    folder.write({"a.md": text, "form.pdf": b"%PDF"})
    report = sync()
    assert figures(report) == {"created": 1}
    assert [(notice.line, notice.reason) for notice in report.warnings] == [
        (3, "gone.md leads to no article and no file."),
        (3, "The link ../out.md leads out of the folder."),
        (3, "/pricing leads to no article and no file; it stays as an address of the site."),
        (3, "form.pdf leads to no article and no file."),
    ]
    assert article("a.md").content == text


def test_addresses_with_a_host_are_left(folder: Folder, sync: Sync) -> None:
    text = "[a](https://x.test/a.md) [b](mailto:a@b.test) [c](//x.test) <https://x.test> [d](tel:1)"
    folder.write({"a.md": text})
    assert not sync().warnings
    assert article("a.md").content == text


def test_link_to_a_file_without_a_text_is_reported(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "[s](s/)", "s/index.md": "---\ntitle: S\n---\n", "s/b.md": "x"})
    assert [notice.reason for notice in sync().warnings] == [
        "s/ leads to s/index.md, which is no article."
    ]


def test_link_is_made_when_its_file_appears(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "[b](b.md)", "c.md": "no link"})
    sync()
    folder.write({"b.md": "new"})
    assert figures(sync()) == {"created": 1, "updated": 1, "unchanged": 1}
    assert article("a.md").content == f"[b](article:{article('b.md').pk})"


def test_link_is_unmade_when_its_file_goes(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "[b](b.md)", "b.md": "x"})
    sync()
    folder.remove("b.md")
    report = sync()
    assert figures(report) == {"updated": 1}
    assert article("a.md").content == "[b](b.md)"


def test_link_to_a_file_that_is_broken_today_stays(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "[b](b.md)", "b.md": "x"})
    sync()
    content = article("a.md").content
    folder.write({"b.md": b"\xff"})
    assert figures(sync()) == {"unchanged": 1, "failed": 1}
    assert article("a.md").content == content
    assert article("b.md").content == "x"


def test_no_link_leads_to_a_file_that_fails(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "[b](b.md) [c](c.md)", "b.md": f"# {'x' * 501}", "c.md": b"\xff"})
    assert figures(sync()) == {"created": 1, "failed": 2}
    assert article("a.md").content == "[b](b.md) [c](c.md)"
    assert figures(sync()) == {"unchanged": 1, "failed": 2}


def test_pictures_go_to_the_storage_once(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "a.md": "![p](img/p.png) [![q](img/q.png)](img/q.png)",
            "s/b.md": "![p](../img/p.png 'Title')",
            "img/p.png": PNG,
            "img/q.png": PNG,
        }
    )
    assert not sync().warnings
    (name,) = stored()
    url = article("s/b.md").content.removeprefix("![p](").removesuffix(" 'Title')")
    assert url == f"image:{name}"
    assert article("a.md").content == f"![p]({url}) [![q]({url})]({url})"


def test_changed_picture_updates_its_articles(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "![p](p.png)", "b.md": "x", "p.png": PNG})
    sync()
    before = article("a.md").content
    folder.write({"p.png": png(9)})
    assert figures(sync()) == {"updated": 1, "unchanged": 1}
    assert article("a.md").content != before


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "the SVG image has the event"),
        (b"<!DOCTYPE html>", "it is not a PNG"),
        (png(after=b"x" * 100), "it has more than"),
    ],
)
def test_picture_that_is_not_taken_is_reported(
    folder: Folder, sync: Sync, settings: Any, data: bytes, reason: str
) -> None:
    settings.HELP_CENTER_IMPORT_MAX_IMAGE_BYTES = 100
    folder.write({"a.md": "text\n\n![p](p.svg)", "p.svg": data})
    report = sync()
    assert figures(report) == {"created": 1}
    assert report.warnings[0].line == 3
    assert reason in report.warnings[0].reason
    assert (stored(), article("a.md").content) == ([], "text\n\n![p](p.svg)")


def test_picture_whose_storage_is_broken_fails_its_file_only(
    folder: Folder, sync: Sync, settings: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    (folder.root / "blocked").write_text("a file where the storage wants a folder")
    settings.MEDIA_ROOT = folder.root / "blocked"
    folder.write({"a.md": "![p](p.png)", "b.md": "x", "p.png": PNG})
    report = sync()
    assert figures(report) == {"created": 1, "failed": 1}
    assert "p.png cannot be stored" in report.failures[0].reason
    settings.MEDIA_ROOT = folder.root.parent / "media"
    assert figures(sync()) == {"created": 1, "unchanged": 1}


def test_links_in_components_are_links(folder: Folder, sync: Sync) -> None:
    folder.write({"a.mdx": '<Card title="B" href="/s/b">\n  Text\n</Card>\n', "s/b.mdx": "x"})
    sync()
    assert f"[B](article:{article('s/b.mdx').pk})" in article("a.mdx").content
