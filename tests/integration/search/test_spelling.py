"""Mistyped words lead to what was meant."""

from __future__ import annotations

from datetime import timedelta
from string import ascii_lowercase
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import TimeMachineFixture

from django_helpcenter.models import HelpSpelling
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.search import SearchService
from django_helpcenter.services.search_rules import SearchRuleService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_indexed, make_user


def meant(tenant: Model, query: str, user: Any = None) -> str:
    service = SearchService(tenant=tenant, user=user)
    return service.did_you_mean(service.hybrid_search(query, record=False))


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("pasword", "password"),
        ("passsword", "password"),
        ("pasaword", "password"),
        ("paswsord", "password"),
        ("Pasword", "password"),
        ("invocie", "invoice"),
        ("réglqges", "réglages"),
    ],
)
def test_one_wrong_letter_is_put_right(tenant: Model, typed: str, word: str) -> None:
    make_indexed(tenant, "Words", content="Reset the password of an invoice. Réglages.")
    assert meant(tenant, typed) == word


def test_rest_of_the_query_stays(tenant: Model) -> None:
    make_indexed(tenant, "Reset", content="Reset the password.")
    assert meant(tenant, "How do I Reset a pasword, please?") == (
        "How do I Reset a password, please?"
    )


@pytest.mark.parametrize(
    "query", ["passwords", "resetting", "valve", "the", "zzzzzz", "p", "12345", "passwort", "repet"]
)
def test_what_occurs_or_is_like_nothing_is_left_alone(tenant: Model, query: str) -> None:
    make_indexed(tenant, "Reset", content="Reset the password.")
    assert meant(tenant, query) == ""


def test_words_that_only_others_know_do_not_crowd_out_what_was_meant(tenant: Model) -> None:
    typed, meant_word = "notifcation", "notification"
    near = {
        typed[:place] + letter + typed[end:]
        for place in range(len(typed))
        for end in (place, place + 1)
        for letter in ascii_lowercase
    }
    words = sorted(near - {typed, meant_word})
    make_article(tenant, "Secret", content=" ".join(words), target_roles=["manager"])
    make_indexed(tenant, "Words", content=f"A {meant_word}.")
    assert meant(tenant, typed) == meant_word


def test_more_alike_word_is_meant_before_a_more_common_one(tenant: Model) -> None:
    text = "## A\n\nstation\n\n## B\n\nstation\n\n## C\n\nstations"
    make_indexed(tenant, "Words", content=text)
    assert meant(tenant, "stasions") == "stations"


def test_more_common_word_is_meant_of_two_alike(tenant: Model) -> None:
    make_indexed(tenant, "Words", content="## A\n\nboard\n\n## B\n\nbeard\n\n## C\n\nboard")
    assert meant(tenant, "buard") == "board"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("I dropped it in a river", "Drive to the site."),
        ("best food in the world", "It would be good."),
        ("orange marker", "It was marked."),
        ("recipe for pancakes", "Si no recibe el correo."),
    ],
)
def test_other_words_one_letter_away_are_not_offered(tenant: Model, query: str, words: str) -> None:
    make_indexed(tenant, "Words", content=words)
    assert meant(tenant, query) == ""


def test_word_that_a_synonym_tells_the_meaning_of_is_not_mistyped(tenant: Model) -> None:
    make_indexed(tenant, "Words", content="A work order. Tackets.")
    assert meant(tenant, "tickets") == "tackets"
    SearchRuleService(tenant=tenant, actor=SYSTEM).add_synonym(terms="tickets\nwork order")
    assert meant(tenant, "tickets") == ""


def test_words_of_restricted_articles_are_not_meant(tenant: Model) -> None:
    make_indexed(tenant, "Secret", content="The zanzibar project.", target_roles=["manager"])
    assert meant(tenant, "zanzibbar") == ""
    assert meant(tenant, "zanzibbar", make_user(roles=("manager",))) == "zanzibar"


def test_words_of_restricted_articles_are_not_known(tenant: Model) -> None:
    make_article(tenant, "Secret", content="The zanxibar project.", target_roles=["manager"])
    make_indexed(tenant, "Public", content="An island: zanzibar.")
    assert meant(tenant, "zanxibar") == "zanzibar"


@pytest.mark.parametrize(("field", "hours"), [("publish_at", 1), ("expire_at", -1)])
def test_words_of_articles_out_of_their_time_are_not_meant(
    tenant: Model, field: str, hours: int
) -> None:
    when = timezone.now() + timedelta(hours=hours)
    make_article(tenant, "Tomorrow", content="The zanxibar project.", **{field: when})
    make_indexed(tenant, "Today", content="An island: zanzibar.")
    assert meant(tenant, "zanxzibar") == "zanzibar"
    assert meant(tenant, "zanxibar") == "zanzibar"
    assert meant(tenant, "projects") == ""


def test_words_of_scheduled_articles_are_meant_when_their_time_has_come(
    tenant: Model, time_machine: TimeMachineFixture
) -> None:
    due = timezone.now() + timedelta(hours=1)
    make_indexed(tenant, "Tomorrow", content="The Zanzibar. An île: Éloge.", publish_at=due)
    assert (meant(tenant, "zanzibbar"), meant(tenant, "élogue")) == ("", "")
    time_machine.move_to(due)
    assert (meant(tenant, "zanzibbar"), meant(tenant, "élogue")) == ("zanzibar", "éloge")


@override_settings(HELP_CENTER_SEARCH_TIMEOUT_MS=1234)
def test_correction_runs_under_the_time_limit_of_a_search(tenant: Model) -> None:
    make_indexed(tenant, "Reset", content="Reset the password.")
    service = SearchService(tenant=tenant)
    results = service.hybrid_search("pasword", record=False)
    with CaptureQueriesContext(connection) as queries:
        assert service.did_you_mean(results) == "password"
    assert any("statement_timeout = 1234" in query["sql"] for query in queries.captured_queries)


def test_words_of_other_tenants_are_not_meant(tenant: Model, other_tenant: Model) -> None:
    make_indexed(other_tenant, "Theirs", content="The zanzibar project.")
    make_indexed(tenant, "Ours")
    assert meant(tenant, "zanzibbar") == ""


def test_word_that_is_gone_is_not_meant(tenant: Model) -> None:
    article = make_indexed(tenant, "Old", content="The zanzibar project.")
    make_indexed(tenant, "Other")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, content="Nothing.")
    IndexingService(tenant=tenant).index_articles()
    assert meant(tenant, "zanzibbar") == ""


def test_word_that_comes_back_is_meant_again(tenant: Model) -> None:
    article = make_indexed(tenant, "Old", content="The zanzibar project.")
    for content in ("Nothing.", "The zanzibar project."):
        KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, content=content)
        IndexingService(tenant=tenant).index_articles()
    assert meant(tenant, "zanzibbar") == "zanzibar"


def test_rebuilding_forgets_spellings_of_words_that_are_gone(tenant: Model) -> None:
    article = make_indexed(tenant, "Old", content="The zanzibar project.")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, content="Nothing.")
    service = IndexingService(tenant=tenant)
    service.index_articles()
    assert HelpSpelling.objects.filter(word="zanzibar").exists()
    service.refresh_lexicon()
    assert not HelpSpelling.objects.filter(word="zanzibar").exists()
    assert HelpSpelling.objects.filter(word="nothing", key="nothin").exists()


def test_query_whose_words_all_occur_asks_no_more(
    tenant: Model, django_assert_num_queries: Any
) -> None:
    make_indexed(tenant, "Reset", content="Reset the password.")
    service = SearchService(tenant=tenant)
    results = service.hybrid_search("reset password", record=False)
    with django_assert_num_queries(0, connection=connection):
        assert service.did_you_mean(results) == ""
