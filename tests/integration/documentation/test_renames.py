"""Files that move."""

from __future__ import annotations

from django_helpcenter.models import HelpArticle, HelpCategory, HelpRedirect
from tests.integration.documentation.conftest import Folder, Sync, article, figures


def test_moved_file_with_an_id_keeps_its_article(folder: Folder, sync: Sync) -> None:
    folder.write({"old/a.md": "---\nid: one\n---\n# A\n\nx"})
    sync()
    key = article("old/a.md").pk
    folder.move("old/a.md", "new/b.md")
    folder.write({"new/b.md": "---\nid: one\n---\n# B\n\nchanged"})
    assert figures(sync()) == {"updated": 1}
    found = HelpArticle.objects.get()
    assert (found.pk, found.source_path, found.title) == (key, "new/b.md", "B")
    assert (found.category.name, HelpRedirect.objects.get().slug) == ("New", "a")


def test_moved_file_without_an_id_keeps_its_article(folder: Folder, sync: Sync) -> None:
    folder.write({"old/some-name.md": "text", "other.md": "y"})
    sync()
    key = article("old/some-name.md").pk
    folder.move("old/some-name.md", "new/other-name.md")
    report = sync()
    assert (figures(report), report.failures) == ({"updated": 1, "unchanged": 1}, [])
    found = article("new/other-name.md")
    assert (found.pk, found.source_id) == (key, "new/other-name.md")
    # The file's name is its title, so the address changed with it.
    assert (found.slug, HelpRedirect.objects.get().slug) == ("other-name", "some-name")


def test_move_embeds_nothing_when_the_text_stays(folder: Folder, sync: Sync) -> None:
    folder.write({"old/a.md": "# A\n\ntext", "b.md": "y"})
    sync()
    folder.move("old/a.md", "new/a.md")
    report = sync()
    assert (figures(report), report.embedded) == ({"updated": 1, "unchanged": 1}, 0)
    assert not HelpRedirect.objects.exists()


def test_moved_and_edited_file_keeps_its_article_by_its_title(folder: Folder, sync: Sync) -> None:
    folder.write({"old/a.md": "# Reset it\n\ntext", "b.md": "y"})
    sync()
    key = article("old/a.md").pk
    folder.remove("old/a.md")
    folder.write({"new/c.md": "# Reset it\n\nbetter text"})
    assert figures(sync()) == {"updated": 1, "unchanged": 1}
    assert article("new/c.md").pk == key


def test_renamed_folder_leaves_no_empty_category(folder: Folder, sync: Sync) -> None:
    folder.write({"old/deep/a.md": "text", "b.md": "y"})
    sync()
    folder.move("old/deep/a.md", "new/deep/a.md")
    sync()
    categories = HelpCategory.objects.filter(depth__gt=1).order_by("path")
    names = [category.name for category in categories]
    assert names == ["General", "New", "Deep"]


def test_links_to_a_moved_file_follow_it(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\nid: one\n---\nx", "b.md": "[a](a.md)"})
    sync()
    folder.move("a.md", "s/a.md")
    folder.write({"b.md": "[a](s/a.md)"})
    sync()
    assert article("b.md").content == f"[a](article:{article('s/a.md').pk})"


def test_file_that_moves_while_another_takes_its_place(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\nid: one\n---\n# One\n\nx"})
    sync()
    key = article("a.md").pk
    folder.move("a.md", "b.md")
    folder.write({"a.md": "# Two\n\nx"})
    assert figures(sync()) == {"created": 1, "updated": 1}
    assert article("b.md").pk == key
    assert article("a.md").title == "Two"


def test_new_file_with_the_slug_of_one_that_is_gone_is_the_same_article(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"old.md": "---\nslug: reset\n---\n# Old\n\nx", "b.md": "y"})
    sync()
    key = article("old.md").pk
    folder.remove("old.md")
    folder.write({"new.md": "---\nslug: reset\n---\n# New\n\nz"})
    assert figures(sync()) == {"updated": 1, "unchanged": 1}
    assert article("new.md").pk == key


def test_files_that_exchange_their_names_keep_their_articles(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# Alpha\n\nx", "b.md": "# Beta\n\ny"})
    sync()
    keys = article("a.md").pk, article("b.md").pk
    folder.write({"a.md": "# Beta\n\ny", "b.md": "# Alpha\n\nx"})
    assert figures(sync()) == {"updated": 2}
    assert (article("b.md").pk, article("a.md").pk) == keys
    assert (article("b.md").slug, article("a.md").slug) == ("alpha", "beta")


def test_file_that_takes_the_name_of_a_deleted_one_keeps_its_article(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "# Alpha\n\nx", "b.md": "# Beta\n\ny", "c.md": "z"})
    sync()
    key = article("b.md").pk
    folder.remove("b.md")
    folder.write({"a.md": "# Beta\n\ny"})
    sync(archive_missing=True)
    assert HelpArticle.objects.get(source_path="a.md", status="PUBLISHED").pk == key
