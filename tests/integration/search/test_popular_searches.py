"""Searches of other readers, suggested while one types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from time_machine import TimeMachineFixture

from django_helpcenter.content.title_words import NOT_SHOWN
from django_helpcenter.models import HelpArticle, HelpSearchHistory
from django_helpcenter.search.popular import DIFFERENT, PEOPLE, ROWS_OF_ONE, WALKED
from django_helpcenter.search.related import ROWS as RELATED_ROWS
from django_helpcenter.services.search import SearchService
from tests.factories import make_article, make_indexed, make_user
from tests.integration.search.searches import searched
from tests.server_work import analyze, entries_of, scans_of


def queries(tenant: Model, typed: str, user: Any = None) -> list[str]:
    found = SearchService(tenant=tenant, user=user).suggest(typed)
    return [each.text for each in found if each.kind == "query"]


@pytest.fixture
def article(tenant: Model) -> HelpArticle:
    """Return an article that has all the words that are searched for here."""
    text = "Close the valve after a leak. Code ERR-1042. Réglages. 重置您的密码."
    return make_indexed(tenant, "Manual", content=text)


@pytest.mark.parametrize("typed", ["val", "Valv", "valve", "valve l", "VALVE, le"])
def test_search_that_helped_three_people_is_suggested(
    tenant: Model, article: HelpArticle, typed: str
) -> None:
    searched(tenant, "valve leak", opened=article)
    assert queries(tenant, typed) == ["valve leak"]


@pytest.mark.parametrize("typed", ["v", "va", "leak", "valves", "valve leak", "Valve leak?"])
def test_search_is_suggested_for_its_beginning_alone(
    tenant: Model, article: HelpArticle, typed: str
) -> None:
    searched(tenant, "valve leak", opened=article)
    assert queries(tenant, typed) == []


def test_searches_come_before_articles(tenant: Model, article: HelpArticle) -> None:
    make_article(tenant, "Valve one")
    searched(tenant, "valve leak", opened=article)
    kinds = [found.kind for found in SearchService(tenant=tenant).suggest("val")]
    assert kinds == ["query", "article"]


def test_two_people_are_too_few(tenant: Model, article: HelpArticle) -> None:
    searched(tenant, "valve leak", people=2, opened=article)
    assert queries(tenant, "val") == []


def test_one_person_is_one_however_often(tenant: Model, article: HelpArticle) -> None:
    for _ in range(5):
        searched(tenant, "valve leak", people=1, opened=article)
    assert queries(tenant, "val") == []


def test_nobody_is_no_person(tenant: Model, article: HelpArticle) -> None:
    searched(tenant, "valve leak", people=5, opened=article, visitor_key="")
    assert queries(tenant, "val") == []


def test_users_and_visitors_are_people(tenant: Model, article: HelpArticle) -> None:
    searched(tenant, "valve leak", people=2, opened=article)
    searched(tenant, "valve leak", people=1, opened=article, user=make_user(), visitor_key="")
    assert queries(tenant, "val") == ["valve leak"]


def test_search_after_which_nothing_was_opened_is_not_suggested(
    tenant: Model, article: HelpArticle
) -> None:
    searched(tenant, "valve leak", people=5)
    assert queries(tenant, "val") == []


@pytest.mark.parametrize(("without", "expected"), [(7, ["valve leak"]), (8, [])])
def test_search_must_help_a_fair_share(
    tenant: Model, article: HelpArticle, without: int, expected: list[str]
) -> None:
    searched(tenant, "valve leak", opened=article)
    searched(tenant, "valve leak", people=without)
    assert queries(tenant, "val") == expected


@pytest.mark.parametrize(("days_ago", "expected"), [(89, ["valve leak"]), (91, [])])
def test_search_of_long_ago_does_not_count(
    tenant: Model, article: HelpArticle, days_ago: int, expected: list[str]
) -> None:
    searched(tenant, "valve leak", opened=article, days_ago=days_ago)
    assert queries(tenant, "val") == expected


def test_spellings_of_one_search_count_together(tenant: Model, article: HelpArticle) -> None:
    for number, query in enumerate(["valve leak", "Valve, leak!", "valve leak"]):
        searched(tenant, query, people=1, first=number, opened=article)
    assert queries(tenant, "val") == ["valve leak"]


def test_nobody_chooses_how_a_search_is_shown(tenant: Model, article: HelpArticle) -> None:
    searched(tenant, "valve leak", opened=article)
    for _ in range(7):
        HelpSearchHistory.objects.create(tenant_id=tenant.pk, query="*** VALVE leak!!! ***")
    assert queries(tenant, "val") == ["valve leak"]


def test_search_that_all_spell_differently_is_shown_in_plain_words(
    tenant: Model, article: HelpArticle
) -> None:
    for number, query in enumerate(("VALVE leak", "valve, leak?", "Valve leak!")):
        HelpSearchHistory.objects.create(
            tenant_id=tenant.pk, query=query, visitor_key=f"visitor {number}", results_count=1,
            clicked_article=article,
        )  # fmt: skip
    assert queries(tenant, "val") == ["valve leak"]


def test_search_of_more_people_comes_first(tenant: Model, article: HelpArticle) -> None:
    searched(tenant, "valve close", opened=article)
    searched(tenant, "valve leak", people=4, opened=article)
    assert queries(tenant, "valve") == ["valve leak", "valve close"]


def test_three_searches_are_enough(tenant: Model, article: HelpArticle) -> None:
    for query in ("valve leak", "valve close", "valve after", "valve code"):
        searched(tenant, query, opened=article)
    assert len(queries(tenant, "valve")) == 3


@pytest.mark.parametrize(
    "query", ["valve smith", "valve 4711", "valve err-1043", "valve a.b@c.de", "valve 密重"]
)
def test_search_with_a_word_that_no_article_has_is_not_suggested(
    tenant: Model, article: HelpArticle, query: str
) -> None:
    searched(tenant, query, people=9, opened=article)
    assert queries(tenant, "valve") == []


@pytest.mark.parametrize(
    "query", ["valve err-1042", "valve a leak", "valve réglages", "valve 密码", "valve the"]
)
def test_search_whose_words_are_known_is_suggested(
    tenant: Model, article: HelpArticle, query: str
) -> None:
    searched(tenant, query, opened=article)
    assert queries(tenant, "valve") == [query]


@pytest.mark.parametrize(
    "query",
    ["valve l e a k", "valve f r a u d", "valve n o o n", "valve 4 7 1 1", "valve ℡", "valve ⓛⓔⓐ",
     "valve 🄵🅁🄰🅄🄳", "valve ⓕⓡⓐⓤⓓ", "valve ʰᵉˡˡ", "valve 𝐟𝐫𝐚𝐮𝐝", "valve ⓕ ⓡ ⓐ", "valve ꜰʀᴀᴜᴅ"],
)  # fmt: skip
def test_search_that_spells_a_word_in_other_signs_is_not_suggested(
    tenant: Model, article: HelpArticle, query: str
) -> None:
    make_indexed(tenant, "Steps", content="Step 4, 7 and 1.")
    searched(tenant, query, opened=article)
    for number, mark in enumerate("!?."):
        searched(tenant, query + mark, people=1, first=number, opened=article)
    assert queries(tenant, "valve") == []


@pytest.mark.parametrize(
    "query",
    [
        "valve leak 🅵🆁🅰🆄🅳",
        "valve leak 🦉",
        "valve leak\u202e",
        "valve\u0363 leak",
        "ｖａｌｖｅ leak",
    ],
)
def test_search_with_other_signs_is_shown_in_plain_words(
    tenant: Model, article: HelpArticle, query: str
) -> None:
    searched(tenant, query, opened=article)
    assert queries(tenant, "valve") == ["valve leak"]


@pytest.mark.parametrize(
    "query", ["valve leak?", "valve – “leak”…", "valve l’eau", "パスワード？　再設定", "valve รหัส"]
)
def test_search_with_punctuation_is_shown_as_it_is_written(tenant: Model, query: str) -> None:
    text = "Valve leak. L'eau. パスワード、再設定。 รหัส"
    searched(tenant, query, opened=make_indexed(tenant, "Manual", content=text))
    assert queries(tenant, query[:5]) == [query]


@pytest.mark.parametrize(
    ("query", "language"),
    [("вода и газ", "ru"), ("école à paris", "fr"), ("agua y gas", "es"), ("step a b", "en")],
)
def test_single_letters_are_known_in_any_script(tenant: Model, query: str, language: str) -> None:
    text = "Вода и газ. École à Paris. Agua y gas. Step."
    article = make_indexed(tenant, "Manual", content=text, language=language)
    searched(tenant, query, opened=article)
    assert queries(tenant, query[:3]) == [query]


def test_what_marks_a_search_as_odd_is_never_known(tenant: Model) -> None:
    make_indexed(tenant, "What?", content="What? ? ??")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT help_center_known_words_1(%s, '{all}', now(), %s)",
            [tenant.pk, [NOT_SHOWN, "what"]],
        )
        assert cursor.fetchone() == (["what"],)


@pytest.mark.parametrize("query", ["pumps marin", "pumps univers", "pumps univers leak"])
def test_stem_of_a_word_is_no_word(tenant: Model, query: str) -> None:
    text = "The leak of marine universal pumps."
    searched(tenant, query, opened=make_indexed(tenant, "Pumps", content=text))
    assert queries(tenant, "pumps") == []


@pytest.mark.parametrize("ends", ["...", "!?.", "🦉🦉🦉"], ids=["alike", "differently", "signs"])
def test_words_of_an_address_are_not_the_address(tenant: Model, ends: str) -> None:
    article = make_indexed(tenant, "Valve", content="Ask john smith, example com.")
    for number, end in enumerate(ends):
        query = f"valve john.smith@example.com{end}"
        searched(tenant, query, people=1, first=number, opened=article)
    assert queries(tenant, "valve") == []


def test_search_with_words_of_a_restricted_article_is_for_its_readers(tenant: Model) -> None:
    make_article(tenant, "Secret", content="zanzibar", target_roles=["manager"])
    article = make_indexed(tenant, "Valve")
    searched(tenant, "valve zanzibar", opened=article)
    assert queries(tenant, "valve") == []
    assert queries(tenant, "valve", make_user(roles=("manager",))) == ["valve zanzibar"]


def test_search_of_another_tenant_is_not_suggested(
    tenant: Model, other_tenant: Model, article: HelpArticle
) -> None:
    searched(other_tenant, "valve leak")
    make_indexed(other_tenant, "Valve leak")
    searched(tenant, "valve leak", opened=article)
    assert queries(other_tenant, "valve") == []


def test_long_search_is_not_suggested(tenant: Model, article: HelpArticle) -> None:
    searched(tenant, "valve leak " * 10, opened=article)
    assert queries(tenant, "valve") == []


def test_search_is_kept_in_plain_words(tenant: Model) -> None:
    (row,) = searched(tenant, "Réglages, ERR-1042!", people=1)
    assert (row.query_key, row.query_words) == (
        "reglages err 1042", ["err-1042", "réglages"],
    )  # fmt: skip


def test_partly_saved_search_keeps_its_words(tenant: Model) -> None:
    (row,) = searched(tenant, "valve", people=1)
    row.query = "pump"
    row.save(update_fields=["query"])
    assert HelpSearchHistory.objects.get().query_key == "pump"


def test_search_made_very_often_does_not_crowd_out_another(
    tenant: Model, article: HelpArticle
) -> None:
    many_searches(tenant, ["valve after"] * 600, clicked_article=article)
    searched(tenant, "valve leak", opened=article)
    assert queries(tenant, "valve") == ["valve after", "valve leak"]


def test_many_searches_of_long_ago_do_not_crowd_out_another(
    tenant: Model, article: HelpArticle
) -> None:
    many_searches(tenant, [f"valve after {number}" for number in range(400)] * 3)
    HelpSearchHistory.objects.update(
        clicked_article=article, created_at=timezone.now() - timedelta(days=91)
    )
    searched(tenant, "valve leak", opened=article)
    assert queries(tenant, "valve") == ["valve leak"]


def test_many_searches_of_one_person_do_not_crowd_out_another(
    tenant: Model, article: HelpArticle
) -> None:
    texts = [f"valve after {number}" for number in range(400)]
    many_searches(tenant, texts, clicked_article=article, visitor_key="one")
    searched(tenant, "valve leak", opened=article)
    assert queries(tenant, "valve") == ["valve leak"]


def test_search_made_more_often_of_late_comes_first(tenant: Model, article: HelpArticle) -> None:
    many_searches(
        tenant, ["valve after", "valve leak", "valve leak"] * 150, clicked_article=article
    )
    for place, row in enumerate(HelpSearchHistory.objects.order_by("pk")):
        HelpSearchHistory.objects.filter(pk=row.pk).update(
            created_at=timezone.now() - timedelta(minutes=450 - place)
        )
    assert queries(tenant, "valve") == ["valve leak", "valve after"]


# How


def many_searches(tenant: Model, texts: list[str], **fields: Any) -> None:
    """Record searches of as many people."""
    rows = [
        HelpSearchHistory(
            **{
                "tenant_id": tenant.pk,
                "query": text,
                "query_key": text,
                "query_words": sorted(set(text.split())),
                "visitor_key": str(number),
                "results_count": 1,
                **fields,
            }
        )
        for number, text in enumerate(texts)
    ]
    HelpSearchHistory.objects.bulk_create(rows)


#: What else people look for: without, all indexes hold the same few searches.
OTHERS = [f"pump {number}" for number in range(2_000)]

ASKS = pytest.mark.parametrize(
    "ask",
    [
        lambda tenant: queries(tenant, "valve l"),
        lambda tenant: SearchService(tenant=tenant).related_searches("valve leak"),
    ],
    ids=["popular", "related"],
)


@ASKS
def test_searches_of_long_ago_are_not_looked_at(
    tenant: Model,
    article: HelpArticle,
    ask: Callable[[Model], list[str]],
    time_machine: TimeMachineFixture,
) -> None:
    now = timezone.now()
    time_machine.move_to(now - timedelta(days=100))
    many_searches(tenant, ["valve leak", "pump"] * 1_000, clicked_article=article)
    time_machine.move_to(now)
    many_searches(tenant, ["valve leak"] * 5 + OTHERS, clicked_article=article)
    analyze(HelpSearchHistory)
    with entries_of(HelpSearchHistory) as looked:
        ask(tenant)
    assert looked.at < 50 + RELATED_ROWS


@ASKS
def test_searches_of_nobody_are_not_looked_at(
    tenant: Model, article: HelpArticle, ask: Callable[[Model], list[str]]
) -> None:
    many_searches(tenant, ["valve leak"] * 5 + OTHERS, clicked_article=article)
    many_searches(tenant, ["valve leak"] * 600, visitor_key="", clicked_article=article)
    analyze(HelpSearchHistory)
    with entries_of(HelpSearchHistory) as looked:
        ask(tenant)
    assert looked.at < 50 + RELATED_ROWS


@ASKS
def test_latest_of_many_searches_are_looked_at(
    tenant: Model, article: HelpArticle, ask: Callable[[Model], list[str]]
) -> None:
    many_searches(tenant, ["valve leak"] * 2_000, clicked_article=article)
    analyze(HelpSearchHistory)
    with entries_of(HelpSearchHistory) as looked:
        ask(tenant)
    assert looked.at < 2 * ROWS_OF_ONE + 2 * RELATED_ROWS


def test_number_of_different_searches_that_are_looked_at_is_bounded(
    tenant: Model, article: HelpArticle
) -> None:
    texts = [f"valve {number}" for number in range(WALKED + 500)]
    many_searches(tenant, texts, clicked_article=article)
    analyze(HelpSearchHistory)
    with entries_of(HelpSearchHistory) as looked:
        queries(tenant, "valve")
    # Each is stepped to, and counted.
    assert looked.at <= 2 * WALKED + 10


def test_number_of_shared_searches_that_are_looked_at_is_bounded(
    tenant: Model, article: HelpArticle
) -> None:
    texts = [f"valve {number}" for number in range(DIFFERENT + 500) for _ in range(PEOPLE)]
    many_searches(tenant, texts, clicked_article=article)
    analyze(HelpSearchHistory)
    with entries_of(HelpSearchHistory) as looked:
        queries(tenant, "valve")
    # Each is stepped to, and counted; some are looked at in full.
    assert looked.at <= (1 + PEOPLE) * DIFFERENT + 100


@ASKS
def test_searches_are_found_by_an_index(
    tenant: Model, article: HelpArticle, ask: Callable[[Model], list[str]]
) -> None:
    texts = [f"valve leak {number % 200}" for number in range(2_000)]
    many_searches(tenant, texts, clicked_article=article)
    many_searches(tenant, texts)
    analyze(HelpSearchHistory)
    # Scans of the table itself, those of its indexes not counted.
    before = scans_of(HelpSearchHistory._meta.db_table)
    ask(tenant)
    assert scans_of(HelpSearchHistory._meta.db_table) == before
