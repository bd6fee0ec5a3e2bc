"""Narrowing a search on its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_category, make_indexed


@pytest.fixture
def valves(tenant: Model) -> None:
    doors = make_category(tenant, "Doors & gates")
    make_indexed(tenant, "Valve one", category=doors, tags=["Hot"])
    make_indexed(tenant, "Valve two", category=make_category(tenant, "Windows"), tags=["Cold"])
    make_indexed(tenant, "Valve drei", category=make_category(tenant, "Windows"), language="de")


def groups(client: Client, **query: str) -> dict[str, list[Any]]:
    response = client.get("/help/search/", {"q": "valve", **query})
    assert response.status_code == 200
    return {group.name: list(group.links) for group in response.context["facets"]}


@pytest.mark.usefixtures("valves")
def test_values_of_what_was_found_are_offered(client: Client) -> None:
    found = groups(client)
    assert [(link.label, link.count, link.url) for link in found["Category"]] == [
        ("Windows", 2, "?q=valve&category=windows"),
        ("Doors & gates", 1, "?q=valve&category=doors-gates"),
    ]
    assert [link.label for link in found["Tag"]] == ["Cold", "Hot"]
    assert [link.label for link in found["Language"]] == ["English", "Deutsch"]


@pytest.mark.usefixtures("valves")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"category": "doors-gates"}, {"Valve one"}),
        ({"tag": "cold"}, {"Valve two"}),
        ({"lang": "de"}, {"Valve drei"}),
        ({"category": "windows", "lang": "en"}, {"Valve two"}),
    ],
)
def test_link_narrows_the_search(client: Client, query: dict[str, str], titles: set[str]) -> None:
    page = client.get("/help/search/", {"q": "valve", **query}).context["page"]
    assert {result.hit.title for result in page.results} == titles


@pytest.mark.usefixtures("valves")
def test_chosen_value_is_taken_back(client: Client) -> None:
    found = groups(client, category="windows", page="1")
    [chosen] = found["Category"]
    assert (chosen.label, chosen.is_chosen, chosen.url) == ("Windows", True, "?q=valve")


@pytest.mark.usefixtures("valves")
def test_choice_without_results_can_be_taken_back(client: Client) -> None:
    found = groups(client, tag="hot", lang="de", category="windows")
    assert {name: [link.label for link in links] for name, links in found.items()} == {
        "Category": ["Windows"],
        "Tag": ["hot"],
        "Language": ["Deutsch"],
    }


@pytest.mark.usefixtures("valves")
def test_page_shows_the_links(client: Client) -> None:
    html = client.get("/help/search/", {"q": "valve", "tag": "hot"}).content.decode()
    assert '<nav class="hc-facets" aria-label="Narrow the search">' in html
    assert '<a href="?q=valve" rel="nofollow" aria-current="true">' in html


def test_value_that_all_articles_have_is_not_offered(client: Client, tenant: Model) -> None:
    make_indexed(tenant, "Valve one", tags=["Brass", "Hot"])
    make_indexed(tenant, "Valve two", tags=["Brass"])
    found = groups(client)
    assert {name: [link.label for link in links] for name, links in found.items()} == {
        "Tag": ["Hot"]
    }


def test_tag_that_some_articles_lack_is_offered_alone(client: Client, tenant: Model) -> None:
    make_indexed(tenant, "Valve one", tags=["Hot"])
    make_indexed(tenant, "Valve two")
    assert [(link.label, link.count) for link in groups(client)["Tag"]] == [("Hot", 1)]


def test_chosen_value_that_all_articles_have_stays(client: Client, tenant: Model) -> None:
    make_indexed(tenant, "Valve", tags=["Hot"])
    [chosen] = groups(client, tag="hot")["Tag"]
    assert (chosen.label, chosen.is_chosen, chosen.url) == ("Hot", True, "?q=valve")


def test_category_counts_what_is_below_it(client: Client, tenant: Model) -> None:
    doors = make_category(tenant, "Doors")
    make_indexed(tenant, "Valve one", category=doors)
    make_indexed(tenant, "Valve two", category=make_category(tenant, "Locks", parent=doors))
    make_indexed(tenant, "Valve three", category=make_category(tenant, "Windows"))
    links = groups(client)["Category"]
    assert [(link.label, link.count) for link in links] == [
        ("Doors", 2),
        ("Locks", 1),
        ("Windows", 1),
    ]


def test_category_that_all_articles_are_below_is_not_offered(client: Client, tenant: Model) -> None:
    doors = make_category(tenant, "Doors")
    make_indexed(tenant, "Valve one", category=doors)
    make_indexed(tenant, "Valve two", category=make_category(tenant, "Locks", parent=doors))
    assert [link.label for link in groups(client)["Category"]] == ["Locks"]


def test_every_category_that_is_offered_can_be_chosen(client: Client, tenant: Model) -> None:
    original = make_indexed(tenant, "Valve one", category=make_category(tenant, "Doors"))
    make_indexed(
        tenant,
        "Valve eins",
        category=make_category(tenant, "Translations"),
        language="de",
        translation_group=original.translation_group,
    )
    make_indexed(tenant, "Valve two", category=make_category(tenant, "Windows"))
    for link in groups(client)["Category"]:
        assert client.get(f"/help/search/{link.url}").status_code == 200


def test_page_that_nothing_would_narrow_has_no_box(client: Client, tenant: Model) -> None:
    make_indexed(tenant, "Valve", tags=["Hot"])
    response = client.get("/help/search/", {"q": "valve"})
    assert len(response.context["page"].results) == 1
    assert b"hc-facets" not in response.content


@pytest.mark.usefixtures("valves")
def test_category_that_a_reader_does_not_see_is_none(client: Client, tenant: Model) -> None:
    hidden = make_category(tenant, "Hidden")
    make_indexed(tenant, "Valve four", category=hidden, target_roles=["ops"])
    seen = [
        client.get("/help/search/", {"q": "valve", "category": slug}) for slug in ("hidden", "none")
    ]
    assert [response.status_code for response in seen] == [404, 404]
    assert seen[0].content == seen[1].content


@pytest.mark.usefixtures("valves")
@pytest.mark.parametrize("name", ["tag", "lang"])
def test_hostile_filter_finds_nothing(client: Client, name: str) -> None:
    for value in ("\x00", "'; --", "x" * 5_000, "<script>"):
        response = client.get("/help/search/", {"q": "valve", name: value})
        assert response.status_code == 200
        assert b"<script>" not in response.content


def test_category_counts_all_that_stands_below_it(client: Client, tenant: Model) -> None:
    top = make_category(tenant, "Top")
    for number in range(25):
        below = make_category(tenant, f"Below {number}", parent=top)
        make_article(tenant, f"Valve {number}", category=below)
    make_indexed(tenant, "Valve elsewhere", category=make_category(tenant, "Elsewhere"))
    links = groups(client)["Category"]
    assert (links[0].label, links[0].count) == ("Top", 25)


def test_category_with_one_below_it_is_left_to_that(client: Client, tenant: Model) -> None:
    below = make_category(tenant, "Below", parent=make_category(tenant, "Top"))
    make_article(tenant, "Valve", category=below)
    make_indexed(tenant, "Valve elsewhere", category=make_category(tenant, "Elsewhere"))
    assert {link.label for link in groups(client)["Category"]} == {"Below", "Elsewhere"}


@pytest.fixture
def renamed(valves: None, tenant: Model) -> None:
    """Rename the doors to gates, and let another category that is gone now lead there."""
    doors = HelpCategory.objects.for_tenant(tenant).get(slug="doors-gates")
    service = CategoryService(tenant=tenant, actor=SYSTEM)
    service.rename(doors, name=doors.name, slug="gates")
    service.merge(make_category(tenant, "Hatches"), into=doors)


@pytest.mark.usefixtures("renamed")
@pytest.mark.parametrize("former", ["doors-gates", "hatches"])
def test_former_slug_of_a_category_narrows_to_what_it_became(client: Client, former: str) -> None:
    response = client.get("/help/search/", {"q": "valve", "category": former})
    assert response.status_code == 200
    assert [result.hit.title for result in response.context["page"].results] == ["Valve one"]
    [chosen] = groups(client, category=former, lang="en")["Category"]
    assert (chosen.label, chosen.url) == ("Doors & gates", "?q=valve&lang=en")
    [language] = groups(client, category=former, lang="en")["Language"]
    assert language.url == "?q=valve&category=gates"


@pytest.mark.usefixtures("renamed")
def test_former_slug_of_a_category_with_nothing_to_read_is_not_found(
    client: Client, tenant: Model
) -> None:
    HelpArticle.objects.for_tenant(tenant).filter(title="Valve one").update(
        status=ArticleStatus.DRAFT
    )
    assert client.get("/help/search/", {"q": "valve", "category": "hatches"}).status_code == 404
