"""Article templates in the admin: kept there, and chosen on the page of a new article."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from django_helpcenter.models import HelpArticle, HelpArticleTemplate, HelpTag
from django_helpcenter.services.article_templates import TemplateService
from django_helpcenter.types import SYSTEM
from tests.integration.admin.conftest import logged_in
from tests.integration.admin.pages import address, form_of

NEW = address(HelpArticle, "add")
ADD = address(HelpArticleTemplate, "add")


def make(tenant: Any, **fields: Any) -> HelpArticleTemplate:
    values = {"name": "Guide", "content": "Text", **fields}
    return TemplateService(tenant=tenant, actor=SYSTEM).create(**values)


def test_new_article_offers_templates(
    editor_client: Client, tenant: Any, other_tenant: Any
) -> None:
    template = make(tenant, name="Our <b>guide</b>", description="For us")
    make(other_tenant, name="Foreign")
    text = editor_client.get(NEW).content.decode()
    for key in (str(template.pk), "how-to", "troubleshooting", "release-note"):
        assert f'href="?template={key}"' in text
    assert "Our &lt;b&gt;guide&lt;/b&gt;" in text
    assert "Foreign" not in text


def test_existing_article_offers_none(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    page = editor_client.get(address(HelpArticle, "change", make_article(tenant).pk))
    assert "hc-templates" not in page.content.decode()


def test_chosen_template_fills_the_form_and_makes_nothing(
    editor_client: Client, tenant: Any, make_category: Any
) -> None:
    category = make_category(tenant, "Guides")
    tag = HelpTag.objects.create(tenant=tenant, name="T", slug="t")
    template = make(tenant, title="How to", content="Do it", category=category, tags=[tag])
    response = editor_client.get(NEW, {"template": template.pk})
    form = form_of(response)
    assert (form["title"].value(), form["content"].value()) == ("How to", "Do it")
    assert (form["category"].value(), form["tags"].value()) == (category.pk, [tag.pk])
    assert 'aria-current="true"' in response.content.decode()
    assert not HelpArticle.objects.exists()


def test_template_that_comes_with_the_help_center_fills_the_form(
    editor_client: Client, tenant: Any
) -> None:
    form = form_of(editor_client.get(NEW, {"template": "troubleshooting"}))
    assert form["title"].value().startswith("[Replace: ")
    assert "## What you see" in form["content"].value()
    assert form["language"].value() == "en"


def test_chosen_tenant_stays_chosen(root_client: Client, tenant: Any, other_tenant: Any) -> None:
    text = root_client.get(NEW, {"tenant": tenant.pk}).content.decode()
    assert f'href="?tenant={tenant.pk}&amp;template=how-to"' in text


@pytest.mark.parametrize("key", ["99999999", "none", "x" * 500])
def test_template_that_is_not_there_leaves_the_form_empty(
    editor_client: Client, tenant: Any, key: str
) -> None:
    assert not form_of(editor_client.get(NEW, {"template": key}))["title"].value()


def test_template_of_another_tenant_leaves_the_form_empty(
    editor_client: Client, tenant: Any, other_tenant: Any
) -> None:
    foreign = make(other_tenant, title="Secret")
    response = editor_client.get(NEW, {"template": foreign.pk})
    assert "Secret" not in response.content.decode()


def test_template_is_created_and_changed(
    editor_client: Client, tenant: Any, make_category: Any
) -> None:
    category = make_category(tenant)
    tag = HelpTag.objects.create(tenant=tenant, name="T", slug="t")
    data = {"name": "Guide", "content": "A\r\nB", "display_order": "3", "language": "",
            "category": category.pk, "tags": [tag.pk]}  # fmt: skip
    editor_client.post(ADD, data)
    template = HelpArticleTemplate.objects.get()
    assert (template.tenant_id, template.content, template.display_order) == (tenant.pk, "A\nB", 3)
    assert list(template.tags.all()) == [tag]
    url = address(HelpArticleTemplate, "change", template.pk)
    editor_client.post(url, {**data, "name": "Better", "tags": []})
    template.refresh_from_db()
    assert template.name == "Better"
    assert not template.tags.exists()


def test_taken_name_is_refused_at_the_field(editor_client: Client, tenant: Any) -> None:
    make(tenant)
    response = editor_client.post(ADD, {"name": "Guide", "content": "x", "display_order": "0"})
    assert "name" in form_of(response).errors


def test_form_offers_nothing_of_another_tenant(
    editor_client: Client, tenant: Any, other_tenant: Any, make_category: Any
) -> None:
    make_category(other_tenant, "Secret category")
    HelpTag.objects.create(tenant=other_tenant, name="Secret tag", slug="s")
    assert "Secret" not in editor_client.get(ADD).content.decode()


def test_article_is_used_as_a_template(
    editor_client: Client, tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, content="Own text", target_roles=["staff"])
    page = editor_client.get(address(HelpArticle, "change", article.pk)).content.decode()
    link = f"{ADD}?tenant={tenant.pk}&amp;article={article.pk}"
    assert f'href="{link}"' in page
    form = form_of(editor_client.get(link.replace("&amp;", "&")))
    assert (form["name"].value(), form["content"].value()) == ("Pair a scanner", "Own text")
    assert form["target_roles"].value() == ["staff"]
    assert not HelpArticleTemplate.objects.exists()


def test_article_of_another_tenant_is_no_template(
    editor_client: Client, tenant: Any, other_tenant: Any, make_article: Any
) -> None:
    foreign = make_article(other_tenant, "Secret")
    for query in ({"article": foreign.pk}, {"article": foreign.pk, "tenant": other_tenant.pk}):
        assert "Secret" not in editor_client.get(ADD, query).content.decode()


def test_article_is_no_template_for_who_may_not_see_articles(
    tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant, "Secret")
    user = get_user_model().objects.create_user("keeper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="add_helparticletemplate"))
    response = logged_in(user).get(ADD, {"article": article.pk})
    assert response.status_code == 200
    assert "Secret" not in response.content.decode()


def test_second_save_of_one_page_is_refused(editor_client: Client, tenant: Any) -> None:
    template = make(tenant)
    page = address(HelpArticleTemplate, "change", template.pk)
    seen = form_of(editor_client.get(page))["seen"].value()
    assert seen == template.fingerprint
    data = {"name": "Guide", "display_order": 0, "content": "First", "seen": seen}
    assert editor_client.post(page, data).status_code == 302
    response = editor_client.post(page, {**data, "content": "Second"})
    assert "changed meanwhile" in str(form_of(response).non_field_errors())
    template.refresh_from_db()
    assert template.content == "First"
