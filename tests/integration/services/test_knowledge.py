"""Writing articles."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpArticle, HelpCategory, HelpRedirect, HelpTag
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.workflow import TRANSITIONS
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_category
from tests.threads import run_at_once


@pytest.fixture
def service(tenant: Model) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=SYSTEM)


def create(service: KnowledgeService, title: str = "Valve", **fields: Any) -> HelpArticle:
    category = make_category(service.tenant)
    fields = {"content": "Close it.", "category": category, "index": False, **fields}
    return service.create_article(title=title, **fields)


def redirects(article: HelpArticle) -> list[str]:
    return sorted(article.redirects.values_list("slug", flat=True))


# Creating


def test_article_is_stored_as_given(service: KnowledgeService) -> None:
    tags = service.ensure_tags(["Pumps", "Docks"])
    article = create(
        service,
        summary="In short.",
        language="de",
        difficulty_level="ADVANCED",
        target_roles=["manager"],
        display_order=3,
        tags=tags,
    )
    stored = HelpArticle.objects.get()
    assert stored == article
    assert (stored.summary, stored.language, stored.difficulty_level) == (
        "In short.",
        "de",
        "ADVANCED",
    )
    assert (stored.target_roles, stored.display_order) == (["manager"], 3)
    assert set(stored.tags.all()) == set(tags)


def test_language_may_be_left_to_the_site(service: KnowledgeService) -> None:
    with override_settings(LANGUAGE_CODE="fr"):
        assert create(service, language=None).language == "fr"


def test_names_of_tags_and_category_are_kept_for_the_search(service: KnowledgeService) -> None:
    article = create(service, tags=service.ensure_tags(["Pumps", "Docks"]))
    assert (article.search_tags, article.category_name) == ("Pumps Docks", "General")


def test_article_may_have_a_reserved_key(service: KnowledgeService) -> None:
    assert create(service, pk=4_711).pk == 4_711


def test_new_article_never_overwrites_another(service: KnowledgeService) -> None:
    article = create(service)
    with pytest.raises(Exception, match="pkey"), transaction.atomic():
        create(service, pk=article.pk)
    assert HelpArticle.objects.get().title == "Valve"


def test_article_of_an_empty_text_may_be_a_draft(service: KnowledgeService) -> None:
    assert create(service, content="").status == ArticleStatus.DRAFT


@pytest.mark.parametrize("content", ["", " \n\t"])
def test_article_without_a_text_is_not_published(service: KnowledgeService, content: str) -> None:
    with pytest.raises(ValidationError, match="without a text"):
        create(service, content=content, status="PUBLISHED")
    draft = create(service, content=content)
    with pytest.raises(ValidationError, match="without a text"):
        service.publish_article(draft)


def test_title_of_500_characters_is_fine(service: KnowledgeService) -> None:
    article = create(service, "x" * 500, status="PUBLISHED")
    assert (len(article.title), len(article.slug)) == (500, 255)


def test_title_of_501_characters_is_refused(service: KnowledgeService) -> None:
    with pytest.raises(ValidationError) as caught:
        create(service, "x" * 501)
    assert set(caught.value.message_dict) == {"title"}
    assert not HelpArticle.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", ""),
        ("title", "a\x00b"),
        ("content", "a\x00b"),
        ("summary", "\ud800"),
        ("slug", "no slug"),
        ("slug", "x" * 256),
        ("status", "GONE"),
        ("difficulty_level", "HARD"),
        ("target_roles", "manager"),
        ("language", "x" * 17),
    ],
)
def test_value_that_does_not_fit_is_refused(
    service: KnowledgeService, name: str, value: Any
) -> None:
    with pytest.raises(ValidationError) as caught:
        create(service, **{"title": "Valve", name: value})
    assert set(caught.value.message_dict) == {name}


@override_settings(HELP_CENTER_ARTICLE_MAX_CHARACTERS=100)
def test_text_that_is_too_long_is_refused(service: KnowledgeService) -> None:
    with pytest.raises(ValidationError, match="101 characters; at most 100"):
        create(service, content="x" * 101)


# Slugs


def test_slug_is_made_from_the_title(service: KnowledgeService) -> None:
    assert create(service, "Close the valve!").slug == "close-the-valve"


def test_equal_titles_get_a_number(service: KnowledgeService) -> None:
    slugs = [create(service, "Valve").slug for _ in range(3)]
    assert slugs == ["valve", "valve-2", "valve-3"]


def test_long_equal_titles_get_a_number(service: KnowledgeService) -> None:
    slugs = {create(service, "x" * 400).slug for _ in range(12)}
    assert len(slugs) == 12
    assert {len(slug) for slug in slugs} == {255}


def test_title_in_another_script_keeps_it(service: KnowledgeService) -> None:
    assert create(service, "如何重置密码").slug == "如何重置密码"


def test_title_without_letters_gets_a_slug(service: KnowledgeService) -> None:
    assert [create(service, "🔑").slug for _ in range(2)] == ["item", "item-2"]


def test_equal_titles_of_two_languages_and_tenants_share_a_slug(
    service: KnowledgeService, other_tenant: Model
) -> None:
    theirs = KnowledgeService(tenant=other_tenant, actor=SYSTEM)
    slugs = {create(service).slug, create(service, language="de").slug, create(theirs).slug}
    assert slugs == {"valve"}


def test_explicit_slug_that_is_taken_is_refused(service: KnowledgeService) -> None:
    create(service, slug="valve")
    with pytest.raises(ValidationError) as caught:
        create(service, "Other", slug="valve")
    assert caught.value.message_dict == {"slug": ["The slug “valve” is taken."]}
    assert HelpArticle.objects.count() == 1


def test_slug_that_another_article_has_is_refused(service: KnowledgeService) -> None:
    create(service, slug="valve")
    other = create(service, "Other")
    with pytest.raises(ValidationError, match="is taken"):
        service.update_article(other, slug="valve")
    assert not HelpRedirect.objects.exists()


def test_empty_slug_is_refused_in_a_change(service: KnowledgeService) -> None:
    with pytest.raises(ValidationError):
        service.update_article(create(service), slug="")
    assert not HelpRedirect.objects.exists()


def test_new_title_keeps_the_slug(service: KnowledgeService) -> None:
    assert service.update_article(create(service), title="Other").slug == "valve"


def test_changed_slug_leaves_a_redirect(service: KnowledgeService) -> None:
    article = service.update_article(create(service), slug="new")
    assert (article.slug, redirects(article)) == ("new", ["valve"])


def test_changed_language_leaves_a_redirect(service: KnowledgeService) -> None:
    article = service.update_article(create(service), language="de")
    redirect = article.redirects.get()
    assert (redirect.language, redirect.slug) == ("en", "valve")


def test_slug_that_comes_back_leaves_no_loop(service: KnowledgeService) -> None:
    article = create(service, slug="a")
    for slug in ("b", "c", "a"):
        article = service.update_article(article, slug=slug)
    assert (article.slug, redirects(article)) == ("a", ["b", "c"])


def test_redirects_of_articles_that_swap_slugs_lead_to_them(service: KnowledgeService) -> None:
    one, two = create(service, slug="one"), create(service, slug="two")
    one = service.update_article(one, slug="passing")
    two = service.update_article(two, slug="one")
    one = service.update_article(one, slug="two")
    assert (one.slug, redirects(one)) == ("two", ["passing"])
    assert (two.slug, redirects(two)) == ("one", [])


def test_derived_slug_leaves_redirects_alone(service: KnowledgeService) -> None:
    moved = service.update_article(create(service, slug="valve"), slug="new")
    assert create(service, "Valve").slug == "valve-2"
    assert redirects(moved) == ["valve"]


def test_explicit_slug_takes_the_place_of_a_redirect(service: KnowledgeService) -> None:
    moved = service.update_article(create(service, slug="valve"), slug="new")
    assert create(service, slug="valve").slug == "valve"
    assert redirects(moved) == []


@pytest.mark.django_db(transaction=True)
def test_equal_titles_at_once_get_different_slugs(tenant: Model) -> None:
    category = make_category(tenant)

    def write() -> list[str]:
        service = KnowledgeService(tenant=tenant, actor=SYSTEM)
        return [create(service, category=category).slug for _ in range(5)]

    slugs = [slug for result in run_at_once(*[write] * 4) for slug in result]
    assert sorted(slugs) == sorted({"valve", *(f"valve-{number}" for number in range(2, 21))})


# Changing


def test_change_is_stored_and_returned(service: KnowledgeService) -> None:
    article = create(service)
    changed = service.update_article(article, content="Open it.", display_order=4)
    article.refresh_from_db()
    assert (changed.content, article.content, article.display_order) == ("Open it.", "Open it.", 4)


def test_change_starts_from_what_is_stored(service: KnowledgeService) -> None:
    article = create(service)
    service.update_article(article, summary="Theirs.")
    article.content = "Not asked for."
    changed = service.update_article(article, display_order=1)
    assert (changed.summary, changed.content) == ("Theirs.", "Close it.")


def test_change_brings_the_date(service: KnowledgeService) -> None:
    article = create(service)
    assert service.update_article(article, display_order=1).updated_at > article.updated_at


def test_tags_are_replaced(service: KnowledgeService) -> None:
    article = create(service, tags=service.ensure_tags(["Pumps", "Docks"]))
    changed = service.update_article(article, tags=service.ensure_tags(["Docks", "Sites"]))
    assert {tag.name for tag in changed.tags.all()} == {"Docks", "Sites"}
    assert changed.search_tags == "Docks Sites"


def test_tags_stay_when_they_are_not_given(service: KnowledgeService) -> None:
    article = create(service, tags=service.ensure_tags(["Pumps"]))
    changed = service.update_article(article, title="Other")
    assert (changed.tags.get().name, changed.search_tags) == ("Pumps", "Pumps")


def test_new_category_brings_its_name(service: KnowledgeService, tenant: Model) -> None:
    changed = service.update_article(create(service), category=make_category(tenant, "Docks"))
    assert changed.category_name == "Docks"


def test_refused_change_leaves_nothing(service: KnowledgeService) -> None:
    article = create(service)
    with pytest.raises(ValidationError):
        service.update_article(article, slug="new", title="x" * 501)
    article.refresh_from_db()
    assert (article.slug, article.title, redirects(article)) == ("valve", "Valve", [])


def test_change_of_what_somebody_else_changed_is_refused(
    service: KnowledgeService, tenant: Model
) -> None:
    article = create(service)
    editor = make_author("edith", "change_helparticle")
    theirs = KnowledgeService(tenant=tenant, actor=editor).update_article(article, title="Theirs")
    with pytest.raises(ArticleConflict) as caught:
        service.update_article(article, expected_hash=article.content_hash, title="Ours")
    message = str(caught.value)
    assert "“Theirs” was changed by edith" in message
    assert f"{theirs.updated_at:%Y-%m-%d %H:%M}" in message
    theirs.refresh_from_db()
    assert theirs.title == "Theirs"


def test_conflict_with_the_system_names_somebody(service: KnowledgeService) -> None:
    article = create(service)
    service.update_article(article, title="Theirs")
    with pytest.raises(ArticleConflict, match="by somebody else on"):
        service.update_article(article, expected_hash=article.content_hash, title="Ours")


def test_change_of_what_nobody_changed_goes_through(service: KnowledgeService) -> None:
    article = create(service)
    service.update_article(article, display_order=9)
    changed = service.update_article(article, expected_hash=article.content_hash, title="Ours")
    assert changed.title == "Ours"


@pytest.mark.parametrize("method", ["publish_article", "delete_article", "submit_for_review"])
def test_article_that_was_deleted_is_a_conflict(service: KnowledgeService, method: str) -> None:
    article = create(service)
    HelpArticle.objects.all().delete()
    with pytest.raises(ArticleConflict, match="deleted meanwhile"):
        getattr(service, method)(article)


@pytest.mark.django_db(transaction=True)
def test_one_of_two_changes_at_once_is_a_conflict(tenant: Model) -> None:
    article = make_article(tenant, status="DRAFT")

    def change(title: str) -> Any:
        def run() -> str:
            service = KnowledgeService(tenant=tenant, actor=SYSTEM)
            try:
                service.update_article(article, expected_hash=article.content_hash, title=title)
            except ArticleConflict:
                return "conflict"
            return title

        return run

    results = run_at_once(*[change(f"Title {number}") for number in range(4)])
    article.refresh_from_db()
    assert sorted(results) == sorted([article.title, *["conflict"] * 3])


# Status


@pytest.mark.parametrize(
    ("before", "after"),
    [(before, after) for before in ArticleStatus.values for after in ArticleStatus.values],
)
def test_article_goes_where_the_table_says(
    service: KnowledgeService, before: str, after: str
) -> None:
    article = create(service, status=before)
    if before == after or after in TRANSITIONS[before]:
        assert service.update_article(article, status=after).status == after
        return
    with pytest.raises(ValidationError, match=f"from {before} to {after}"):
        service.update_article(article, status=after)


def test_archived_article_is_not_sent_to_review(service: KnowledgeService) -> None:
    with pytest.raises(ValidationError, match="from ARCHIVED to REVIEW"):
        service.submit_for_review(create(service, status="ARCHIVED"))


def test_published_article_is_published_again_without_effect(service: KnowledgeService) -> None:
    article = create(service, status="PUBLISHED")
    again = service.publish_article(article)
    assert (again.updated_at, again.version) == (article.updated_at, 1)


def test_status_is_the_stored_one_whatever_the_caller_holds(service: KnowledgeService) -> None:
    article = create(service, status="PUBLISHED")
    service.archive_article(article)
    assert service.publish_article(article).status == ArticleStatus.PUBLISHED


# Versions


def numbers(article: HelpArticle) -> list[tuple[int, str]]:
    return list(article.versions.order_by("number").values_list("number", "content"))


def test_draft_has_no_version(service: KnowledgeService) -> None:
    article = service.update_article(create(service), content="Other")
    assert (article.version, numbers(article)) == (0, [])


def test_publishing_keeps_the_text(service: KnowledgeService) -> None:
    author = make_author("edith", "add_helparticle", "publish_helparticle")
    writer = KnowledgeService(tenant=service.tenant, actor=author)
    article = create(writer, summary="Short.", status="PUBLISHED", note="First")
    version = article.versions.get()
    assert (version.title, version.summary, version.content) == ("Valve", "Short.", "Close it.")
    assert (version.number, version.note, version.author) == (1, "First", author)
    assert (version.content_hash, version.tenant) == (article.content_hash, service.tenant)


def test_first_version_has_none_before(service: KnowledgeService) -> None:
    article = service.publish_article(create(service))
    assert (article.version, article.previous_version) == (1, None)


def test_published_text_that_changes_is_a_new_version(service: KnowledgeService) -> None:
    article = create(service, status="PUBLISHED")
    article = service.update_article(article, content="Second.", note="Better")
    article = service.update_article(article, content="Third.")
    assert numbers(article) == [(1, "Close it."), (2, "Second."), (3, "Third.")]
    previous = article.previous_version
    assert previous is not None
    assert (article.version, previous.number, previous.note) == (3, 2, "Better")


@pytest.mark.parametrize("change", [{"display_order": 3}, {"target_roles": ["manager"]}])
def test_change_beside_the_text_is_no_version(
    service: KnowledgeService, change: dict[str, Any]
) -> None:
    article = service.update_article(create(service, status="PUBLISHED"), **change)
    assert (article.version, len(numbers(article))) == (1, 1)


def test_submitting_keeps_the_text(service: KnowledgeService) -> None:
    article = service.submit_for_review(create(service), note="Please look")
    assert (article.version, article.versions.get().note) == (1, "Please look")


def test_edits_under_review_are_not_kept_one_by_one(service: KnowledgeService) -> None:
    article = service.submit_for_review(create(service))
    for number in range(3):
        article = service.update_article(article, content=f"Edit {number}.")
    article = service.publish_article(article)
    assert numbers(article) == [(1, "Close it."), (2, "Edit 2.")]


def test_reviewed_text_is_published_as_the_version_that_was_reviewed(
    service: KnowledgeService,
) -> None:
    article = service.publish_article(service.submit_for_review(create(service)))
    assert (article.version, article.previous_version) == (1, None)
    assert len(numbers(article)) == 1


def test_text_that_is_published_again_is_no_new_version(service: KnowledgeService) -> None:
    article = service.archive_article(create(service, status="PUBLISHED"))
    assert service.publish_article(article).version == 1


def test_article_from_the_orm_gets_its_first_version(
    service: KnowledgeService, tenant: Model
) -> None:
    article = HelpArticle.objects.create(
        tenant_id=tenant.pk,
        category=make_category(tenant),
        title="Valve",
        slug="valve",
        content="Close it.",
        status="PUBLISHED",
    )
    changed = service.update_article(article, content="Open it.")
    assert numbers(changed) == [(1, "Open it.")]


def test_versions_go_with_their_article(service: KnowledgeService) -> None:
    article = service.update_article(create(service, status="PUBLISHED"), content="Second.")
    service.update_article(article, slug="other")
    service.delete_article(article)
    assert not HelpArticle.objects.exists()
    assert not HelpRedirect.objects.exists()


# Categories and tags


def test_category_is_made_once(service: KnowledgeService) -> None:
    first = service.ensure_category(name="Pumps", description="All about pumps.")
    assert service.ensure_category(name="Pumps") == first
    assert first.description == "All about pumps."


def test_category_of_one_name_may_stand_in_two_places(service: KnowledgeService) -> None:
    top = service.ensure_category(name="General")
    below = service.ensure_category(name="General", parent=top)
    assert (top.slug, below.slug) == ("general", "general-2")
    assert service.ensure_category(name="General", parent=top) == below


def test_category_name_that_is_too_long_is_refused(service: KnowledgeService) -> None:
    with pytest.raises(ValidationError, match="200 characters"):
        service.ensure_category(name="x" * 201)


def test_tags_come_in_the_order_of_their_names(service: KnowledgeService) -> None:
    assert [tag.name for tag in service.ensure_tags(["b", "a", "c"])] == ["b", "a", "c"]


def test_names_that_mean_the_same_are_one_tag(service: KnowledgeService) -> None:
    tags = service.ensure_tags(["Work orders", "  work   Orders ", "work-orders"])
    assert [tag.name for tag in tags] == ["Work orders"]


def test_tag_with_a_slug_of_its_own_is_found_by_its_name(
    service: KnowledgeService, tenant: Model
) -> None:
    tag = HelpTag.objects.create(tenant_id=tenant.pk, name="Work orders", slug="wo")
    assert service.ensure_tags(["Work orders"]) == [tag]


def test_tags_of_other_tenants_are_others(service: KnowledgeService, other_tenant: Model) -> None:
    (theirs,) = KnowledgeService(tenant=other_tenant, actor=SYSTEM).ensure_tags(["Pumps"])
    assert service.ensure_tags(["Pumps"]) != [theirs]


@pytest.mark.parametrize("names", [[], ["", "  ", "!?"]])
def test_names_without_letters_are_no_tags(service: KnowledgeService, names: list[str]) -> None:
    assert service.ensure_tags(names) == []


def test_long_name_of_a_tag_is_cut(service: KnowledgeService) -> None:
    assert len(service.ensure_tags(["x" * 300])[0].name) == 100


@pytest.mark.django_db(transaction=True)
def test_category_and_tags_at_once_are_made_once(tenant: Model) -> None:
    def ensure() -> Any:
        service = KnowledgeService(tenant=tenant, actor=SYSTEM)
        tags = service.ensure_tags(["Pumps", "Docks"])
        return service.ensure_category(name="Pumps").pk, [tag.pk for tag in tags]

    results = run_at_once(*[ensure] * 4)
    assert all(result == results[0] for result in results)
    assert HelpCategory.objects.for_tenant(tenant).count() == 1
