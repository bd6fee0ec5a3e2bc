"""What is stored of an article, and what saving it brings in step."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.models import HelpArticle, HelpArticleVersion, HelpTag, get_tenant_model
from django_helpcenter.models.search_vectors import INDEXED_CHARACTERS
from tests.factories import make_article, make_category, make_indexed


def written(tenant: Model, **fields: Any) -> HelpArticle:
    """Create an article straight through the ORM."""
    fields = {"title": "Valve", "slug": "valve", "content": "Close the valve.", **fields}
    return HelpArticle.objects.create(tenant_id=tenant.pk, category=make_category(tenant), **fields)


def matches(article: HelpArticle, query: str, config: str = "english") -> bool:
    table = HelpArticle._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT search_vector @@ plainto_tsquery(%s, %s) FROM {table} WHERE id = %s",  # noqa: S608
            [config, query, article.pk],
        )
        return bool(cursor.fetchone()[0])


def test_publishing_sets_the_date(tenant: Model) -> None:
    assert written(tenant, status="PUBLISHED").published_date is not None


def test_date_of_the_first_publication_stays(tenant: Model) -> None:
    article = written(tenant, status="PUBLISHED")
    first = article.published_date
    article.content = "Other"
    article.save()
    article.refresh_from_db()
    assert article.published_date == first


def test_draft_has_no_date(tenant: Model) -> None:
    assert written(tenant).published_date is None


def test_language_of_the_site_is_the_default(tenant: Model) -> None:
    assert written(tenant).language == "en"


def test_changed_text_waits_for_the_index(tenant: Model) -> None:
    article = make_indexed(tenant)
    article.content = "Other"
    article.save()
    article.refresh_from_db()
    assert article.index_state == IndexState.STALE


def test_change_of_some_fields_brings_the_index_fields_along(tenant: Model) -> None:
    article = make_indexed(tenant)
    before = article.content_hash
    article.title = "Other"
    article.save(update_fields=["title"])
    article.refresh_from_db()
    assert article.content_hash != before
    assert article.index_state == IndexState.STALE


def test_change_of_no_field_writes_nothing(tenant: Model, django_assert_num_queries: Any) -> None:
    article = make_article(tenant)
    with django_assert_num_queries(0):
        article.save(update_fields=[])


def test_changed_counters_leave_the_index_alone(tenant: Model) -> None:
    article = make_indexed(tenant)
    before = article.updated_at
    article.view_count = 7
    article.save(update_fields=["view_count"])
    article.refresh_from_db()
    assert (article.index_state, article.updated_at) == (IndexState.FRESH, before)


def test_language_chooses_the_text_search_configuration(tenant: Model) -> None:
    article = written(tenant, language="de", content="Alle Aufträge werden gelistet.")
    assert article.search_config == "german"
    assert matches(article, "Auftrag", "german")


def test_text_search_covers_title_summary_and_body(tenant: Model) -> None:
    article = written(tenant, title="Valves", summary="Pump", content="Docks")
    assert all(matches(article, word) for word in ("valve", "pumps", "dock"))


def test_words_in_angle_brackets_are_found(tenant: Model) -> None:
    assert matches(written(tenant, content="Call <host>/login now."), "host")


def test_title_weighs_more_than_the_body(tenant: Model) -> None:
    title = written(tenant, title="Dock", slug="a", content="Text")
    body = written(tenant, title="Text", slug="b", content="Dock")
    query = "SELECT id FROM {} ORDER BY ts_rank(search_vector, 'dock'::tsquery) DESC"
    with connection.cursor() as cursor:
        cursor.execute(query.format(HelpArticle._meta.db_table))
        assert [row[0] for row in cursor.fetchall()] == [title.pk, body.pk]


@pytest.mark.parametrize(
    "alphabet", ["abcdefghijklmnop", "äöüßéèñçłøåæþðŋħ", "𠀀𠀁𠀂𠀃𠀄𠀅𠀆𠀇𠀈𠀉𠀊𠀋𠀌𠀍𠀎𠀏"]
)
def test_longest_body_of_different_words_fits_the_text_search(tenant: Model, alphabet: str) -> None:
    source = random.Random(1)
    words = ("".join(source.choices(alphabet, k=5)) for _ in range(INDEXED_CHARACTERS))
    article = written(tenant, content=" ".join(words)[:500_000])
    assert len(article.content) == 500_000


def test_slug_is_unique_in_its_language(tenant: Model) -> None:
    written(tenant)
    with pytest.raises(IntegrityError, match="help_article_slug_uniq"), transaction.atomic():
        written(tenant)


def test_slug_may_stand_in_two_languages_and_tenants(tenant: Model, other_tenant: Model) -> None:
    written(tenant)
    written(tenant, language="de")
    written(other_tenant)
    assert HelpArticle.objects.filter(slug="valve").count() == 3


def test_slug_may_be_in_any_script(tenant: Model) -> None:
    article = written(tenant, slug="如何-重置")
    article.full_clean(exclude=["search_vector"])
    assert HelpArticle.objects.get(slug="如何-重置") == article


def test_source_holds_an_article_once(tenant: Model) -> None:
    written(tenant, source="docs", source_id="x")
    with pytest.raises(IntegrityError, match="help_article_source_uniq"), transaction.atomic():
        written(tenant, slug="b", source="docs", source_id="x")


def test_articles_without_a_source_do_not_collide(tenant: Model) -> None:
    written(tenant)
    assert written(tenant, slug="b").source_id == ""


def test_article_has_one_translation_a_language(tenant: Model) -> None:
    group = written(tenant).translation_group
    with (
        pytest.raises(IntegrityError, match="help_article_translation_uniq"),
        transaction.atomic(),
    ):
        written(tenant, slug="b", translation_group=group)


def test_title_of_500_characters_is_stored_whole(tenant: Model) -> None:
    article = written(tenant, title="x" * 500)
    article.refresh_from_db()
    assert len(article.title) == 500


def test_published_articles_that_wait_are_found(tenant: Model) -> None:
    make_indexed(tenant, "Indexed")
    waiting = make_article(tenant, "Waiting")
    assert list(HelpArticle.objects.needing_index()) == [waiting]


def test_version_is_never_changed(tenant: Model) -> None:
    version = make_article(tenant).versions.get()
    version.title = "Other"
    with pytest.raises(TypeError, match="never changed"):
        version.save()
    assert HelpArticleVersion.objects.get().title == "An article"


def test_version_is_named_by_title_and_number(tenant: Model) -> None:
    assert str(make_article(tenant).versions.get()) == "An article (1)"


def test_tag_is_unique_in_its_tenant(tenant: Model, other_tenant: Model) -> None:
    for each in (tenant, other_tenant):
        HelpTag.objects.create(tenant_id=each.pk, name="Pumps", slug="pumps")
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpTag.objects.create(tenant_id=tenant.pk, name="Pumps", slug="other")


def test_everything_of_a_tenant_goes_with_it(tenant: Model, other_tenant: Model) -> None:
    make_indexed(tenant, tags=["Pumps"])
    stays = make_indexed(other_tenant)
    tenant.delete()
    assert list(HelpArticle.objects.all()) == [stays]
    assert get_tenant_model()._default_manager.filter(pk=other_tenant.pk).exists()


def test_published_and_archived_are_told_apart(tenant: Model) -> None:
    make_article(tenant, "Old", status=ArticleStatus.ARCHIVED)
    new = make_article(tenant, "New")
    assert list(HelpArticle.objects.published()) == [new]
