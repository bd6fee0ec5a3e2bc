"""Keys and numbers that machines read are not written as people read numbers: 1234, not 1,234."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Model
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import HelpArticle, HelpArticleVersion, HelpCategory, HelpDraft
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.services.translation_state import state_of
from django_helpcenter.types import SYSTEM
from tests.integration.admin.conftest import MakeArticle

#: An attribute that a machine reads, with a number that people read. What is told is left alone.
SPOILT = re.compile(r'\b(?:value|href|id|for|start|maxlength|data-[\w-]+)="[^"]*\d,\d{3}\b[^"]*"')


@pytest.fixture(autouse=True)
def grouped_digits(settings: Any) -> None:
    settings.USE_THOUSAND_SEPARATOR = True
    settings.LANGUAGES = [("en", "English"), ("de", "German"), ("fr", "French")]


@pytest.fixture
def original(tenant: Model, make_article: MakeArticle) -> HelpArticle:
    """An article with long keys and numbers."""
    for model in (HelpArticle, HelpDraft, HelpCategory):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), 123456)", [model._meta.db_table]
            )
    article = make_article(tenant, "Valve", content="Open the valve.", status="PUBLISHED")
    HelpArticleVersion.objects.filter(article=article).update(number=1233)
    HelpArticle.objects.filter(pk=article.pk).update(version=1233)
    article.refresh_from_db()
    return update(article, "Open the valve now.")


@pytest.fixture
def german(tenant: Model, original: HelpArticle) -> HelpArticle:
    started = TranslationService(tenant=tenant, actor=SYSTEM).start(original, "de")
    return KnowledgeService(tenant=tenant, actor=SYSTEM).publish_article(started)


def update(article: HelpArticle, content: str) -> HelpArticle:
    service = KnowledgeService(tenant=article.tenant, actor=SYSTEM)
    return service.update_article(article, content=content, note="Changed")


def url(article: HelpArticle, page: str) -> str:
    return reverse(f"admin:help_center_helparticle_{page}", args=[article.pk])


def fetch(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def page(client: Client, address: str) -> str:
    """Return a page on which no number is spoilt."""
    text = fetch(client, address)
    assert SPOILT.findall(text) == []
    return text


def values(text: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', text)


def test_translation_is_confirmed_by_its_button(
    editor_client: Client, original: HelpArticle, german: HelpArticle
) -> None:
    update(original, "Close the valve.")
    (value,) = values(page(editor_client, url(original, "translations")), "confirm")
    editor_client.post(url(original, "translations"), {"confirm": value})
    state = state_of(HelpArticle.objects.get(pk=german.pk))
    assert state is not None
    assert not state.is_outdated


@pytest.mark.parametrize("name", ["unlink", "original"])
def test_translation_is_moved_by_its_button(
    editor_client: Client, original: HelpArticle, german: HelpArticle, name: str
) -> None:
    (value,) = values(page(editor_client, url(original, "translations")), name)
    assert editor_client.post(url(original, "translations"), {name: value}).status_code == 302
    assert HelpArticle.objects.get(pk=german.pk).translated_from is None


def test_article_is_linked_by_its_button(
    tenant: Model, editor_client: Client, original: HelpArticle, make_article: MakeArticle
) -> None:
    other = make_article(tenant, "Vanne", language="fr")
    (value,) = values(page(editor_client, f"{url(original, 'translations')}?q=vanne"), "link")
    editor_client.post(url(original, "translations"), {"link": value})
    other.refresh_from_db()
    assert other.translated_from == original


def test_version_is_compared_and_restored_by_its_button(
    editor_client: Client, original: HelpArticle
) -> None:
    update(original, "Close the valve.")
    address = url(original, "versions")
    text = page(editor_client, address)
    assert values(text, "from") == values(text, "to") == ["1235", "1234", "1233"]
    assert "<ins>" in page(editor_client, f"{address}?from=1234&to=1235")
    (seen,) = values(text, "seen")
    editor_client.post(address, {"restore": values(text, "restore")[0], "seen": seen})
    assert HelpArticle.objects.get().content == "Open the valve now."


def test_draft_is_published_from_its_review(
    tenant: Model, superuser: Any, root_client: Client, original: HelpArticle
) -> None:
    writer = get_user_model().objects.create_superuser("writer", password="x")
    service = DraftService(tenant=tenant, actor=writer)
    draft = service.submit(service.save(original, DraftText("Valve", "", "Two valves.")))
    HelpDraft.objects.update(revision=1234)
    address = reverse("admin:help_center_helpdraft_review", args=[draft.pk])
    (revision,) = values(page(root_client, address), "revision")
    root_client.post(address, {"revision": revision, "_publish": ""})
    assert HelpArticle.objects.get().content == "Two valves."


@pytest.mark.parametrize("name", ["change", "draft", "translations", "versions", "delete"])
def test_pages_of_an_article_have_no_spoilt_number(
    editor_client: Client, original: HelpArticle, german: HelpArticle, name: str
) -> None:
    update(original, "Close the valve.")
    for article in (original, german):
        text = fetch(editor_client, url(article, name))
        assert str(article.pk) in text
        assert SPOILT.findall(text) == []


@pytest.mark.parametrize("model", ["helparticle", "helpcategory", "helpdraft"])
def test_lists_have_no_spoilt_number(
    tenant: Model, editor: Any, editor_client: Client, original: HelpArticle, model: str
) -> None:
    DraftService(tenant=tenant, actor=editor).save(original, DraftText("Valve", "", "Two valves."))
    text = fetch(editor_client, reverse(f"admin:help_center_{model}_changelist"))
    assert re.search(r'href="[^"]*/12345\d/', text)
    assert SPOILT.findall(text) == []


def test_page_of_what_is_due_has_no_spoilt_number(
    editor_client: Client, german: HelpArticle
) -> None:
    HelpArticle.objects.update(
        text_changed_at="2020-01-01T00:00Z", published_date="2020-01-01T00:00Z"
    )
    text = page(editor_client, reverse("admin:help_center_helparticle_due"))
    assert values(text, "verify")


def test_length_of_a_query_is_a_number_for_browsers() -> None:
    context = {"help_center": {"query_max_length": 4096}, "variant": "hero"}
    assert 'maxlength="4096"' in render_to_string("help_center/includes/search_form.html", context)
