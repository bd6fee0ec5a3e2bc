"""Addresses of articles."""

from __future__ import annotations

import pytest
from django.utils import translation

from django_helpcenter.services.addresses import article_url


@pytest.mark.parametrize(
    ("active", "language", "expected"),
    [
        ("en", "en", "/help/a/pair/"),
        ("en", "en-us", "/help/a/pair/"),
        ("en-gb", "en", "/help/a/pair/"),
        ("en", "de", "/help/a/pair/?lang=de"),
        ("de", "en", "/help/a/pair/?lang=en"),
    ],
)
def test_address_names_a_language_that_the_reader_would_not_get(
    active: str, language: str, expected: str
) -> None:
    with translation.override(active):
        assert article_url("pair", language) == expected


def test_address_carries_query_and_anchor() -> None:
    url = article_url("pair", "de", anchor="section-a", voted="1")
    assert url == "/help/a/pair/?lang=de&voted=1#section-a"


def test_address_in_any_script_is_encoded() -> None:
    assert article_url("أمر", "en") == "/help/a/%D8%A3%D9%85%D8%B1/"


def test_without_an_active_language_the_site_decides() -> None:
    with translation.override(None):
        assert article_url("pair", "en") == "/help/a/pair/"
