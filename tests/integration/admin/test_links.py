"""Links in the admin: what is broken and where, and what goes dead with an article."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_helpcenter.admin.article_links import named_articles
from django_helpcenter.choices import ArticleStatus, LinkState
from django_helpcenter.models import HelpArticle, HelpLink
from django_helpcenter.services.links.checking import check_internal
from django_helpcenter.services.links.collecting import collect_links
from django_helpcenter.services.translating import TranslationService
from tests.integration.admin.conftest import logged_in
from tests.integration.admin.pages import address, form_of, nonexistent, told
from tests.scripted_server import scripted_server

LIST = "admin:help_center_helplink_changelist"


def make_link(tenant: Any, target: str = "https://x.example/", **fields: Any) -> HelpLink:
    """Return what is known of an address that articles use by now."""
    collect_links(tenant)
    link = HelpLink.objects.get(tenant=tenant, address=target)
    for name, value in fields.items():
        setattr(link, name, value)
    link.save()
    return link


@pytest.fixture
def broken(tenant: Any, make_article: Any) -> HelpLink:
    """A link to another host that is broken, in one article."""
    make_article(tenant, "Linking <b>", content="One\n\n[the *words*](https://x.example/)")
    return make_link(tenant, state="BROKEN", reason="status", http_status=404)


@pytest.fixture
def target(tenant: Any, make_article: Any) -> HelpArticle:
    """A published article that an article of each status links to."""
    article: HelpArticle = make_article(tenant, "Target", status="PUBLISHED", summary="Short.")
    for status in ArticleStatus.values:
        content = f"[x](article:{article.pk})"
        make_article(tenant, f"Is {status}", status=status, content=content)
    return article


# The list


def test_list_says_what_is_broken_why_and_where(editor_client: Client, broken: HelpLink) -> None:
    response = editor_client.get(reverse(LIST))
    text = response.content.decode()
    assert response.context["title"] == "Broken links"
    assert "https://x.example/</span>" in text
    assert "the server answers “404 Not Found”" in text
    article = HelpArticle.objects.get()
    page = reverse("admin:help_center_helparticle_change", args=[article.pk])
    assert f'<a href="{page}">Linking &lt;b&gt;</a>' in text
    assert "“the words”, line 3" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"broken", "inside"}),
        ("state=BROKEN", {"broken", "inside"}),
        ("state=nonsense", {"broken", "inside"}),
        ("state=GOOD", {"good"}),
        ("state=ignored", {"ignored"}),
        ("state=every", {"broken", "inside", "good", "ignored"}),
        ("place=inside", {"inside"}),
        ("place=outside", {"broken"}),
        ("q=good&state=every", {"good"}),
    ],
)
def test_list_is_filtered(
    editor_client: Client, tenant: Any, query: str, expected: set[str]
) -> None:
    rows: dict[str, dict[str, Any]] = {
        "broken": {"state": "BROKEN"},
        "inside": {"state": "BROKEN", "host": ""},
        "good": {"state": "GOOD"},
        "ignored": {"state": "BROKEN", "is_ignored": True},
    }
    for name, fields in rows.items():
        HelpLink.objects.create(tenant=tenant, address=name, **{"host": "x.example", **fields})
    response = editor_client.get(f"{reverse(LIST)}?{query}")
    assert {link.address for link in response.context["cl"].result_list} == expected


def test_list_names_no_archived_article(
    editor_client: Client, tenant: Any, make_article: Any, broken: HelpLink
) -> None:
    content = "[x](https://x.example/)"
    make_article(tenant, "Old", status="ARCHIVED", content=content)
    for number in range(4):
        make_article(tenant, f"Z {number}", content=content)
    collect_links(tenant)
    text = editor_client.get(reverse(LIST)).content.decode()
    assert ">Old</a>" not in text
    assert ">Z 1</a>" in text
    assert ">Z 2</a>" not in text
    assert "<li>and more</li>" in text


def test_more_links_take_no_more_queries(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    counts = []
    for start in (0, 10):
        for number in range(start, start + 10):
            content = f"[x](https://x.example/{number})"
            make_article(tenant, f"A {number}", content=content)
        collect_links(tenant)
        HelpLink.objects.update(state="BROKEN")
        with CaptureQueriesContext(connection) as captured:
            assert editor_client.get(reverse(LIST)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_those_who_write_articles_see_the_list(
    editor_client: Client, editor: Any, broken: HelpLink
) -> None:
    editor.user_permissions.set(Permission.objects.filter(codename="change_helparticle"))
    assert "x.example" in editor_client.get(reverse(LIST)).content.decode()
    response = editor_client.get(address(HelpLink, "change", broken.pk))
    assert "Check again now" not in response.content.decode()
    assert 'type="submit" value="Save"' not in response.content.decode()


def test_hostile_address_is_inert(editor_client: Client, tenant: Any) -> None:
    link = HelpLink.objects.create(
        tenant=tenant,
        address="javascript:alert(1)//<script>x</script>",
        host="?",
        state="BROKEN",
        moved_to="<script>x</script>",
        note="<script>x</script>",
    )
    for page in (reverse(LIST), address(HelpLink, "change", link.pk)):
        text = editor_client.get(page).content.decode()
        assert "<script>x" not in text
        assert 'href="javascript:' not in text


# One link


def test_link_is_ignored_with_a_note(editor_client: Client, editor: Any, broken: HelpLink) -> None:
    page = address(HelpLink, "change", broken.pk)
    editor_client.post(page, {"is_ignored": "on", "note": "Behind a login"})
    broken.refresh_from_db()
    assert (broken.is_ignored, broken.note) == (True, "Behind a login")
    assert broken.ignored_by == editor
    response = editor_client.get(reverse(LIST))
    assert list(response.context["cl"].result_list) == []
    editor_client.post(page, {"note": ""})
    broken.refresh_from_db()
    assert (broken.is_ignored, broken.ignored_by) == (False, None)


def test_own_page_is_checked_again_now(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    target = make_article(tenant, "Target", status="ARCHIVED")
    make_article(tenant, "Linking", content=f"[x](article:{target.pk})", status="PUBLISHED")
    link = make_link(tenant, f"article:{target.pk}")
    check_internal(tenant)
    text = editor_client.get(address(HelpLink, "change", link.pk)).content.decode()
    assert 'formaction="../recheck/"' in text
    assert "the article is archived" in text
    HelpArticle.objects.filter(pk=target.pk).update(status="PUBLISHED")
    response = editor_client.post(address(HelpLink, "recheck", link.pk))
    assert response.headers["Location"] == address(HelpLink, "change", link.pk)
    assert told(response) == ["Works"]
    link.refresh_from_db()
    assert link.state == LinkState.GOOD


def test_hostile_answer_is_told_like_any(
    editor_client: Client, tenant: Any, make_article: Any, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK = True
    settings.HELP_CENTER_LINK_CHECK_NETWORKS = ["127.0.0.0/8"]
    with scripted_server() as server:
        settings.HELP_CENTER_LINK_CHECK_PORTS = [server.port]
        date = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
        url = server.answer("/x", 200, f"Retry-After: {date}")
        make_article(tenant, content=f"[x]({url})")
        link = make_link(tenant, url)
        response = editor_client.post(address(HelpLink, "recheck", link.pk))
    assert told(response) == ["Works"]


def test_link_that_nobody_uses_any_more_leads_back_to_the_list(
    editor_client: Client, broken: HelpLink, settings: Any
) -> None:
    settings.HELP_CENTER_LINK_CHECK = True
    HelpArticle.objects.update(content="Mended.")
    response = editor_client.post(address(HelpLink, "recheck", broken.pk))
    assert response.headers["Location"] == reverse(LIST)
    assert told(response) == ["No article uses this link any more."]


def test_other_host_is_not_asked_where_none_is(editor_client: Client, broken: HelpLink) -> None:
    text = editor_client.get(address(HelpLink, "change", broken.pk)).content.decode()
    assert "recheck" not in text
    response = editor_client.post(address(HelpLink, "recheck", broken.pk))
    assert "HELP_CENTER_LINK_CHECK" in told(response)[0]


def test_check_needs_a_post_and_the_permission(
    editor_client: Client, editor: Any, broken: HelpLink
) -> None:
    url = address(HelpLink, "recheck", broken.pk)
    assert editor_client.get(url).status_code == 405
    editor.user_permissions.set(Permission.objects.filter(codename="view_helplink"))
    assert editor_client.post(url).status_code == 403


def test_foreign_link_is_checked_like_none(
    editor_client: Client, other_tenant: Any, make_article: Any
) -> None:
    make_article(other_tenant, content="[x](https://x.example/)")
    link = make_link(other_tenant)
    answers = [
        editor_client.post(address(HelpLink, "recheck", key))
        for key in (link.pk, nonexistent(link))
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


# Several links


def select(link: HelpLink, action: str) -> dict[str, Any]:
    return {"action": action, "_selected_action": [link.pk]}


def test_selected_links_are_ignored(editor_client: Client, broken: HelpLink) -> None:
    response = editor_client.post(reverse(LIST), select(broken, "ignore_selected"))
    assert told(response) == ["1 link is ignored."]
    broken.refresh_from_db()
    assert broken.is_ignored


def test_selected_links_are_asked_in_the_next_run(editor_client: Client, broken: HelpLink) -> None:
    response = editor_client.post(reverse(LIST), select(broken, "check_selected"))
    assert told(response) == ["1 link will be checked in the next run."]
    broken.refresh_from_db()
    assert broken.next_check_at is not None


@pytest.mark.parametrize("action", ["ignore_selected", "check_selected", "delete_selected"])
def test_selected_foreign_links_are_left_alone(
    editor_client: Client, tenant: Any, other_tenant: Any, make_article: Any, action: str
) -> None:
    make_article(other_tenant, content="[x](https://x.example/)")
    link = make_link(other_tenant, state="BROKEN")
    editor_client.post(reverse(LIST), select(link, action))
    stored = HelpLink.objects.get()
    assert (stored.is_ignored, stored.next_check_at) == (False, None)


# Articles


def test_articles_with_broken_links_are_found(
    editor_client: Client, tenant: Any, other_tenant: Any, make_article: Any, broken: HelpLink
) -> None:
    make_article(tenant, "Good", content="[x](https://y.example/)")
    collect_links(tenant)
    # Broken for the others, if for anybody.
    HelpLink.objects.create(
        tenant=other_tenant, address="https://y.example/", host="y.example", state="BROKEN"
    )
    url = reverse("admin:help_center_helparticle_changelist")
    response = editor_client.get(url, {"links": "broken"})
    assert [row.title for row in response.context["cl"].result_list] == ["Linking <b>"]
    HelpLink.objects.update(is_ignored=True)
    response = editor_client.get(url, {"links": "broken"})
    assert list(response.context["cl"].result_list) == []


def test_page_of_an_article_says_what_links_to_it(
    editor_client: Client, target: HelpArticle
) -> None:
    text = editor_client.get(address(HelpArticle, "change", target.pk)).content.decode()
    for status in ArticleStatus.values:
        assert f">Is {status}</a>" in text
    assert text.index(">Is PUBLISHED</a>") < text.index(">Is ARCHIVED</a>")


def test_page_of_an_article_says_that_nothing_links_to_it(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    page = address(HelpArticle, "change", make_article(tenant).pk)
    assert "Nothing." in editor_client.get(page).content.decode()


def test_deletion_names_the_articles_with_a_dead_link(
    editor_client: Client, target: HelpArticle
) -> None:
    url = reverse("admin:help_center_helparticle_changelist")
    data = {"action": "delete_selected", "_selected_action": [target.pk]}
    pages = (
        editor_client.get(address(HelpArticle, "delete", target.pk)),
        editor_client.post(url, data),
    )
    for page in pages:
        text = page.content.decode()
        assert "Links in these articles will lead nowhere:" in text
        assert ">Is PUBLISHED</a>" in text
        assert ">Is DRAFT</a>" in text
        assert "Is ARCHIVED" not in text


def test_deletion_of_what_nobody_links_to_says_nothing_of_links(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    page = address(HelpArticle, "delete", make_article(tenant).pk)
    assert "lead nowhere" not in editor_client.get(page).content.decode()


@pytest.fixture
def translated(editor: Any, tenant: Any, make_article: Any) -> HelpArticle:
    """An original with a translation into French."""
    original: HelpArticle = make_article(tenant, "Original", status="PUBLISHED")
    french = TranslationService(tenant=tenant, actor=editor).start(original, "fr")
    HelpArticle.objects.filter(pk=french.pk).update(title="En français")
    return original


LONE = "These translations will have no original any more:"


def test_deletion_of_an_original_names_its_translations(
    editor_client: Client, translated: HelpArticle
) -> None:
    text = editor_client.get(address(HelpArticle, "delete", translated.pk)).content.decode()
    assert LONE in text
    assert ">En français</a>" in text


def test_deletion_of_an_original_and_its_translations_leaves_none_to_name(
    editor_client: Client, translated: HelpArticle
) -> None:
    url = reverse("admin:help_center_helparticle_changelist")
    keys = list(HelpArticle.objects.values_list("pk", flat=True))
    data = {"action": "delete_selected", "_selected_action": keys}
    assert LONE not in editor_client.post(url, data).content.decode()


def test_deletion_of_a_translation_names_no_translation(
    editor_client: Client, translated: HelpArticle
) -> None:
    french = HelpArticle.objects.get(language="fr")
    page = address(HelpArticle, "delete", french.pk)
    assert LONE not in editor_client.get(page).content.decode()


def test_named_articles_are_linked_on_the_admin_site_that_shows_them(
    tenant: Any, make_article: Any, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.integration.admin.urls_of_two_sites"
    text = named_articles([make_article(tenant)], "second")
    assert 'href="/second/' in text
    assert 'href="/admin/' in named_articles([make_article(tenant, "Other")], "admin")


def archive(client: Client, article: HelpArticle, **data: str) -> Any:
    page = address(HelpArticle, "change", article.pk)
    form = form_of(client.get(page))
    values = {name: form[name].value() for name in form.fields}
    filled = {name: value for name, value in values.items() if value not in (None, "")}
    return client.post(page, {**filled, "_step": "ARCHIVED", **data})


def test_archiving_asks_and_names_the_articles_with_a_dead_link(
    editor_client: Client, target: HelpArticle
) -> None:
    response = archive(editor_client, target, summary='New "text" <b>')
    text = response.content.decode()
    assert ">Is PUBLISHED</a>" in text
    assert "Is ARCHIVED" not in text
    # What was typed comes along.
    assert 'name="summary" value="New &quot;text&quot; &lt;b&gt;"' in text
    target.refresh_from_db()
    assert target.status == ArticleStatus.PUBLISHED
    archive(editor_client, target, summary="New", _confirmed="1")
    target.refresh_from_db()
    assert (target.status, target.summary) == (ArticleStatus.ARCHIVED, "New")


def test_no_to_the_question_brings_back_what_was_typed_and_saves_nothing(
    editor_client: Client, target: HelpArticle
) -> None:
    response = archive(editor_client, target, summary='New "text" <b>', _take_back="1")
    form = form_of(response)
    assert form["summary"].value() == 'New "text" <b>'
    assert "Nothing was saved." in str(form.non_field_errors())
    target.refresh_from_db()
    assert (target.status, target.summary == form["summary"].value()) == ("PUBLISHED", False)


def test_author_who_may_not_archive_is_not_asked(tenant: Any, target: HelpArticle) -> None:
    user = get_user_model().objects.create_user("ana", is_staff=True)
    wanted = ("change_helparticle", "view_helparticle")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    response = archive(logged_in(user), target, summary="New.")
    assert "although others link here" not in response.content.decode()
    assert "Select a valid choice" in str(form_of(response).errors["status"])


def test_nothing_is_asked_before_the_form_is_valid(
    editor_client: Client, target: HelpArticle
) -> None:
    response = archive(editor_client, target, title="")
    assert "although others link here" not in response.content.decode()
    assert form_of(response).errors["title"]


def test_taking_a_published_article_back_asks_and_names_the_articles_with_a_dead_link(
    editor_client: Client, target: HelpArticle
) -> None:
    response = archive(editor_client, target, summary="New.", _step="DRAFT")
    text = response.content.decode()
    assert "Take back to draft although others link here?" in text
    assert "Readers lose this page" in text
    assert ">Is PUBLISHED</a>" in text
    target.refresh_from_db()
    assert target.status == ArticleStatus.PUBLISHED
    archive(editor_client, target, summary="New.", _step="DRAFT", _confirmed="1")
    target.refresh_from_db()
    assert (target.status, target.summary) == (ArticleStatus.DRAFT, "New.")


@pytest.mark.parametrize("status", ["REVIEW", "ARCHIVED"])
def test_going_back_to_draft_from_where_readers_see_nothing_asks_nothing(
    editor_client: Client, target: HelpArticle, status: str
) -> None:
    HelpArticle.objects.filter(pk=target.pk).update(status=status)
    assert archive(editor_client, target, _step="DRAFT").status_code == 302


def test_question_that_is_not_answered_changes_nothing(
    editor_client: Client, target: HelpArticle
) -> None:
    archive(editor_client, target, title="New", owner="", note="Gone.")
    stored = HelpArticle.objects.get(pk=target.pk)
    assert (stored.title, stored.version) == (target.title, target.version)


def test_archiving_what_nobody_links_to_asks_nothing(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED", summary="Short.")
    archive(editor_client, article)
    article.refresh_from_db()
    assert article.status == ArticleStatus.ARCHIVED


def test_archiving_several_asks_once(editor_client: Client, target: HelpArticle) -> None:
    url = reverse("admin:help_center_helparticle_changelist")
    data = {"action": "archive_articles", "_selected_action": [target.pk]}
    text = editor_client.post(url, data).content.decode()
    assert ">Is PUBLISHED</a>" in text
    assert f'name="_selected_action" value="{target.pk}"' in text
    target.refresh_from_db()
    assert target.status == ArticleStatus.PUBLISHED
    editor_client.post(url, {**data, "_confirmed": "1"})
    target.refresh_from_db()
    assert target.status == ArticleStatus.ARCHIVED


def test_archiving_all_that_link_to_each_other_asks_nothing(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    first = make_article(tenant, "One", status="PUBLISHED")
    make_article(tenant, "Two", content=f"[x](article:{first.pk})", status="PUBLISHED")
    url = reverse("admin:help_center_helparticle_changelist")
    keys = list(HelpArticle.objects.values_list("pk", flat=True))
    editor_client.post(url, {"action": "archive_articles", "_selected_action": keys})
    assert set(HelpArticle.objects.values_list("status", flat=True)) == {"ARCHIVED"}
