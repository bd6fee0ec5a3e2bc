"""Folders as categories."""

from __future__ import annotations

from django.db.models import Model

from django_helpcenter.models import HelpCategory
from django_helpcenter.models.categories import sorted_tree
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category
from tests.integration.documentation.conftest import Folder, Sync, article, figures


def tree() -> list[tuple[int, str]]:
    categories = HelpCategory.objects.filter(depth__gt=1)
    return [(category.depth - 1, category.name) for category in sorted_tree(categories)]


def test_folders_are_nested_and_ordered(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "b/index.md": "---\ntitle: Basics\norder: 1\n---\n",
            "b/x/a.md": "x",
            "02-advanced/a.md": "x",
            "c.md": "x",
        }
    )
    sync()
    assert tree() == [(1, "General"), (1, "Basics"), (2, "X"), (1, "Advanced")]


def test_new_title_of_a_folder_renames_its_category(folder: Folder, sync: Sync) -> None:
    folder.write({"t/index.md": "---\ntitle: Old\n---\n", "t/a.md": "x"})
    sync()
    key = article("t/a.md").category_id
    folder.write({"t/index.md": "---\ntitle: New\nsummary: All of it\norder: 5\n---\n"})
    sync()
    found = article("t/a.md")
    assert (found.category_id, found.category.name, found.category_name) == (key, "New", "New")
    assert (found.category.description, found.category.display_order) == ("All of it", 5)


def test_new_order_of_a_folder_leaves_its_articles_unchanged(folder: Folder, sync: Sync) -> None:
    folder.write({"t/index.md": "---\norder: 1\n---\n", "t/a.md": "x"})
    sync()
    folder.write({"t/index.md": "---\norder: 2\n---\n"})
    assert figures(sync()) == {"unchanged": 1, "skipped": 1}
    assert article("t/a.md").category.display_order == 2


def test_folders_of_one_title_are_two_categories(folder: Folder, sync: Sync) -> None:
    title = "---\ntitle: Same\n---\n"
    folder.write({"a/index.md": title, "a/x.md": "x", "b/index.md": title, "b/x.md": "x"})
    sync()
    one, two = article("a/x.md").category, article("b/x.md").category
    assert one != two
    assert {one.slug, two.slug} == {"same", "same-2"}


def test_category_of_the_same_name_is_shared_and_left_as_it_is(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    existing = make_category(tenant, "Billing", description="Ours")
    folder.write({"billing/index.md": "---\nsummary: Theirs\norder: 9\n---\n", "billing/a.md": "x"})
    sync()
    assert article("billing/a.md").category == existing
    existing.refresh_from_db()
    assert (existing.description, existing.display_order) == ("Ours", 0)


def test_named_category_joins_the_folder_of_that_name(folder: Folder, sync: Sync) -> None:
    folder.write({"billing/a.md": "x", "z.md": "---\ncategory: billing\n---\nx"})
    sync()
    assert article("z.md").category == article("billing/a.md").category


def test_category_that_nothing_needs_is_deleted(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\ncategory: One / Two\n---\nx"})
    sync()
    folder.write({"a.md": "---\ncategory: Three\n---\nx"})
    sync()
    assert tree() == [(1, "Three")]


def test_category_with_a_handmade_article_is_kept(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"a.md": "---\ncategory: One\n---\nx"})
    sync()
    make_article(tenant, category=article("a.md").category)
    folder.write({"a.md": "---\ncategory: Two\n---\nx"})
    sync()
    assert tree() == [(1, "One"), (1, "Two")]


def test_empty_category_of_somebody_else_is_kept(folder: Folder, sync: Sync, tenant: Model) -> None:
    make_category(tenant, "Planned")
    folder.write({"a.md": "x"})
    sync()
    assert tree() == [(1, "General"), (1, "Planned")]


def test_category_that_cannot_be_made_fails_its_file_only(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "---\ncategory: [Fine, '" + "y" * 200 + "']\n---\nx"})
    assert figures(sync()) == {"created": 2}


def rename(path: str, name: str, **fields: object) -> None:
    """Change the category of a file's article by hand."""
    found = article(path).category
    service = CategoryService(tenant=found.tenant, actor=SYSTEM)
    service.update(service.rename(found, name=name), **fields)


def test_category_changed_by_hand_stays_as_long_as_its_folder_says_nothing_new(
    folder: Folder, sync: Sync
) -> None:
    folder.write({"t/index.md": "---\ntitle: T\nsummary: S\norder: 1\n---\n", "t/a.md": "x"})
    sync()
    rename("t/a.md", "Mine", description="Mine too", color="#aabbcc", display_order=9)
    folder.write({"t/a.md": "new", "t/b.md": "x"})
    sync()
    found = article("t/b.md").category
    assert (found.name, found.description, found.color) == ("Mine", "Mine too", "#aabbcc")
    assert found.display_order == 9


def test_folder_that_says_something_new_changes_only_that(folder: Folder, sync: Sync) -> None:
    folder.write({"t/index.md": "---\ntitle: T\nsummary: S\norder: 1\n---\n", "t/a.md": "x"})
    sync()
    rename("t/a.md", "Mine", description="Mine too")
    folder.write({"t/index.md": "---\ntitle: T\nsummary: S\norder: 2\n---\n"})
    sync()
    found = article("t/a.md").category
    assert (found.name, found.description, found.display_order) == ("Mine", "Mine too", 2)


def test_first_spelling_of_a_named_category_wins(folder: Folder, sync: Sync) -> None:
    folder.write(
        {"a.md": "---\ncategory: Billing\n---\nx", "b.md": "---\ncategory: billing\n---\nx"}
    )
    for _ in range(2):
        sync()
        assert tree() == [(1, "Billing")]
    assert article("a.md").category == article("b.md").category


def test_summary_that_the_folder_no_longer_gives_is_taken_back(folder: Folder, sync: Sync) -> None:
    folder.write({"t/index.md": "---\ntitle: T\nsummary: S\norder: 3\n---\n", "t/a.md": "x"})
    sync()
    folder.write({"t/index.md": "---\ntitle: T\n---\n"})
    sync()
    found = article("t/a.md").category
    assert (found.name, found.description, found.display_order) == ("T", "", 0)


def test_summary_written_by_hand_outlives_that_of_the_folder(folder: Folder, sync: Sync) -> None:
    folder.write({"t/index.md": "---\ntitle: T\nsummary: S\n---\n", "t/a.md": "x"})
    sync()
    rename("t/a.md", "T", description="By hand")
    folder.write({"t/index.md": "---\ntitle: T\n---\n"})
    sync()
    assert article("t/a.md").category.description == "By hand"


def test_folder_of_a_merged_category_leads_to_what_took_it_in(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    folder.write({"t/index.md": "---\ntitle: Tips\n---\n", "t/a.md": "x"})
    sync()
    gear = make_category(tenant, "Gear")
    CategoryService(tenant=tenant, actor=SYSTEM).merge(article("t/a.md").category, into=gear)
    folder.write({"t/b.md": "y"})
    sync()
    assert article("t/b.md").category == gear
    assert tree() == [(1, "Gear")]


def test_order_by_hand_stays_until_the_folder_says_another(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    for number, name in enumerate("ab", start=1):
        folder.write({f"{name}/index.md": f"---\norder: {number}\n---\n", f"{name}/x.md": "x"})
    sync()
    one, two = article("a/x.md").category, article("b/x.md").category
    CategoryService(tenant=tenant, actor=SYSTEM).place(two, one, "before")
    sync()
    assert tree() == [(1, "B"), (1, "A")]
    folder.write({"b/index.md": "---\norder: 9\n---\n"})
    sync()
    assert tree() == [(1, "A"), (1, "B")]
