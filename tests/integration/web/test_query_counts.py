"""The number of database queries does not grow with the content."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import HASHING, index, make_article, make_category

URLS = [
    "/help/",
    "/help/c/devices/",
    "/help/t/setup/",
    "/help/a/article-0/",
    "/help/search/?q=article",
    "/help/search/?q=xyzzy",
]


def fill(tenant: Model, numbers: range) -> None:
    """Make articles in categories of their own below "Devices", each linking to those before."""
    top = make_category(tenant, "Devices", slug="devices")
    for number in numbers:
        article = make_article(
            tenant,
            f"Article {number}",
            slug=f"article-{number}",
            category=make_category(tenant, f"Topic {number}", parent=top) if number else top,
            tags=["setup", f"tag {number}"],
        )
        article.content = "".join(
            f"\n[{pk}](article:{pk})" for pk in range(article.pk - 30, article.pk)
        )
        article.view_count = number
        article.save()
    index(tenant)


def counts(client: Client) -> dict[str, int]:
    """Return how many queries each page takes."""
    found = {}
    for url in URLS:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        found[url] = len(queries)
    return found


def test_queries_do_not_grow(reader: Client, tenant: Model, settings: Any) -> None:
    settings.HELP_CENTER_EMBEDDINGS = HASHING
    fill(tenant, range(3))
    few = counts(reader)
    fill(tenant, range(3, 20))
    assert counts(reader) == few


@pytest.mark.parametrize(
    ("url", "expected"), [("/help/", 6), ("/help/c/devices/", 6), ("/help/t/setup/", 5)]
)
def test_pages_of_lists_take_few_queries(
    reader: Client, tenant: Model, django_assert_num_queries: Any, url: str, expected: int
) -> None:
    fill(tenant, range(3))
    with django_assert_num_queries(expected):
        reader.get(url)
