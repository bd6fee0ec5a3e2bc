"""Every list of the admin: cheap, and free of what must not be fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpArticleInteraction,
    HelpArticleTemplate,
    HelpArticleVersion,
    HelpCategory,
    HelpCategoryRedirect,
    HelpFile,
    HelpLink,
    HelpPassage,
    HelpPassageEmbedding,
    HelpPinnedResult,
    HelpRedirect,
    HelpSavedFilter,
    HelpSearchHistory,
    HelpSnippet,
    HelpSynonym,
    HelpTag,
    get_tenant_model,
)
from tests.integration.admin.rows import MODELS, fill

pytestmark = pytest.mark.thorough

WRITTEN = (
    HelpArticle, HelpArticleTemplate, HelpCategory, HelpLink, HelpPinnedResult, HelpSavedFilter,
    HelpSnippet, HelpSynonym, HelpTag, get_tenant_model(),
)  # fmt: skip


def queries(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.fixture
def measured(root_client: Client, tenant: Any, make_article: Any) -> Callable[..., Any]:
    def measure(url: str) -> tuple[list[str], list[str]]:
        fill(tenant, make_article, 2)
        root_client.get(url)  # what is cached for the life of the process
        few = queries(root_client, url)
        fill(tenant, make_article, 4)
        return few, queries(root_client, url)

    return measure


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_takes_the_same_queries_for_more_rows(
    measured: Callable[..., Any], model: type[Model]
) -> None:
    few, many = measured(reverse(f"admin:help_center_{model._meta.model_name}_changelist"))
    assert len(many) == len(few)
    assert len(many) <= 16


def test_list_of_articles_with_a_tenant_and_counts_takes_the_same_queries_for_more_rows(
    measured: Callable[..., Any], tenant: Any
) -> None:
    few, many = measured(
        reverse("admin:help_center_helparticle_changelist") + f"?tenant={tenant.pk}&_facets=True"
    )
    assert len(many) == len(few)


def test_form_of_an_article_takes_the_same_queries_for_more_categories_and_tags(
    root_client: Client, tenant: Any, make_article: Any
) -> None:
    fill(tenant, make_article, 1)
    article = HelpArticle.objects.get()
    url = reverse("admin:help_center_helparticle_change", args=[article.pk])
    root_client.get(url)
    few = queries(root_client, url)
    fill(tenant, make_article, 8)
    assert len(queries(root_client, url)) == len(few)


LONG: dict[type[Model], tuple[str, ...]] = {
    HelpArticle: ("content", "search_vector", "search_tags"),
    HelpArticleVersion: ("content",),
    HelpPassage: ("text", "search_vector"),
    HelpPassageEmbedding: ("embedding",),
    HelpArticleEmbedding: ("embedding",),
}


@pytest.mark.parametrize("model", LONG, ids=lambda model: model.__name__)
def test_list_leaves_long_columns_in_the_database(
    measured: Callable[..., Any], model: type[Model]
) -> None:
    _few, many = measured(reverse(f"admin:help_center_{model._meta.model_name}_changelist"))
    for column in LONG[model]:
        fetched = f'"{model._meta.db_table}"."{column}"'
        assert not [sql for sql in many if fetched in sql.split(" FROM ")[0]]


@pytest.mark.parametrize("model", [HelpPassageEmbedding, HelpArticleEmbedding])
def test_page_of_a_vector_does_not_fetch_it(
    root_client: Client, tenant: Any, make_article: Any, model: type[Model]
) -> None:
    fill(tenant, make_article, 1)
    row = model._default_manager.get()
    url = reverse(f"admin:help_center_{model._meta.model_name}_change", args=[row.pk])
    fetched = f'"{model._meta.db_table}"."embedding"'
    assert not [sql for sql in queries(root_client, url) if fetched in sql]


@pytest.mark.parametrize(
    "model",
    [model for model in MODELS if model not in WRITTEN],
    ids=lambda model: model.__name__,
)
def test_records_are_to_look_at(
    root_client: Client, tenant: Any, make_article: Any, model: type[Model]
) -> None:
    fill(tenant, make_article, 1)
    row = model._default_manager.filter(tenant=tenant).first()
    assert row is not None
    name = f"admin:help_center_{model._meta.model_name}"
    assert root_client.get(reverse(f"{name}_add")).status_code == 403
    page = reverse(f"{name}_change", args=[row.pk])
    assert root_client.post(page, {}).status_code == 403
    assert '<input type="submit"' not in root_client.get(page).content.decode()
    deletable = model in (HelpRedirect, HelpCategoryRedirect, HelpFile)
    expected = 200 if deletable else 403
    assert root_client.get(reverse(f"{name}_delete", args=[row.pk])).status_code == expected


def test_tenant_column_and_filter_are_for_those_who_work_for_several(
    editor_client: Client,
    root_client: Client,
    tenant: Any,
    other_tenant: Any,
    make_article: Any,
) -> None:
    make_article(tenant)
    url = reverse("admin:help_center_helparticle_changelist")
    assert "field-tenant" in root_client.get(url).content.decode()
    text = editor_client.get(url).content.decode()
    assert "field-tenant" not in text
    assert "By help center" not in text


def test_list_of_articles_shows_and_filters_languages(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    make_article(tenant, "Scanner", language="en")
    make_article(tenant, "Leser", language="de")
    url = reverse("admin:help_center_helparticle_changelist")
    assert '<td class="field-language_badge">de</td>' in editor_client.get(url).content.decode()
    response = editor_client.get(url, {"language": "de"})
    assert [row.title for row in response.context["cl"].result_list] == ["Leser"]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("nothing", ["lost"]), ("opened", ["found"]), ("ignored", ["left"]), ("?", 3)],
)
def test_searches_are_filtered_by_outcome(
    editor_client: Client, tenant: Any, make_article: Any, outcome: str, expected: Any
) -> None:
    article = make_article(tenant)
    for query, count, clicked in (("lost", 0, None), ("found", 3, article), ("left", 3, None)):
        HelpSearchHistory.objects.create(
            tenant=tenant, query=query, results_count=count, clicked_article=clicked
        )
    url = reverse("admin:help_center_helpsearchhistory_changelist")
    response = editor_client.get(url, {"outcome": outcome})
    rows = [row.query for row in response.context["cl"].result_list]
    assert rows == expected or len(rows) == expected


def test_searches_and_interactions_name_who_it_was(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    for person in ({"user": editor}, {"visitor_key": "v"}):
        HelpSearchHistory.objects.create(tenant=tenant, query="q", results_count=1, **person)
        HelpArticleInteraction.record_vote(article, is_helpful=False, comment="No", **person)
    for name in ("helpsearchhistory", "helparticleinteraction"):
        text = editor_client.get(reverse(f"admin:help_center_{name}_changelist")).content.decode()
        assert 'field-person">visitor<' in text
        assert f'field-person">{editor}<' in text


def test_list_filtered_by_a_tenant_that_does_not_exist_is_empty(
    root_client: Client, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    make_article(tenant)
    url = reverse("admin:help_center_helparticle_changelist")
    for reference in ("99999999", "x"):
        response = root_client.get(url, {"tenant": reference})
        assert list(response.context["cl"].result_list) == []
    response = root_client.get(url, {"tenant": str(tenant.pk)})
    assert len(response.context["cl"].result_list) == 1


def test_tag_list_offers_only_tenants_of_the_person(
    editor_client: Client, tenant: Any, other_tenant: Any, settings: Any
) -> None:
    settings.HELP_CENTER_ADMIN_TENANTS = f"{__name__}.acme_and_globex"
    get_tenant_model()._default_manager.create(name="Initech", slug="initech")
    url = reverse("admin:help_center_helptag_changelist")
    text = editor_client.get(url).content.decode()
    assert "By help center" in text
    assert "Globex" in text
    assert "Initech" not in text


def acme_and_globex(user: Any) -> Any:
    return get_tenant_model()._default_manager.filter(slug__in=["acme", "globex"])


@pytest.mark.parametrize("query", ["status", "language", "difficulty_level__exact", "tenant"])
def test_filter_with_a_null_character_is_dropped(
    editor_client: Client, tenant: Any, query: str
) -> None:
    url = reverse("admin:help_center_helparticle_changelist")
    assert editor_client.get(url, {query: "\0"}).status_code == 302


def counts_of(client: Client, address: str, title: str, **query: str) -> dict[str, int]:
    """Return what stands behind the choices of a filter."""
    shown = client.get(address, {"_facets": "True", **query}).context["cl"]
    (spec,) = [spec for spec in shown.filter_specs if str(spec.title) == title]
    found = spec.get_facet_queryset(shown)
    return {
        str(label).strip(): found[f"{place}__c"]
        for place, (_key, label) in enumerate(spec.lookup_choices)
    }


def test_count_of_a_category_has_what_is_below_it(
    editor_client: Client, tenant: Any, make_category: Any, make_article: Any
) -> None:
    above = make_category(tenant, "Devices")
    below = make_category(tenant, "Scanners", parent=above)
    make_category(tenant, "Empty")
    for title, category in (("One", above), ("Two", below), ("Three", below)):
        make_article(tenant, title, category=category)
    address = reverse("admin:help_center_helparticle_changelist")
    expected = {"Devices": 3, "Scanners": 2, "Empty": 0}
    assert counts_of(editor_client, address, "category") == expected
    assert counts_of(editor_client, address, "category", q="Two")["Devices"] == 1


def test_count_of_a_tenant_is_of_its_rows(
    root_client: Client, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    for title in ("One", "Two"):
        make_article(tenant, title)
    make_article(other_tenant, "Three")
    address = reverse("admin:help_center_helparticle_changelist")
    counts = counts_of(root_client, address, "help center")
    assert (counts[str(tenant)], counts[str(other_tenant)]) == (2, 1)


def test_count_of_votes_is_of_what_the_filter_shows(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    for title, votes in (("Bad", (1, 5)), ("Good", (5, 1)), ("Even", (2, 2)), ("New", (0, 0))):
        article = make_article(tenant, title)
        article.helpful_count, article.not_helpful_count = votes
        article.save()
    address = reverse("admin:help_center_helparticle_changelist")
    counts = counts_of(editor_client, address, "votes")
    assert list(counts.values()) == [1, 2, 1]
    for value, count in zip(("unhelpful", "helpful", "none"), counts.values(), strict=True):
        shown = editor_client.get(address, {"votes": value}).context["cl"]
        assert shown.result_count == count
