"""Translations in the admin: the panel, the page, the fields of the forms, the list."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_helpcenter.models import HelpArticle, HelpDraft
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.services.translation_state import state_of
from django_helpcenter.types import SYSTEM
from tests.integration.admin.conftest import MakeArticle
from tests.integration.admin.pages import form_of, told

LANGUAGES = [("en", "English"), ("de", "German"), ("ar", "Arabic")]


@pytest.fixture(autouse=True)
def few_languages(settings: Any) -> None:
    settings.LANGUAGES = LANGUAGES


@pytest.fixture
def original(tenant: Model, make_article: MakeArticle) -> HelpArticle:
    return make_article(tenant, "Valve", content="Open the valve.", status="PUBLISHED")


@pytest.fixture
def german(tenant: Model, make_article: MakeArticle, original: HelpArticle) -> HelpArticle:
    article = make_article(
        tenant, "Ventil", content="Ventil auf.", status="PUBLISHED", language="de"
    )
    return TranslationService(tenant=tenant, actor=SYSTEM).link(article, original)


@pytest.fixture
def outdated(tenant: Model, original: HelpArticle, german: HelpArticle) -> HelpArticle:
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
        original, content="Close the valve.", note="Other way round"
    )
    return german


def url(article: HelpArticle, page: str = "translations") -> str:
    return reverse(f"admin:help_center_helparticle_{page}", args=[article.pk])


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def is_outdated(article: HelpArticle) -> bool:
    state = state_of(HelpArticle.objects.get(pk=article.pk))
    assert state is not None
    return state.is_outdated


def filled(client: Client, article: HelpArticle, name: str = "change") -> dict[str, Any]:
    """What a browser sends that changes nothing."""
    response = client.get(url(article, name))
    form = response.context["form"] if name == "draft" else form_of(response)
    values = {field.html_name: field.value() for field in form}
    sent = {name: "" if value is None else value for name, value in values.items()}
    return {name: value for name, value in sent.items() if value is not False} | {
        "publish_at_0": "", "publish_at_1": "", "expire_at_0": "", "expire_at_1": ""
    }  # fmt: skip


def test_panel_of_an_article_offers_the_languages_that_it_lacks(
    editor_client: Client, german: HelpArticle, original: HelpArticle
) -> None:
    for address in (url(original), url(original, "change")):
        text = page(editor_client, address)
        assert "Translate into Arabic" in text
        assert "Translate into German" not in text
        assert "Up to date" in text


def test_panel_says_since_which_change_a_translation_is_outdated(
    editor_client: Client, outdated: HelpArticle, original: HelpArticle
) -> None:
    text = page(editor_client, url(original, "change"))
    assert "Outdated" in text
    assert "since version 2" in text
    assert "Other way round" in text


def test_many_languages_stand_in_a_select(
    editor_client: Client, original: HelpArticle, settings: Any
) -> None:
    settings.LANGUAGES = [(f"l{letter}", letter) for letter in "abcdefghijkl"]
    assert '<option value="la">a</option>' in page(editor_client, url(original))


def test_button_begins_a_translation(editor_client: Client, original: HelpArticle) -> None:
    response = editor_client.post(url(original), {"start": "de"})
    draft = HelpArticle.objects.get(language="de")
    assert response["Location"] == url(draft, "change")
    assert (draft.translated_from, draft.status) == (original, "DRAFT")
    assert "Begun" in LogEntry.objects.get().get_change_message()


def test_language_that_is_there_is_not_begun_again(
    editor_client: Client, original: HelpArticle, german: HelpArticle
) -> None:
    response = editor_client.post(url(original), {"start": "de"})
    assert "already" in " ".join(told(response))
    assert HelpArticle.objects.count() == 2


def test_who_may_not_add_begins_nothing(
    editor: Any, editor_client: Client, original: HelpArticle
) -> None:
    editor.user_permissions.remove(Permission.objects.get(codename="add_helparticle"))
    assert "Translate into" not in page(editor_client, url(original))
    assert editor_client.post(url(original), {"start": "de"}).status_code == 403


def test_article_is_found_and_linked(
    tenant: Model, editor_client: Client, original: HelpArticle, make_article: MakeArticle
) -> None:
    other = make_article(tenant, "Ventil <b>", language="de")
    make_article(tenant, "Ventilator")
    text = page(editor_client, f"{url(original)}?q=ventil")
    assert "Ventil &lt;b&gt;" in text
    assert "Ventilator" not in text
    editor_client.post(url(original), {"link": other.pk, "is_current": "1"})
    assert not is_outdated(other)


def test_article_may_be_linked_as_outdated(
    tenant: Model, editor_client: Client, original: HelpArticle, make_article: MakeArticle
) -> None:
    other = make_article(tenant, "Ventil", language="de")
    editor_client.post(url(original), {"link": other.pk})
    assert is_outdated(other)


def test_nothing_of_another_tenant_is_found_or_linked(
    root_client: Client, other_tenant: Model, original: HelpArticle, make_article: MakeArticle
) -> None:
    foreign = make_article(other_tenant, "Ventil", language="de")
    assert "Ventil" not in page(root_client, f"{url(original)}?q=ventil").partition("<h2")[2]
    assert root_client.post(url(original), {"link": foreign.pk}).status_code == 404


@pytest.mark.parametrize("name", ["confirm", "unlink", "original"])
def test_buttons_do_nothing_with_articles_out_of_the_group(
    tenant: Model,
    editor_client: Client,
    original: HelpArticle,
    make_article: MakeArticle,
    name: str,
) -> None:
    alone = make_article(tenant, "Pump", language="de")
    for key in (alone.pk, "x", "", 10**12):
        assert editor_client.post(url(original), {name: key}).status_code == 404


def test_translation_is_confirmed_on_the_page(editor_client: Client, outdated: HelpArticle) -> None:
    response = editor_client.post(url(outdated), {"confirm": f"{outdated.pk}:2"})
    assert "Up to date" in " ".join(told(response))
    assert not is_outdated(outdated)


def test_page_confirms_the_version_that_was_seen(
    tenant: Model, editor_client: Client, outdated: HelpArticle, original: HelpArticle
) -> None:
    button = re.search(r'name="confirm" value="([^"]+)"', page(editor_client, url(outdated)))
    assert button is not None
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
        original, content="Leave the valve.", significance="MAJOR"
    )
    response = editor_client.post(url(outdated), {"confirm": button[1]})
    assert is_outdated(outdated)
    assert "changed after you opened this page" in " ".join(told(response))


@pytest.mark.parametrize("version", ["", ":", ":x", ":0", ":99"])
def test_page_confirms_no_version_that_there_is_not(
    editor_client: Client, outdated: HelpArticle, version: str
) -> None:
    response = editor_client.post(url(outdated), {"confirm": f"{outdated.pk}{version}"})
    assert "no such version" in " ".join(told(response))
    assert is_outdated(outdated)


def test_translation_is_unlinked_on_the_page(editor_client: Client, german: HelpArticle) -> None:
    editor_client.post(url(german), {"unlink": german.pk})
    assert state_of(HelpArticle.objects.get(pk=german.pk)) is None


def test_translation_becomes_the_original_on_the_page(
    editor_client: Client, original: HelpArticle, german: HelpArticle
) -> None:
    editor_client.post(url(german), {"original": german.pk})
    original.refresh_from_db()
    assert original.translated_from == german


def test_translator_sees_what_changed_in_the_original(
    editor_client: Client, outdated: HelpArticle
) -> None:
    for name in ("change", "draft", "translations"):
        text = page(editor_client, url(outdated, name))
        assert "<del>Open</del><ins>Close</ins> the valve." in text


def test_translator_without_a_known_version_sees_the_original(
    tenant: Model, editor_client: Client, german: HelpArticle, original: HelpArticle
) -> None:
    HelpArticle.objects.filter(pk=german.pk).update(translated_version=0)
    text = page(editor_client, url(german, "change"))
    assert "nobody knows which version was translated" in text
    assert "Open the valve." in text


def test_saving_says_that_the_translation_follows(
    editor_client: Client, outdated: HelpArticle
) -> None:
    data = filled(editor_client, outdated)
    data |= {"content": "Ventil zu.", "is_current": "on"}
    assert editor_client.post(url(outdated, "change"), data).status_code == 302
    assert not is_outdated(outdated)


def test_saving_without_saying_so_leaves_it_outdated(
    editor_client: Client, outdated: HelpArticle
) -> None:
    data = filled(editor_client, outdated) | {"content": "Ventil zu."}
    assert editor_client.post(url(outdated, "change"), data).status_code == 302
    assert is_outdated(outdated)


def test_saying_so_alone_is_no_change_of_the_article(
    editor_client: Client, outdated: HelpArticle
) -> None:
    before = HelpArticle.objects.get(pk=outdated.pk).updated_at
    data = filled(editor_client, outdated) | {"is_current": "on"}
    assert editor_client.post(url(outdated, "change"), data).status_code == 302
    assert not is_outdated(outdated)
    assert HelpArticle.objects.get(pk=outdated.pk).updated_at == before


def test_saying_so_counts_for_the_version_that_was_seen(
    tenant: Model, editor_client: Client, outdated: HelpArticle, original: HelpArticle
) -> None:
    data = filled(editor_client, outdated) | {"is_current": "on"}
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(original, content="Leave it.")
    editor_client.post(url(outdated, "change"), data)
    assert is_outdated(outdated)


def test_version_that_there_is_not_is_refused(editor_client: Client, outdated: HelpArticle) -> None:
    data = filled(editor_client, outdated) | {"is_current": "on", "original_version": 99}
    response = editor_client.post(url(outdated, "change"), data)
    assert response.status_code == 200
    assert "no such version" in response.content.decode()


@pytest.mark.parametrize(
    ("significance", "expected"), [("MINOR", False), ("NORMAL", True), ("MAJOR", True)]
)
def test_editor_says_how_much_a_change_matters(
    editor_client: Client,
    original: HelpArticle,
    german: HelpArticle,
    significance: str,
    expected: bool,
) -> None:
    data = filled(editor_client, original)
    assert data["significance"] == "NORMAL"
    data |= {"content": "Close the valve.", "significance": significance}
    assert editor_client.post(url(original, "change"), data).status_code == 302
    assert is_outdated(german) is expected


def test_form_of_a_translation_does_not_ask_for_the_significance(
    editor_client: Client, german: HelpArticle
) -> None:
    form = form_of(editor_client.get(url(german, "change")))
    assert "significance" not in form.fields
    assert "is_current" not in form.fields


def test_new_article_is_asked_nothing_of_translations(editor_client: Client, tenant: Model) -> None:
    form = form_of(editor_client.get(reverse("admin:help_center_helparticle_add")))
    assert not {"significance", "is_current", "original_version"} & set(form.fields)


def test_draft_remembers_that_the_translation_follows(
    editor_client: Client, outdated: HelpArticle
) -> None:
    data = filled(editor_client, outdated, "draft")
    data |= {"content": "Ventil zu.", "is_current": "on"}
    editor_client.post(url(outdated, "draft"), data)
    assert is_outdated(outdated)
    assert filled(editor_client, outdated, "draft")["is_current"] is True
    assert HelpDraft.objects.get().translated_version == 2
    data = filled(editor_client, outdated, "draft") | {"_publish": "1"}
    editor_client.post(url(outdated, "draft"), data)
    assert not is_outdated(outdated)


def test_draft_remembers_how_much_a_change_matters(
    editor_client: Client, original: HelpArticle, german: HelpArticle
) -> None:
    data = filled(editor_client, original, "draft")
    data |= {"content": "Close the valve.", "significance": "MINOR"}
    editor_client.post(url(original, "draft"), data)
    assert filled(editor_client, original, "draft")["significance"] == "MINOR"
    editor_client.post(
        url(original, "draft"), filled(editor_client, original, "draft") | {"_publish": "1"}
    )
    assert not is_outdated(german)


def listed(client: Client, value: str) -> set[str]:
    address = reverse("admin:help_center_helparticle_changelist")
    response = client.get(address, {"translations": value})
    assert response.status_code == 200
    return {row.title for row in response.context["cl"].result_list}


def test_list_is_filtered_by_what_is_outdated_or_missing(
    tenant: Model, editor_client: Client, outdated: HelpArticle, make_article: MakeArticle
) -> None:
    make_article(tenant, "Pump")
    assert listed(editor_client, "outdated") == {"Ventil"}
    assert listed(editor_client, "current") == set()
    assert listed(editor_client, "missing-de") == {"Pump"}
    assert listed(editor_client, "missing-ar") == {"Pump", "Valve"}


@pytest.mark.parametrize("value", ["missing-zz", "missing-", "x"])
def test_filter_that_is_none_shows_all(
    editor_client: Client, german: HelpArticle, value: str
) -> None:
    assert listed(editor_client, value) == {"Valve", "Ventil"}


def test_filter_offers_the_sites_languages(
    editor_client: Client, german: HelpArticle, settings: Any
) -> None:
    address = reverse("admin:help_center_helparticle_changelist")
    assert "Missing in Arabic" in page(editor_client, address)
    settings.LANGUAGES = [*LANGUAGES, *((f"l{letter}", letter) for letter in "abcdefghijkl")]
    text = page(editor_client, address)
    assert "Missing in German" in text
    assert "Missing in Arabic" not in text


def test_list_shows_a_badge_without_a_query_for_each_row(
    tenant: Model, editor_client: Client, outdated: HelpArticle, make_article: MakeArticle
) -> None:
    address = reverse("admin:help_center_helparticle_changelist")
    assert '<span class="hc-badge hc-badge--attention">Outdated</span>' in page(
        editor_client, address
    )

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(editor_client, address)
        return len(queries)

    few = count()
    service = TranslationService(tenant=tenant, actor=SYSTEM)
    for number in range(5):
        service.start(make_article(tenant, f"Pump {number}"), "de")
    assert count() == few


def test_hostile_notes_and_titles_are_shown_as_text(
    tenant: Model, editor_client: Client, original: HelpArticle, german: HelpArticle
) -> None:
    evil = "<script>alert(1)</script>"
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
        original, title=evil, content=f"Other. {evil}", summary=evil, note=evil
    )
    for name in ("change", "translations", "draft"):
        assert "<script>alert" not in page(editor_client, url(german, name))
