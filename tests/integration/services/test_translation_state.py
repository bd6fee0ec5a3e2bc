"""When a translation is outdated: one definition, for lists and for one article."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, Significance
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.services.translation_state import (
    is_outdated,
    is_outdated_by_much,
    misses_language,
    state_of,
    with_translation_state,
)
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author

pytestmark = pytest.mark.django_db


@pytest.fixture
def original(tenant: Model) -> HelpArticle:
    return make_article(tenant, "Valve", content="Open the valve.")


@pytest.fixture
def german(tenant: Model, original: HelpArticle) -> HelpArticle:
    article = make_article(tenant, "Ventil", content="Ventil öffnen.", language="de")
    return TranslationService(tenant=tenant, actor=SYSTEM).link(article, original)


@pytest.fixture
def knowledge(tenant: Model) -> KnowledgeService:
    return KnowledgeService(tenant=tenant, actor=SYSTEM)


def outdated() -> set[str]:
    """The titles of what lists show as outdated; what one article says must be the same."""
    listed = set(HelpArticle.objects.filter(is_outdated()).values_list("title", flat=True))
    states = {article.title: state_of(article) for article in HelpArticle.objects.all()}
    assert listed == {title for title, state in states.items() if state and state.is_outdated}
    return listed


def test_translation_of_the_present_text_is_current(german: HelpArticle) -> None:
    assert outdated() == set()


def test_change_of_the_original_makes_it_outdated(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Close the valve.")
    assert outdated() == {"Ventil"}


@pytest.mark.parametrize(
    ("significance", "is_outdated_then"),
    [(Significance.MINOR, False), (Significance.NORMAL, True), (Significance.MAJOR, True)],
)
def test_what_the_editor_says_of_a_change_decides(
    knowledge: KnowledgeService,
    original: HelpArticle,
    german: HelpArticle,
    significance: str,
    is_outdated_then: bool,
) -> None:
    knowledge.update_article(original, content="Close the valve.", significance=significance)
    assert bool(outdated()) is is_outdated_then


def test_slip_that_nobody_has_judged_leaves_it_current(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Open  the valve!")
    assert outdated() == set()


def test_earlier_change_still_counts_after_a_minor_one(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Close the valve.")
    knowledge.update_article(original, content="Close the valve!")
    assert outdated() == {"Ventil"}


def test_only_a_major_change_makes_it_outdated_by_much(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    by_much = HelpArticle.objects.filter(is_outdated_by_much())
    knowledge.update_article(original, content="Close the valve.")
    assert not by_much.exists()
    knowledge.update_article(original, content="Never!", significance=Significance.MAJOR)
    assert by_much.get() == german
    state = state_of(german)
    assert state is not None
    assert state.is_outdated_by_much


def test_state_names_the_changes_since(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Close it.", note="Other way round")
    knowledge.update_article(original, content="Close it!", note="Dot")
    state = state_of(german)
    assert state is not None
    assert [change.note for change in state.changes] == ["Other way round"]


def test_restoring_what_was_translated_makes_it_current_again(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Close the valve.")
    knowledge.restore_version(original, 1)
    assert outdated() == set()


def test_restoring_another_text_makes_it_outdated(
    tenant: Model, knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Close the valve.")
    TranslationService(tenant=tenant, actor=SYSTEM).confirm(german)
    assert outdated() == set()
    knowledge.restore_version(original, 1)
    assert outdated() == {"Ventil"}


def test_draft_beside_the_original_changes_nothing_until_it_is_published(
    tenant: Model, original: HelpArticle, german: HelpArticle
) -> None:
    editor = make_author("ed", "change_helparticle", "publish_helparticle")
    drafts = DraftService(tenant=tenant, actor=editor)
    text = original.title, original.summary, "Close the valve."
    draft = drafts.save(original, DraftText(*text))
    assert outdated() == set()
    drafts.publish(draft)
    assert outdated() == {"Ventil"}


def test_significance_said_with_a_draft_is_that_of_its_version(
    tenant: Model, original: HelpArticle, german: HelpArticle
) -> None:
    editor = make_author("ed", "change_helparticle", "publish_helparticle")
    drafts = DraftService(tenant=tenant, actor=editor)
    text = DraftText(original.title, original.summary, "Close the valve.")
    drafts.publish(drafts.save(original, text, significance=Significance.MINOR))
    assert outdated() == set()


def test_draft_of_a_translation_makes_it_current_when_it_is_published(
    tenant: Model, knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Close the valve.")
    editor = make_author("ed", "change_helparticle", "publish_helparticle")
    drafts = DraftService(tenant=tenant, actor=editor)
    text = DraftText("Ventil", "", "Ventil schließen.")
    draft = drafts.save(german, text, translated_version=2)
    assert outdated() == {"Ventil"}
    drafts.publish(draft)
    assert outdated() == set()


def test_restored_translation_says_what_it_said_then(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(german, content="Ventil aufdrehen.")
    knowledge.update_article(original, content="Close the valve.")
    knowledge.update_article(german, content="Ventil schließen.", translated_version=2)
    assert outdated() == set()
    knowledge.restore_version(german, 2)
    assert outdated() == {"Ventil"}


@pytest.mark.parametrize("status", [ArticleStatus.ARCHIVED, ArticleStatus.DRAFT])
def test_original_that_readers_do_not_have_asks_nothing(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle, status: str
) -> None:
    knowledge.update_article(original, content="Close the valve.")
    knowledge.update_article(original, status=status)
    assert outdated() == set()


def test_original_changed_while_it_was_away_counts_when_it_is_back(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, status=ArticleStatus.DRAFT)
    knowledge.update_article(original, content="Close the valve.")
    assert outdated() == set()
    knowledge.publish_article(original)
    assert outdated() == {"Ventil"}


def test_scheduled_original_counts_before_its_time(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Close the valve.")
    knowledge.schedule(original, publish_at=timezone.now() + timedelta(days=1))
    assert outdated() == {"Ventil"}


def test_deleted_original_leaves_articles_that_are_no_translations(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.delete_article(original)
    german.refresh_from_db()
    assert state_of(german) is None
    assert outdated() == set()


def test_pointer_out_of_the_group_says_nothing(
    knowledge: KnowledgeService, original: HelpArticle, german: HelpArticle
) -> None:
    knowledge.update_article(original, content="Close the valve.")
    HelpArticle.objects.filter(pk=german.pk).update(translation_group=uuid.uuid4())
    german.refresh_from_db()
    assert state_of(german) is None
    assert outdated() == set()


def test_articles_without_a_language_are_those_to_translate(
    tenant: Model, original: HelpArticle, german: HelpArticle
) -> None:
    other = make_article(tenant, "Pump")
    make_article(tenant, "Old", status=ArticleStatus.ARCHIVED)
    assert set(HelpArticle.objects.filter(misses_language("de"))) == {other}
    assert set(HelpArticle.objects.filter(misses_language("fr"))) == {original, other}


def test_lists_know_all_of_it_in_one_query(
    tenant: Model,
    knowledge: KnowledgeService,
    original: HelpArticle,
    german: HelpArticle,
    django_assert_num_queries: object,
) -> None:
    make_article(tenant, "Pump")
    knowledge.update_article(original, content="Close the valve.")
    with django_assert_num_queries(1):  # type: ignore[operator]
        rows = with_translation_state(HelpArticle.objects.all()).order_by("title")
        names = ("title", "is_translation", "is_outdated_translation", "is_translated")
        found = list(rows.values_list(*names))
    assert found == [
        ("Pump", False, False, False),
        ("Valve", False, False, True),
        ("Ventil", True, True, False),
    ]
