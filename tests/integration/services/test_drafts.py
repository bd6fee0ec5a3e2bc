"""Drafts beside what readers see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from django_helpcenter.choices import DraftState
from django_helpcenter.exceptions import ArticleConflict, NotVisible, PermissionRefused
from django_helpcenter.models import HelpArticle, HelpDraft
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.drafts import DraftService, others_writing
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author
from tests.threads import run_at_once

BASE = "First.\n\nSecond.\n"


@pytest.fixture
def article(tenant: Model) -> HelpArticle:
    return make_article(tenant, "Valve", content=BASE)


@pytest.fixture
def author(db: Any) -> Any:
    return make_author("ana", "change_helparticle")


@pytest.fixture
def publisher(db: Any) -> Any:
    return make_author("petra", "change_helparticle", "publish_helparticle")


def by(article: HelpArticle, actor: Any) -> DraftService:
    return DraftService(tenant=article.tenant, actor=actor)


def changed(content: str, title: str = "Valve", summary: str = "") -> DraftText:
    return DraftText(title, summary, content)


def update(article: HelpArticle, **fields: Any) -> HelpArticle:
    return KnowledgeService(tenant=article.tenant, actor=SYSTEM).update_article(article, **fields)


# Writing


def test_readers_see_the_published_text_until_the_draft_is_published(
    article: HelpArticle, publisher: Any
) -> None:
    service = by(article, publisher)
    draft = service.save(article, changed("New."))
    article.refresh_from_db()
    assert (article.content, article.version) == (BASE, 1)
    published = service.publish(draft, note="Better")
    assert (published.content, published.version, published.status) == ("New.", 2, "PUBLISHED")
    assert published.versions.get(number=2).note == "Better"
    assert not HelpDraft.objects.exists()


def test_author_without_the_permission_to_publish_may_write_a_draft(
    article: HelpArticle, author: Any
) -> None:
    draft = by(article, author).save(article, changed("New."))
    assert (draft.editor, draft.content, draft.base_content) == (author, "New.", BASE)
    with pytest.raises(PermissionRefused, match="publish_helparticle"):
        by(article, author).publish(draft)


def test_who_may_not_change_articles_has_no_draft(article: HelpArticle) -> None:
    reader = make_author("rita", "view_helparticle")
    with pytest.raises(PermissionRefused, match="change_helparticle"):
        by(article, reader).save(article, changed("New."))


def test_each_editor_has_one_draft(article: HelpArticle, author: Any, publisher: Any) -> None:
    for editor in (author, publisher, author):
        by(article, editor).save(article, changed(f"By {editor}."))
    assert sorted(HelpDraft.objects.values_list("content", flat=True)) == ["By ana.", "By petra."]
    assert [draft.editor for draft in others_writing(article, author)] == [publisher]


def test_draft_that_changes_nothing_is_none_of_others(
    article: HelpArticle, author: Any, publisher: Any
) -> None:
    by(article, author).save(article, changed(BASE))
    assert list(others_writing(article, publisher)) == []


def test_texts_of_others_are_not_fetched_one_by_one(
    article: HelpArticle, author: Any, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        editor = make_author(f"editor {number}", "change_helparticle")
        by(article, editor).save(article, changed(f"By {number}."))
    with django_assert_num_queries(1):
        assert len([str(draft.editor) for draft in others_writing(article, author)]) == 3


def test_second_window_does_not_overwrite_the_first(article: HelpArticle, author: Any) -> None:
    service = by(article, author)
    first = service.save(article, changed("One."), revision=0)
    service.save(article, changed("Two."), revision=first.revision)
    with pytest.raises(ArticleConflict, match="another window"):
        service.save(article, changed("Three."), revision=first.revision)
    assert HelpDraft.objects.get().content == "Two."


@pytest.mark.django_db(transaction=True)
def test_draft_that_is_begun_twice_at_once_is_begun_once(tenant: Model) -> None:
    article = make_article(tenant, "Valve", content=BASE)
    author = make_author("ana", "change_helparticle")

    def save() -> str:
        try:
            by(article, author).save(article, changed("New."), revision=0)
        except ArticleConflict:
            return "conflict"
        return "saved"

    assert sorted(run_at_once(*[save] * 4)) == ["conflict"] * 3 + ["saved"]


@pytest.mark.parametrize(
    "text",
    [
        DraftText("", "", "x"),
        DraftText("x" * 501, "", "x"),
        DraftText("x", "", "a\x00b"),
        DraftText("x", "\ud800", "b"),
    ],
)
def test_text_that_no_article_may_have_is_refused(
    article: HelpArticle, author: Any, text: DraftText
) -> None:
    with pytest.raises(ValidationError):
        by(article, author).save(article, text)
    assert not HelpDraft.objects.exists()


def test_draft_may_be_empty_until_it_is_published(article: HelpArticle, publisher: Any) -> None:
    draft = by(article, publisher).save(article, changed(""))
    with pytest.raises(ValidationError, match="has no text"):
        by(article, publisher).publish(draft)
    assert HelpDraft.objects.exists()


def test_discarded_draft_is_gone_and_the_article_stays(article: HelpArticle, author: Any) -> None:
    draft = by(article, author).save(article, changed("New."))
    by(article, author).discard(draft)
    article.refresh_from_db()
    assert article.content == BASE
    assert by(article, author).find(article) is None


# Two editors


def test_draft_of_an_article_that_has_changed_is_not_published(
    article: HelpArticle, publisher: Any
) -> None:
    draft = by(article, publisher).save(article, changed("Mine.\n\nSecond.\n"))
    update(article, content="First.\n\nTheirs.\n")
    with pytest.raises(ArticleConflict, match="was changed by"):
        by(article, publisher).publish(draft)
    article.refresh_from_db()
    assert article.content == "First.\n\nTheirs.\n"


def test_merged_draft_has_both_changes_and_can_be_published(
    article: HelpArticle, publisher: Any
) -> None:
    service = by(article, publisher)
    draft = service.save(article, changed("Mine.\n\nSecond.\n", title="Valves"))
    update(article, content="First.\n\nTheirs.\n", summary="In short.")
    draft, merged = service.merge(draft)
    assert merged.conflicts == 0
    assert draft.text == DraftText("Valves", "In short.", "Mine.\n\nTheirs.\n")
    assert service.publish(draft).content == "Mine.\n\nTheirs.\n"


def test_place_that_both_changed_keeps_the_draft_from_being_published(
    article: HelpArticle, publisher: Any
) -> None:
    service = by(article, publisher)
    draft = service.save(article, changed("Mine.\n\nSecond.\n"))
    update(article, content="Theirs.\n\nSecond.\n")
    draft, merged = service.merge(draft)
    assert merged.conflicts == 1
    with pytest.raises(ValidationError, match="two people changed"):
        service.publish(draft)
    chosen = service.save(article, changed("Both.\n\nSecond.\n"))
    assert service.publish(chosen).content == "Both.\n\nSecond.\n"


def test_revision_that_was_not_looked_at_is_not_published(
    article: HelpArticle, publisher: Any
) -> None:
    service = by(article, publisher)
    draft = service.save(article, changed("New."))
    service.save(article, changed("Newer."))
    with pytest.raises(ArticleConflict, match="Look at it once more"):
        service.publish(draft, revision=draft.revision)


def test_change_of_category_or_tags_is_no_conflict(article: HelpArticle, publisher: Any) -> None:
    draft = by(article, publisher).save(article, changed("New."))
    update(article, target_roles=["manager"])
    assert by(article, publisher).publish(draft).target_roles == ["manager"]


def test_draft_of_a_deleted_article_is_gone(article: HelpArticle, author: Any) -> None:
    draft = by(article, author).save(article, changed("New."))
    service = by(article, author)
    KnowledgeService(tenant=article.tenant, actor=SYSTEM).delete_article(article)
    with pytest.raises(NotVisible):
        service.discard(draft)


# Review


def test_submitted_draft_is_published_by_somebody_else(
    article: HelpArticle, author: Any, publisher: Any
) -> None:
    draft = by(article, author).save(article, changed("New."))
    by(article, author).submit(draft, note="Please look.")
    found = by(article, publisher).drafts().get()
    assert (found.state, found.note) == (DraftState.REVIEW, "Please look.")
    published = by(article, publisher).publish(found)
    assert (published.content, published.last_updated_by) == ("New.", publisher)


def test_submitted_draft_is_sent_back_with_a_note(
    article: HelpArticle, author: Any, publisher: Any
) -> None:
    draft = by(article, author).submit(by(article, author).save(article, changed("New.")))
    back = by(article, publisher).send_back(draft, note="Too short.")
    assert (back.state, back.note) == (DraftState.WRITING, "Too short.")


def test_editor_takes_a_submitted_draft_back(article: HelpArticle, author: Any) -> None:
    draft = by(article, author).submit(by(article, author).save(article, changed("New.")))
    assert by(article, author).send_back(draft).state == DraftState.WRITING


def test_changing_a_submitted_draft_takes_it_back(article: HelpArticle, author: Any) -> None:
    draft = by(article, author).submit(by(article, author).save(article, changed("New.")))
    again = by(article, author).save(article, changed("Newer."), revision=draft.revision)
    assert again.state == DraftState.WRITING


@pytest.mark.parametrize("method", ["publish", "send_back", "merge", "discard", "submit"])
def test_what_others_write_is_like_what_is_not_there(
    article: HelpArticle, author: Any, publisher: Any, method: str
) -> None:
    draft = by(article, author).save(article, changed("New."))
    with pytest.raises(NotVisible):
        getattr(by(article, publisher), method)(draft)
    assert HelpDraft.objects.filter(pk=draft.pk, state=DraftState.WRITING).exists()


@pytest.mark.parametrize("method", ["submit", "discard"])
def test_submitted_draft_of_somebody_else_is_not_withdrawn(
    article: HelpArticle, author: Any, publisher: Any, method: str
) -> None:
    draft = by(article, author).submit(by(article, author).save(article, changed("New.")))
    with pytest.raises(NotVisible):
        getattr(by(article, publisher), method)(draft)


def test_draft_of_another_tenant_is_like_none(
    article: HelpArticle, other_tenant: Model, author: Any
) -> None:
    draft = by(article, author).save(article, changed("New."))
    elsewhere = DraftService(tenant=other_tenant, actor=author)
    with pytest.raises(NotVisible):
        elsewhere.discard(draft)
    with pytest.raises(PermissionRefused):
        elsewhere.save(article, changed("Newer."))
