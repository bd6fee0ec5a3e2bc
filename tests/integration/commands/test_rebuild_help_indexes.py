"""``manage.py rebuild_help_indexes``."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Model

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import EmbeddingError
from django_helpcenter.models import HelpArticle, HelpLexeme, HelpPassage, HelpPassageEmbedding
from django_helpcenter.services.drift import measure_drift
from django_helpcenter.services.search import SearchService
from django_helpcenter.testing import FakeEmbeddings
from tests.factories import fake_embeddings, make_article, make_indexed


@pytest.fixture
def model(db: None) -> Iterator[FakeEmbeddings]:
    with fake_embeddings() as backend:
        yield backend


def rebuild(*arguments: Any) -> str:
    out = StringIO()
    call_command("rebuild_help_indexes", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_articles_written_past_the_services_are_indexed(
    model: FakeEmbeddings, tenant: Model
) -> None:
    make_article(tenant, "Valve")
    make_article(tenant, "Dock")
    assert "Acme: 2 articles indexed, 2 passages written, 2 embedded." in rebuild()
    assert measure_drift(tenant).is_none


def test_second_run_has_nothing_to_do(model: FakeEmbeddings, tenant: Model) -> None:
    make_article(tenant)
    rebuild()
    assert "Acme: 0 articles indexed, 0 passages written, 0 embedded." in rebuild()


def test_all_cuts_every_article_anew(model: FakeEmbeddings, tenant: Model) -> None:
    make_indexed(tenant)
    assert "Acme: 1 articles indexed, 0 passages written, 0 embedded." in rebuild("--all")


def test_all_tenants_are_rebuilt(tenant: Model, other_tenant: Model) -> None:
    make_article(tenant)
    make_article(other_tenant)
    rebuild()
    assert HelpPassage.objects.count() == 2


def test_one_tenant_may_be_chosen(tenant: Model, other_tenant: Model) -> None:
    make_article(tenant)
    make_article(other_tenant)
    rebuild("--tenant", getattr(other_tenant, conf.TENANT_SLUG_FIELD))
    assert HelpPassage.objects.get().tenant == other_tenant


def test_tenant_may_be_chosen_by_its_key(tenant: Model, other_tenant: Model) -> None:
    make_article(tenant)
    rebuild("--tenant", str(tenant.pk))
    assert HelpPassage.objects.get().tenant == tenant


def test_unknown_tenant_is_named(tenant: Model) -> None:
    with pytest.raises(CommandError, match="There is no tenant 'nobody'. Known: "):
        rebuild("--tenant", "nobody")


def test_article_that_cannot_be_indexed_is_named(tenant: Model) -> None:
    article = make_article(tenant)
    HelpArticle.objects.update(content="x" * 500_001)
    assert f"Article {article.pk} cannot be indexed: The text has 500,001 characters" in rebuild()


def test_words_are_indexed_without_the_model(
    model: FakeEmbeddings, tenant: Model, other_tenant: Model
) -> None:
    make_article(tenant, "Valve")
    make_article(other_tenant, "Dock")
    model.is_missing = True
    with pytest.raises(CommandError) as caught:
        rebuild()
    assert str(caught.value).startswith("The words are indexed, the vectors are not: The model")
    assert caught.value.returncode == 1
    for each, word in ((tenant, "valve"), (other_tenant, "dock")):
        assert SearchService(tenant=each).hybrid_search(word).total == 1


def test_model_that_fails_for_one_tenant_stops_no_other(
    model: FakeEmbeddings, tenant: Model, other_tenant: Model
) -> None:
    make_article(tenant, "Valve")
    make_article(other_tenant, "Dock")

    def fail(texts: Any) -> None:
        model.before_documents = None
        raise EmbeddingError("Out of memory.")

    model.before_documents = fail
    with pytest.raises(CommandError, match="the vectors are not: Out of memory"):
        rebuild()
    assert HelpPassage.objects.count() == 2
    assert HelpPassageEmbedding.objects.count() == 1


def test_check_of_a_sound_index_says_so(model: FakeEmbeddings, tenant: Model) -> None:
    make_indexed(tenant)
    assert "Acme: in step" in rebuild("--check")


def test_check_names_what_is_off_and_exits_with_1(
    model: FakeEmbeddings, tenant: Model, other_tenant: Model
) -> None:
    make_indexed(tenant)
    make_indexed(other_tenant)
    HelpLexeme.objects.filter(tenant_id=tenant.pk, lexeme="articl").update(df=9)
    HelpPassageEmbedding.objects.filter(tenant_id=tenant.pk).delete()
    out = StringIO()
    with pytest.raises(CommandError, match="Run rebuild_help_indexes") as caught:
        call_command("rebuild_help_indexes", "--check", stdout=out)
    assert caught.value.returncode == 1
    assert "Acme: missing vectors: 1, lexemes: 1, statistics: 1" in out.getvalue()
    assert "Globex: in step" in out.getvalue()


def test_check_changes_nothing(model: FakeEmbeddings, tenant: Model) -> None:
    article = make_article(tenant)
    with pytest.raises(CommandError):
        rebuild("--check")
    article.refresh_from_db()
    assert article.index_state == "STALE"
    assert not HelpPassage.objects.exists()


def test_check_without_the_model_exits_with_2(model: FakeEmbeddings, tenant: Model) -> None:
    make_indexed(tenant)
    model.is_missing = True
    with pytest.raises(CommandError, match="is not installed") as caught:
        rebuild("--check")
    assert caught.value.returncode == 2


def test_check_after_the_rebuild_is_content(model: FakeEmbeddings, tenant: Model) -> None:
    make_indexed(tenant)
    HelpLexeme.objects.update(df=9)
    rebuild()
    assert "in step" in rebuild("--check")


def test_site_without_tenants_has_nothing_to_rebuild(db: None) -> None:
    rebuild()
    assert not HelpPassage.objects.exists()
