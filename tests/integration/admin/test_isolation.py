"""Whatever the request: nothing of another tenant is listed, offered, counted or changed."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpArticleInteraction,
    HelpArticleLinks,
    HelpArticleTemplate,
    HelpArticleVersion,
    HelpCategory,
    HelpCategoryRedirect,
    HelpDraft,
    HelpFile,
    HelpIndexState,
    HelpLexeme,
    HelpLink,
    HelpPassage,
    HelpPassageEmbedding,
    HelpPinnedResult,
    HelpRedirect,
    HelpReview,
    HelpSavedFilter,
    HelpSearchHistory,
    HelpSnippet,
    HelpSpelling,
    HelpSynonym,
    HelpTag,
    HelpTenant,
    HelpTransition,
)
from tests.factories import make_user
from tests.integration.admin.pages import address, nonexistent, seen
from tests.integration.admin.rows import MODELS

pytestmark = pytest.mark.thorough

NAME = "Globex secret"
VECTOR = [1.0, *[0.0] * 383]


@pytest.fixture
def foreign(other_tenant: Any, make_article: Any) -> dict[type[Model], Model]:
    """One row of each model that belongs to the other tenant, all with a name to look for."""
    own = {"tenant": other_tenant}
    article = make_article(other_tenant, NAME, slug="globex-secret", status="PUBLISHED")
    tag = HelpTag.objects.create(name=NAME, slug="globex-secret", **own)
    article.tags.add(tag)
    category = article.category
    HelpCategory.objects.filter(pk=category.pk).update(name=NAME)
    piece = {"article": article, "audience": ["all"], "language": "en"}
    passage = HelpPassage.objects.create(
        ordinal=0, title=NAME, text=NAME, length=2, content_hash="x", **piece, **own
    )
    vector = {"article": article, "audience": ["all"], "space": NAME, "content_hash": "x"}
    state, _created = HelpIndexState.objects.update_or_create(
        tenant=other_tenant, defaults={"embedding_space": NAME}
    )
    other_tenant.name = NAME
    other_tenant.save()
    rows: list[Model] = [
        article,
        tag,
        category,
        passage,
        HelpPassageEmbedding.objects.create(
            passage=passage, language="en", embedding=VECTOR, **vector, **own
        ),
        HelpArticleEmbedding.objects.create(embedding=VECTOR, **vector, **own),
        HelpLexeme.objects.create(config="english", audience=["all"], lexeme=NAME, df=1, **own),
        HelpSpelling.objects.create(key=NAME, word=NAME, **own),
        HelpSynonym.objects.create(terms=f"{NAME}\nother", **own),
        HelpPinnedResult.objects.create(query=NAME, article=article, **own),
        state,
        HelpRedirect.objects.create(slug="globex-secret-old", article=article, **own),
        HelpCategoryRedirect.objects.create(slug=NAME, category=category, **own),
        HelpSearchHistory.objects.create(query=NAME, clicked_article=article, **own),
        HelpArticleInteraction.record_vote(article, is_helpful=True, visitor_key="v", comment=NAME),
        HelpArticleVersion.objects.get(article=article),
        HelpTransition.objects.create(
            article=article, before="DRAFT", after="REVIEW", note=NAME, **own
        ),
        HelpReview.objects.create(article=article, action="VERIFIED", note=NAME, **own),
        HelpDraft.objects.create(
            article=article,
            editor=make_user("globex"),
            state="REVIEW",
            title=NAME,
            content=NAME,
            base_version=1,
            **own,
        ),
        HelpLink.objects.create(
            address=f"https://{NAME}/", host="globex.example", state="BROKEN", note=NAME, **own
        ),
        HelpArticleLinks.objects.create(
            article=article,
            addresses=[f"https://{NAME}/"],
            links={f"https://{NAME}/": [NAME, 1]},
            **own,
        ),
        HelpSnippet.objects.create(key="globex-secret", description=NAME, content=NAME, **own),
        HelpArticleTemplate.objects.create(name=NAME, title=NAME, content=NAME, **own),
        HelpSavedFilter.objects.create(
            owner=make_user("globex-filters"),
            list_name="helparticle",
            name=NAME,
            query="q=globex",
            is_shared=True,
            **own,
        ),
        HelpFile.objects.create(key="0a" * 16, name=NAME, content_type="image/png", size=1, **own),
    ]
    if HelpTenant in MODELS:
        rows.append(other_tenant)
    return {type(row): row for row in rows}


def test_every_model_is_registered_and_has_a_foreign_row(
    foreign: dict[type[Model], Model],
) -> None:
    assert set(foreign) == set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_pages_of_a_foreign_row_are_those_of_a_row_that_does_not_exist(
    editor: Any, foreign: dict[type[Model], Model], model: type[Model]
) -> None:
    row = foreign[model]
    for view, method in itertools.product(("change", "delete", "history"), ("get", "post")):
        answers = []
        for key in (row.pk, nonexistent(row)):
            client = Client()
            client.force_login(editor)
            response = getattr(client, method)(address(model, view, key), {"post": "yes"})
            answers.append(seen(response, key))
        assert answers[0] == answers[1], (view, method)
        assert NAME not in str(answers), (view, method)
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_shows_and_counts_nothing_foreign(
    editor_client: Client, foreign: dict[type[Model], Model], model: type[Model]
) -> None:
    tenant_key = foreign[HelpTag].tenant_id  # type: ignore[attr-defined]
    for query in ("", "q=Globex", f"tenant={tenant_key}", "_facets=True", "all="):
        response = editor_client.get(f"{address(model, 'changelist')}?{query}", follow=True)
        assert response.status_code == 200, query
        assert NAME not in response.content.decode(), query
        assert foreign[model] not in response.context["cl"].result_list, query


@pytest.mark.parametrize(
    "query",
    [
        "category={category}",
        "category__exact={category}",
        "tags__id__exact={tag}",
        "title__startswith=Globex",
        "category__name__startswith=Globex",
        "tenant__slug=globex",
        "created_by__password__startswith=a",
    ],
)
def test_lookups_in_the_address_reach_nothing_foreign(
    editor_client: Client, foreign: dict[type[Model], Model], query: str
) -> None:
    keys = {"category": foreign[HelpCategory].pk, "tag": foreign[HelpTag].pk}
    page = address(HelpArticle, "changelist") + "?" + query.format(**keys)
    response = editor_client.get(page, follow=True)
    assert NAME not in response.content.decode()


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (HelpArticle, "category"),
        (HelpArticle, "tags"),
        (HelpArticle, "previous_version"),
        (HelpRedirect, "article"),
        (HelpCategoryRedirect, "category"),
        (HelpPassageEmbedding, "passage"),
        (HelpSearchHistory, "clicked_article"),
        (HelpSearchHistory, "refined_from"),
        (HelpArticle, "tenant"),
    ],
)
def test_autocompletion_finds_nothing_foreign(
    editor_client: Client, foreign: dict[type[Model], Model], model: type[Model], field: str
) -> None:
    query: dict[str, Any] = {
        "app_label": "help_center",
        "model_name": model._meta.model_name,
        "field_name": field,
    }
    response = editor_client.get(reverse("admin:autocomplete"), {**query, "term": ""})
    if response.status_code == 403:  # the host's own tenant model has no admin in this project
        assert field == "tenant"
        return
    results = json.loads(response.content)["results"]
    assert NAME not in [result["text"] for result in results]


@pytest.mark.parametrize(
    "model", [HelpArticle, HelpCategory, HelpTag, HelpRedirect, HelpCategoryRedirect]
)
@pytest.mark.parametrize("everything", [False, True])
def test_deleting_selected_foreign_rows_deletes_nothing(
    editor_client: Client, foreign: dict[type[Model], Model], model: type[Model], everything: bool
) -> None:
    data = {
        "action": "delete_selected",
        "_selected_action": [str(foreign[model].pk)],
        "select_across": str(int(everything)),
        "post": "yes",
    }
    response = editor_client.post(address(model, "changelist"), data, follow=True)
    assert NAME not in response.content.decode()
    assert model._default_manager.filter(pk=foreign[model].pk).exists()


@pytest.mark.parametrize("action", ["publish_articles", "archive_articles", "mark_for_review"])
def test_actions_do_not_touch_foreign_articles(
    editor_client: Client, foreign: dict[type[Model], Model], action: str
) -> None:
    article = foreign[HelpArticle]
    data = {"action": action, "_selected_action": [str(article.pk)], "select_across": "1"}
    editor_client.post(address(HelpArticle, "changelist"), data)
    before = article.status  # type: ignore[attr-defined]
    article.refresh_from_db()
    assert article.status == before  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", [HelpArticle, HelpCategory, HelpTag])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_can_be_added_to_a_foreign_tenant(
    editor_client: Client, foreign: dict[type[Model], Model], model: type[Model], method: str
) -> None:
    tenant_key = foreign[HelpTag].tenant_id  # type: ignore[attr-defined]
    before = model._default_manager.filter(tenant=tenant_key).count()
    data = {"title": "New", "name": "New", "slug": "new", "tenant": str(tenant_key)}
    page = f"{address(model, 'add')}?tenant={tenant_key}"
    response = getattr(editor_client, method)(page, data)
    assert NAME not in response.content.decode()
    assert model._default_manager.filter(tenant=tenant_key).count() == before


def article_data(article: HelpArticle, **changes: Any) -> dict[str, Any]:
    return {
        "title": article.title,
        "slug": article.slug,
        "content": article.content,
        "category": article.category_id,
        "language": article.language,
        "difficulty_level": article.difficulty_level,
        "display_order": 0,
        "status": article.status,
        **changes,
    }


@pytest.mark.parametrize("field", ["category", "tags"])
def test_rows_of_another_tenant_cannot_be_attached_to_an_article(
    root_client: Client, foreign: dict[type[Model], Model], tenant: Any, make_article: Any,
    field: str,
) -> None:  # fmt: skip
    article = make_article(tenant)
    theirs = foreign[HelpCategory if field == "category" else HelpTag]
    page = address(HelpArticle, "change", article.pk)
    assert NAME not in root_client.get(page).content.decode()
    response = root_client.post(page, article_data(article, **{field: [theirs.pk]}))
    errors = response.context["adminform"].form.errors
    assert "Select a valid choice" in str(errors[field])
    assert NAME not in response.content.decode()
    article.refresh_from_db()
    assert article.category.tenant_id == tenant.pk
    assert not article.tags.exists()


def test_category_cannot_be_moved_below_one_of_another_tenant(
    root_client: Client, foreign: dict[type[Model], Model], tenant: Any, make_category: Any
) -> None:
    own, theirs = make_category(tenant, "Ours"), foreign[HelpCategory]
    page = address(HelpCategory, "change", own.pk)
    assert NAME not in root_client.get(page).content.decode()
    data = {"name": "Ours", "slug": "ours", "parent": theirs.pk}
    response = root_client.post(page, data)
    assert "Select a valid choice" in str(response.context["adminform"].form.errors["parent"])
    own.refresh_from_db()
    assert own.parent is None


def test_hidden_root_is_not_reachable(root_client: Client, tenant: Any) -> None:
    root = HelpCategory.objects.hidden_root(tenant)
    listed = root_client.get(address(HelpCategory, "changelist")).context["cl"].result_list
    assert root not in listed
    response = root_client.get(address(HelpCategory, "change", root.pk))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("admin:index"))


def test_view_on_site_redirect_knows_no_row_of_ours(
    editor_client: Client, foreign: dict[type[Model], Model]
) -> None:
    for model, row in foreign.items():
        kind = ContentType.objects.get_for_model(model).pk
        answers = [
            editor_client.get(reverse("admin:view_on_site", args=[kind, key])).status_code
            for key in (row.pk, nonexistent(row))
        ]
        assert answers == [404, 404]


def test_person_of_no_tenant_sees_an_empty_admin(
    editor_client: Client, tenant: Any, make_article: Any, settings: Any
) -> None:
    settings.HELP_CENTER_ADMIN_TENANTS = (
        "django_helpcenter.services.tenant_access.all_or_sole_tenant"
    )
    type(tenant)._default_manager.create(name="Second", slug="second")
    article = make_article(tenant)
    response = editor_client.get(address(HelpArticle, "changelist"))
    assert article not in response.context["cl"].result_list
    response = editor_client.get(address(HelpArticle, "add"))
    assert "You do not work for any help center yet" in response.content.decode()
