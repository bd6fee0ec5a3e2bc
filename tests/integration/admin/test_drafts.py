"""Writing beside what readers see, in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from django_helpcenter.admin.article_form import pack_text
from django_helpcenter.choices import DraftState
from django_helpcenter.models import HelpArticle, HelpDraft
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.conftest import MakeArticle, logged_in
from tests.integration.admin.pages import told

BASE = "First.\n\nSecond.\n"


@pytest.fixture
def article(tenant: Model, make_article: MakeArticle) -> HelpArticle:
    return make_article(tenant, "Valve", content=BASE, status="PUBLISHED")


@pytest.fixture
def author_client(tenant: Model) -> Client:
    """Somebody who writes and does not publish."""
    user = get_user_model().objects.create_user("ana", is_staff=True)
    wanted = ("add_helparticle", "change_helparticle", "view_helparticle")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return logged_in(user)


def draft_url(article: HelpArticle) -> str:
    return reverse("admin:help_center_helparticle_draft", args=[article.pk])


def write(client: Client, article: HelpArticle, button: str = "_save", **fields: Any) -> Any:
    """Send the form of somebody who opened it when the article said ``BASE``."""
    base = pack_text(DraftText("Valve", "", BASE))
    data = {"title": "Valve", "summary": "", "content": "New.", "note": "", "revision": 0}
    return client.post(draft_url(article), {**data, "base": base, **fields, button: "1"})


def stored(article: HelpArticle) -> HelpArticle:
    return HelpArticle.objects.get(pk=article.pk)


def test_page_opens_with_the_published_text(editor_client: Client, article: HelpArticle) -> None:
    page = editor_client.get(draft_url(article))
    assert page.context["form"].initial["content"] == BASE
    assert "Readers see version 1 until this draft is published." in page.content.decode()


def test_saved_draft_is_opened_again(author_client: Client, article: HelpArticle) -> None:
    assert write(author_client, article, content="New.\r\n").status_code == 302
    page = author_client.get(draft_url(article))
    assert page.context["form"].initial["content"] == "New.\n"
    assert stored(article).content == BASE


def test_published_draft_becomes_the_article(editor_client: Client, article: HelpArticle) -> None:
    response = write(editor_client, article, "_publish", note="Better")
    assert told(response) == ["The draft was published."]
    assert (stored(article).content, stored(article).version) == ("New.", 2)
    assert stored(article).versions.get(number=2).note == "Better"


def test_all_that_keeps_a_draft_from_its_readers_is_said(
    editor_client: Client, article: HelpArticle
) -> None:
    response = write(editor_client, article, "_publish", content="")
    assert told(response) == ["The article has no text."]
    assert HelpDraft.objects.get().content == ""
    page = editor_client.get(draft_url(article)).content.decode()
    assert "Before this can be published:" in page


def test_author_is_not_offered_to_publish(author_client: Client, article: HelpArticle) -> None:
    assert 'name="_publish"' not in author_client.get(draft_url(article)).content.decode()
    response = write(author_client, article, "_publish")
    assert "lacks the permission" in told(response)[0]
    assert stored(article).content == BASE


def test_discarded_draft_is_gone(editor_client: Client, article: HelpArticle) -> None:
    write(editor_client, article)
    write(editor_client, article, "_discard")
    assert not HelpDraft.objects.exists()
    assert stored(article).content == BASE


def test_what_was_typed_comes_back_with_the_reason(
    editor_client: Client, article: HelpArticle
) -> None:
    page = write(editor_client, article, title="", content="Kept.")
    assert page.status_code == 200
    assert page.context["form"].errors["title"]
    assert "Kept." in page.content.decode()


def test_other_window_is_not_overwritten(editor_client: Client, article: HelpArticle) -> None:
    write(editor_client, article, content="One.")
    page = write(editor_client, article, content="Two.")
    assert "another window" in str(page.context["form"].non_field_errors())
    assert "Two." in page.content.decode()
    assert HelpDraft.objects.get().content == "One."


def test_change_of_the_article_is_shown_and_merged(
    editor_client: Client, article: HelpArticle
) -> None:
    write(editor_client, article, content="Mine.\n\nSecond.\n")
    KnowledgeService(tenant=article.tenant, actor=SYSTEM).update_article(
        article, content="First.\n\nTheirs.\n"
    )
    page = editor_client.get(draft_url(article)).content.decode()
    assert "after this draft was begun" in page
    response = write(editor_client, article, "_publish", content="Mine.\n\nSecond.\n", revision=1)
    assert "Nothing was saved" in told(response)[0]
    write(editor_client, article, "_merge", content="Mine.\n\nSecond.\n", revision=2)
    assert HelpDraft.objects.get().content == "Mine.\n\nTheirs.\n"


def test_conflict_of_a_merge_is_told(editor_client: Client, article: HelpArticle) -> None:
    write(editor_client, article, content="Mine.\n\nSecond.\n")
    KnowledgeService(tenant=article.tenant, actor=SYSTEM).update_article(
        article, content="Theirs.\n\nSecond.\n"
    )
    response = write(editor_client, article, "_merge", content="Mine.\n\nSecond.\n", revision=1)
    assert "Choose where both of you changed the same lines." in told(response)


def test_page_shows_what_the_draft_changes(editor_client: Client, article: HelpArticle) -> None:
    write(editor_client, article, content="First <b>.\n\nSecond.\n")
    page = editor_client.get(draft_url(article)).content.decode()
    assert "<ins>" in page
    assert "&lt;" in page
    assert "First <b>" not in page


def test_change_published_while_the_page_was_open_is_not_reverted(
    editor_client: Client, article: HelpArticle
) -> None:
    KnowledgeService(tenant=article.tenant, actor=SYSTEM).update_article(article, content="Theirs.")
    response = write(editor_client, article, "_publish", content="Mine.")
    assert "Nothing was saved" in told(response)[0]
    assert stored(article).content == "Theirs."
    assert HelpDraft.objects.get().base_content == BASE


@pytest.mark.parametrize("base", ["", "forged"])
def test_draft_is_not_begun_without_what_was_seen(
    editor_client: Client, article: HelpArticle, base: str
) -> None:
    page = write(editor_client, article, base=base)
    assert "Open the page again" in str(page.context["form"].errors["base"])
    assert not HelpDraft.objects.exists()


def test_who_else_is_writing_is_named(
    editor_client: Client, author_client: Client, article: HelpArticle
) -> None:
    write(author_client, article)
    assert "Also being written by: ana" in editor_client.get(draft_url(article)).content.decode()


# Autosave


def test_autosave_keeps_the_draft_and_tells_its_revision(
    author_client: Client, article: HelpArticle
) -> None:
    answer = write(author_client, article, "_autosave").json()
    assert (answer["revision"], answer["message"][:9]) == (1, "Saved at ")
    assert write(author_client, article, "_autosave", revision=1).json()["revision"] == 2


@pytest.mark.parametrize("fields", [{"revision": 7}, {"title": ""}, {"revision": "x"}])
def test_autosave_that_is_refused_says_why(
    author_client: Client, article: HelpArticle, fields: dict[str, Any]
) -> None:
    answer = write(author_client, article, "_autosave", **fields)
    assert (answer.status_code, list(answer.json())) == (409, ["message"])
    assert not HelpDraft.objects.exists()


# Review


def review_url(draft: HelpDraft) -> str:
    return reverse("admin:help_center_helpdraft_review", args=[draft.pk])


@pytest.fixture
def submitted(author_client: Client, article: HelpArticle) -> HelpDraft:
    write(author_client, article, "_submit", note="Please look.")
    return HelpDraft.objects.get()


def test_submitted_draft_waits_in_the_list_of_who_publishes(
    editor_client: Client, submitted: HelpDraft
) -> None:
    page = editor_client.get(reverse("admin:help_center_helpdraft_changelist")).content.decode()
    assert review_url(submitted) in page
    assert "Please look." in page


def test_list_leads_authors_to_what_they_write(
    author_client: Client, editor_client: Client, article: HelpArticle
) -> None:
    write(author_client, article)
    changelist = reverse("admin:help_center_helpdraft_changelist")
    assert draft_url(article) in author_client.get(changelist).content.decode()
    assert draft_url(article) not in editor_client.get(changelist).content.decode()


def test_reviewed_draft_is_published(editor_client: Client, submitted: HelpDraft) -> None:
    page = editor_client.get(review_url(submitted)).content.decode()
    assert "Handed over by ana" in page
    assert "<ins>New" in page
    seen = {"revision": submitted.revision}
    response = editor_client.post(review_url(submitted), {"_publish": "1", "note": "Good.", **seen})
    assert told(response) == ["The draft was published."]
    assert stored(submitted.article).content == "New."


def test_reviewed_draft_is_sent_back_with_a_note(
    editor_client: Client, author_client: Client, submitted: HelpDraft
) -> None:
    editor_client.post(review_url(submitted), {"_send_back": "1", "note": "Too short."})
    draft = HelpDraft.objects.get()
    assert (draft.state, draft.note) == (DraftState.WRITING, "Too short.")
    assert "Too short." in author_client.get(draft_url(draft.article)).content.decode()


@pytest.mark.parametrize("seen", ["0", "7", "x", ""])
def test_draft_that_changed_meanwhile_is_not_published_unseen(
    editor_client: Client, submitted: HelpDraft, seen: str
) -> None:
    response = editor_client.post(review_url(submitted), {"_publish": "1", "revision": seen})
    assert "Look at it once more" in told(response)[0]
    assert stored(submitted.article).content == BASE


def test_draft_of_somebody_else_is_not_there_until_it_is_submitted(
    editor_client: Client, author_client: Client, article: HelpArticle
) -> None:
    write(author_client, article)
    draft = HelpDraft.objects.get()
    assert editor_client.get(review_url(draft)).status_code == 404
    assert editor_client.post(review_url(draft), {"_publish": "1"}).status_code == 404


def test_author_does_not_review(author_client: Client, submitted: HelpDraft) -> None:
    author_client.post(review_url(submitted), {"_publish": "1"})
    assert stored(submitted.article).content == BASE


# The link to a preview


def test_link_to_a_preview_is_offered_and_works(
    editor_client: Client, article: HelpArticle, settings: Any
) -> None:
    settings.HELP_CENTER_TENANT_RESOLVER = f"{__name__}.acme"
    write(editor_client, article, content="Only in the draft.")
    link = editor_client.get(draft_url(article)).context["preview_link"]
    assert "Only in the draft." in Client().get(link).content.decode()


def acme(request: Any) -> Model:
    return HelpArticle.objects.get().tenant
