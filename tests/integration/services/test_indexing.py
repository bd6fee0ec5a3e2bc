"""Articles into passages, and passages into vectors."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.choices import IndexState
from django_helpcenter.exceptions import EmbeddingError
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpIndexState,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.search.lexicon import lexicon_drift
from django_helpcenter.services.index_run import ARTICLES_PER_TRANSACTION, IndexReport
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.search import SearchService
from django_helpcenter.services.vectors import PASSAGES_PER_BATCH
from django_helpcenter.testing import FakeEmbeddings
from django_helpcenter.types import SYSTEM
from tests.factories import fake_embeddings, make_article, make_category, make_indexed
from tests.signals_log import heard_signals

PARTS = "Close the valve.\n\n## Docks\n\nOpen the dock.\n\n## Sites\n\nVisit the site."


@pytest.fixture
def model(db: None) -> Iterator[FakeEmbeddings]:
    with fake_embeddings() as backend:
        yield backend


@pytest.fixture
def service(tenant: Model) -> IndexingService:
    return IndexingService(tenant=tenant)


def change(article: HelpArticle, **fields: Any) -> HelpArticle:
    """Change an article and leave the index to the test."""
    service = KnowledgeService(tenant=article.tenant, actor=SYSTEM)
    return service.update_article(article, index=False, **fields)


def passages(article: HelpArticle) -> list[tuple[int, str]]:
    rows = article.passages.order_by("ordinal")
    return list(rows.values_list("ordinal", "text"))


def state(tenant: Model) -> HelpIndexState:
    return HelpIndexState.objects.get(tenant_id=tenant.pk)


# Passages


def test_article_becomes_passages_with_their_places(tenant: Model) -> None:
    article = make_indexed(
        tenant, "Pumps", content=PARTS, summary="All of it.", target_roles=["manager"]
    )
    rows = list(article.passages.order_by("ordinal"))
    assert [row.heading_path for row in rows] == ["", "", "Docks", "Sites"]
    assert [row.text for row in rows] == [
        "All of it.",
        "Close the valve.",
        "Open the dock.",
        "Visit the site.",
    ]
    assert [row.ordinal for row in rows] == [0, 1, 2, 3]
    assert rows[2].anchor
    for row in rows:
        assert (row.tenant, row.title, row.language) == (tenant, "Pumps", "en")
        assert (row.audience, row.version, row.search_config) == (["manager"], 1, "english")


def test_summary_that_the_text_repeats_is_no_passage(tenant: Model) -> None:
    article = make_indexed(tenant, content="Close the valve. Then wait.", summary="Close the valve")
    assert len(passages(article)) == 1


def test_passage_is_named_by_title_and_place(tenant: Model) -> None:
    assert str(make_indexed(tenant).passages.get()) == "An article (0)"


def test_article_is_in_step_afterwards(service: IndexingService, tenant: Model) -> None:
    article = make_article(tenant)
    report = service.index_articles()
    article.refresh_from_db()
    assert (report.articles, report.passages, report.failures) == (1, 1, [])
    assert article.index_state == IndexState.FRESH
    assert article.indexed_hash == article.content_hash


def test_indexing_changes_no_date(service: IndexingService, tenant: Model) -> None:
    article = make_article(tenant)
    service.index_articles()
    before = article.updated_at
    article.refresh_from_db()
    assert article.updated_at == before


def test_second_run_has_nothing_to_do(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    make_indexed(tenant)
    model.documents.clear()
    assert service.index_articles() == IndexReport()
    assert model.documents == []


def test_run_with_nothing_to_do_leaves_the_corpus_alone(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    make_indexed(tenant)
    before = state(tenant)
    service.index_articles()
    after = state(tenant)
    assert (after.corpus_version, after.updated_at) == (before.corpus_version, before.updated_at)


def test_drafts_are_left_out(service: IndexingService, tenant: Model) -> None:
    draft = make_article(tenant, status="DRAFT")
    assert service.index_articles([draft.pk]).articles == 0
    assert not HelpPassage.objects.exists()


def test_articles_of_other_tenants_are_left_out(
    service: IndexingService, other_tenant: Model
) -> None:
    theirs = make_article(other_tenant)
    assert service.index_articles([theirs.pk]).articles == 0
    assert not HelpPassage.objects.exists()


def test_articles_that_are_gone_are_left_out(service: IndexingService) -> None:
    assert service.index_articles([4_711]) == IndexReport()


def test_progress_is_told(model: FakeEmbeddings, service: IndexingService, tenant: Model) -> None:
    for number in range(3):
        make_article(tenant, f"Article {number}", content=PARTS)
    told: list[tuple[str, int, int]] = []
    service.index_articles(progress=lambda *step: told.append(step))
    assert told == [("passages", 3, 3), ("vectors", 9, 9)]


def test_more_articles_than_one_transaction_holds_are_all_indexed(
    service: IndexingService, tenant: Model
) -> None:
    category = make_category(tenant)
    number = ARTICLES_PER_TRANSACTION + 1
    for each in range(number):
        make_article(tenant, f"Article {each}", category=category)
    told: list[int] = []
    report = service.index_articles(progress=lambda _step, done, _total: told.append(done))
    assert (report.articles, told) == (number, [ARTICLES_PER_TRANSACTION, number])
    assert lexicon_drift(tenant, using=connection.alias) == 0


# Keeping what did not change


def test_unchanged_passages_keep_their_rows(service: IndexingService, tenant: Model) -> None:
    article = make_indexed(tenant, content=PARTS)
    before = dict(article.passages.values_list("text", "pk"))
    change(article, content=PARTS.replace("Open the dock.", "Open the dock twice."))
    report = service.index_articles()
    after = dict(article.passages.values_list("text", "pk"))
    assert report.passages == 1
    assert after["Close the valve."] == before["Close the valve."]
    assert after["Visit the site."] == before["Visit the site."]
    assert "Open the dock." not in after


def test_only_changed_passages_are_embedded_again(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    article = make_indexed(tenant, "Pumps", content=PARTS)
    model.documents.clear()
    change(article, content=PARTS.replace("Open the dock.", "Open the dock twice."))
    report = service.index_articles()
    assert model.documents == ["Pumps › Docks\nOpen the dock twice."]
    assert report.embedded == 1


def test_kept_passages_keep_their_vectors(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    article = make_indexed(tenant, content=PARTS)
    vectors = HelpPassageEmbedding.objects.filter(passage__text="Visit the site.")
    before = vectors.get().pk
    change(article, content=PARTS.replace("Open the dock.", "Open the dock twice."))
    service.index_articles()
    assert vectors.get().pk == before
    assert HelpPassageEmbedding.objects.count() == 3


def test_passages_change_places(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    first, second = "## Docks\n\nOpen the dock.", "## Sites\n\nVisit the site."
    article = make_indexed(tenant, content=f"{first}\n\n{second}")
    before = dict(article.passages.values_list("text", "pk"))
    model.documents.clear()
    change(article, content=f"{second}\n\n{first}")
    service.index_articles()
    assert passages(article) == [(0, "Visit the site."), (1, "Open the dock.")]
    assert dict(article.passages.values_list("text", "pk")) == before
    assert model.documents == []


def test_passage_that_stands_twice_is_kept_twice(service: IndexingService, tenant: Model) -> None:
    part = "## Docks\n\nOpen the dock."
    article = make_indexed(tenant, content=f"{part}\n\n{part}")
    before = set(article.passages.values_list("pk", flat=True))
    change(article, content=f"{part}\n\n{part}\n\n{part}")
    service.index_articles()
    after = set(article.passages.values_list("pk", flat=True))
    assert before < after
    assert len(after) == 3


def test_new_title_makes_all_passages_new(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    article = make_indexed(tenant, "Pumps", content=PARTS)
    model.documents.clear()
    change(article, title="Valves")
    service.index_articles()
    assert len(model.documents) == 3
    assert {row.title for row in article.passages.all()} == {"Valves"}


def test_new_version_reaches_kept_passages(service: IndexingService, tenant: Model) -> None:
    article = make_indexed(tenant, content=PARTS)
    change(article, content=PARTS + "\n\nMore.")
    service.index_articles()
    assert {row.version for row in article.passages.all()} == {2}


def test_vector_of_the_article_follows_when_a_passage_goes(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    article = make_indexed(tenant, content=PARTS)
    before = HelpArticleEmbedding.objects.get()
    changed = change(article, content="Close the valve.")
    service.index_articles([article.pk])
    after = HelpArticleEmbedding.objects.get()
    assert after.content_hash == changed.content_hash
    assert after.embedding != before.embedding


# Audiences


def test_audience_written_past_the_services_reaches_passages_and_vectors(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    article = make_indexed(tenant, content=PARTS)
    article.target_roles = ["manager"]
    article.save()
    service.index_articles()
    for rows in (HelpPassage, HelpPassageEmbedding, HelpArticleEmbedding):
        audiences = rows._default_manager.values_list("audience", flat=True)
        assert {tuple(audience) for audience in audiences} == {("manager",)}
    assert lexicon_drift(tenant, using=connection.alias) == 0


def test_article_archived_past_the_services_is_taken_out(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    article = make_indexed(tenant, content=PARTS)
    article.status = "ARCHIVED"
    article.save()
    service.index_articles()
    assert not HelpPassage.objects.exists()
    assert not HelpArticleEmbedding.objects.exists()
    assert lexicon_drift(tenant, using=connection.alias) == 0


def test_article_archived_past_the_services_can_be_published_again(
    service: IndexingService, tenant: Model
) -> None:
    article = make_indexed(tenant)
    HelpArticle.objects.filter(pk=article.pk).update(status="ARCHIVED")
    service.rebuild()
    article.refresh_from_db()
    KnowledgeService(tenant=tenant, actor=SYSTEM).publish_article(article)
    service.index_articles()
    assert article.passages.count() == 1


# Articles that cannot be indexed


@pytest.fixture
def long_article(tenant: Model) -> HelpArticle:
    """Return an article that has become longer than anything that can be read."""
    article = make_indexed(tenant, content=PARTS)
    HelpArticle.objects.filter(pk=article.pk).update(
        content="valve " * 90_000, index_state=IndexState.STALE
    )
    return article


def test_article_that_cannot_be_indexed_is_reported(
    service: IndexingService, tenant: Model, long_article: HelpArticle
) -> None:
    sound = make_article(tenant, "Sound")
    report = service.index_articles()
    ((article_id, reason),) = report.failures
    assert article_id == long_article.pk
    assert "540,000 characters" in reason
    assert report.articles == 1
    assert sound.passages.exists()


def test_article_that_cannot_be_indexed_says_why(
    service: IndexingService, long_article: HelpArticle
) -> None:
    service.index_articles()
    long_article.refresh_from_db()
    assert long_article.index_state == IndexState.FAILED
    assert "540,000 characters" in long_article.index_error


def test_article_that_cannot_be_indexed_is_not_found_by_its_former_text(
    service: IndexingService, tenant: Model, long_article: HelpArticle
) -> None:
    service.index_articles()
    assert SearchService(tenant=tenant).hybrid_search("dock").hits == ()
    assert lexicon_drift(tenant, using=connection.alias) == 0


def test_article_that_cannot_be_indexed_is_not_tried_again_and_again(
    service: IndexingService, long_article: HelpArticle
) -> None:
    service.index_articles()
    assert service.index_articles() == IndexReport()


def test_former_text_that_comes_back_is_indexed(
    service: IndexingService, tenant: Model, long_article: HelpArticle
) -> None:
    service.index_articles()
    long_article.refresh_from_db()
    change(long_article, content=PARTS)
    service.index_articles()
    long_article.refresh_from_db()
    assert (long_article.index_state, long_article.index_error) == (IndexState.FRESH, "")
    assert long_article.passages.count() == 3


def test_article_is_indexed_when_the_limit_was_raised(
    service: IndexingService, long_article: HelpArticle
) -> None:
    service.index_articles()
    with override_settings(HELP_CENTER_ARTICLE_MAX_CHARACTERS=600_000):
        service.rebuild(everything=True)
    long_article.refresh_from_db()
    assert long_article.index_state == IndexState.FRESH


# Vectors


def test_every_passage_gets_a_vector(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    article = make_article(tenant, "Pumps", content=PARTS, target_roles=["manager"])
    report = service.index_articles()
    assert (report.passages, report.embedded, report.unavailable) == (3, 3, "")
    for row in HelpPassageEmbedding.objects.select_related("passage"):
        assert (row.tenant, row.article, row.language) == (tenant, article, "en")
        assert (row.space, row.part, row.audience) == (model.space, 0, ["manager"])
        assert row.content_hash == row.passage.content_hash
        assert str(row) == f"{row.passage_id}/0 ({model.space})"


def test_texts_are_embedded_with_their_place(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    make_indexed(tenant, "Pumps", content="## Docks\n\n### Doors\n\nOpen it.")
    assert model.documents == ["Pumps › Docks › Doors\nOpen it."]


def test_vectors_are_those_of_the_texts(model: FakeEmbeddings, tenant: Model) -> None:
    make_indexed(tenant, "Pumps", content=PARTS)
    for row in HelpPassageEmbedding.objects.select_related("passage"):
        place = " › ".join(part for part in ("Pumps", row.passage.heading_path) if part)
        wanted = model.embed_documents([f"{place}\n{row.passage.text}"])[0]
        assert row.embedding == pytest.approx(wanted, abs=1e-3)


def test_article_gets_the_mean_of_its_passages(model: FakeEmbeddings, tenant: Model) -> None:
    article = make_indexed(tenant, content=PARTS, target_roles=["manager"])
    row = HelpArticleEmbedding.objects.get()
    parts = HelpPassageEmbedding.objects.values_list("embedding", flat=True)
    mean = [sum(numbers) / len(parts) for numbers in zip(*parts, strict=True)]
    norm = sum(number * number for number in mean) ** 0.5
    wanted = [number / norm for number in mean]
    assert row.embedding == pytest.approx(wanted, abs=2e-3)
    assert (row.article, row.tenant, row.space) == (article, tenant, model.space)
    assert (row.audience, row.content_hash) == (["manager"], article.content_hash)
    assert str(row) == f"{article.pk} ({model.space})"


@pytest.fixture
def two_batches(tenant: Model) -> HelpArticle:
    """Return an article with one passage more than one batch of the model takes."""
    sections = (f"## {number}\n\nText." for number in range(PASSAGES_PER_BATCH + 1))
    return make_article(tenant, content="\n\n".join(sections))


def test_many_passages_are_embedded_batch_by_batch(
    model: FakeEmbeddings, service: IndexingService, two_batches: HelpArticle
) -> None:
    told: list[int] = []
    service.index_articles(
        progress=lambda step, done, _total: told.append(done) if step == "vectors" else None
    )
    assert told == [PASSAGES_PER_BATCH, PASSAGES_PER_BATCH + 1]
    assert HelpPassageEmbedding.objects.count() == PASSAGES_PER_BATCH + 1


def test_site_without_embeddings_has_no_vectors(service: IndexingService, tenant: Model) -> None:
    make_article(tenant)
    report = service.index_articles()
    assert (report.embedded, report.unavailable) == (0, "")
    assert not HelpPassageEmbedding.objects.exists()


def test_words_are_indexed_without_the_model(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    model.is_missing = True
    article = make_article(tenant, content="Close the valve.")
    report = service.index_articles()
    article.refresh_from_db()
    assert "is not installed" in report.unavailable
    assert article.index_state == IndexState.FRESH
    results = SearchService(tenant=tenant).hybrid_search("valve")
    assert (results.total, results.degraded) == (1, "not-embedded")


def test_vectors_follow_when_the_model_is_there(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    model.is_missing = True
    make_article(tenant, content=PARTS)
    service.index_articles()
    model.is_missing = False
    report = service.index_articles()
    assert (report.articles, report.embedded) == (0, 3)
    assert state(tenant).embedding_space == model.space
    assert SearchService(tenant=tenant).hybrid_search("valve").degraded == ""


def test_search_has_no_semantic_side_before_every_passage_has_a_vector(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    model.is_missing = True
    make_indexed(tenant, "Waiting")
    model.is_missing = False
    late = make_article(tenant, "Late", content="Close the valve.")
    service.index_articles([late.pk])
    assert SearchService(tenant=tenant).hybrid_search("valve").degraded == "not-embedded"
    service.index_articles()
    assert SearchService(tenant=tenant).hybrid_search("valve").degraded == ""


def test_words_are_found_although_the_model_failed(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    def fail(texts: Any) -> None:
        raise EmbeddingError("Out of memory.")

    model.before_documents = fail
    make_article(tenant, content="Close the valve.")
    with pytest.raises(EmbeddingError, match="Out of memory"):
        service.index_articles()
    assert state(tenant).passages == 1
    assert SearchService(tenant=tenant).hybrid_search("valve").total == 1


def test_what_was_added_is_embedded_while_more_is_written(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    asked = Event()
    model.before_documents = lambda texts: asked.set()
    first, second = make_article(tenant, "One"), make_article(tenant, "Two")
    with service.open_run() as run:
        run.add([first.pk])
        assert asked.wait(10)
        run.add([second.pk])
        report = run.finish()
    assert len(model.documents) == 2
    assert (report.articles, report.embedded) == (2, 2)


def test_model_that_fails_stops_no_writing(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    failed = Event()

    def fail(texts: Any) -> None:
        failed.set()
        raise EmbeddingError("Out of memory.")

    model.before_documents = fail
    first, second = make_article(tenant, "One"), make_article(tenant, "Two")
    with service.open_run() as run:
        run.add([first.pk])
        assert failed.wait(10)
        run.add([second.pk])
        with pytest.raises(EmbeddingError, match="Out of memory"):
            run.finish()
    assert state(tenant).passages == 2


def test_run_that_is_left_early_leaves_the_rest_to_the_next(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    article = make_article(tenant)
    with service.open_run() as run:
        run.add([article.pk])
    assert not HelpPassageEmbedding.objects.exists()
    assert service.index_articles().embedded == 1


def test_batches_before_a_failure_are_kept(
    model: FakeEmbeddings, service: IndexingService, tenant: Model, two_batches: HelpArticle
) -> None:
    def fail_later(texts: Any) -> None:
        if model.documents:
            raise EmbeddingError("Out of memory.")

    model.before_documents = fail_later
    with pytest.raises(EmbeddingError):
        service.index_articles()
    assert HelpPassageEmbedding.objects.count() == PASSAGES_PER_BATCH
    model.before_documents = None
    assert service.index_articles().embedded == 1
    assert state(tenant).embedding_space == model.space


def test_indexed_article_is_announced_with_the_space_of_its_vectors(
    model: FakeEmbeddings, tenant: Model, django_capture_on_commit_callbacks: Any
) -> None:
    with (
        heard_signals("article_indexed") as heard,
        django_capture_on_commit_callbacks(execute=True),
    ):
        make_indexed(tenant)
    assert [arguments["space"] for _, arguments in heard] == [model.space]


# Statistics


def test_statistics_are_counted(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    make_article(tenant, "Pumps", content=PARTS)
    make_indexed(tenant, "Pumpen", content="Das Ventil schließen.", language="de")
    row = state(tenant)
    assert (row.passages, row.vectors, row.configs) == (4, 4, {"english": 3, "german": 1})


def test_statistics_of_a_tenant_leave_out_the_others(
    model: FakeEmbeddings, service: IndexingService, tenant: Model, other_tenant: Model
) -> None:
    make_indexed(other_tenant, content=PARTS)
    make_indexed(tenant)
    assert (state(tenant).passages, state(tenant).vectors) == (1, 1)


def test_statistics_follow_a_withdrawal(service: IndexingService, tenant: Model) -> None:
    article = make_indexed(tenant)
    change(article, status="ARCHIVED")
    assert service.refresh_statistics().passages == 0


def test_indexing_raises_the_corpus_version(service: IndexingService, tenant: Model) -> None:
    make_indexed(tenant, "One")
    before = state(tenant).corpus_version
    make_indexed(tenant, "Two")
    assert state(tenant).corpus_version > before


def test_index_state_is_named_by_tenant_and_version(tenant: Model) -> None:
    make_indexed(tenant)
    assert str(state(tenant)) == f"{tenant.pk}: {state(tenant).corpus_version}"


def test_vectors_of_articles_that_did_not_change_are_left_alone(
    model: FakeEmbeddings, service: IndexingService, tenant: Model
) -> None:
    edited, other = make_article(tenant, "Valve"), make_article(tenant, "Pump")
    service.index_articles()
    stamp = "SELECT xmin::text FROM help_center_helparticleembedding WHERE article_id = %s"

    def stamps() -> list[str]:
        with connection.cursor() as cursor:
            found = []
            for article in (edited, other):
                cursor.execute(stamp, [article.pk])
                found.append(cursor.fetchone()[0])
        return found

    before = stamps()
    edited.content = "Another text."
    edited.save()
    service.index_articles()
    after = stamps()
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)
