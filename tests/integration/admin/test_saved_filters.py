"""What lists are filtered by, kept under a name: for oneself, or for the team of the tenant."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from django_helpcenter.admin.scoping import TenantScopedAdmin
from django_helpcenter.models import HelpArticle, HelpSavedFilter
from tests.factories import make_user
from tests.integration.admin.conftest import logged_in

ARTICLES = reverse("admin:help_center_helparticle_changelist")
KEEP = reverse("admin:help_center_helpsavedfilter_keep")
LISTS = [
    model
    for model in apps.get_app_config("help_center").get_models()
    if isinstance(admin.site._registry.get(model), TenantScopedAdmin)
]


def keep(client: Client, query: str, *, to: str = KEEP, **data: Any) -> Any:
    return client.post(to, {"list": "helparticle", "name": "Mine", "query": query, **data})


def open_filter(client: Client, saved: HelpSavedFilter) -> Any:
    return client.get(reverse("admin:help_center_helpsavedfilter_open", args=[saved.pk]))


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def labels(client: Client, address: str = ARTICLES) -> dict[str, bool]:
    """Return the filters above a list, and whether the list is filtered so."""
    links = client.get(address).context["saved_filters"]().links
    return {link.label: link.is_current for link in links}


def saved_by(owner: Any, tenant: Any, name: str = "Mine", **fields: Any) -> HelpSavedFilter:
    values = {"list_name": "helparticle", "query": "status__exact=DRAFT", **fields}
    return HelpSavedFilter.objects.create(owner=owner, tenant=tenant, name=name, **values)


@pytest.fixture
def author(tenant: Any) -> Any:
    """A member of staff of Acme who may write articles, and share nothing."""
    user = make_user("author", is_staff=True)
    names = ("view_helparticle", "change_helparticle")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


@pytest.fixture
def author_client(author: Any) -> Client:
    return logged_in(author)


# Saving


def test_filters_search_and_order_are_kept(editor_client: Client, tenant: Any) -> None:
    response = keep(editor_client, "q=scan&status__exact=DRAFT&o=-7&p=3&e=1")
    assert said(response) == "The filter “Mine” was saved."
    query = HelpSavedFilter.objects.get().query
    assert query == "o=-view_count&q=scan&status__exact=DRAFT"


def test_filter_leads_to_the_list_as_it_was(editor_client: Client, tenant: Any) -> None:
    address = f"{ARTICLES}?o=-7&q=scan&status__exact=DRAFT"
    assert keep(editor_client, address.partition("?")[2]).url == address
    response = open_filter(editor_client, HelpSavedFilter.objects.get())
    assert response.url == address
    assert "any more" not in said(response)
    assert labels(editor_client, address)["Mine"]


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_every_list_can_be_kept(editor_client: Client, tenant: Any, model: Any) -> None:
    address = reverse(f"admin:help_center_{model._meta.model_name}_changelist")
    keep(editor_client, "o=-1", list=model._meta.model_name)
    assert "Mine" in labels(editor_client, address)
    assert open_filter(editor_client, HelpSavedFilter.objects.get()).url == f"{address}?o=-1"


def test_order_goes_by_the_names_of_columns(
    editor_client: Client, root_client: Client, tenant: Any, other_tenant: Any
) -> None:
    keep(editor_client, "o=6", is_shared="1")
    saved = HelpSavedFilter.objects.get()
    assert saved.query == "o=category"
    # The list that it leads to shows one tenant, without a column for it.
    address = open_filter(root_client, saved).url
    assert address == f"{ARTICLES}?o=6&tenant={tenant.pk}"
    assert root_client.get(address).context["cl"].get_ordering_field_columns() == {6: "asc"}
    assert root_client.get(address).context["cl"].list_display[6] == "category"


def test_filter_of_the_same_name_is_replaced(editor_client: Client, tenant: Any) -> None:
    keep(editor_client, "q=one")
    keep(editor_client, "q=two", name="  Mine ")
    assert HelpSavedFilter.objects.get().query == "q=two"


def test_number_of_filters_is_limited(editor_client: Client, editor: Any, tenant: Any) -> None:
    for number in range(50):
        saved_by(editor, tenant, f"Filter {number}")
    assert "Delete some first" in said(keep(editor_client, "q=x"))
    assert HelpSavedFilter.objects.count() == 50


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\0b"])
def test_filter_needs_a_name(editor_client: Client, tenant: Any, name: str) -> None:
    assert said(keep(editor_client, "q=x", name=name))
    assert not HelpSavedFilter.objects.exists()


def test_who_works_for_several_saves_for_the_one_that_is_shown(
    root_client: Client, tenant: Any, other_tenant: Any
) -> None:
    query = f"q=x&tenant={other_tenant.pk}"
    bar = root_client.get(f"{ARTICLES}?{query}").context["saved_filters"]()
    keep(root_client, query, to=bar.keep_address)
    saved = HelpSavedFilter.objects.get()
    assert (saved.tenant, saved.query) == (other_tenant, "q=x")
    assert open_filter(root_client, saved).url == f"{ARTICLES}?{query}"
    assert root_client.get(f"{ARTICLES}?q=x").context["saved_filters"]().keep_address == ""
    assert keep(root_client, "q=x").status_code == 403


# Hostile and outdated


@pytest.mark.parametrize(
    "query",
    [
        "",
        "p=2&tenant=1&_popup=1&_to_field=id",
        "status__exact=%00",
        "nonsense=1",
        "tenant__slug=acme",
        "created_by__password__startswith=a",
        "category__tenant__slug=globex",
        "https://evil.example/?q=x",
        "//evil.example",
        "javascript:alert(1)",
        "o=999.abc.-",
        "q=" + "x" * 2001,
    ],
)
def test_what_is_no_filter_of_the_list_is_not_kept(
    editor_client: Client, tenant: Any, query: str
) -> None:
    response = keep(editor_client, query)
    assert said(response)
    assert response.url.startswith(ARTICLES)
    assert not HelpSavedFilter.objects.exists()


def test_text_of_a_filter_is_inert(editor_client: Client, tenant: Any) -> None:
    hostile = '"><script>alert(1)</script>'
    response: Any = editor_client.post(
        KEEP, {"list": "helparticle", "name": hostile, "query": "q=%22%3E%3Cscript%3Ealert(1)"}
    )
    for address in (
        response.url,
        ARTICLES,
        reverse("admin:help_center_helpsavedfilter_changelist"),
    ):
        assert "<script>alert" not in editor_client.get(address).content.decode()


@pytest.mark.parametrize(
    ("query", "gone", "left"),
    [
        ("former_field=1&q=scan", "former_field", "?q=scan"),
        ("o=-former_column&q=scan", "former_column", "?q=scan"),
        ("tenant__slug=globex", "tenant__slug", ""),
        ("updated_at__year=never", "updated_at__year", ""),
    ],
)
def test_parameter_that_the_list_does_not_have_any_more_is_named(
    editor_client: Client, editor: Any, tenant: Any, query: str, gone: str, left: str
) -> None:
    response = open_filter(editor_client, saved_by(editor, tenant, query=query))
    assert said(response) == (
        f"The filter “Mine” uses what this list does not have any more: {gone}."
    )
    assert response.url == f"{ARTICLES}{left}"
    assert editor_client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    "query", ["status__exact=%00", "q=%00", "_popup=1", "%ff=%ff", "tenant=1", "&&&===", "o=.-..x"]
)
def test_stored_query_of_whatever_kind_opens_the_list(
    editor_client: Client, editor: Any, tenant: Any, query: str
) -> None:
    response = open_filter(editor_client, saved_by(editor, tenant, query=query))
    assert response.url.startswith(ARTICLES)
    assert editor_client.get(response.url).status_code == 200


@pytest.mark.parametrize("name", ["user", "helptenant", "nonsense", "", "helpsearchhistory"])
def test_list_that_the_person_does_not_see_cannot_be_kept(author_client: Client, name: str) -> None:
    assert keep(author_client, "q=x", list=name).status_code == 403
    assert not HelpSavedFilter.objects.exists()


# Whose


def test_filter_is_for_the_person_who_saved_it(
    editor_client: Client, author_client: Client, editor: Any, tenant: Any
) -> None:
    saved = saved_by(editor, tenant)
    assert "Mine" in labels(editor_client)
    assert "Mine" not in labels(author_client)
    assert open_filter(author_client, saved).status_code == 404


def test_shared_filter_is_for_all_of_the_tenant(
    author_client: Client, editor: Any, tenant: Any
) -> None:
    saved = saved_by(editor, tenant, is_shared=True)
    assert "Mine" in labels(author_client)
    assert "shared by editor" in author_client.get(ARTICLES).content.decode()
    assert open_filter(author_client, saved).url == f"{ARTICLES}?status__exact=DRAFT"


def test_filter_of_another_tenant_is_for_nobody_here(
    editor_client: Client, editor: Any, tenant: Any, other_tenant: Any
) -> None:
    for is_shared in (False, True):
        saved = saved_by(editor, other_tenant, f"Globex {is_shared}", is_shared=is_shared)
        assert saved.name not in labels(editor_client)
        assert open_filter(editor_client, saved).status_code == 404


def test_filter_of_a_list_that_the_person_does_not_see_is_not_listed(
    author_client: Client, editor: Any, tenant: Any
) -> None:
    saved = saved_by(editor, tenant, list_name="helpsearchhistory", query="q=x", is_shared=True)
    page = reverse("admin:help_center_helpsavedfilter_changelist")
    assert list(author_client.get(page).context["cl"].result_list) == []
    assert open_filter(author_client, saved).status_code == 404


def test_sharing_takes_a_permission(author_client: Client) -> None:
    assert "share_helpsavedfilter" in said(keep(author_client, "q=x", is_shared="1"))
    assert not HelpSavedFilter.objects.exists()
    keep(author_client, "q=x")
    assert HelpSavedFilter.objects.get().is_shared is False
    assert "is_shared" not in author_client.get(f"{ARTICLES}?q=x").content.decode()


def change(client: Client, saved: HelpSavedFilter, **data: Any) -> Any:
    return client.post(reverse("admin:help_center_helpsavedfilter_change", args=[saved.pk]), data)


def test_own_filter_is_renamed_and_deleted(author_client: Client, author: Any, tenant: Any) -> None:
    saved = saved_by(author, tenant)
    change(author_client, saved, name="Better")
    assert HelpSavedFilter.objects.get().name == "Better"
    delete = reverse("admin:help_center_helpsavedfilter_delete", args=[saved.pk])
    author_client.post(delete, {"post": "yes"})
    assert not HelpSavedFilter.objects.exists()


def test_own_filter_is_not_shared_without_the_permission(
    author_client: Client, author: Any, tenant: Any
) -> None:
    change(author_client, saved_by(author, tenant), name="Mine", is_shared="on")
    assert HelpSavedFilter.objects.get().is_shared is False


def test_shared_filter_of_somebody_else_takes_the_permission(
    author_client: Client, editor_client: Client, editor: Any, tenant: Any
) -> None:
    saved = saved_by(make_user("third"), tenant, is_shared=True)
    assert change(author_client, saved, name="Worse").status_code == 403
    change(editor_client, saved, name="Better", is_shared="on")
    assert HelpSavedFilter.objects.get().name == "Better"


def test_name_that_is_taken_is_refused(author_client: Client, author: Any, tenant: Any) -> None:
    saved_by(author, tenant, "Taken")
    response = change(author_client, saved_by(author, tenant), name="Taken")
    assert response.status_code == 200
    assert HelpSavedFilter.objects.filter(name="Taken").count() == 1


def test_selected_filters_are_deleted_through_the_service(
    author_client: Client, author: Any, editor: Any, tenant: Any
) -> None:
    own, other = saved_by(author, tenant), saved_by(editor, tenant, "Shared", is_shared=True)
    page = reverse("admin:help_center_helpsavedfilter_changelist")
    for key in (own.pk, other.pk):
        data = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
        author_client.post(page, data)
    assert HelpSavedFilter.objects.get() == other


# Built in


def test_built_in_filters_are_the_persons_own(
    editor_client: Client, editor: Any, tenant: Any, make_article: Any
) -> None:
    mine = make_article(tenant, "Mine")
    HelpArticle.objects.filter(pk=mine.pk).update(created_by=editor)
    make_article(tenant, "Theirs")
    waiting = make_article(tenant, "Waiting", status="REVIEW")
    links = editor_client.get(ARTICLES).context["saved_filters"]().links
    addresses = {link.label: link.address for link in links}
    for label, expected in (("My drafts", mine), ("Waiting for review", waiting)):
        response = editor_client.get(f"{ARTICLES}{addresses[label]}")
        assert list(response.context["cl"].result_list) == [expected], label
        assert labels(editor_client, f"{ARTICLES}{addresses[label]}")[label]


def test_drafts_are_mine_that_i_began_or_own(
    editor_client: Client, editor: Any, superuser: Any, tenant: Any, make_article: Any
) -> None:
    for title, fields in (
        ("Begun", {"created_by": editor, "owner": superuser}),
        ("Owned", {"created_by": superuser, "owner": editor}),
        ("Neither", {"created_by": superuser, "owner": superuser}),
        ("Published", {"created_by": editor, "status": "PUBLISHED"}),
    ):
        HelpArticle.objects.filter(pk=make_article(tenant, title).pk).update(**fields)
    links = editor_client.get(ARTICLES).context["saved_filters"]().links
    [address] = [link.address for link in links if link.label == "My drafts"]
    found = editor_client.get(f"{ARTICLES}{address}").context["cl"].result_list
    assert sorted(article.title for article in found) == ["Begun", "Owned"]


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_built_in_filters_are_taken_by_their_list(
    editor_client: Client, tenant: Any, model: Any
) -> None:
    address = reverse(f"admin:help_center_{model._meta.model_name}_changelist")
    for link in editor_client.get(address).context["saved_filters"]().links:
        assert editor_client.get(f"{address}{link.address}").status_code == 200, link.label
