"""Writing articles in the admin."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleVersion,
    HelpRedirect,
    HelpTag,
    HelpTenant,
    get_tenant_model,
)
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.pages import form_of, told

LIST = "admin:help_center_helparticle_changelist"


def change_url(article: HelpArticle) -> str:
    return reverse("admin:help_center_helparticle_change", args=[article.pk])


def shown(client: Client, url: str) -> dict[str, Any]:
    """Return what a browser would send after opening a form and changing nothing."""
    form = form_of(client.get(url))
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if bound.name in ("publish_at", "expire_at"):
            continue
        if value is not None:
            data[bound.html_name] = [v.pk for v in value] if bound.name == "tags" else value
    return data


def edit(client: Client, article: HelpArticle, **changes: Any) -> Any:
    """Open an article and save it with these changes."""
    url = change_url(article)
    return client.post(url, {**shown(client, url), **changes})


def test_article_is_written_and_belongs_to_who_wrote_it(
    editor_client: Client, editor: Any, tenant: Any, make_category: Any
) -> None:
    category = make_category(tenant)
    Group.objects.bulk_create([Group(name="technician"), Group(name="dispatcher")])
    data = {
        "title": "Pair a scanner",
        "content": "# Pairing",
        "category": category.pk,
        "language": "en",
        "difficulty_level": "BEGINNER",
        "display_order": "0",
        "status": "PUBLISHED",
        "target_roles": ["technician", "dispatcher"],
        "note": "First text",
    }
    response = editor_client.post(reverse("admin:help_center_helparticle_add"), data)
    assert response.status_code == 302
    article = HelpArticle.objects.get()
    assert (article.tenant_id, article.slug, article.created_by) == (
        tenant.pk,
        "pair-a-scanner",
        editor,
    )
    assert article.target_roles == ["technician", "dispatcher"]
    version = HelpArticleVersion.objects.get()
    assert (version.number, version.note, version.author) == (1, "First text", editor)


def test_change_goes_through_the_service(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    tag = HelpTag.objects.create(tenant=tenant, name="Power", slug="power")
    response = edit(
        editor_client, article, slug="pairing", content="New text.", note="Shorter", tags=[tag.pk]
    )
    assert response.status_code == 302
    article.refresh_from_db()
    assert (article.slug, article.content, article.version) == ("pairing", "New text.", 2)
    assert (article.last_updated_by, article.search_tags) == (editor, "Power")
    assert HelpRedirect.objects.get().slug == "pair-a-scanner"
    assert list(article.versions.values_list("number", "note")) == [(2, "Shorter"), (1, "")]
    assert LogEntry.objects.get().object_id == str(article.pk)


def test_saving_what_was_opened_changes_nothing(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED", target_roles=["technician"])
    assert edit(editor_client, article).status_code == 302
    saved = HelpArticle.objects.get()
    assert (saved.updated_at, saved.version) == (article.updated_at, 1)
    assert saved.target_roles == ["technician"]


def test_line_ends_of_browsers_are_no_change(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, content="    code\n\ntext\n", summary="One\ntwo")
    edit(editor_client, article, content="    code\r\n\r\ntext\r\n", summary="One\r\ntwo")
    saved = HelpArticle.objects.get()
    assert (saved.updated_at, saved.content) == (article.updated_at, article.content)
    edit(editor_client, article, content="    more\r\ncode\r\n")
    assert HelpArticle.objects.get().content == "    more\ncode\n"


def test_emptied_slug_keeps_the_one_it_has(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    edit(editor_client, article, slug="", title="Other")
    saved = HelpArticle.objects.get()
    assert (saved.slug, saved.title) == ("pair-a-scanner", "Other")


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"content": "Their text."},
        {"display_order": 9},
        {"tags": "new"},
        {"expire_at": timezone.now()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_save_on_what_somebody_else_changed_is_refused(
    editor_client: Client,
    superuser: Any,
    tenant: Any,
    make_article: Any,
    meanwhile: dict[str, Any],
) -> None:
    article = make_article(tenant)
    data = shown(editor_client, change_url(article))
    if "tags" in meanwhile:
        meanwhile = {"tags": [HelpTag.objects.create(tenant=tenant, name="Power", slug="power")]}
    theirs = KnowledgeService(tenant=tenant, actor=superuser).update_article(article, **meanwhile)
    data["summary"] = "My summary"
    response = editor_client.post(change_url(article), data)
    assert response.status_code == 200
    errors = str(form_of(response).non_field_errors())
    assert f"{superuser} changed this article on" in errors
    assert f'href="{change_url(article)}"' in errors
    assert form_of(response)["summary"].value() == "My summary"
    stored = HelpArticle.objects.get()
    assert (stored.summary, stored.content) == ("", theirs.content)
    assert not LogEntry.objects.exists()


def test_refused_form_stays_refused_when_sent_again(
    editor_client: Client, superuser: Any, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    data = shown(editor_client, change_url(article))
    KnowledgeService(tenant=tenant, actor=superuser).update_article(article, content="Theirs.")
    again = editor_client.post(change_url(article), {**data, "content": "Mine."})
    resent = {
        bound.html_name: bound.value() or "" for bound in form_of(again) if bound.name != "tags"
    }
    response = editor_client.post(change_url(article), resent)
    assert response.status_code == 200
    assert HelpArticle.objects.get().content == "Theirs."


def test_save_without_the_memory_of_the_form_is_refused(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    assert edit(editor_client, article, seen="", content="Mine.").status_code == 200
    assert HelpArticle.objects.get().content == article.content


def test_article_deleted_meanwhile_is_reported(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    data = shown(editor_client, change_url(article))
    article.delete()
    response = editor_client.post(change_url(article), data, follow=True)
    assert "doesn’t exist" in told(response)[0]


def test_counters_and_index_do_not_make_a_save_stale(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    data = shown(editor_client, change_url(article))
    HelpArticle.objects.update(view_count=5, index_state=IndexState.FRESH, indexed_hash="x")
    response = editor_client.post(change_url(article), {**data, "summary": "Mine"})
    assert response.status_code == 302
    assert HelpArticle.objects.get().summary == "Mine"


def test_taken_slug_is_shown_at_the_field(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    make_article(tenant, "Reset a scanner")
    article = make_article(tenant)
    response = edit(editor_client, article, slug="reset-a-scanner", title="Mine")
    assert "slug" in form_of(response).errors
    assert form_of(response)["title"].value() == "Mine"
    assert HelpArticle.objects.get(pk=article.pk).slug == "pair-a-scanner"


def test_empty_article_is_not_published(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, content="")
    response = edit(editor_client, article, status="PUBLISHED")
    assert "has no text" in str(form_of(response).non_field_errors())
    assert HelpArticle.objects.get().status == ArticleStatus.DRAFT


def test_text_that_is_too_long_is_refused(
    editor_client: Client, tenant: Any, make_article: Any, settings: Any
) -> None:
    settings.HELP_CENTER_ARTICLE_MAX_CHARACTERS = 100
    response = edit(editor_client, make_article(tenant), content="x" * 101)
    assert "at most 100" in str(form_of(response).errors["content"])


@pytest.mark.parametrize("text", ["a\x00b", "\x00"])
def test_null_character_is_refused(
    editor_client: Client, tenant: Any, make_article: Any, text: str
) -> None:
    response = edit(editor_client, make_article(tenant), title=text, content=text)
    assert "Null characters are not allowed" in str(form_of(response).errors["title"])


def without_publishing(editor: Any) -> None:
    editor.user_permissions.remove(Permission.objects.get(codename="publish_helparticle"))


def statuses(client: Client, article: HelpArticle) -> list[str]:
    return [
        value for value, _label in form_of(client.get(change_url(article))).fields["status"].choices
    ]


def test_statuses_that_can_be_reached_are_offered(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    assert statuses(editor_client, article) == ["DRAFT", "PUBLISHED", "ARCHIVED"]


def test_who_may_not_publish_is_offered_drafts_and_review(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    without_publishing(editor)
    assert statuses(editor_client, make_article(tenant)) == ["DRAFT", "REVIEW"]
    published = make_article(tenant, "Published", status="PUBLISHED")
    assert statuses(editor_client, published) == ["PUBLISHED"]


def test_who_may_not_publish_cannot_force_it(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    without_publishing(editor)
    article = make_article(tenant)
    response = edit(editor_client, article, status="PUBLISHED")
    assert "Select a valid choice" in str(form_of(response).errors["status"])
    assert HelpArticle.objects.get().status == ArticleStatus.DRAFT


def test_service_that_refuses_the_person_is_shown_in_the_form(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    # The form knows nothing of it: the permission goes between opening and saving.
    data = shown(editor_client, change_url(make_article(tenant)))
    article = make_article(tenant, "Other")
    without_publishing(editor)
    KnowledgeService(tenant=tenant, actor=SYSTEM).publish_article(article)
    url = reverse("admin:help_center_helparticle_add")
    response = editor_client.post(url, {**data, "slug": "x", "status": "PUBLISHED"})
    assert response.status_code == 200
    assert HelpArticle.objects.count() == 2


def test_language_of_the_article_is_offered_though_the_site_lacks_it(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, language="tlh")
    choices = form_of(editor_client.get(change_url(article))).fields["language"].widget.choices
    assert ("tlh", "tlh") in choices
    assert ("en", "English") in choices


def test_viewer_sees_the_article_and_no_form(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    editor.user_permissions.set(Permission.objects.filter(codename="view_helparticle"))
    response = editor_client.get(change_url(make_article(tenant)))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Hold the button" in text
    assert "<textarea" not in text
    assert 'name="seen"' not in text


def test_deleting_counts_what_goes_along(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    url = reverse("admin:help_center_helparticle_delete", args=[article.pk])
    assert "Article versions: 1" in editor_client.get(url).content.decode()
    editor_client.post(url, {"post": "yes"})
    assert not HelpArticle.objects.exists()


def test_selected_articles_are_deleted(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    keys = [make_article(tenant, f"Article {n}").pk for n in range(3)]
    data = {"action": "delete_selected", "_selected_action": keys[:2], "post": "yes"}
    editor_client.post(reverse(LIST), data)
    assert list(HelpArticle.objects.values_list("pk", flat=True)) == keys[2:]


def run(client: Client, action: str, *articles: HelpArticle) -> list[str]:
    data = {"action": action, "_selected_action": [article.pk for article in articles]}
    return told(client.post(reverse(LIST), data))


def test_publishing_many_reports_each_refusal_and_publishes_the_rest(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    good, empty = make_article(tenant), make_article(tenant, "Empty", content="")
    there = make_article(tenant, "There already", status="PUBLISHED")
    messages = run(editor_client, "publish_articles", good, empty, there)
    assert messages == [
        "Empty: The article has no text.",
        "1 article was published.",
    ]
    assert HelpArticle.objects.get(pk=good.pk).status == ArticleStatus.PUBLISHED
    assert HelpArticle.objects.get(pk=empty.pk).status == ArticleStatus.DRAFT
    assert [entry.object_id for entry in LogEntry.objects.all()] == [str(good.pk)]


def test_many_refusals_are_summed_up(editor_client: Client, tenant: Any, make_article: Any) -> None:
    empty = [make_article(tenant, f"Empty {n}", content="") for n in range(12)]
    messages = run(editor_client, "publish_articles", *empty)
    assert (len(messages), messages[-1]) == (11, "2 more were refused.")


def test_archiving_many(editor_client: Client, tenant: Any, make_article: Any) -> None:
    articles = [make_article(tenant, f"Article {n}") for n in range(2)]
    assert run(editor_client, "archive_articles", *articles) == ["2 articles were archived."]
    assert not HelpArticle.objects.exclude(status=ArticleStatus.ARCHIVED).exists()


def test_marking_for_review_refuses_what_is_published(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    draft, published = make_article(tenant), make_article(tenant, "Out", status="PUBLISHED")
    messages = run(editor_client, "mark_for_review", draft, published)
    assert messages == [
        "Out: An article cannot go from PUBLISHED to REVIEW.",
        "1 article was marked for review.",
    ]


def test_publishing_is_not_offered_without_its_permission(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    without_publishing(editor)
    article = make_article(tenant)
    text = editor_client.get(reverse(LIST)).content.decode()
    assert "mark_for_review" in text
    assert "publish_articles" not in text
    run(editor_client, "publish_articles", article)
    assert HelpArticle.objects.get().status == ArticleStatus.DRAFT


def row(client: Client, **query: str) -> str:
    return str(client.get(reverse(LIST), query).content.decode().split("result_list")[-1])


def long_ago() -> dict[str, Any]:
    before = timezone.now() - timedelta(days=200)
    return {"text_changed_at": before, "published_date": before}


@pytest.mark.parametrize(
    ("times", "label"),
    [
        ({"publish_at": timedelta(days=1)}, "Scheduled: "),
        ({"expire_at": timedelta(days=-1)}, "Expired"),
        ({"publish_at": timedelta(days=-2), "expire_at": timedelta(days=1)}, "Published"),
    ],
)
def test_status_says_when_readers_have_what_is_published(
    editor_client: Client, tenant: Any, make_article: Any, times: dict[str, timedelta], label: str
) -> None:
    moments = {name: timezone.now() + delta for name, delta in times.items()}
    article = make_article(tenant, status="PUBLISHED", **moments)
    assert f">{label}" in editor_client.get(change_url(article)).content.decode()


def test_badges_say_how_an_article_does(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    HelpArticle.objects.filter(pk=article.pk).update(
        helpful_count=3,
        not_helpful_count=1,
        index_state=IndexState.FAILED,
        **long_ago(),
    )
    text = row(editor_client)
    for badge in (
        'hc-badge--good">Published',
        'hc-badge--good">75% (4)',
        'hc-badge--attention">Stale',
        'hc-badge--bad">Index: Failed',
    ):
        assert badge in text


def test_draft_without_votes_has_no_ratio_no_freshness_and_no_index(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    make_article(tenant)
    text = row(editor_client)
    assert 'field-helpful_ratio_display">–' in text
    assert 'field-is_stale_badge">–' in text
    assert "Index:" not in text


def test_list_says_nothing_of_an_index_that_is_in_step(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    make_article(tenant, status="PUBLISHED")
    assert "Index: Waiting" in row(editor_client)
    HelpArticle.objects.update(index_state=IndexState.FRESH)
    assert "Index:" not in row(editor_client)


def columns(client: Client, **query: Any) -> list[str]:
    return list(client.get(reverse(LIST), query).context["cl"].list_display[1:])


COLUMNS = [
    "title", "status_and_index", "is_stale_badge", "owner", "language_badge", "category",
    "view_count", "helpful_ratio_display", "updated_at",
]  # fmt: skip


def test_columns_come_in_the_order_of_what_is_to_be_done(
    editor_client: Client, tenant: Any
) -> None:
    assert columns(editor_client) == COLUMNS


def test_tenant_has_a_column_only_where_rows_are_of_several(
    root_client: Client, tenant: Any, other_tenant: Any
) -> None:
    assert [name for name in columns(root_client) if name not in COLUMNS] == ["tenant"]
    assert columns(root_client, tenant=tenant.pk) == COLUMNS


def test_choosing_a_tenant_does_not_sort_by_another_column(
    root_client: Client, tenant: Any, other_tenant: Any
) -> None:
    shown = root_client.get(reverse(LIST), {"o": "7", "q": "x"}).context["cl"]
    addresses = [choice["query_string"] for choice in shown.filter_specs[0].choices(shown)]
    assert f"?q=x&tenant={tenant.pk}" in addresses
    assert not any("o=" in address for address in addresses)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"freshness": "stale"}, ["Old"]),
        ({"freshness": "fresh"}, ["New"]),
        ({"votes": "unhelpful"}, ["Old"]),
        ({"votes": "helpful"}, ["New"]),
        ({"votes": "none"}, ["Draft"]),
        ({"status__exact": "DRAFT"}, ["Draft"]),
        ({"q": "power"}, ["New"]),
        ({"freshness": "?", "votes": "?"}, ["Draft", "New", "Old"]),
    ],
)
def test_filters(
    editor_client: Client,
    tenant: Any,
    make_article: Any,
    query: dict[str, str],
    expected: list[str],
) -> None:
    make_article(tenant, "Draft")
    old, new = (make_article(tenant, title, status="PUBLISHED") for title in ("Old", "New"))
    HelpArticle.objects.filter(pk=old.pk).update(not_helpful_count=2, **long_ago())
    HelpArticle.objects.filter(pk=new.pk).update(helpful_count=2, search_tags="power")
    found = editor_client.get(reverse(LIST), query).context["cl"].result_list
    assert sorted(article.title for article in found) == expected


def test_category_filter_takes_what_is_below_along(
    editor_client: Client, tenant: Any, make_category: Any, make_article: Any
) -> None:
    devices = make_category(tenant, "Devices")
    scanners = make_category(tenant, "Scanners", parent=devices)
    below = make_article(tenant, category=scanners)
    make_article(tenant, "Elsewhere", category=make_category(tenant, "Sites"))
    found = editor_client.get(reverse(LIST), {"category": devices.pk}).context["cl"].result_list
    assert list(found) == [below]


def test_form_has_all_its_sections(editor_client: Client, tenant: Any, make_article: Any) -> None:
    response = editor_client.get(change_url(make_article(tenant)))
    names = [str(fieldset.name) for fieldset in response.context["adminform"]]
    assert names == [
        "Content", "Targeting", "Publishing", "Review", "Links", "Analytics", "Metadata",
    ]  # fmt: skip
    assert "selectfilter" in response.content.decode()


def test_new_article_asks_for_the_tenant_where_there_are_several(
    root_client: Client, tenant: Any, other_tenant: Any, make_category: Any
) -> None:
    make_category(tenant, "Ours")
    make_category(other_tenant, "Theirs")
    url = reverse("admin:help_center_helparticle_add")
    text = root_client.get(url, {"_popup": "1"}).content.decode()
    assert "Globex" in text
    assert 'name="_popup"' in text
    text = root_client.get(url, {"tenant": str(other_tenant.pk)}).content.decode()
    assert "Theirs" in text
    assert "Ours" not in text
    # The "+" beside the category.
    assert re.search(rf'helpcategory/add/\?[^"]*&amp;tenant={other_tenant.pk}"', text)
    text = root_client.get(url, {"_changelist_filters": f"tenant={tenant.pk}"}).content.decode()
    assert "Ours" in text


@pytest.mark.parametrize("reference", ["99999999", "x", "\x00", "99999999999999999999999"])
def test_tenant_that_does_not_exist_is_asked_for_again(
    root_client: Client, tenant: Any, other_tenant: Any, reference: str
) -> None:
    url = reverse("admin:help_center_helparticle_add")
    assert "Globex" in root_client.get(url, {"tenant": reference}).content.decode()


def test_new_article_is_not_written_without_a_tenant(
    root_client: Client, tenant: Any, other_tenant: Any, make_category: Any
) -> None:
    data = {"title": "New", "content": "x", "category": make_category(tenant).pk}
    response = root_client.post(reverse("admin:help_center_helparticle_add"), data)
    assert response.status_code == 200
    assert not HelpArticle.objects.exists()


def test_published_article_links_to_where_readers_find_it(
    editor_client: Client, tenant: Any, make_article: Any, settings: Any
) -> None:
    settings.HELP_CENTER_TENANT_RESOLVER = f"{__name__}.resolve_acme"
    published = make_article(tenant, status="PUBLISHED")
    link = f'href="{reverse("help_center:article", args=[published.slug])}" class="viewsitelink"'
    assert link in editor_client.get(change_url(published)).content.decode()
    draft = make_article(tenant, "Draft")
    assert "viewsitelink" not in editor_client.get(change_url(draft)).content.decode()


def test_article_of_a_tenant_that_does_not_answer_here_has_no_link(
    root_client: Client, tenant: Any, other_tenant: Any, make_article: Any, settings: Any
) -> None:
    article = make_article(other_tenant, status="PUBLISHED")
    # Two tenants and no domain: nobody answers.
    assert "viewsitelink" not in root_client.get(change_url(article)).content.decode()
    settings.HELP_CENTER_TENANT_RESOLVER = f"{__name__}.resolve_acme"
    assert "viewsitelink" not in root_client.get(change_url(article)).content.decode()


def resolve_acme(request: Any) -> Any:
    return get_tenant_model()._default_manager.get(name="Acme")


def test_article_leads_to_its_versions(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    text = editor_client.get(change_url(article)).content.decode()
    url = reverse("admin:help_center_helparticle_versions", args=[article.pk])
    assert f'href="{url}"' in text


def change_page(client: Client, article: HelpArticle) -> str:
    url = reverse("admin:help_center_helparticle_change", args=[article.pk])
    return client.get(url).content.decode()


def test_texts_have_the_direction_of_their_language(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    page = change_page(editor_client, make_article(tenant))
    for name in ("title", "summary", "content"):
        (field,) = re.findall(rf'<(?:input|textarea)[^>]* name="{name}"[^>]*>', page)
        assert 'dir="auto"' in field


def test_article_from_a_file_names_it(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, source="docs", source_path="devices/<pair>.md")
    page = change_page(editor_client, article)
    assert "kept in the file <code>devices/&lt;pair&gt;.md</code>" in page
    assert "kept in the file" not in change_page(editor_client, make_article(tenant, "Another"))


# Roles


def offered(client: Client, article: HelpArticle) -> list[str]:
    field = form_of(client.get(change_url(article))).fields["target_roles"]
    return [value for value, _label in field.choices]


def two_roles(tenant: Any) -> list[str]:
    return ["dispatcher", "all", "technician", "dispatcher"]


def test_groups_are_offered_as_roles(editor_client: Client, tenant: Any, make_article: Any) -> None:
    Group.objects.bulk_create([Group(name="technician"), Group(name="dispatcher")])
    assert offered(editor_client, make_article(tenant)) == ["dispatcher", "technician"]


def test_host_says_which_roles_are_offered(
    editor_client: Client, tenant: Any, make_article: Any, settings: Any
) -> None:
    settings.HELP_CENTER_ROLE_CHOICES = f"{__name__}.two_roles"
    assert offered(editor_client, make_article(tenant)) == ["dispatcher", "technician"]


def test_role_that_is_none_any_more_may_stay(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, target_roles=["former"])
    assert offered(editor_client, article) == ["former"]
    assert edit(editor_client, article, summary="New").status_code == 302
    assert HelpArticle.objects.get().target_roles == ["former"]


def test_role_that_is_not_offered_is_refused(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    response = edit(editor_client, make_article(tenant), target_roles=["nobody"])
    assert "nobody" in str(form_of(response).errors["target_roles"])


def test_roles_that_cannot_be_asked_for_are_named(
    editor_client: Client, tenant: Any, make_article: Any, settings: Any
) -> None:
    settings.HELP_CENTER_ROLE_CHOICES = "nowhere.roles"
    with pytest.raises(ConfigurationError, match="HELP_CENTER_ROLE_CHOICES"):
        editor_client.get(change_url(make_article(tenant)))


@pytest.mark.skipif(
    bool(HelpTenant._meta.swapped), reason="the host's own tenant model has the host's own admin"
)
def test_form_links_to_the_tenant_for_those_who_may_open_it(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    page = change_url(make_article(tenant))
    link = f'href="{reverse("admin:help_center_helptenant_change", args=[tenant.pk])}"'
    assert link in editor_client.get(page).content.decode()
    editor.user_permissions.set(Permission.objects.filter(codename="change_helparticle"))
    text = editor_client.get(page).content.decode()
    assert link not in text
    assert f'<div class="readonly">{tenant}</div>' in text
