"""The buttons that take an article from status to status, and what a conflict leaves behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from django_helpcenter.admin.article_form import pack_text
from django_helpcenter.models import (
    HelpArticle,
    HelpCategory,
    HelpDraft,
    HelpRedirect,
    HelpTransition,
)
from django_helpcenter.models.drafts import text_of
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.conftest import MakeArticle, logged_in
from tests.integration.admin.pages import form_of, told
from tests.integration.admin.test_articles import change_url, edit, shown


@pytest.fixture
def author_client(tenant: Model) -> Client:
    user = get_user_model().objects.create_user("ana", is_staff=True)
    wanted = ("add_helparticle", "change_helparticle")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return logged_in(user)


def labels(client: Client, address: str) -> list[str]:
    return [step.label for step in client.get(address).context["steps"]]


ADD = "admin:help_center_helparticle_add"


def unfit_data(category: HelpCategory) -> dict[str, Any]:
    """Return what a browser sends to publish a new article that is not fit for readers."""
    return {
        "title": "New", "content": "![](x.png)", "category": category.pk, "language": "en",
        "difficulty_level": "BEGINNER", "display_order": "0", "status": "DRAFT",
        "_step": "PUBLISHED",
    }  # fmt: skip


def test_new_article_may_be_submitted_or_published_at_once(
    editor_client: Client, tenant: Model
) -> None:
    assert labels(editor_client, reverse(ADD)) == ["Submit for review", "Publish", "Archive"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("DRAFT", ["Submit for review", "Publish", "Archive"]),
        ("REVIEW", ["Send back", "Publish", "Archive"]),
        ("PUBLISHED", ["Take back to draft", "Archive"]),
        ("ARCHIVED", ["Take back to draft", "Publish again"]),
    ],
)
def test_buttons_lead_where_the_article_may_go(
    editor_client: Client, tenant: Model, make_article: MakeArticle, status: str, expected: Any
) -> None:
    article = make_article(tenant, status=status)
    assert labels(editor_client, change_url(article)) == expected


def test_author_is_offered_to_submit_alone(
    author_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    assert labels(author_client, change_url(make_article(tenant))) == ["Submit for review"]


def test_viewer_is_offered_no_step(tenant: Model, make_article: MakeArticle) -> None:
    user = get_user_model().objects.create_user("rita", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_helparticle"))
    page = logged_in(user).get(change_url(make_article(tenant)))
    assert "steps" not in page.context


def test_button_saves_and_takes_the_step(
    editor_client: Client, editor: Any, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant)
    data = shown(editor_client, change_url(article))
    data |= {"_step": "PUBLISHED", "content": "New.", "note": "Go."}
    assert editor_client.post(change_url(article), data).status_code == 302
    stored = HelpArticle.objects.get()
    assert (stored.status, stored.content) == ("PUBLISHED", "New.")
    step = HelpTransition.objects.get()
    assert (step.before, step.after, step.actor, step.note) == ("DRAFT", "PUBLISHED", editor, "Go.")


def test_what_the_article_lacks_is_named(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, content="")
    page = editor_client.get(change_url(article)).content.decode()
    assert "Before this can be published:" in page
    assert "The article has no text." in page


def test_article_that_is_not_fit_is_not_published(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant)
    marks = "<<<<<<< a\nb\n=======\nc\n>>>>>>> d\n"
    response = edit(editor_client, article, status="PUBLISHED", content=marks)
    assert "two people changed" in str(form_of(response).non_field_errors())
    assert HelpArticle.objects.get().status == "DRAFT"


def test_new_article_that_is_not_fit_is_not_published(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    data = unfit_data(make_article(tenant, "Other").category)
    response = editor_client.post(reverse(ADD), data)
    assert "no description" in str(form_of(response).non_field_errors())
    assert not HelpArticle.objects.filter(title="New").exists()


def test_new_article_that_is_published_at_once_is_noted(
    editor_client: Client, editor: Any, tenant: Model, make_article: MakeArticle
) -> None:
    category = make_article(tenant, "Other").category
    data = {
        "title": "New", "content": "x", "category": category.pk, "language": "en",
        "difficulty_level": "BEGINNER", "display_order": "0", "status": "DRAFT",
        "_step": "PUBLISHED",
    }  # fmt: skip
    editor_client.post(reverse(ADD), data)
    step = HelpTransition.objects.get()
    assert (step.before, step.after, step.actor) == ("DRAFT", "PUBLISHED", editor)


# A save that comes too late


def test_text_of_a_late_save_is_kept_as_a_draft_to_be_merged(
    editor_client: Client, superuser: Any, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, content="First.\n\nSecond.\n", status="PUBLISHED")
    data = shown(editor_client, change_url(article))
    KnowledgeService(tenant=tenant, actor=superuser).update_article(
        article, content="First.\n\nTheirs.\n"
    )
    # As browsers send it.
    mine = {"title": " Pair a scanner ", "content": "Mine.\r\n\r\nSecond.\r\n"}
    response = editor_client.post(change_url(article), {**data, **mine})
    assert "Your text is kept in" in told(response)[0]
    draft = HelpDraft.objects.get()
    assert (draft.content, draft.base_content) == ("Mine.\n\nSecond.\n", "First.\n\nSecond.\n")


def test_late_save_does_not_overwrite_a_draft(
    editor_client: Client, superuser: Any, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    address = reverse("admin:help_center_helparticle_draft", args=[article.pk])
    base = pack_text(text_of(article))
    text = {"title": "Mine", "summary": "", "content": "Draft.", "revision": 0, "base": base}
    editor_client.post(address, {**text, "_save": "1"})
    data = shown(editor_client, change_url(article))
    KnowledgeService(tenant=tenant, actor=superuser).update_article(article, content="Theirs.")
    editor_client.post(change_url(article), {**data, "content": "Late."})
    assert HelpDraft.objects.get().content == "Draft."


@pytest.mark.parametrize("base", ["", "forged"])
def test_late_save_without_what_was_seen_keeps_no_draft(
    editor_client: Client, tenant: Model, make_article: MakeArticle, base: str
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    data = shown(editor_client, change_url(article))
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, content="Theirs.")
    editor_client.post(change_url(article), {**data, "content": "Late.", "base": base})
    assert not HelpDraft.objects.exists()


# A save by somebody who may not change what readers see


def test_text_of_an_author_of_a_published_article_is_kept_as_their_draft(
    author_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, content="Old.", status="PUBLISHED")
    response = edit(author_client, article, content="New.")
    [error] = form_of(response).non_field_errors()
    assert error == "Readers see this article, and you may not publish. It was not changed."
    [message] = told(response)
    draft_page = reverse("admin:help_center_helparticle_draft", args=[article.pk])
    assert (
        f'Your text is kept in <a href="{draft_page}" data-help-center-kept>your draft</a>'
        in message
    )
    assert HelpDraft.objects.get().content == "New."
    assert HelpArticle.objects.get().content == "Old."


def test_author_of_a_published_article_is_led_to_the_draft_that_there_is(
    author_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, content="Old.", status="PUBLISHED")
    edit(author_client, article, content="First.")
    response = edit(author_client, article, content="Second.")
    assert "a draft</a> of this article already" in told(response)[-1]
    assert HelpDraft.objects.get().content == "First."


def test_author_who_saves_the_same_again_is_told_again_that_it_is_kept(
    author_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, content="Old.", status="PUBLISHED")
    for _time in range(2):
        response = edit(author_client, article, content="New.")
        assert "Your text is kept in" in told(response)[-1]


def test_author_who_changed_no_text_of_a_published_article_gets_no_draft(
    author_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    response = edit(author_client, make_article(tenant, status="PUBLISHED"), display_order="7")
    assert "you may not publish" in str(form_of(response).non_field_errors())
    assert not HelpDraft.objects.exists()


# Deleting


def test_deleted_public_article_leaves_its_address_gone(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    address = reverse("admin:help_center_helparticle_delete", args=[article.pk])
    editor_client.post(address, {"post": "yes"})
    assert HelpRedirect.objects.get().article is None


# A step that is refused


@pytest.fixture
def unfit(tenant: Model, make_article: MakeArticle) -> HelpArticle:
    """A draft that is not fit to be published."""
    return make_article(tenant, content="1. [Replace: one action]")


@pytest.fixture
def refused(editor_client: Client, unfit: HelpArticle) -> Any:
    """The page that comes back after somebody wanted to publish that."""
    response = edit(editor_client, unfit, _step="PUBLISHED")
    assert form_of(response).errors
    return response


def as_shown_again(response: Any) -> dict[str, Any]:
    """Return what a browser sends from a page that came back after a refusal."""
    form = form_of(response)
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    html = response.content.decode()
    found = re.search(r'<input type="hidden" name="status" value="(\w+)"', html)
    assert found is not None
    return {**sent, "status": found[1]}


def test_save_after_a_refused_publish_leaves_a_draft(
    editor_client: Client, unfit: HelpArticle, refused: Any
) -> None:
    data = as_shown_again(refused) | {"content": "Half finished."}
    assert editor_client.post(change_url(unfit), data).status_code == 302
    stored = HelpArticle.objects.get()
    assert (stored.status, stored.content) == ("DRAFT", "Half finished.")


def test_page_of_a_refused_step_shows_the_stored_status(refused: Any) -> None:
    steps = [step.label for step in refused.context["steps"]]
    assert steps == ["Submit for review", "Publish", "Archive"]
    assert not refused.context["may_verify"]
    assert not refused.context["readers"].is_visible
    assert refused.context["reader_address"] is None
    assert refused.context["problems"]
    badge = re.search(
        r"field-status_badge.*?hc-badge[^>]*>(\w+)<", refused.content.decode(), re.DOTALL
    )
    assert badge is not None
    assert badge[1] == "Draft"


def test_page_of_a_refused_withdrawal_shows_a_published_article(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article = make_article(tenant, status="PUBLISHED")
    response = edit(editor_client, article, _step="DRAFT", title="")
    assert form_of(response).errors
    assert [step.label for step in response.context["steps"]] == ["Take back to draft", "Archive"]
    assert response.context["may_verify"]
    assert as_shown_again(response)["status"] == "PUBLISHED"


def test_new_article_that_was_refused_is_still_a_draft(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    data = unfit_data(make_article(tenant, "Other").category)
    response = editor_client.post(reverse(ADD), data)
    editor_client.post(reverse(ADD), {**data, "_step": "", **as_shown_again(response)})
    assert HelpArticle.objects.get(title="New").status == "DRAFT"


def test_step_is_told_in_words(editor_client: Client, tenant: Any, make_article: Any) -> None:
    article = make_article(tenant, "Pair a scanner")
    response = edit(editor_client, article, _step="REVIEW")
    assert told(response) == ["“Pair a scanner” was submitted for review."]


def test_history_names_no_field_that_nobody_sees(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, "Pair a scanner")
    edit(editor_client, article, _step="REVIEW")
    (entry,) = LogEntry.objects.filter(object_id=str(article.pk))
    assert entry.get_change_message() == "Changed Status."


def test_reason_for_sending_back_stands_above_the_form(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, "Pair a scanner", status="REVIEW")
    KnowledgeService(tenant=tenant, actor=SYSTEM).send_back(article, note="Say <b>where</b>.")
    text = editor_client.get(change_url(article)).content.decode()
    assert '<q dir="auto">Say &lt;b&gt;where&lt;/b&gt;.</q>' in text
    article.refresh_from_db()
    KnowledgeService(tenant=tenant, actor=SYSTEM).submit_for_review(article)
    assert "Sent back by" not in editor_client.get(change_url(article)).content.decode()
