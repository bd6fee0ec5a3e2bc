"""Starting, linking and confirming translations."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model

from django_helpcenter import signals
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import ArticleConflict, PermissionRefused
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.drafts import text_of
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.services.translation_state import state_of
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def original(tenant: Model) -> HelpArticle:
    return make_article(
        tenant, "Valve", content="Open the valve.", tags=["Pumps"], target_roles=["staff"]
    )


@pytest.fixture
def service(tenant: Model) -> TranslationService:
    return TranslationService(tenant=tenant, actor=SYSTEM)


def service_of(tenant: Model, *permissions: str) -> TranslationService:
    return TranslationService(tenant=tenant, actor=make_author("ann", *permissions))


def is_outdated(article: HelpArticle) -> bool:
    article.refresh_from_db()
    state = state_of(article)
    assert state is not None
    return state.is_outdated


def test_started_translation_is_a_draft_with_all_of_the_original(
    service: TranslationService, original: HelpArticle
) -> None:
    draft = service.start(original, "de")
    same = ("title", "content", "category", "target_roles", "translation_group", "slug")
    assert {name: getattr(draft, name) for name in same} == {
        name: getattr(original, name) for name in same
    }
    assert [tag.name for tag in draft.tags.all()] == ["Pumps"]
    assert (draft.status, draft.language) == (ArticleStatus.DRAFT, "de")
    assert (draft.translated_from, draft.translated_version) == (original, 1)


def test_translation_of_a_translation_is_one_of_its_original(
    service: TranslationService, original: HelpArticle
) -> None:
    french = service.start(service.start(original, "de"), "fr")
    assert french.translated_from == original


def test_text_of_an_unpublished_original_is_kept_to_compare_with(
    tenant: Model, service: TranslationService
) -> None:
    original = make_article(tenant, "Valve", status=ArticleStatus.DRAFT)
    before = HelpArticle.objects.get(pk=original.pk).updated_at
    draft = service.start(original, "de")
    assert draft.translated_version == 1
    original.refresh_from_db()
    assert original.versions.get().content == original.content
    assert (original.version, original.updated_at) == (1, before)


@pytest.mark.parametrize("language", ["", "xx", "de'--", "en"])
def test_language_that_is_none_or_taken_is_refused(
    service: TranslationService, original: HelpArticle, language: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        service.start(original, language)
    assert "language" in refusal.value.error_dict
    assert HelpArticle.objects.count() == 1


def test_starting_takes_the_permission_to_add(tenant: Model, original: HelpArticle) -> None:
    with pytest.raises(PermissionRefused):
        service_of(tenant, "change_helparticle").start(original, "de")
    adder = make_author("adder", "add_helparticle")
    assert TranslationService(tenant=tenant, actor=adder).start(original, "de").pk


def test_article_of_another_tenant_is_not_translated(
    other_tenant: Model, original: HelpArticle
) -> None:
    with pytest.raises(PermissionRefused):
        TranslationService(tenant=other_tenant, actor=SYSTEM).start(original, "de")


def test_article_of_another_tenant_is_not_linked(
    other_tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    foreign = make_article(other_tenant, "Ventil", language="de")
    with pytest.raises(PermissionRefused):
        service.link(foreign, original)
    with pytest.raises(PermissionRefused):
        service.link(original, foreign)


def test_linked_article_joins_the_group_as_a_translation(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german = service.link(make_article(tenant, "Ventil", language="de"), original)
    german.refresh_from_db()
    assert german.translation_group == original.translation_group
    assert (german.translated_from, german.translated_version) == (original, 1)


def test_link_may_say_that_the_text_is_older(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german = make_article(tenant, "Ventil", language="de")
    assert is_outdated(service.link(german, original, is_current=False))


def test_second_text_of_a_language_is_not_linked(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    service.start(original, "de")
    with pytest.raises(ValidationError, match="already"):
        service.link(make_article(tenant, "Ventil", language="de"), original)


def test_article_with_translations_of_its_own_is_not_linked(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german = make_article(tenant, "Ventil", language="de")
    service.start(german, "fr")
    with pytest.raises(ValidationError, match="belongs to other translations"):
        service.link(german, original)


def test_article_is_not_linked_to_itself(
    service: TranslationService, original: HelpArticle
) -> None:
    with pytest.raises(ValidationError, match="itself"):
        service.link(original, original)


def test_linking_what_is_published_takes_the_permission_to_publish(
    tenant: Model, original: HelpArticle
) -> None:
    german = make_article(tenant, "Ventil", language="de")
    with pytest.raises(PermissionRefused):
        service_of(tenant, "change_helparticle").link(german, original)


def test_linking_to_what_is_published_leaves_that_as_it_is(
    tenant: Model, original: HelpArticle
) -> None:
    german = make_article(tenant, "Ventil", language="de", status=ArticleStatus.DRAFT)
    linked = service_of(tenant, "change_helparticle").link(german, original)
    assert linked.translated_from == original


def test_draft_follows_what_is_published_without_the_permission_to_publish(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german = service.start(original, "de")
    followed = service_of(tenant, "change_helparticle").follow(german, original)
    assert followed.translated_from == original


def test_published_translation_becomes_no_original_without_the_permission_to_publish(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german = service.link(make_article(tenant, "Ventil", language="de"), original)
    french = service.start(original, "fr")
    with pytest.raises(PermissionRefused):
        service_of(tenant, "change_helparticle").follow(french, german)


def test_restored_version_of_the_time_of_another_original_is_of_no_known_version(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
    for text in ("Close it.", "Leave it.", "Paint it green."):
        original = knowledge.update_article(original, content=text)
    german = knowledge.publish_article(service.start(original, "de"))
    service.unlink(german)
    other = make_article(tenant, "Pump", content="Start the pump.")
    service.link(german, other)
    knowledge.update_article(other, content="Never start that old pump.")
    german = service.confirm(german)
    german = knowledge.update_article(german, content="Die Pumpe nie einschalten.")
    german = knowledge.restore_version(german, 1)
    assert german.translated_version == 0
    assert is_outdated(german)


def test_version_is_restored_after_the_original_is_gone(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
    german = knowledge.publish_article(service.start(original, "de"))
    german = knowledge.update_article(german, content="Ventil öffnen.")
    knowledge.delete_article(original)
    assert knowledge.restore_version(german, 1).translated_version == 0


@pytest.mark.parametrize("version", [2, 9999])
def test_change_says_no_version_that_the_original_has_not(
    tenant: Model, service: TranslationService, original: HelpArticle, version: int
) -> None:
    draft = service.start(original, "de")
    with pytest.raises(ValidationError, match="no such version"):
        KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
            draft, translated_version=version
        )


@pytest.mark.parametrize("version", [-1, 2, 9999])
def test_draft_says_no_version_that_the_original_has_not(
    tenant: Model, service: TranslationService, original: HelpArticle, version: int
) -> None:
    german = service.start(original, "de")
    drafts = DraftService(tenant=tenant, actor=make_author("ed", "change_helparticle"))
    with pytest.raises(ValidationError, match="no such version"):
        drafts.save(german, text_of(german), translated_version=version)


def test_draft_is_published_after_the_original_is_gone(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german = service.start(original, "de")
    editor = make_author("ed", "change_helparticle", "publish_helparticle")
    drafts = DraftService(tenant=tenant, actor=editor)
    draft = drafts.save(german, text_of(german)._replace(content="Auf."), translated_version=1)
    KnowledgeService(tenant=tenant, actor=SYSTEM).delete_article(original)
    assert drafts.publish(draft).content == "Auf."


def test_unlinked_article_stands_alone(service: TranslationService, original: HelpArticle) -> None:
    draft = service.start(original, "de")
    service.unlink(draft)
    draft.refresh_from_db()
    assert draft.translation_group != original.translation_group
    assert state_of(draft) is None


def test_original_with_translations_is_not_unlinked(
    service: TranslationService, original: HelpArticle
) -> None:
    service.start(original, "de")
    with pytest.raises(ValidationError, match="translated from this one"):
        service.unlink(original)


def test_confirmed_translation_is_current(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    draft = service.start(original, "de")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(original, content="Close it.")
    assert is_outdated(draft)
    updated = draft.updated_at
    service.confirm(draft)
    assert not is_outdated(draft)
    assert draft.updated_at == updated


def test_confirmation_counts_for_the_version_that_was_seen(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    draft = service.start(original, "de")
    knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
    for text in ("Close it.", "Leave it."):
        knowledge.update_article(original, content=text)
    service.confirm(draft, version=2)
    assert is_outdated(draft)


@pytest.mark.parametrize("version", [0, -1, 2])
def test_version_that_the_original_has_not_is_not_confirmed(
    service: TranslationService, original: HelpArticle, version: int
) -> None:
    draft = service.start(original, "de")
    with pytest.raises(ValidationError, match="no such version"):
        service.confirm(draft, version=version)


def test_confirmation_is_of_the_original_that_the_article_has_by_now(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    seen = service.start(original, "de")
    service.unlink(seen)
    other = make_article(tenant, "Pump")
    service.link(seen, other)
    assert service.confirm(seen).translated_from == other


def test_original_is_not_confirmed(service: TranslationService, original: HelpArticle) -> None:
    with pytest.raises(ValidationError, match="no translation"):
        service.confirm(original)


def test_confirming_what_readers_see_takes_the_permission_to_publish(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german = service.link(make_article(tenant, "Ventil", language="de"), original)
    with pytest.raises(PermissionRefused):
        service_of(tenant, "change_helparticle").confirm(german)


def test_new_original_has_the_former_one_as_its_translation(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german, french = service.start(original, "de"), service.start(original, "fr")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(original, content="Close it.")
    service.confirm(german)
    service.make_original(german)
    for article in (german, french, original):
        article.refresh_from_db()
    assert german.translated_from is None
    assert (original.translated_from, french.translated_from) == (german, german)
    assert (original.translated_version, french.translated_version) == (1, 0)


def test_draft_follows_no_version_of_a_former_original(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german = service.start(original, "de")
    drafts = DraftService(tenant=tenant, actor=make_author("ed", "change_helparticle"))
    draft = drafts.save(german, text_of(german), translated_version=1)
    service.unlink(german)
    draft.refresh_from_db()
    assert draft.translated_version is None


def test_group_that_lost_its_original_gets_another_one(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    german, french = service.start(original, "de"), service.start(original, "fr")
    KnowledgeService(tenant=tenant, actor=SYSTEM).delete_article(original)
    service.make_original(german)
    french.refresh_from_db()
    assert (french.translated_from, french.translated_version) == (german, 1)


def test_language_of_an_article_cannot_become_that_of_its_translation(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    draft = service.start(original, "de")
    with pytest.raises(ValidationError) as refusal:
        KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(draft, language="en", slug="v")
    assert "language" in refusal.value.error_dict


def test_members_say_whether_they_are_outdated(
    tenant: Model, service: TranslationService, original: HelpArticle
) -> None:
    service.start(original, "de")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(original, content="Close it.")
    members = service.members(original)
    states = [(row.language, row.is_outdated_translation) for row in members]  # type: ignore[attr-defined]
    assert states == [("de", True), ("en", False)]


def test_languages_of_the_group_stand_before_those_that_are_missing(
    settings: Any, service: TranslationService, original: HelpArticle
) -> None:
    settings.LANGUAGES = [("de", "German"), ("en", "English"), ("fr", "French")]
    service.start(original, "fr")
    rows = service.languages(service.members(original))
    assert [(row.code, row.article is None) for row in rows] == [
        ("en", False),
        ("fr", False),
        ("de", True),
    ]


def test_each_step_is_told(
    service: TranslationService, original: HelpArticle, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[tuple[str, int]] = []

    def note(action: str, version: int, **_: object) -> None:
        told.append((action, version))

    signals.article_translation_changed.connect(note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            draft = service.start(original, "de")
            service.confirm(draft)
            service.unlink(draft)
            service.link(draft, original)
            service.make_original(draft)
    finally:
        signals.article_translation_changed.disconnect(note)
    assert told == [
        ("started", 1), ("confirmed", 1), ("unlinked", 0), ("linked", 1), ("made_original", 0),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_who_start_one_translation_at_once_make_one(tenant: Model) -> None:
    original = make_article(tenant, "Valve")

    def start() -> str:
        try:
            TranslationService(tenant=tenant, actor=SYSTEM).start(original, "de")
        except ValidationError as exc:
            return " ".join(exc.messages)
        return "started"

    outcomes = sorted(run_at_once(*[start] * 4))
    assert outcomes.count("started") == 1
    assert all("already" in text for text in outcomes if text != "started")
    assert HelpArticle.objects.filter(language="de").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_link_articles_to_each_other_at_once_make_one_pair(tenant: Model) -> None:
    english = make_article(tenant, "Valve")
    german = make_article(tenant, "Ventil", language="de")
    service = TranslationService(tenant=tenant, actor=SYSTEM)

    def link(article: HelpArticle, original: HelpArticle) -> Any:
        def run() -> bool:
            try:
                service.link(article, original)
            except (ValidationError, ArticleConflict):
                return False
            return True

        return run

    assert sorted(run_at_once(link(english, german), link(german, english))) == [False, True]
    pointers = HelpArticle.objects.values_list("translated_from", flat=True)
    assert sorted(pointers, key=str) in ([english.pk, None], [german.pk, None])


@pytest.mark.django_db(transaction=True)
def test_language_that_another_member_takes_meanwhile_is_a_refusal(tenant: Model) -> None:
    service = TranslationService(tenant=tenant, actor=SYSTEM)
    original = make_article(tenant, "Valve")
    german = service.start(original, "de")
    dutch = make_article(tenant, "Klep", language="nl")
    is_written = threading.Event()

    def take_the_language() -> None:
        with transaction.atomic():
            KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(german, language="nl")
            is_written.set()
            wait_until_somebody_waits()

    def link() -> None:
        assert is_written.wait(timeout=30)
        with pytest.raises(ValidationError, match="already") as refusal:
            service.link(dutch, original)
        assert "language" in refusal.value.error_dict

    run_at_once(take_the_language, link)
    dutch.refresh_from_db()
    assert dutch.translated_from is None


def wait_until_somebody_waits() -> None:
    """Return when another connection waits for what this transaction holds."""
    sql = "SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
    with connection.cursor() as cursor:
        for _ in range(3_000):
            cursor.execute(sql)
            if cursor.fetchone() == (True,):
                return
            time.sleep(0.01)
    raise AssertionError("Nobody waits.")
