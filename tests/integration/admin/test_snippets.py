"""Snippets in the admin."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpArticle, HelpArticleTemplate, HelpDraft, HelpSnippet
from django_helpcenter.services.snippets import SnippetService
from django_helpcenter.types import SYSTEM
from tests.factories import make_author
from tests.integration.admin.conftest import logged_in
from tests.integration.admin.pages import address, form_of, told

HOURS = '{{ snippet "hours" }}'
PREVIEW = "admin:help_center_helparticle_preview"
OFFERS = "admin:help_center_helparticle_snippets"


def make(tenant: Any, **fields: Any) -> HelpSnippet:
    values = {"key": "hours", "content": "At **nine**.", **fields}
    return SnippetService(tenant=tenant, actor=SYSTEM).create(**values)


def data(snippet: HelpSnippet, **changes: str) -> dict[str, str]:
    """Return what the form of a snippet sends."""
    return {
        "key": snippet.key,
        "language": snippet.language,
        "description": snippet.description,
        "content": snippet.content,
        "seen": snippet.fingerprint,
        **changes,
    }


def change_url(snippet: HelpSnippet) -> str:
    return address(HelpSnippet, "change", snippet.pk)


def test_snippet_is_created(editor_client: Client, tenant: Any, editor: Any) -> None:
    editor_client.post(
        address(HelpSnippet, "add"), {"key": "hours", "language": "en", "content": "A\r\nB"}
    )
    snippet = HelpSnippet.objects.get()
    assert (snippet.tenant_id, snippet.content) == (tenant.pk, "A\nB")
    assert snippet.last_updated_by == editor


def test_snippet_is_changed(editor_client: Client, tenant: Any) -> None:
    snippet = make(tenant)
    editor_client.post(change_url(snippet), data(snippet, content="At ten."))
    assert HelpSnippet.objects.get().content == "At ten."


def test_late_save_is_refused_and_keeps_what_was_typed(editor_client: Client, tenant: Any) -> None:
    snippet = make(tenant)
    late = data(snippet, content="Late")
    SnippetService(tenant=tenant, actor=SYSTEM).update(snippet, content="First")
    response = editor_client.post(change_url(snippet), late)
    assert "meanwhile" in str(form_of(response).non_field_errors())
    assert "Late" in response.content.decode()
    assert HelpSnippet.objects.get().content == "First"


def test_key_of_a_used_snippet_is_kept_with_a_reason(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    snippet = make(tenant)
    make_article(tenant, content=HOURS)
    response = editor_client.post(change_url(snippet), data(snippet, key="other"))
    assert "Pair a scanner" in str(form_of(response).non_field_errors())


@pytest.mark.parametrize("view", ["delete", "action"])
def test_used_snippet_is_not_deleted(
    editor_client: Client, tenant: Any, make_article: Any, view: str
) -> None:
    snippet = make(tenant)
    make_article(tenant, content=HOURS)
    if view == "delete":
        url = address(HelpSnippet, "delete", snippet.pk)
        response = editor_client.post(url, {"post": "yes"})
    else:
        action = {"action": "delete_selected", "_selected_action": snippet.pk, "post": "yes"}
        response = editor_client.post(address(HelpSnippet, "changelist"), action)
    assert "Pair a scanner" in told(response)[0]
    assert HelpSnippet.objects.exists()


def test_page_lists_the_texts_that_use_a_snippet(
    editor_client: Client, tenant: Any, other_tenant: Any, make_article: Any, editor: Any
) -> None:
    snippet = make(tenant)
    article = make_article(tenant, content=HOURS)
    plain = make_article(tenant, "Plain")
    HelpDraft.objects.create(
        tenant=tenant,
        article=plain,
        editor=get_user_model().objects.create_user("kim"),
        title="Secret plan",
        content=HOURS,
        base_version=0,
    )
    HelpArticleTemplate.objects.create(tenant=tenant, name="Guide", content=HOURS)
    make_article(other_tenant, "Foreign", content=HOURS)
    text = editor_client.get(change_url(snippet)).content.decode()
    assert f'href="{address(HelpArticle, "change", article.pk)}">Pair a scanner</a>' in text
    assert "Draft of kim" in text
    assert "Guide</a>" in text
    assert "Secret plan" not in text
    assert "Foreign" not in text


def test_page_of_an_unused_snippet_says_so(editor_client: Client, tenant: Any) -> None:
    text = editor_client.get(change_url(make(tenant))).content.decode()
    assert "No text uses this snippet." in text


def test_list_counts_articles_and_drafts(
    editor_client: Client, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    make(tenant)
    for number in range(3):
        make_article(tenant, f"A{number}", content=HOURS)
    make_article(other_tenant, content=HOURS)
    text = editor_client.get(address(HelpSnippet, "changelist")).content.decode()
    assert 'field-article_count">3<' in text
    assert 'field-draft_count">0<' in text


def test_who_may_only_look_gets_no_form(tenant: Any) -> None:
    snippet = make(tenant)
    user = get_user_model().objects.create_user("looker", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_helpsnippet"))
    response = logged_in(user).get(change_url(snippet))
    assert response.status_code == 200
    assert "<textarea" not in response.content.decode()


def test_text_that_readers_see_is_not_changed_without_the_permission_to_publish(
    tenant: Any, make_article: Any
) -> None:
    snippet = make(tenant)
    make_article(tenant, content=HOURS, status="PUBLISHED")
    user = make_author("writer", "view_helpsnippet", "change_helpsnippet")
    user.is_staff = True
    user.save()
    response = logged_in(user).post(change_url(snippet), data(snippet, content="New"))
    assert "publish_helparticle" in str(form_of(response).non_field_errors())
    assert HelpSnippet.objects.get().content == "At **nine**."


def test_hostile_texts_are_shown_as_text(editor_client: Client, tenant: Any) -> None:
    evil = "<script>alert(1)</script>"
    snippet = HelpSnippet.objects.create(
        tenant=tenant, key=evil, description=evil, content=f"</textarea>{evil}"
    )
    for url in (change_url(snippet), address(HelpSnippet, "changelist")):
        assert evil not in editor_client.get(url).content.decode()


# The preview, the checks, and what the editor offers


def test_preview_shows_the_texts(editor_client: Client, tenant: Any) -> None:
    make(tenant)
    make(tenant, content="Um **neun**.", language="de")
    url = f"{reverse(PREVIEW)}?tenant={tenant.pk}"
    assert "<strong>nine" in editor_client.post(url, {"content": HOURS}).content.decode()
    german = editor_client.post(url, {"content": HOURS, "language": "de"})
    assert "<strong>neun" in german.content.decode()


def test_preview_marks_what_is_missing(editor_client: Client, tenant: Any) -> None:
    text = editor_client.post(reverse(PREVIEW), {"content": HOURS}).content.decode()
    assert "<mark>Missing snippet: hours</mark>" in text


def test_preview_shows_nothing_of_another_tenant(
    editor_client: Client, tenant: Any, other_tenant: Any
) -> None:
    make(other_tenant, content="Secret")
    url = f"{reverse(PREVIEW)}?tenant={other_tenant.pk}"
    assert "Secret" not in editor_client.post(url, {"content": HOURS}).content.decode()


def test_preview_of_a_snippet_has_no_title(editor_client: Client, tenant: Any) -> None:
    text = editor_client.get(change_url(make(tenant))).content.decode()
    assert f'formaction="{reverse(PREVIEW)}?tenant={tenant.pk}&amp;text_only=1"' in text
    assert "hc-snippet-template" not in text
    preview = editor_client.post(f"{reverse(PREVIEW)}?text_only=1", {"content": "A"})
    assert "<h1" not in preview.content.decode()


def test_checks_of_a_snippet_ask_for_no_title(editor_client: Client, tenant: Any) -> None:
    url = reverse("admin:help_center_helparticle_check")
    answer = editor_client.post(f"{url}?text_only=1", {"content": "#\n\nShort [Replace: x]."})
    assert {problem["code"] for problem in answer.json()["problems"]} == {
        "second_first_level_heading",
        "empty_heading",
    }


def test_checks_name_the_line_of_a_missing_snippet(editor_client: Client, tenant: Any) -> None:
    url = f"{reverse('admin:help_center_helparticle_check')}?tenant={tenant.pk}"
    answer = editor_client.post(url, {"title": "T", "summary": "S", "content": f"A\n\n{HOURS}"})
    (problem,) = answer.json()["problems"]
    assert (problem["severity"], problem["line"]) == ("error", 3)


def offers(client: Client, **query: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(client.get(reverse(OFFERS), query).content)["snippets"]
    return found


def test_editor_is_offered_one_snippet_for_each_key(
    editor_client: Client, tenant: Any, other_tenant: Any
) -> None:
    make(tenant, description="When we answer")
    make(tenant, content="Um neun.", language="de")
    make(tenant, key="address", content="Quay Road")
    make(other_tenant, key="foreign")
    found = offers(editor_client)
    assert [each["key"] for each in found] == ["address", "hours"]
    assert found[1] == {
        "reference": HOURS,
        "key": "hours",
        "language": "en",
        "description": "When we answer",
        "opening": "At **nine**.",
    }
    assert offers(editor_client, language="de")[1]["opening"] == "Um neun."


@pytest.mark.parametrize("typed", ["hou", "ANSWER", "nine", "at hours", "\0hours"])
def test_snippet_is_found_by_key_description_and_text(
    editor_client: Client, tenant: Any, typed: str
) -> None:
    make(tenant, description="When we answer")
    make(tenant, key="other", content="Else")
    assert [each["key"] for each in offers(editor_client, q=typed)] == ["hours"]


def test_nothing_of_another_tenant_is_offered(
    editor_client: Client, tenant: Any, other_tenant: Any
) -> None:
    make(other_tenant)
    assert offers(editor_client, tenant=other_tenant.pk) == []
