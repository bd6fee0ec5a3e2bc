"""Words of articles that are out of their time: known to nobody, and taken off at little cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.models import HelpArticle, HelpPassage
from django_helpcenter.services.search import SearchService
from tests.factories import index, make_article, make_category, make_indexed
from tests.integration.search.searches import refined, searched
from tests.server_work import analyze, rows_of

TEXT = "The stations of <b>Zanzibar</b>: café, foo-bar, e-mail a.b@c.de, ERR-1042, 密码. They wait."
WORDS = (
    "the", "they", "station", "stations", "zanzibar", "café", "foo", "bar", "mail", "wait", "waits",
)  # fmt: skip
LEXEMES = ("the", "station", "zanzibar", "café", "foo", "foo-bar", "err-1042", "密码", "wait")
#: Passages of articles out of their time, and words that are much alike.
HIDDEN = 40
ALIKE = [f"st{letter}tion" for letter in "abcdefghijklmnopqrst"]


def counts(tenant: Model, *, exactly: bool = True) -> list[int]:
    """Return in how many passages readers may know of each word, each lexeme."""
    configs = ["words"] * len(WORDS) + ["english"] * len(LEXEMES)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT help_center_known_1(%s, %s::text[], %s, %s::text[], %s::text[], %s)",
            [tenant.pk, ["all"], timezone.now(), configs, [*WORDS, *LEXEMES], exactly],
        )
        return list(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "fields",
    [
        {"expire_at": timezone.now() - timedelta(hours=1)},
        {"publish_at": timezone.now() + timedelta(days=1), "language": "de"},
    ],
    ids=["expired", "scheduled"],
)
def test_hidden_words_are_taken_off_exactly(tenant: Model, fields: dict[str, Any]) -> None:
    make_indexed(tenant, "Stations", content=TEXT)
    alone = counts(tenant)
    make_article(tenant, "Stations", content=TEXT, slug="a", **fields)
    make_indexed(tenant, "Wait, café", content=f"{TEXT}\n\n## Foo\n\nBar.", slug="b", **fields)
    assert counts(tenant) == alone


def test_words_of_hidden_articles_alone_are_unknown(tenant: Model) -> None:
    make_article(tenant, "Text", content=TEXT, expire_at=timezone.now())
    make_indexed(tenant, "Other", content="Nothing.")
    assert not any(counts(tenant))
    assert not any(counts(tenant, exactly=False))


@pytest.fixture
def hidden(tenant: Model) -> None:
    """Have expired articles with many words that are alike, which others searched for."""
    for number in range(HIDDEN):
        make_article(
            tenant, f"Hidden {number}", content=f"{' '.join(ALIKE)} valve", expire_at=timezone.now()
        )
    category = make_category(tenant, "Other")
    visible = make_article(tenant, "Text", content="Valve.", category=category)
    index(tenant)
    for word in ALIKE[:8]:
        searched(tenant, f"valve {word}", opened=visible)
        refined(tenant, "valve", f"valve {word}")
    for model in (HelpArticle, HelpPassage):
        analyze(model)


@pytest.mark.parametrize(
    ("ask", "times"),
    [
        (lambda tenant: SearchService(tenant=tenant).suggest("stution"), 3),
        (lambda tenant: SearchService(tenant=tenant).suggest("valve"), 3),
        (lambda tenant: SearchService(tenant=tenant).related_searches("valve"), 2),
    ],
    ids=["mistyped", "popular", "related"],
)
@pytest.mark.usefixtures("hidden")
def test_hidden_passages_are_looked_at_once_for_all_words(
    tenant: Model, ask: Callable[[Model], Any], times: int
) -> None:
    with rows_of(HelpPassage) as looked:
        assert not [found for found in ask(tenant) if "st" in str(found)]
    # They are counted, and then taken apart.
    assert looked.at <= times * (HIDDEN + 1)


@pytest.mark.usefixtures("hidden")
def test_correction_looks_at_hidden_passages_once_for_all_words(tenant: Model) -> None:
    service = SearchService(tenant=tenant)
    results = service.hybrid_search("stution", record=False)
    with rows_of(HelpPassage) as looked:
        assert service.did_you_mean(results) == ""
    assert looked.at <= 3 * (HIDDEN + 1)


@pytest.mark.usefixtures("hidden")
def test_hidden_passages_are_not_looked_at_for_words_that_nobody_has(tenant: Model) -> None:
    service = SearchService(tenant=tenant)
    results = service.hybrid_search("xyzzyx", record=False)
    with rows_of(HelpPassage) as looked:
        assert service.did_you_mean(results) == ""
        assert service.suggest("xyzzyx") == []
    assert looked.at == 0
