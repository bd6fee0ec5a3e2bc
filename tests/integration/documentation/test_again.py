"""Every run after the first."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.db.models.signals import pre_save
from django.test.utils import CaptureQueriesContext

from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleVersion,
    HelpPassageEmbedding,
    HelpRedirect,
)
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.integration.documentation.conftest import Folder, Sync, article, figures, reasons

LONG = "\n\n".join(f"## Part {number}\n\n{'word ' * 120}{number}" for number in range(6))


def rows() -> list[Any]:
    names = [field.attname for field in HelpArticle._meta.concrete_fields]
    return list(HelpArticle.objects.order_by("pk").values_list(*names))


def test_second_run_changes_nothing_and_embeds_nothing(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "a.md": "---\ntags: [x]\n---\n[b](s/b.md) ![p](p.png)\n",
            "s/b.md": "[back](../a.md)",
            "s/index.md": "---\ntitle: S\norder: 1\n---\n",
            "p.png": b"\x89PNG\r\n\x1a\nx",
        }
    )
    sync()
    before = rows()
    report = sync()
    assert figures(report) == {"unchanged": 2, "skipped": 1}
    assert (report.passages, report.embedded) == (0, 0)
    assert rows() == before


def test_second_run_asks_a_fixed_number_of_queries(folder: Folder, sync: Sync) -> None:
    counts = []
    for size in (3, 30):
        folder.write({f"f{n % 3}/{n}.md": f"[x](../f0/0.md) {n}" for n in range(size)})
        sync()
        with CaptureQueriesContext(connection) as queries:
            sync()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_touching_a_file_changes_nothing(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x"})
    sync()
    folder.write({"a.md": "x"})
    assert figures(sync()) == {"unchanged": 1}


def test_edited_file_updates_its_article_and_makes_a_version(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# A\n\nold", "b.md": "x"})
    sync()
    key = article("a.md").pk
    folder.write({"a.md": "# A\n\nnew"})
    assert figures(sync()) == {"updated": 1, "unchanged": 1}
    found = article("a.md")
    assert (found.pk, found.content, found.version) == (key, "# A\n\nnew", 2)
    assert HelpArticleVersion.objects.filter(article=found).count() == 2


def test_edited_file_embeds_only_its_changed_passages(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": f"# A\n\n{LONG}", "b.md": f"# B\n\n{LONG}"})
    assert sync().embedded == 12
    kept = set(HelpPassageEmbedding.objects.values_list("pk", flat=True))
    folder.write({"a.md": f"# A\n\n{LONG}".replace("Part 3\n\nword", "Part 3\n\nother")})
    report = sync()
    assert (report.passages, report.embedded) == (1, 1)
    assert len(kept & set(HelpPassageEmbedding.objects.values_list("pk", flat=True))) == 11


def test_change_of_tags_alone_makes_no_version_and_embeds_nothing(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "---\ntags: [a]\n---\nx"})
    sync()
    folder.write({"a.md": "---\ntags: [b]\n---\nx"})
    report = sync()
    assert (figures(report), report.embedded) == ({"updated": 1}, 0)
    assert [tag.name for tag in article("a.md").tags.all()] == ["b"]
    assert article("a.md").version == 1


def test_file_taken_back_to_a_draft_disappears_from_search(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x"})
    sync()
    folder.write({"a.md": "---\nstatus: draft\n---\nx"})
    sync()
    assert article("a.md").status == "DRAFT"
    assert not HelpPassageEmbedding.objects.exists()


@pytest.mark.parametrize("before", ["draft", "review", "published", "archived"])
@pytest.mark.parametrize("after", ["draft", "review", "published", "archived"])
def test_every_status_can_follow_every_other(
    folder: Folder, sync: Sync, before: str, after: str
) -> None:
    for status in (before, after):
        folder.write({"a.md": f"---\nstatus: {status}\n---\nx"})
        assert not sync().failures
    assert article("a.md").status == after.upper()


def test_changed_slug_leaves_a_redirect(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\nslug: old\n---\nx"})
    sync()
    folder.write({"a.md": "---\nslug: new\n---\nx"})
    sync()
    assert article("a.md").slug == "new"
    redirect = HelpRedirect.objects.get()
    assert (redirect.slug, redirect.article) == ("old", article("a.md"))


def test_changed_title_changes_the_slug_and_leaves_a_redirect(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# Old title\n\nx"})
    sync()
    folder.write({"a.md": "# New title\n\nx"})
    sync()
    assert article("a.md").slug == "new-title"
    assert HelpRedirect.objects.get().slug == "old-title"


def test_title_that_comes_back_gets_its_slug_back(folder: Folder, sync: Sync) -> None:
    for title in ("Old title", "New title", "Old title"):
        folder.write({"a.md": f"# {title}\n\nx"})
        sync()
    assert article("a.md").slug == "old-title"
    assert [redirect.slug for redirect in HelpRedirect.objects.all()] == ["new-title"]


def test_numbered_slug_stays_when_its_namesake_goes(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# Info\n\nx", "b.md": "# Info\n\ny"})
    sync()
    folder.write({"a.md": "# Other\n\nx", "b.md": "# Info\n\nz"})
    sync()
    assert article("b.md").slug == "info-2"


def test_former_slug_is_not_given_to_another_article(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# Info\n\nx"})
    sync()
    folder.write({"a.md": "# Other\n\nx"})
    sync()
    folder.write({"b.md": "# Info\n\nx"})
    sync()
    assert article("b.md").slug == "info-2"


def test_chosen_slugs_may_move_on_in_one_run(folder: Folder, sync: Sync) -> None:
    names = ("a", "b", "c")
    folder.write({f"{name}.md": f"---\nid: {name}\nslug: slug-{name}\n---\nx" for name in names})
    sync()
    moved = dict(zip(names, ("b", "c", "d"), strict=True))
    folder.write({f"{a}.md": f"---\nid: {a}\nslug: slug-{b}\n---\nx" for a, b in moved.items()})
    assert figures(sync()) == {"updated": 3}
    assert [article(f"{name}.md").slug for name in names] == ["slug-b", "slug-c", "slug-d"]


def test_slug_that_a_file_no_longer_chooses_may_be_chosen_by_another(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"a.md": "---\nid: a\nslug: wanted\n---\n# A\n\nx", "b.md": "# B\n\nx"})
    sync()
    folder.write({"a.md": "---\nid: a\n---\n# A\n\nx", "b.md": "---\nslug: wanted\n---\n# B\n\nx"})
    assert figures(sync()) == {"updated": 2}
    assert (article("a.md").slug, article("b.md").slug) == ("a", "wanted")


def test_slug_stays_with_a_file_that_cannot_have_another(folder: Folder, sync: Sync) -> None:
    folder.write({f"{name}.md": f"---\nid: {name}\nslug: {name}\n---\nx" for name in "abc"})
    sync()
    folder.write({"a.md": "---\nid: a\nslug: b\n---\nx", "b.md": "---\nid: b\nslug: c\n---\nx"})
    folder.write({"d.md": "---\nslug: a\n---\nx"})
    report = sync()
    assert figures(report) == {"unchanged": 1, "failed": 3}
    assert {failure.path for failure in report.failures} == {"a.md", "b.md", "d.md"}
    assert [article(f"{name}.md").slug for name in "abc"] == ["a", "b", "c"]


def test_slugs_may_be_exchanged(folder: Folder, sync: Sync) -> None:
    names = ("one", "two", "three")
    folder.write({f"{name}.md": f"---\nid: {name}\nslug: {name}\n---\nx" for name in names})
    sync()
    pairs = zip(names, (*names[1:], names[0]), strict=True)
    folder.write({f"{name}.md": f"---\nid: {name}\nslug: {new}\n---\nx" for name, new in pairs})
    assert figures(sync()) == {"updated": 3}
    assert [article(f"{name}.md").slug for name in names] == ["two", "three", "one"]
    assert not HelpRedirect.objects.exists()


def test_slugs_are_exchanged_by_all_or_by_none(folder: Folder, sync: Sync) -> None:
    folder.write({f"{name}.md": f"---\nid: {name}\nslug: {name}\n---\nx" for name in "ab"})
    sync()
    folder.write({"a.md": "---\nid: a\nslug: b\n---\nx", "b.md": "---\nid: b\nslug: a\n---\nx"})

    def refuse(instance: HelpArticle, **_: object) -> None:
        if instance.source_id == "b":
            raise ContentError("No.")

    pre_save.connect(refuse, sender=HelpArticle)
    try:
        report = sync()
    finally:
        pre_save.disconnect(refuse, sender=HelpArticle)
    assert figures(report) == {"failed": 2}
    assert reasons(report.failures)["a.md"] == "It exchanges slugs with b.md: No."
    assert [article(f"{name}.md").slug for name in "ab"] == ["a", "b"]
    assert figures(sync()) == {"updated": 2}


def test_article_that_was_deleted_by_hand_is_made_again(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "x"})
    sync()
    KnowledgeService(tenant=tenant, actor=SYSTEM).delete_article(article("a.md"))
    assert figures(sync()) == {"created": 1}


def test_dry_run_plans_and_changes_nothing(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\nslug: same\n---\nx", "b.md": "y"})
    sync()
    before = rows()
    folder.write(
        {
            "a.md": "new",
            "c/d.md": "[a](../a.md) ![p](../p.png)",
            "p.png": b"\x89PNG\r\n\x1a\nx",
            "e.md": b"\xff",
        }
    )
    folder.remove("b.md")
    report = sync(dry_run=True, archive_missing=True)
    assert figures(report) == {"created": 1, "updated": 1, "archived": 1, "failed": 1}
    assert [(action.value, path) for action, path in report.plan] == [
        ("update", "a.md"),
        ("create", "c/d.md"),
        ("archive", "b.md"),
    ]
    assert (report.dry_run, report.passages, report.embedded) == (True, 0, 0)
    assert rows() == before
    assert HelpArticle.objects.get(source_path="a.md").category.get_descendants().count() == 0
