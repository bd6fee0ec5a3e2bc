"""Articles that somebody changed by hand, and files that are gone."""

from __future__ import annotations

import pytest
from django.db.models import Model

from django_helpcenter.exceptions import DocumentationError
from django_helpcenter.models import HelpArticle, HelpTag
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category
from tests.integration.documentation.conftest import Folder, Sync, article, figures, reasons


def edit(path: str, **fields: object) -> None:
    """Change the article of a file by hand."""
    found = article(path)
    KnowledgeService(tenant=found.tenant, actor=SYSTEM).update_article(found, **fields)  # type: ignore[arg-type]


def test_article_changed_by_hand_is_reported_and_left(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# A\n\nold", "b.md": "x"})
    sync()
    edit("a.md", content="by hand")
    folder.write({"a.md": "# A\n\nnew"})
    report = sync()
    assert figures(report) == {"unchanged": 1, "conflicts": 1}
    assert "“A” was changed by hand" in reasons(report.conflict_notices)["a.md"]
    assert article("a.md").content == "by hand"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "B"},
        {"status": "ARCHIVED"},
        {"target_roles": ["x"]},
        {"slug": "other"},
        {"difficulty_level": "ADVANCED"},
        {"display_order": 7},
        {"tags": []},
    ],
)
def test_every_kind_of_change_by_hand_counts(
    folder: Folder, sync: Sync, fields: dict[str, object]
) -> None:
    folder.write({"a.md": "---\ntags: [one]\n---\nx"})
    sync()
    edit("a.md", **fields)
    assert figures(sync()) == {"conflicts": 1}


def test_article_that_was_moved_by_hand_is_left_in_its_category(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "x"})
    sync()
    place = make_category(tenant, "Elsewhere")
    edit("a.md", category=place)
    folder.write({"a.md": "new"})
    assert figures(sync()) == {"conflicts": 1}
    assert article("a.md").category == place


def test_conflict_ends_when_the_file_says_the_same_place_and_tags(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "# A\n\nx"})
    sync()
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    edit("a.md", category=make_category(tenant, "Elsewhere"), tags=service.ensure_tags(["one"]))
    folder.write({"a.md": "---\ncategory: Elsewhere\ntags: [one]\n---\n# A\n\nx"})
    assert figures(sync()) == {"unchanged": 1}


def test_conflict_lasts_until_it_is_settled(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "old"})
    sync()
    edit("a.md", content="by hand")
    for _ in range(2):
        assert figures(sync()) == {"conflicts": 1}
    edit("a.md", content="old")
    assert figures(sync()) == {"unchanged": 1}


def test_conflict_ends_when_the_file_says_the_same(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# A\n\nold"})
    sync()
    edit("a.md", content="# A\n\nby hand", summary="by hand")
    folder.write({"a.md": "# A\n\nby hand"})
    assert figures(sync()) == {"unchanged": 1}
    folder.write({"a.md": "# A\n\nnew"})
    assert figures(sync()) == {"updated": 1}


def test_missing_files_are_told_and_left(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "y"})
    sync()
    folder.remove("b.md")
    report = sync()
    assert figures(report) == {"unchanged": 1}
    assert "lost their file: 1" in report.warnings[0].reason
    assert article("b.md").status == "PUBLISHED"


def test_missing_files_are_archived_when_asked(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "y", "c.md": "---\nstatus: draft\n---\nz", "d.md": "d"})
    sync()
    folder.remove("b.md", "c.md")
    assert figures(sync(archive_missing=True)) == {"unchanged": 2, "archived": 2}
    assert (article("b.md").status, article("c.md").status) == ("ARCHIVED", "ARCHIVED")
    assert figures(sync(archive_missing=True)) == {"unchanged": 2}


def test_file_that_comes_back_brings_its_article_back(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "y"})
    sync()
    key = article("b.md").pk
    folder.remove("b.md")
    sync(archive_missing=True)
    folder.write({"b.md": "y"})
    report = sync()
    assert (figures(report), report.embedded) == ({"updated": 1, "unchanged": 1}, 1)
    assert (article("b.md").pk, article("b.md").status) == (key, "PUBLISHED")


def test_only_the_own_source_is_archived(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "y"})
    sync(source="other")
    sync()
    folder.remove("b.md")
    assert figures(sync(archive_missing=True)) == {"unchanged": 1, "archived": 1}
    assert HelpArticle.objects.filter(source="other", status="PUBLISHED").count() == 2


def test_more_than_half_is_not_archived_without_force(folder: Folder, sync: Sync) -> None:
    folder.write({f"{name}.md": name for name in "abcd"})
    sync()
    folder.remove("b.md", "c.md", "d.md")
    folder.write({"a.md": "changed"})
    with pytest.raises(DocumentationError, match=r"3 of the 4 articles .* Use --force"):
        sync(archive_missing=True)
    assert article("a.md").content == "a"
    assert HelpArticle.objects.filter(status="PUBLISHED").count() == 4
    assert figures(sync(archive_missing=True, force=True)) == {"updated": 1, "archived": 3}


def test_half_may_be_archived(folder: Folder, sync: Sync) -> None:
    folder.write({f"{name}.md": name for name in "abcd"})
    sync()
    folder.remove("c.md", "d.md")
    assert figures(sync(archive_missing=True)) == {"unchanged": 2, "archived": 2}


def test_article_of_a_broken_file_is_not_archived(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "y"})
    sync()
    folder.write({"b.md": b"\xff"})
    assert figures(sync(archive_missing=True)) == {"unchanged": 1, "failed": 1}


def test_article_changed_by_hand_is_not_archived(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "y"})
    sync()
    edit("b.md", content="by hand")
    folder.remove("b.md")
    report = sync(archive_missing=True)
    assert figures(report) == {"unchanged": 1, "conflicts": 1}
    assert "The file is gone" in reasons(report.conflict_notices)["b.md"]
    assert article("b.md").status == "PUBLISHED"


def test_handmade_articles_are_never_archived(folder: Folder, sync: Sync, tenant: Model) -> None:
    handmade = make_article(tenant, "By hand")
    folder.write({"a.md": "x"})
    sync(archive_missing=True)
    handmade.refresh_from_db()
    assert handmade.status == "PUBLISHED"


def test_new_slug_of_a_tag_is_no_edit_of_its_articles(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\ntags: [one]\n---\nx"})
    sync()
    HelpTag.objects.update(slug="another")
    folder.write({"a.md": "---\ntags: [one]\n---\ny"})
    assert figures(sync()) == {"updated": 1}
