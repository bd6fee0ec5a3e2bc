"""Methods and headers of the reader pages."""

from __future__ import annotations

import pytest
from django.db.models import Model
from django.test import Client

from tests.factories import make_article, make_category


@pytest.fixture
def urls(tenant: Model) -> list[str]:
    """Return one address of every page that can be read."""
    category = make_category(tenant, slug="devices")
    make_article(tenant, slug="pair", category=category, tags=["setup"])
    return ["/help/", "/help/search/", "/help/c/devices/", "/help/t/setup/", "/help/a/pair/"]


def test_head_is_like_get_without_the_page(reader: Client, urls: list[str]) -> None:
    for url in urls:
        response = reader.head(url)
        assert response.status_code == 200
        assert response.content == b""


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_pages_can_only_be_read(reader: Client, urls: list[str], method: str) -> None:
    for url in urls:
        response = getattr(reader, method)(url)
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(("method", "status"), [("post", 403), ("put", 403), ("options", 405)])
def test_method_that_could_write_is_refused_without_its_token_first(
    urls: list[str], method: str, status: int
) -> None:
    client = Client(enforce_csrf_checks=True)
    assert {getattr(client, method)(url).status_code for url in urls} == {status}


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_vote_can_only_be_posted(reader: Client, tenant: Model, method: str) -> None:
    article = make_article(tenant)
    response = getattr(reader, method)(f"/help/a/{article.pk}/vote/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"


def test_pages_are_kept_by_nobody_but_the_reader(reader: Client, urls: list[str]) -> None:
    for url in [*urls, "/help/a/nothing/"]:
        response = reader.get(url)
        assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
        assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("path", ["a/%00/", "c/%00/", "t/%00/", "a/a%2Fb/", "a/../", "a/%FF/"])
def test_address_with_odd_characters_is_not_found(reader: Client, path: str) -> None:
    assert reader.get(f"/help/{path}").status_code == 404


def test_address_of_any_length_is_not_found(reader: Client) -> None:
    assert reader.get(f"/help/a/{'x' * 5000}/").status_code == 404
