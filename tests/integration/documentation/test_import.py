"""The first run over a folder."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleVersion,
    HelpCategory,
    HelpPassage,
    HelpPassageEmbedding,
    HelpTag,
)
from django_helpcenter.services.documentation import DocumentationService
from django_helpcenter.services.search import SearchService
from tests.factories import make_article, make_user
from tests.integration.documentation.conftest import Folder, Sync, article, figures


def test_everything_in_the_front_matter_is_imported(folder: Folder, sync: Sync) -> None:
    folder.write(
        {
            "a.md": "---\nid: one\ntitle: The title\nsummary: The summary\nslug: the-slug\n"
            "category: Billing / Invoices\ntags: [Money, VAT]\nstatus: PUBLISHED\n"
            "target_roles: [staff]\nlanguage: de\ndifficulty_level: ADVANCED\n"
            "order: 4\n---\n\nText.\n"
        }
    )
    assert figures(sync()) == {"created": 1}
    found = article("a.md")
    assert (found.title, found.summary, found.slug) == ("The title", "The summary", "the-slug")
    assert (found.content, found.language, found.status) == ("Text.", "de", "PUBLISHED")
    assert [place.name for place in found.category.get_breadcrumb()] == ["Billing", "Invoices"]
    assert sorted(tag.name for tag in found.tags.all()) == ["Money", "VAT"]
    assert (found.target_roles, found.difficulty_level) == (["staff"], "ADVANCED")
    assert (found.display_order, found.source, found.source_id) == (4, "docs", "one")
    assert (found.category_name, sorted(found.search_tags.split())) == (
        "Invoices",
        ["Money", "VAT"],
    )


def test_silent_file_gets_sensible_answers(folder: Folder, sync: Sync) -> None:
    folder.write({"how-to/reset-it.md": "# Reset it\n\nPress the button.\n"})
    sync()
    found = article("how-to/reset-it.md")
    assert (found.title, found.slug, found.summary) == ("Reset it", "reset-it", "Press the button.")
    assert (found.status, found.language, found.difficulty_level) == ("PUBLISHED", "en", "BEGINNER")
    assert (found.category.name, found.source_id) == ("How to", "how-to/reset-it.md")
    assert found.content == "# Reset it\n\nPress the button."


def test_file_at_the_root_is_in_general(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x"})
    sync()
    assert article("a.md").category.name == "General"


def test_what_was_imported_is_found_at_once(folder: Folder, sync: Sync, tenant: Model) -> None:
    folder.write({"a.md": "# Zebra stripes\n\nBlack and white.\n", "b.md": "# Lions\n\nYellow.\n"})
    report = sync()
    assert report.passages == HelpPassage.objects.count() == 2
    assert report.embedded == HelpPassageEmbedding.objects.count() == 2
    results = SearchService(tenant=tenant).hybrid_search("zebra")
    assert [hit.title for hit in results.hits] == ["Zebra stripes"]


def test_published_article_has_its_first_version(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "x", "b.md": "---\nstatus: draft\n---\nx"})
    sync()
    version = HelpArticleVersion.objects.get()
    assert (version.article, version.number, version.note) == (article("a.md"), 1, "docs: a.md")


def test_draft_is_imported_and_not_searchable(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\ndraft: true\n---\nx"})
    report = sync()
    assert (article("a.md").status, report.passages) == ("DRAFT", 0)


def test_equal_titles_get_slugs_with_numbers(folder: Folder, sync: Sync) -> None:
    folder.write({f"{name}/overview.md": "---\ntitle: Overview\n---\nx" for name in "abc"})
    assert figures(sync()) == {"created": 3}
    slugs = [article(f"{name}/overview.md").slug for name in "abc"]
    assert slugs == ["overview", "overview-2", "overview-3"]


def test_same_slug_in_another_language_is_free(folder: Folder, sync: Sync) -> None:
    folder.write(
        {f"{code}.md": f"---\ntitle: Info\nlanguage: {code}\n---\nx" for code in ("de", "fr")}
    )
    sync()
    assert (article("de.md").slug, article("fr.md").slug) == ("info", "info")


def test_slug_made_from_a_title_leaves_a_chosen_one_alone(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "---\ntitle: Info\n---\nx", "b.md": "---\nslug: info\n---\nx"})
    assert figures(sync()) == {"created": 2}
    assert (article("a.md").slug, article("b.md").slug) == ("info-2", "info")


def test_slug_of_a_handmade_article_is_left_alone(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    make_article(tenant, "Info")
    folder.write({"a.md": "# Info\n\nx"})
    sync()
    assert article("a.md").slug == "info-2"


def test_titles_of_any_script_make_slugs(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# Пароль забыт\n\nx", "b.md": "# 重置密码\n\nx", "c.md": "# 🎉\n\nx"})
    sync()
    assert [article(f"{name}.md").slug for name in "abc"] == ["пароль-забыт", "重置密码", "item"]


def test_permalink_suggests_a_slug(folder: Folder, sync: Sync) -> None:
    folder.write({f"{name}.md": f"---\npermalink: /{name}/reset/\n---\nx" for name in "ab"})
    assert figures(sync()) == {"created": 2}
    assert (article("a.md").slug, article("b.md").slug) == ("reset", "reset-2")


def test_index_with_a_text_is_an_article_of_its_folder(folder: Folder, sync: Sync) -> None:
    folder.write({"setup/index.md": "---\ntitle: Set-up\norder: 2\n---\nWelcome.\n"})
    assert figures(sync()) == {"created": 1}
    found = article("setup/index.md")
    assert (found.title, found.category.name, found.category.display_order) == (
        "Set-up",
        "Set-up",
        2,
    )


def test_index_without_a_text_describes_its_folder(folder: Folder, sync: Sync) -> None:
    folder.write({"setup/index.md": "---\ntitle: Set-up\n---\n", "setup/a.md": "x"})
    assert figures(sync()) == {"created": 1, "skipped": 1}
    assert article("setup/a.md").category.name == "Set-up"


def test_order_comes_from_the_front_matter_else_the_name(folder: Folder, sync: Sync) -> None:
    folder.write({"03-c.md": "x", "04-d.md": "---\norder: 9\n---\nx"})
    sync()
    assert (article("03-c.md").display_order, article("04-d.md").display_order) == (3, 9)
    assert article("03-c.md").title == "C"


def test_tags_of_one_slug_are_one_tag(folder: Folder, sync: Sync) -> None:
    folder.write(
        {"a.md": "---\ntags: [Sign in, sign-in, 🎉]\n---\nx", "b.md": "---\ntags: sign in\n---\nx"}
    )
    sync()
    assert HelpTag.objects.count() == 1
    assert article("a.md").tags.get() == article("b.md").tags.get()


def test_nothing_of_another_tenant_is_touched(
    folder: Folder, sync: Sync, other_tenant: Model
) -> None:
    folder.write({"a.md": "---\nid: one\nslug: one\ntags: [t]\n---\nx"})
    sync()
    DocumentationService(tenant=other_tenant).sync(folder.root)
    folder.write({"a.md": "---\nid: one\nslug: one\ntags: [t]\n---\nnew"})
    sync()
    theirs = HelpArticle.objects.for_tenant(other_tenant).get()
    assert (theirs.content, theirs.category.tenant_id) == ("x", other_tenant.pk)
    assert theirs.tags.get().tenant_id == other_tenant.pk
    assert HelpCategory.objects.for_tenant(other_tenant).count() == 1


def test_two_sources_are_kept_apart(folder: Folder, sync: Sync) -> None:
    folder.write({"a.md": "# One\n\nx"})
    sync(source="first")
    folder.write({"a.md": "# Two\n\nx"})
    assert figures(sync(source="second")) == {"created": 1}
    titles = HelpArticle.objects.values_list("source", "title").order_by("source")
    assert list(titles) == [("first", "One"), ("second", "Two")]


def test_import_needs_permission(folder: Folder, tenant: Model) -> None:
    folder.write({"a.md": "x"})
    with pytest.raises(PermissionRefused):
        DocumentationService(tenant=tenant, actor=make_user()).sync(folder.root)
    assert not HelpArticle.objects.exists()


def test_import_is_noted_as_the_work_of_who_ran_it(folder: Folder, tenant: Model) -> None:
    folder.write({"a.md": "x"})
    editor = make_user("editor", is_superuser=True)
    DocumentationService(tenant=tenant, actor=editor).sync(folder.root)
    assert article("a.md").created_by == editor


def test_progress_is_told(folder: Folder, sync: Sync) -> None:
    folder.write({f"{number}.md": "x" for number in range(60)})
    told: list[tuple[str, int, int]] = []
    sync(progress=lambda step, done, total: told.append((step, done, total)))
    assert told[:3] == [("articles", 0, 60), ("articles", 50, 60), ("articles", 60, 60)]
    assert {"articles", "vectors"} <= {step for step, _done, _total in told}


def test_tags_that_differ_in_their_signs_are_different_tags(
    folder: Folder, sync: Sync, tenant: Model
) -> None:
    HelpTag.objects.create(tenant_id=tenant.pk, name="C++", slug="cpp")
    folder.write({"a.md": "---\ntags: [C++, C, 'C#']\n---\nx"})
    sync()
    assert sorted(tag.name for tag in article("a.md").tags.all()) == ["C", "C#", "C++"]
    assert figures(sync()) == {"unchanged": 1}


def test_new_file_takes_five_statements(folder: Folder, sync: Sync, settings: Any) -> None:
    settings.HELP_CENTER_EMBEDDINGS = None
    taken = {}
    # The first one makes the category; so few as these go to the index together.
    for name, number in (("first", 1), ("few", 1), ("many", 9)):
        folder.write({f"{name}{each}.md": f"# {name} {each}\n\nText." for each in range(number)})
        with CaptureQueriesContext(connection) as queries:
            assert figures(sync())["created"] == number
        taken[name] = len(queries)
    # A savepoint and its end; the redirects from the slug, the article, its version.
    assert taken["many"] - taken["few"] == 8 * 5
