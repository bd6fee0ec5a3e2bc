"""Owners, intervals and verification in the admin, and the page of what is due."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from django_helpcenter.models import HelpArticle, HelpCategory, HelpReview
from django_helpcenter.models.review_intervals import NEVER
from django_helpcenter.services.ageing import AgeingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.conftest import logged_in
from tests.integration.admin.pages import address, form_of, told

pytestmark = pytest.mark.django_db

LIST = "admin:help_center_helparticle_changelist"
OWNERS = "admin:help_center_helparticle_owners"
DUE = "admin:help_center_helparticle_due"


def make_person(name: str, *permissions: str, **fields: Any) -> Any:
    user = get_user_model().objects.create_user(name, is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def author() -> Any:
    return make_person("author", "change_helparticle", "view_helparticle")


@pytest.fixture
def author_client(author: Any) -> Client:
    return logged_in(author)


@pytest.fixture
def make_due(make_article: Any) -> Any:
    def make(tenant: Any, title: str = "Old", days: float = 200.5, **fields: Any) -> HelpArticle:
        article: HelpArticle = make_article(tenant, title, status="PUBLISHED")
        before = timezone.now() - timedelta(days=days)
        HelpArticle.objects.filter(pk=article.pk).update(
            text_changed_at=before, published_date=before, **fields
        )
        article.refresh_from_db()
        return article

    return make


def data_of(client: Client, article: HelpArticle, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends when the form was filled in."""
    form = form_of(client.get(address(HelpArticle, "change", article.pk)))
    sent = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        sent[name] = "" if value is None else value
    dates = {f"{name}_{part}": "" for name in ("publish_at", "expire_at") for part in (0, 1)}
    return {**sent, **dates, **changes}


def save(client: Client, article: HelpArticle, **changes: Any) -> Any:
    data = data_of(client, article, **changes)
    return client.post(address(HelpArticle, "change", article.pk), data)


def offered(response: Any) -> list[str]:
    """Return whom a form begins with."""
    return [str(label) for _key, label in form_of(response).fields["owner"].choices][1:]


def found_owners(client: Client, tenant: Any, **query: Any) -> list[str]:
    """Return whom the form finds."""
    response = client.get(reverse(OWNERS), {"tenant": tenant.pk, **query})
    return [result["text"] for result in response.json()["results"]]


# The form.


def test_form_offers_who_may_change_articles_and_nobody_else(
    editor_client: Client, editor: Any, author: Any, superuser: Any, tenant: Any, make_article: Any
) -> None:
    make_person("reader")
    make_person("gone", "change_helparticle", is_active=False)
    article = make_article(tenant)
    response = editor_client.get(address(HelpArticle, "change", article.pk))
    assert offered(response) == ["editor"]
    assert f'data-address="{reverse(OWNERS)}?tenant={tenant.pk}"' in response.content.decode()
    assert found_owners(editor_client, tenant) == ["editor", "author", "root"]
    assert found_owners(editor_client, tenant, term="aut") == ["author"]


def test_form_offers_nobody_who_works_elsewhere(
    root_client: Client, author: Any, other_tenant: Any, make_article: Any
) -> None:
    article = make_article(other_tenant)
    response = root_client.get(address(HelpArticle, "change", article.pk))
    assert offered(response) == ["root"]
    assert found_owners(root_client, other_tenant) == ["root"]
    assert found_owners(root_client, other_tenant, term="author") == []


def test_people_of_a_foreign_tenant_are_not_found(
    editor_client: Client, author: Any, tenant: Any, other_tenant: Any
) -> None:
    names = found_owners(editor_client, other_tenant)
    assert names == found_owners(editor_client, tenant)
    response = editor_client.get(reverse(OWNERS), {"tenant": "99999999"})
    assert [result["text"] for result in response.json()["results"]] == names


def test_nobody_is_found_where_no_tenant_is_named(
    root_client: Client, tenant: Any, other_tenant: Any
) -> None:
    assert root_client.get(reverse(OWNERS)).json()["results"] == []


@pytest.mark.parametrize(
    "query", [{"term": "\0"}, {"page": "x"}, {"page": "0"}, {"term": "a" * 999}]
)
def test_search_for_owners_takes_any_text(
    editor_client: Client, tenant: Any, query: dict[str, str]
) -> None:
    assert editor_client.get(reverse(OWNERS), query).status_code == 200


def test_who_may_not_write_articles_finds_nobody(tenant: Any) -> None:
    onlooker = logged_in(make_person("onlooker", "view_helparticle"))
    assert onlooker.get(reverse(OWNERS)).status_code == 403


def test_form_takes_the_same_queries_for_more_staff_and_gives_it_to_any(
    root_client: Client, author: Any, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    page = address(HelpArticle, "change", article.pk)
    sent = data_of(root_client, article, owner=author.pk, title="")

    def count() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as shown:
            root_client.get(page)
        with CaptureQueriesContext(connection) as refused:
            assert root_client.post(page, sent).status_code == 200
        return len(shown), len(refused)

    few = count()
    people = get_user_model()
    staff = people.objects.bulk_create(
        people(username=f"{number}", is_staff=True) for number in range(300)
    )
    Permission.objects.get(codename="change_helparticle").user_set.add(*staff)
    assert count() == few
    assert found_owners(root_client, tenant, term="299") == ["299"]
    assert save(root_client, article, owner=staff[-1].pk).status_code == 302
    assert HelpArticle.objects.get().owner == staff[-1]


def test_name_of_a_person_who_is_not_offered_is_not_shown(
    root_client: Client, author: Any, other_tenant: Any, make_article: Any
) -> None:
    response = save(root_client, make_article(other_tenant), owner=author.pk)
    assert "Select a valid choice" in str(form_of(response).errors["owner"])
    assert "author" not in offered(response)


def test_choice_is_kept_when_something_else_is_refused(
    editor_client: Client, author: Any, tenant: Any, make_article: Any
) -> None:
    response = save(editor_client, make_article(tenant), owner=author.pk, title="")
    assert f'<option value="{author.pk}" selected>author</option>' in response.content.decode()


def test_owner_who_may_no_longer_change_articles_stays_until_changed(
    editor_client: Client, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant, owner=make_person("former"))
    assert "former" in offered(editor_client.get(address(HelpArticle, "change", article.pk)))
    assert save(editor_client, article, title="Other").status_code == 302
    assert str(HelpArticle.objects.get().owner) == "former"


def test_person_who_is_not_offered_is_refused(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    response = save(editor_client, make_article(tenant), owner=make_person("reader").pk)
    assert "Select a valid choice" in str(form_of(response).errors["owner"])
    assert HelpArticle.objects.get().owner is None


def test_owner_and_interval_are_saved_without_an_edit(
    author_client: Client, author: Any, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant)
    response = save(author_client, article, owner=author.pk, review_interval_days="30", note="Me.")
    assert response.status_code == 302
    after = HelpArticle.objects.get()
    assert (after.owner, after.review_interval_days) == (author, 30)
    assert (after.updated_at, after.version) == (article.updated_at, 1)
    reviews = HelpReview.objects.order_by("pk").values_list("action", "actor", "note")
    assert list(reviews) == [("OWNER", author.pk, "Me."), ("INTERVAL", author.pk, "Me.")]


def test_new_article_gets_owner_and_interval(
    editor_client: Client, editor: Any, tenant: Any, make_category: Any
) -> None:
    data = {
        "title": "New", "slug": "", "content": "Text.", "category": make_category(tenant).pk,
        "language": "en", "difficulty_level": "BEGINNER", "display_order": 0, "status": "DRAFT",
        "owner": editor.pk, "review_interval_days": "never",
    }  # fmt: skip
    assert editor_client.post(address(HelpArticle, "add"), data).status_code == 302
    article = HelpArticle.objects.get()
    assert (article.owner, article.review_interval_days) == (editor, NEVER)


@pytest.mark.parametrize(
    ("typed", "days"), [("", None), ("never", NEVER), (" Never ", NEVER), ("45", 45)]
)
def test_interval_is_typed_as_days_or_a_word(
    editor_client: Client, tenant: Any, make_due: Any, typed: str, days: int | None
) -> None:
    article = make_due(tenant, review_interval_days=7)
    save(editor_client, article, review_interval_days=typed)
    assert HelpArticle.objects.get().review_interval_days == days


def test_interval_of_never_is_shown_as_the_word(
    editor_client: Client, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant, review_interval_days=NEVER)
    text = editor_client.get(address(HelpArticle, "change", article.pk)).content.decode()
    assert 'name="review_interval_days" value="never"' in text
    assert save(editor_client, article).status_code == 302
    assert not HelpReview.objects.exists()


def test_form_says_when_an_article_is_due(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    assert due_text(editor_client, article) == date_format(localtime(article.due_at), "DATE_FORMAT")


@pytest.mark.parametrize("status", ["DRAFT", "REVIEW", "ARCHIVED"])
def test_article_that_readers_do_not_see_is_not_due(
    editor_client: Client, tenant: Any, make_article: Any, status: str
) -> None:
    assert due_text(editor_client, make_article(tenant, status=status)) == "–"


def due_text(client: Client, article: HelpArticle) -> str:
    text = client.get(address(HelpArticle, "change", article.pk)).content.decode()
    found = re.search(r'fieldBox field-due_display.*?class="readonly">(.*?)</div>', text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("typed", ["0", "-3", "99999999999", "soon", "1.5"])
def test_interval_that_is_none_is_refused(
    editor_client: Client, tenant: Any, make_due: Any, typed: str
) -> None:
    response = save(editor_client, make_due(tenant), review_interval_days=typed)
    assert "say “never”" in str(form_of(response).errors["review_interval_days"])


def test_form_says_what_an_empty_interval_means(
    editor_client: Client, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant)
    HelpCategory.objects.filter(pk=article.category_id).update(review_interval_days=21)
    text = editor_client.get(address(HelpArticle, "change", article.pk)).content.decode()
    assert "Empty: 21, as the category or the site says." in text


@pytest.mark.parametrize("name", ["owner", "review_interval_days"])
def test_form_sends_along_what_was_seen(
    editor_client: Client, author: Any, tenant: Any, make_due: Any, name: str
) -> None:
    article = make_due(tenant, owner=author, review_interval_days=30)
    page = editor_client.get(address(HelpArticle, "change", article.pk)).content.decode()
    seen = {"owner": author.pk, "review_interval_days": 30}[name]
    assert f'<input type="hidden" name="initial-{name}" value="{seen}"' in page


def opened(client: Client, article: HelpArticle, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends of a form that was opened now, with these changes."""
    data = data_of(client, article)
    seen = {f"initial-{name}": data[name] for name in ("owner", "review_interval_days")}
    return {**data, **seen, **changes}


def test_article_that_a_colleague_took_over_is_saved_and_stays_theirs(
    editor_client: Client, author: Any, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant, owner=make_person("former"))
    data = opened(editor_client, article, content="Half an hour of typing.")
    service = AgeingService(tenant=tenant, actor=author)
    service.assign_owner(article, author)
    service.set_interval(article, 30)
    response = editor_client.post(address(HelpArticle, "change", article.pk), data)
    assert response.status_code == 302
    stored = HelpArticle.objects.get()
    assert stored.content == "Half an hour of typing."
    assert (stored.owner, stored.review_interval_days) == (author, 30)


def test_owner_changed_meanwhile_is_a_conflict(
    editor_client: Client, editor: Any, author: Any, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant)
    data = opened(editor_client, article, title="Other", owner=editor.pk)
    AgeingService(tenant=tenant, actor=author).assign_owner(article, author)
    response = editor_client.post(address(HelpArticle, "change", article.pk), data)
    [error] = form_of(response).non_field_errors()
    assert "author changed the owner to author after you opened this article." in error
    assert HelpArticle.objects.get().owner == author


def test_conflict_about_the_owner_ends_with_the_one_who_is_it(
    editor_client: Client, editor: Any, author: Any, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant)
    data = opened(editor_client, article, title="Other", owner=author.pk)
    AgeingService(tenant=tenant, actor=author).assign_owner(article, author)
    response = editor_client.post(address(HelpArticle, "change", article.pk), data)
    assert response.status_code == 302
    assert HelpArticle.objects.get().title == "Other"


def test_interval_changed_meanwhile_is_a_conflict(
    editor_client: Client, author: Any, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant)
    data = opened(editor_client, article, review_interval_days="7")
    AgeingService(tenant=tenant, actor=author).set_interval(article, NEVER)
    response = editor_client.post(address(HelpArticle, "change", article.pk), data)
    [error] = form_of(response).non_field_errors()
    assert "author changed how often this is reviewed to “never”" in error
    assert HelpArticle.objects.get().review_interval_days == NEVER


def test_person_who_is_not_offered_is_not_named_for_having_been_seen(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    stranger = make_person("stranger").pk
    data = opened(editor_client, make_article(tenant), title="")
    data |= {"owner": stranger, "initial-owner": stranger}
    page = address(HelpArticle, "change", HelpArticle.objects.get().pk)
    assert "stranger" not in editor_client.post(page, data).content.decode()


def test_button_finds_an_article_still_right(
    author_client: Client, author: Any, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant)
    text = author_client.get(address(HelpArticle, "change", article.pk)).content.decode()
    assert 'name="_verify"' in text
    assert save(author_client, article, _verify="", note="Tried.").status_code == 302
    assert not HelpArticle.objects.get().is_stale
    assert HelpReview.objects.get().note == "Tried."


def test_button_is_not_for_drafts_nor_for_who_only_looks(
    editor_client: Client, tenant: Any, make_article: Any, make_due: Any
) -> None:
    draft = make_article(tenant, "Draft")
    page = address(HelpArticle, "change", draft.pk)
    assert 'name="_verify"' not in editor_client.get(page).content.decode()
    onlooker = logged_in(make_person("onlooker", "view_helparticle"))
    page = address(HelpArticle, "change", make_due(tenant).pk)
    assert 'name="_verify"' not in onlooker.get(page).content.decode()
    assert onlooker.post(page, {"_verify": ""}).status_code == 403
    assert not HelpReview.objects.exists()


@pytest.mark.parametrize("typed", ["0", "soon"])
def test_category_with_an_interval_that_is_none_is_refused(
    editor_client: Client, tenant: Any, make_category: Any, typed: str
) -> None:
    category = make_category(tenant)
    data = {"name": "Devices", "slug": "devices", "review_interval_days": typed}
    response = editor_client.post(address(HelpCategory, "change", category.pk), data)
    assert "say “never”" in str(form_of(response).errors["review_interval_days"])


def test_category_passes_its_interval_on(
    editor_client: Client, tenant: Any, make_category: Any, make_due: Any
) -> None:
    category = make_category(tenant)
    article = make_due(tenant, days=30, category=category)
    data = {"name": "Devices", "slug": "devices", "review_interval_days": "14"}
    editor_client.post(address(HelpCategory, "change", category.pk), data)
    assert HelpArticle.objects.get(pk=article.pk).is_stale


# The list.


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"owner": "me"}, ["Mine"]),
        ({"owner": "nobody"}, ["Nobody's"]),
        ({"owner": "AUTHOR"}, ["Theirs"]),
        ({"owner": "99999999"}, []),
        ({"owner": "x"}, []),
        ({}, ["Mine", "Nobody's", "Theirs"]),
    ],
)
def test_list_is_filtered_by_owner(
    editor_client: Client, editor: Any, author: Any, tenant: Any, make_due: Any,
    query: dict[str, str], expected: list[str],
) -> None:  # fmt: skip
    for title, owner in (("Mine", editor), ("Theirs", author), ("Nobody's", None)):
        make_due(tenant, title, owner=owner)
    query = {name: value.replace("AUTHOR", str(author.pk)) for name, value in query.items()}
    found = editor_client.get(reverse(LIST), query).context["cl"].result_list
    assert sorted(article.title for article in found) == expected


def test_owners_of_another_help_center_are_not_named(
    editor_client: Client, tenant: Any, other_tenant: Any, make_due: Any
) -> None:
    make_due(tenant)
    stranger = make_person("stranger-of-globex")
    make_due(other_tenant, owner=stranger)
    response = editor_client.get(reverse(LIST))
    assert "stranger-of-globex" not in response.content.decode()
    found = editor_client.get(reverse(LIST), {"owner": stranger.pk}).context["cl"].result_list
    assert list(found) == []


def act(client: Client, action: str, *articles: HelpArticle) -> Any:
    keys = [article.pk for article in articles]
    return client.post(reverse(LIST), {"action": action, "_selected_action": keys})


def test_selected_articles_are_verified_each_for_itself(
    editor_client: Client, tenant: Any, make_article: Any, make_due: Any
) -> None:
    old, draft = make_due(tenant), make_article(tenant, "Draft")
    response = act(editor_client, "verify_articles", old, draft)
    assert told(response) == [
        "Draft: Only what is published can be found still right.",
        "1 article was found still right.",
    ]
    assert not HelpArticle.objects.get(pk=old.pk).is_stale
    assert LogEntry.objects.get().get_change_message() == "Found still right."


def test_selected_articles_are_taken_over_and_released(
    editor_client: Client, editor: Any, tenant: Any, make_due: Any
) -> None:
    articles = [make_due(tenant, title) for title in ("One", "Two")]
    assert told(act(editor_client, "take_over_articles", *articles)) == ["You own 2 articles more."]
    assert set(HelpArticle.objects.values_list("owner", flat=True)) == {editor.pk}
    response = act(editor_client, "release_articles", *articles)
    assert told(response)[-1:] == ["2 articles have no owner now."]


@pytest.mark.parametrize("action", ["verify_articles", "take_over_articles", "release_articles"])
def test_actions_do_not_touch_foreign_articles(
    editor_client: Client, tenant: Any, other_tenant: Any, make_due: Any, action: str
) -> None:
    theirs = make_due(other_tenant, owner=make_person("theirs"))
    data = {"action": action, "_selected_action": [theirs.pk], "select_across": "1"}
    editor_client.post(reverse(LIST), data)
    after = HelpArticle.objects.get(pk=theirs.pk)
    assert (after.owner_id, after.verified_at) == (theirs.owner_id, None)


# Translations.


@pytest.fixture
def outdated(tenant: Any, make_due: Any) -> HelpArticle:
    """A translation that is due, and whose original has changed since."""
    original = make_due(tenant, "Valve")
    knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
    translation = TranslationService(tenant=tenant, actor=SYSTEM).start(original, "de")
    knowledge.publish_article(knowledge.update_article(translation, title="Ventil"))
    knowledge.update_article(original, content="Close it.", note="Turned round")
    before = timezone.now() - timedelta(days=300)
    HelpArticle.objects.update(text_changed_at=before, published_date=before)
    return HelpArticle.objects.get(pk=translation.pk)


def test_form_does_not_verify_an_outdated_translation(
    editor_client: Client, outdated: HelpArticle
) -> None:
    response = save(editor_client, outdated, is_current="", title="Other", _verify="")
    assert "up to date with the original" in str(form_of(response).errors)
    after = HelpArticle.objects.get(pk=outdated.pk)
    assert (after.verified_at, after.title) == (None, "Ventil")


def test_form_verifies_a_translation_that_is_said_to_follow(
    editor_client: Client, outdated: HelpArticle
) -> None:
    assert save(editor_client, outdated, is_current="on", _verify="").status_code == 302
    assert HelpArticle.objects.get(pk=outdated.pk).verified_at is not None


def test_list_and_due_page_do_not_verify_an_outdated_translation(
    editor_client: Client, outdated: HelpArticle
) -> None:
    for response in (
        act(editor_client, "verify_articles", outdated),
        editor_client.post(reverse(DUE), {"verify": outdated.pk}),
    ):
        assert "up to date with the original" in told(response)[0]
    assert HelpArticle.objects.get(pk=outdated.pk).verified_at is None


def test_due_page_leads_from_an_outdated_translation_to_its_original(
    editor_client: Client, outdated: HelpArticle
) -> None:
    text = editor_client.get(reverse(DUE)).content.decode()
    assert text.count("Outdated translation") == 1
    assert f'href="{address(HelpArticle, "translations", outdated.pk)}"' in text
    assert f'name="verify" value="{outdated.pk}"' not in text


# What is due.


def due_titles(client: Client, **query: Any) -> list[tuple[str, list[str]]]:
    groups = client.get(reverse(DUE), query).context["groups"]
    return [(str(label), [article.title for article in articles]) for label, articles in groups]


def test_due_page_groups_by_owner_most_read_first(
    editor_client: Client, editor: Any, author: Any, tenant: Any, make_due: Any
) -> None:
    make_due(tenant, "Nobody's")
    make_due(tenant, "Theirs", owner=author, view_count=99)
    make_due(tenant, "Mine", owner=editor)
    make_due(tenant, "Mine, read", owner=editor, view_count=5)
    make_due(tenant, "Fresh", days=3, owner=editor)
    assert due_titles(editor_client) == [
        ("Yours", ["Mine, read", "Mine"]),
        ("Other owners", ["Theirs"]),
        ("Without owner", ["Nobody's"]),
    ]
    assert due_titles(editor_client, group="others") == [("Other owners", ["Theirs"])]
    assert len(due_titles(editor_client, group="?")) == 3


def test_due_page_says_how_long_how_read_and_how_liked(
    editor_client: Client, tenant: Any, make_due: Any
) -> None:
    make_due(tenant, view_count=1234, helpful_count=3, not_helpful_count=1)
    text = editor_client.get(reverse(DUE)).content.decode()
    assert "20 days" in text
    assert "1234" in text
    assert "75% (4)" in text


def test_due_page_shows_texts_as_texts(editor_client: Client, tenant: Any, make_due: Any) -> None:
    make_due(tenant, "<script>alert(1)</script>")
    assert "<script>alert" not in editor_client.get(reverse(DUE)).content.decode()


def test_article_is_verified_in_place(
    author_client: Client, author: Any, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant)
    data = {"verify": article.pk, "seen": article.content_hash}
    response = author_client.post(f"{reverse(DUE)}?group=nobody", data)
    assert response.headers["Location"] == f"{reverse(DUE)}?group=nobody#hc-due"
    assert told(response) == ["“Old” was found still right."]
    assert HelpArticle.objects.get().verified_by == author


def test_text_that_changed_since_the_page_was_opened_is_not_verified(
    author_client: Client, tenant: Any, make_due: Any
) -> None:
    article = make_due(tenant)
    response = author_client.post(reverse(DUE), {"verify": article.pk, "seen": "another"})
    assert "was changed by" in told(response)[0]
    assert HelpArticle.objects.get().verified_at is None


def test_article_without_owner_is_taken_over_in_place(
    author_client: Client, author: Any, tenant: Any, make_due: Any
) -> None:
    author_client.post(reverse(DUE), {"take": make_due(tenant).pk})
    assert HelpArticle.objects.get().owner == author


@pytest.mark.parametrize("name", ["verify", "take"])
def test_foreign_article_is_as_one_that_does_not_exist(
    editor_client: Client, tenant: Any, other_tenant: Any, make_due: Any, name: str
) -> None:
    theirs = make_due(other_tenant, "Theirs")
    for key in (theirs.pk, 99999999):
        assert editor_client.post(reverse(DUE), {name: key}).status_code == 404
    assert "Theirs" not in editor_client.get(reverse(DUE)).content.decode()
    page = editor_client.get(reverse(DUE), {"tenant": other_tenant.pk})
    assert "Theirs" not in page.content.decode()


def test_who_only_looks_sees_no_buttons_and_may_press_none(tenant: Any, make_due: Any) -> None:
    article = make_due(tenant)
    onlooker = logged_in(make_person("onlooker", "view_helparticle"))
    text = onlooker.get(reverse(DUE)).content.decode()
    assert "Old" in text
    assert 'name="verify"' not in text
    response = onlooker.post(reverse(DUE), {"verify": article.pk})
    assert "lacks the permission" in told(response)[0]
    assert HelpArticle.objects.get().verified_at is None


def test_who_may_not_look_at_articles_is_refused(tenant: Any) -> None:
    nobody = logged_in(make_person("nobody"))
    assert nobody.get(reverse(DUE)).status_code == 403


def test_who_works_for_several_chooses_a_help_center(
    root_client: Client, tenant: Any, other_tenant: Any, make_due: Any
) -> None:
    make_due(tenant, "Ours")
    make_due(other_tenant, "Theirs")
    text = root_client.get(reverse(DUE)).content.decode()
    assert "Ours" not in text
    assert f"?tenant={tenant.pk}" in text
    assert due_titles(root_client, tenant=tenant.pk) == [("Without owner", ["Ours"])]


def test_due_page_takes_the_same_queries_for_more_rows(
    editor_client: Client, editor: Any, author: Any, tenant: Any, make_due: Any
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert editor_client.get(reverse(DUE)).status_code == 200
        return len(captured)

    translate = TranslationService(tenant=tenant, actor=SYSTEM)

    def fill(rows: int) -> None:
        for number in range(rows):
            for owner in (editor, author):
                make_due(tenant, f"{number}", owner=owner)
            translate.start(make_due(tenant, f"{number}"), "de")

    fill(1)
    editor_client.get(reverse(DUE))
    few = count()
    fill(6)
    assert count() == few


def test_due_page_has_pages(editor_client: Client, tenant: Any, make_due: Any) -> None:
    for number in range(51):
        make_due(tenant, f"{number:02}", view_count=number)
    assert len(due_titles(editor_client)[0][1]) == 50
    assert due_titles(editor_client, page="2") == [("Without owner", ["00"])]
    assert due_titles(editor_client, page="x")[0][1][0] == "50"


def test_list_and_index_of_the_admin_lead_to_what_is_due(
    editor_client: Client, tenant: Any
) -> None:
    for page in (reverse(LIST), reverse("admin:app_list", args=["help_center"])):
        assert f'href="{reverse(DUE)}' in editor_client.get(page).content.decode()
