"""Every way in which the index can be out of step is seen, and mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest
from django.db.models import F, Model
from django.test import override_settings

from django_helpcenter.exceptions import EmbeddingUnavailable
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpArticleInteraction,
    HelpIndexState,
    HelpLexeme,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.services.drift import Drift, measure_drift
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.testing import FakeEmbeddings
from tests.factories import fake_embeddings, make_article, make_indexed

PARTS = "Close the valve.\n\n## Docks\n\nOpen the dock."


@pytest.fixture
def model(tenant: Model) -> Iterator[FakeEmbeddings]:
    """Return the model of a tenant whose index is sound."""
    with fake_embeddings() as backend:
        make_article(tenant, "Valve", content=PARTS, target_roles=["manager"])
        article = make_indexed(tenant, "Dock", content=PARTS)
        HelpArticleInteraction.record_vote(article, is_helpful=True, visitor_key="v")
        yield backend


def found(drift: Drift) -> set[str]:
    return {name for name, count in asdict(drift).items() if count}


def one_vector() -> HelpPassageEmbedding:
    return HelpPassageEmbedding.objects.order_by("pk")[0]


def forget_a_state() -> None:
    HelpArticle.objects.filter(title="Dock").update(index_state="STALE")


def archive_past_the_services() -> None:
    HelpArticle.objects.filter(title="Dock").update(status="ARCHIVED")


def restrict_past_the_services() -> None:
    HelpArticle.objects.filter(title="Dock").update(target_roles=["driver"])


def restrict_one_passage() -> None:
    HelpPassage.objects.filter(title="Dock", ordinal=1).update(audience=["driver"])


def restrict_one_vector() -> None:
    HelpPassageEmbedding.objects.filter(pk=one_vector().pk).update(audience=["driver"])


def restrict_an_article_vector() -> None:
    HelpArticleEmbedding.objects.filter(article__title="Dock").update(audience=["driver"])


def lose_passages() -> None:
    HelpPassage.objects.filter(title="Dock").delete()


def lose_a_vector() -> None:
    one_vector().delete()


def lose_an_article_vector() -> None:
    HelpArticleEmbedding.objects.filter(article__title="Dock").delete()


def keep_a_foreign_vector() -> None:
    row = one_vector()
    row.pk, row.space, row._state.adding = None, "of-another-model", True
    row.save()


def miscount_a_word() -> None:
    HelpLexeme.objects.filter(lexeme="dock").update(df=F("df") + 1)


def miscount_votes() -> None:
    HelpArticle.objects.filter(title="Dock").update(helpful_count=7)


def miscount_passages() -> None:
    HelpIndexState.objects.update(passages=99)


def forget_a_language() -> None:
    HelpIndexState.objects.update(configs={})


DAMAGES: list[tuple[Callable[[], None], set[str]]] = [
    (forget_a_state, {"stale_articles"}),
    (archive_past_the_services, {"passages_of_unpublished"}),
    (restrict_past_the_services, {"wrong_audiences"}),
    (restrict_one_passage, {"wrong_audiences", "lexemes"}),
    (restrict_one_vector, {"wrong_audiences"}),
    (restrict_an_article_vector, {"wrong_audiences"}),
    (lose_passages, {"articles_without_passages", "lexemes", "statistics"}),
    (lose_a_vector, {"missing_vectors", "statistics"}),
    (lose_an_article_vector, {"article_vectors"}),
    (keep_a_foreign_vector, {"foreign_vectors"}),
    (miscount_a_word, {"lexemes"}),
    (miscount_votes, {"counters"}),
    (miscount_passages, {"statistics"}),
    (forget_a_language, {"statistics"}),
]


def test_sound_index_has_no_drift(tenant: Model, model: FakeEmbeddings) -> None:
    assert found(measure_drift(tenant)) == set()
    assert measure_drift(tenant).is_none


def test_tenant_without_articles_has_no_drift(tenant: Model) -> None:
    assert measure_drift(tenant).is_none


def test_tenant_without_articles_has_no_drift_with_a_model(tenant: Model) -> None:
    with fake_embeddings():
        assert measure_drift(tenant).is_none


def test_drafts_are_no_drift(tenant: Model, model: FakeEmbeddings) -> None:
    make_article(tenant, "Draft", status="DRAFT")
    assert measure_drift(tenant).is_none


@pytest.mark.parametrize(
    ("damage", "kinds"), DAMAGES, ids=lambda each: getattr(each, "__name__", "")
)
def test_damage_is_seen(
    tenant: Model, model: FakeEmbeddings, damage: Callable[[], None], kinds: set[str]
) -> None:
    damage()
    drift = measure_drift(tenant)
    assert kinds <= found(drift)
    assert not drift.is_none


@pytest.mark.parametrize("damage", [damage for damage, _ in DAMAGES])
def test_damage_is_mended(tenant: Model, model: FakeEmbeddings, damage: Callable[[], None]) -> None:
    damage()
    IndexingService(tenant=tenant).rebuild()
    assert found(measure_drift(tenant)) == set()


def test_damage_of_a_tenant_is_none_of_the_others(
    tenant: Model, other_tenant: Model, model: FakeEmbeddings
) -> None:
    make_indexed(other_tenant, "Theirs", content=PARTS)
    lose_passages()
    miscount_votes()
    restrict_an_article_vector()
    assert not measure_drift(tenant).is_none
    assert measure_drift(other_tenant).is_none


def test_mending_embeds_only_what_is_missing(tenant: Model, model: FakeEmbeddings) -> None:
    lose_a_vector()
    model.documents.clear()
    report = IndexingService(tenant=tenant).rebuild()
    assert (report.embedded, len(model.documents)) == (1, 1)


def test_rebuilding_everything_keeps_vectors_of_unchanged_texts(
    tenant: Model, model: FakeEmbeddings
) -> None:
    model.documents.clear()
    report = IndexingService(tenant=tenant).rebuild(everything=True)
    assert (report.articles, report.passages, model.documents) == (2, 0, [])


def test_article_that_cannot_be_indexed_is_counted_and_no_drift(
    tenant: Model, model: FakeEmbeddings
) -> None:
    HelpArticle.objects.filter(title="Dock").update(content="x" * 500_001)
    report = IndexingService(tenant=tenant).rebuild(everything=True)
    drift = measure_drift(tenant)
    assert len(report.failures) == 1
    assert (drift.failed_articles, drift.is_none) == (1, True)


def test_unfinished_change_of_models_is_drift(tenant: Model, model: FakeEmbeddings) -> None:
    with fake_embeddings():
        assert found(measure_drift(tenant)) == {"missing_vectors", "statistics"}
        IndexingService(tenant=tenant).rebuild()
        assert measure_drift(tenant).is_none


def test_vectors_of_a_model_that_was_given_up_are_no_drift(
    tenant: Model, model: FakeEmbeddings
) -> None:
    with override_settings(HELP_CENTER_EMBEDDINGS=None):
        make_indexed(tenant, "Later")
        assert measure_drift(tenant).is_none


def test_missing_model_is_said(tenant: Model, model: FakeEmbeddings) -> None:
    model.is_missing = True
    with pytest.raises(EmbeddingUnavailable, match="not installed"):
        measure_drift(tenant)
