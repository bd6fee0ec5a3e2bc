"""Changing the embedding model: the old one serves until the new one knows everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.backends.loading import get_embeddings, get_previous_embeddings
from django_helpcenter.choices import SearchMode
from django_helpcenter.models import (
    HelpArticleEmbedding,
    HelpIndexState,
    HelpPassageEmbedding,
)
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.search import SearchService
from django_helpcenter.services.spaces import indexing_backends, serving_backend
from django_helpcenter.testing import FakeEmbeddings
from django_helpcenter.types import SearchResults
from tests.factories import fake_embeddings, make_article, make_indexed

VALVE = "Close the valve in the wall."
DOCK = "Open the dock at the gate."


@pytest.fixture
def old(tenant: Model) -> FakeEmbeddings:
    """Index two articles with a model, and leave it to the test to bring another."""
    with fake_embeddings() as backend:
        make_article(tenant, "Valve", content=VALVE)
        make_indexed(tenant, "Dock", content=DOCK)
        backend.documents.clear()
    return backend


@contextmanager
def switched(old: FakeEmbeddings) -> Iterator[FakeEmbeddings]:
    """Use a new model, and the old one for as long as it is needed."""
    previous = FakeEmbeddings.declaration(old.options.label)
    with fake_embeddings(HELP_CENTER_EMBEDDINGS_PREVIOUS=previous) as new:
        assert get_previous_embeddings() is old
        yield new


def search(tenant: Model, mode: SearchMode = SearchMode.HYBRID) -> SearchResults:
    return SearchService(tenant=tenant).hybrid_search(VALVE, mode=mode, record=False)


def similarity(results: SearchResults) -> float:
    return results.hits[0].similarity or 0.0


def spaces(model: Any = HelpPassageEmbedding) -> list[str]:
    return sorted(set(model._default_manager.values_list("space", flat=True)))


def serving(tenant: Model) -> str:
    return HelpIndexState.objects.get(tenant_id=tenant.pk).embedding_space


def test_vectors_of_two_spaces_are_never_compared(tenant: Model, old: FakeEmbeddings) -> None:
    with fake_embeddings():
        results = search(tenant)
    assert results.degraded == "other-space"
    assert [hit.similarity for hit in results.hits] == [None] * results.total


def test_two_models_put_a_text_into_different_places(old: FakeEmbeddings) -> None:
    with fake_embeddings() as new:
        pair = (old.embed_query(VALVE), new.embed_query(VALVE))
    assert abs(sum(a * b for a, b in zip(*pair, strict=True))) < 0.3


def test_previous_model_serves_before_anything_is_embedded(
    tenant: Model, old: FakeEmbeddings
) -> None:
    with switched(old):
        results = search(tenant)
    assert results.degraded == ""
    assert results.hits[0].title == "Valve"
    assert similarity(results) > 0.7


def test_previous_model_serves_while_the_new_one_is_not_installed(
    tenant: Model, old: FakeEmbeddings
) -> None:
    with switched(old) as new:
        new.is_missing = True
        assert search(tenant).degraded == ""
        assert search(tenant, SearchMode.SEMANTIC).hits[0].title == "Valve"


def test_new_model_serves_when_everything_is_embedded(tenant: Model, old: FakeEmbeddings) -> None:
    with switched(old) as new:
        report = IndexingService(tenant=tenant).index_articles()
        assert report.embedded == 2
        assert serving(tenant) == new.space
        results = search(tenant, SearchMode.SEMANTIC)
    assert results.hits[0].title == "Valve"
    assert similarity(results) > 0.7


def test_vectors_of_the_former_model_are_dropped_then(tenant: Model, old: FakeEmbeddings) -> None:
    with switched(old) as new:
        IndexingService(tenant=tenant).index_articles()
    assert spaces() == spaces(HelpArticleEmbedding) == [new.space]
    assert HelpPassageEmbedding.objects.count() == HelpArticleEmbedding.objects.count() == 2


def test_half_a_switch_keeps_the_former_model(tenant: Model, old: FakeEmbeddings) -> None:
    with switched(old) as new:
        late = make_article(tenant, "Late", content="A late text.")
        IndexingService(tenant=tenant).index_articles([late.pk])
        assert serving(tenant) == old.space
        assert spaces() == sorted([old.space, new.space])
        assert search(tenant).degraded == ""


def test_article_written_during_the_switch_is_found_by_meaning(
    tenant: Model, old: FakeEmbeddings
) -> None:
    with switched(old):
        late = make_article(tenant, "Late", content="A ladder leans there.")
        IndexingService(tenant=tenant).index_articles([late.pk])
        hits = (
            SearchService(tenant=tenant)
            .hybrid_search("ladder leaning", mode=SearchMode.SEMANTIC, record=False)
            .hits
        )
    assert [hit.title for hit in hits] == ["Late"]
    assert HelpArticleEmbedding.objects.get(article=late).space == old.space


def test_interrupted_switch_is_completed_by_the_next_run(
    tenant: Model, old: FakeEmbeddings
) -> None:
    with switched(old) as new:
        late = make_article(tenant, "Late", content="A late text.")
        IndexingService(tenant=tenant).index_articles([late.pk])
        new.documents.clear()
        report = IndexingService(tenant=tenant).index_articles()
        assert (report.embedded, len(new.documents)) == (2, 2)
        assert serving(tenant) == new.space


def test_switch_without_the_former_model_is_lexical_until_it_is_done(
    tenant: Model, old: FakeEmbeddings
) -> None:
    with fake_embeddings() as new:
        assert search(tenant).degraded == "other-space"
        IndexingService(tenant=tenant).index_articles()
        assert search(tenant).degraded == ""
        assert serving(tenant) == new.space


def test_switch_of_one_tenant_leaves_the_others(
    tenant: Model, other_tenant: Model, old: FakeEmbeddings
) -> None:
    with override_settings(HELP_CENTER_EMBEDDINGS=FakeEmbeddings.declaration(old.options.label)):
        make_indexed(other_tenant, "Valve", content=VALVE)
    with switched(old) as new:
        IndexingService(tenant=tenant).index_articles()
        assert (serving(tenant), serving(other_tenant)) == (new.space, old.space)
        assert search(other_tenant).degraded == ""


def test_switch_back_before_it_was_done_needs_nothing(tenant: Model, old: FakeEmbeddings) -> None:
    with switched(old):
        late = make_article(tenant, "Late", content="A late text.")
        IndexingService(tenant=tenant).index_articles([late.pk])
    with override_settings(HELP_CENTER_EMBEDDINGS=FakeEmbeddings.declaration(old.options.label)):
        IndexingService(tenant=tenant).rebuild()
        assert old.documents == ["Late\nA late text."]
        assert spaces() == [old.space]
        assert search(tenant).degraded == ""


def test_no_embeddings_is_lexical_by_choice(tenant: Model, old: FakeEmbeddings) -> None:
    assert serving_backend(old.space) == (None, "")
    assert indexing_backends(old.space) == []


def test_missing_model_is_the_reason_when_nothing_else_serves(
    tenant: Model, old: FakeEmbeddings
) -> None:
    with fake_embeddings() as new:
        new.is_missing = True
        assert serving_backend(old.space) == (None, "model-missing")


def test_former_model_that_is_gone_is_not_written_for(tenant: Model, old: FakeEmbeddings) -> None:
    space = old.space
    with switched(old) as new:
        old.is_missing = True
        assert indexing_backends(space) == [new]
        assert serving_backend(space) == (None, "model-missing")


def test_both_models_are_written_for_during_the_switch(tenant: Model, old: FakeEmbeddings) -> None:
    with switched(old) as new:
        assert indexing_backends(old.space) == [new, old]
        assert indexing_backends(new.space) == [new]
        assert get_embeddings() is new
