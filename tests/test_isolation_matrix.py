"""Every route × method × person × ownership: who is answered what, and what nobody learns.

The expected answers stand in ``tests/isolation``: ``reader_pages.py`` and ``admin_pages.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.http import urlencode

from django_helpcenter.models import HelpSearchHistory
from tests.isolation.admin_pages import (
    DJANGO_ROUTES,
    KINDS,
    NOT_STAFF,
    SCOPES,
    STAFF,
    all_pages,
    pages_of,
)
from tests.isolation.answers import Answer, ask
from tests.isolation.content import (
    OTHER_NAME,
    OTHER_SLUG,
    OWN_NAME,
    SHARED_CATEGORY,
    SHARED_SLUG,
    SHARED_TAG,
    SHARED_WORD,
    STATES,
    WORDS,
    Target,
    host_of,
)
from tests.isolation.reader_pages import METHODS, PAGES, PEOPLE, VOTE, is_answered, route_name, sees
from tests.isolation.routes import all_routes
from tests.isolation.world import World, built_world

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.thorough,
    # All of them ask the same world, and each page once.
    pytest.mark.xdist_group("isolation matrix"),
]

NAMING = [entry for entry in PAGES if PAGES[entry].names]
#: The host's own tenant model has the host's own admin.
MODELS = [model for model in KINDS if not apps.get_model("help_center", model)._meta.swapped]
#: Staff for whom there are rows that they must not get.
BOUND = tuple(person for person in STAFF if len(SCOPES[person]) == 1)
#: All words of one help center, its name among them.
OWNED_WORDS = {
    "own": {OWN_NAME, *WORDS.values()} - {WORDS["foreign"], WORDS["nonexistent"]},
    "foreign": {OTHER_NAME, WORDS["foreign"]},
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), built_world() as made:
        yield made


def each(names: Iterable[str], people: Iterable[str] = PEOPLE) -> pytest.MarkDecorator:
    """Run a test for each page or model as each person; the id names both."""
    cases = [
        pytest.param(name, person, id=f"{name.rpartition(':')[2]}-{person}")
        for name in names
        for person in people
    ]
    return pytest.mark.parametrize(("name", "person"), cases)


def hidden_from(person: str, entry: str = "") -> list[str]:
    return [state for state in STATES if not sees(person, state, entry) and state != "nonexistent"]


def entry_of(cell: str) -> str:
    return cell.rsplit(" ", 2)[0]


def seen_by(person: str) -> list[str]:
    return [state for state in STATES if sees(person, state)]


def list_pages(world: World) -> dict[str, str]:
    """Return the pages that show several articles; each has room for all that anybody sees."""
    search = reverse("help_center:search")
    return {
        "home": reverse("help_center:home"),
        "category": reverse("help_center:category", args=[SHARED_CATEGORY]),
        "tag": reverse("help_center:tag", args=[SHARED_TAG]),
        "article": reverse("help_center:article", args=[SHARED_SLUG]),
        "blank search": search,
        "results": f"{search}?{urlencode({'q': SHARED_WORD})}",
        "no results": f"{search}?{urlencode({'q': WORDS['nonexistent']})}",
    }


def assert_none(deviations: Iterable[str]) -> None:
    found = list(deviations)
    assert not found, f"{len(found)} deviate:\n" + "\n".join(found[:20])


# Whether the matrix is complete


def test_every_route_has_an_entry() -> None:
    known = {route_name(entry) for entry in PAGES} | DJANGO_ROUTES
    known |= {page.route for page in all_pages()}
    assert_none(
        f"{route.name} (/{route.pattern}) has no entry in the isolation matrix. Say who gets what: "
        "a page for readers in PAGES of tests/isolation/reader_pages.py; a page of the admin in "
        "KINDS (a model) or EXTRA_VIEWS (a view) and the table of tests/isolation/admin_pages.py."
        for route in all_routes()
        if route.name not in known
    )


def test_every_entry_has_a_route() -> None:
    entries = {route_name(entry) for entry in PAGES} | DJANGO_ROUTES
    entries |= {page.route for model in MODELS for page in pages_of(model)}
    assert entries - {route.name for route in all_routes()} == set()


# Reader pages


@each(PAGES)
def test_reader_page_answers_as_declared(world: World, name: str, person: str) -> None:
    assert_none(
        f"{method} {state}: expected {status}, got {answer.status}"
        for (method, state), answer in world.reader_answers(name, person).items()
        for status in [PAGES[name].status(method, is_seen=is_answered(person, state, name))]
        if answer.status != status
    )


@each(NAMING)
def test_hidden_is_answered_like_nonexistent(world: World, name: str, person: str) -> None:
    answers = world.reader_answers(name, person)
    assert_none(
        f"{method} {state}: {difference}"
        for (method, state), answer in answers.items()
        if state in hidden_from(person, name)
        if (difference := answer.difference(answers[method, "nonexistent"]))
    )


@pytest.mark.parametrize("query", ["lang=en", "page=2", "from=1-1", "voted=1"])
def test_query_shows_no_difference_between_hidden_and_nonexistent(world: World, query: str) -> None:
    def answer(name: str, state: str) -> Answer:
        url, key = world.address(name, state)
        return ask(world.clients["anonymous"], "GET", f"{url}?{query}", key=key)

    assert_none(
        f"{name} {state}: {difference}"
        for name in NAMING
        for nothing in [answer(name, "nonexistent")]
        for state in ("restricted", "draft", "foreign")
        if (difference := answer(name, state).difference(nothing))
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_hidden_takes_as_many_queries_as_nonexistent(world: World, person: str) -> None:
    assert_none(
        f"{cell}: {answer.queries} queries, not {nothing.queries}"
        for cell, state, answer, nothing in world.reader_cells(person)
        if state in hidden_from(person, entry_of(cell)) and answer.queries != nothing.queries
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_reader_page_names_nothing_hidden(world: World, person: str) -> None:
    words = {
        entry: {OTHER_NAME, *(WORDS[state] for state in hidden_from(person, entry))}
        for entry in PAGES
    }
    assert_none(
        f"{cell}: {leaked}"
        for cell, _state, answer, _nothing in world.reader_cells(person)
        if (leaked := answer.words(words[entry_of(cell)]))
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_file_shows_what_is_seen(world: World, person: str) -> None:
    answers = world.reader_answers("help_center:file", person)
    for state in STATES:
        expected = {WORDS[state]} if sees(person, state, "help_center:file") else set()
        assert answers["GET", state].words(WORDS.values()) == expected, state


@pytest.mark.parametrize("person", PEOPLE)
def test_reader_writes_nothing_of_what_is_hidden(world: World, person: str) -> None:
    assert_none(
        f"{cell}: {sorted(answer.written)}"
        for cell, state, answer, _nothing in world.reader_cells(person)
        if answer.written and not (sees(person, state) and world.is_of("own", answer))
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_vote_on_what_is_seen_is_counted(world: World, person: str) -> None:
    answers = world.reader_answers("help_center:vote", person)
    tables = ("help_center_helparticle", "help_center_helparticleinteraction")
    for state in seen_by(person):
        assert answers["POST", state].written == {(table, str(world.own.pk)) for table in tables}


@pytest.mark.parametrize("person", PEOPLE)
def test_list_names_what_is_seen_and_nothing_else(world: World, person: str) -> None:
    expected = {WORDS[state] for state in seen_by(person)}
    for page, url in list_pages(world).items():
        answer = ask(world.clients[person], "GET", url, key=WORDS["nonexistent"])
        assert (answer.status, answer.words(WORDS.values())) == (200, expected), page


@pytest.mark.parametrize("person", PEOPLE)
def test_list_counts_what_is_seen_and_nothing_else(world: World, person: str) -> None:
    seen = len(seen_by(person))
    expected = {
        # A category for each article that is alone in its own, and the one that all share.
        "home": sorted([*[1] * seen, seen]),
        "category": [seen],
        "tag": [seen],
        "results": [2 * seen],
    }
    for page, numbers in expected.items():
        text = ask(world.clients[person], "GET", list_pages(world)[page]).text
        assert sorted(map(int, re.findall(r"(\d+) article", text))) == numbers, page


def search_for(world: World, person: str, state: str) -> Answer:
    url = f"{reverse('help_center:search')}?{urlencode({'q': WORDS[state]})}"
    return ask(world.clients[person], "GET", url, key=WORDS[state])


@pytest.mark.parametrize("person", PEOPLE)
def test_word_of_a_hidden_article_is_searched_like_one_that_is_nowhere(
    world: World, person: str
) -> None:
    nothing = search_for(world, person, "nonexistent")
    assert_none(
        f"{state}: {difference}, {answer.queries} queries instead of {nothing.queries}"
        for state in hidden_from(person)
        for answer in [search_for(world, person, state)]
        if (difference := answer.difference(nothing)) or answer.queries != nothing.queries
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_word_of_a_seen_article_is_found(world: World, person: str) -> None:
    for state in seen_by(person):
        assert Target(WORDS[state]).article in search_for(world, person, state).text


def typed_of(word: str) -> list[str]:
    """Return what somebody types who looks for a word, a mistyped beginning of it at last."""
    return [word[:1], word[:2], word[:4], word, f"guide to {word}", word[:2] + word[3:7]]


def suggest_to(world: World, person: str, typed: str, word: str) -> Answer:
    url = f"{reverse('help_center:suggest')}?{urlencode({'q': typed})}"
    return ask(world.clients[person], "GET", url, key=word)


@pytest.mark.parametrize("person", PEOPLE)
def test_hidden_article_is_suggested_like_one_that_is_nowhere(world: World, person: str) -> None:
    nowhere = WORDS["nonexistent"]
    nothing = [suggest_to(world, person, typed, nowhere) for typed in typed_of(nowhere)]
    hidden = {WORDS[state] for state in hidden_from(person)} | {OTHER_NAME}
    assert_none(
        f"{state} {typed}: {leaked} {answer.queries} queries, not {without.queries}"
        for state in hidden_from(person)
        for typed, without in zip(typed_of(WORDS[state]), nothing, strict=True)
        for answer in [suggest_to(world, person, typed, WORDS[state])]
        if (leaked := answer.words(hidden)) or answer.written or answer.queries != without.queries
    )


@pytest.mark.parametrize("person", PEOPLE)
def test_seen_article_is_suggested(world: World, person: str) -> None:
    for state in seen_by(person):
        for typed in typed_of(WORDS[state]):
            assert Target(WORDS[state]).article in suggest_to(world, person, typed, "").text, typed


def opened_result(world: World, person: str, state: str) -> HelpSearchHistory:
    """Search, open an article from there, and return what is known of the search."""
    client = world.client(person)
    client.get(reverse("help_center:search"), {"q": SHARED_WORD})
    search = HelpSearchHistory.objects.latest("pk")
    client.get(world.address("help_center:article", state)[0], {"from": f"{search.pk}-1"})
    search.refresh_from_db()
    return search


@pytest.mark.parametrize("person", PEOPLE)
def test_opened_result_is_noted(world: World, person: str) -> None:
    for state in seen_by(person):
        assert opened_result(world, person, state).clicked_article_id == world.targets[state].pk


@pytest.mark.parametrize("person", PEOPLE)
def test_hidden_article_is_no_opened_result(world: World, person: str) -> None:
    for state in hidden_from(person):
        assert opened_result(world, person, state).clicked_article_id is None, state


@pytest.mark.parametrize("person", PEOPLE)
def test_search_of_somebody_else_has_no_opened_result(world: World, person: str) -> None:
    for tenant in (world.own, world.other):
        search = HelpSearchHistory.objects.create(tenant_id=tenant.pk, query="x", visitor_key="x")
        address = world.address("help_center:article", "published")[0]
        world.client(person).get(address, {"from": f"{search.pk}-1"})
        search.refresh_from_db()
        assert search.clicked_article_id is None


@pytest.mark.parametrize("person", PEOPLE)
def test_other_host_is_the_other_help_center_alone(world: World, person: str) -> None:
    client = world.client(person, host_of(OTHER_SLUG))
    for page, url in list_pages(world).items():
        answer = ask(client, "GET", url, key=WORDS["nonexistent"])
        assert answer.words([*WORDS.values(), OWN_NAME]) == {WORDS["foreign"]}, page
    for state in STATES:
        status = 200 if state == "foreign" else 404
        url, key = world.address("help_center:article", state)
        assert ask(client, "GET", url, key=key).status == status, state


@each(PAGES, ["anonymous", "superuser"])
def test_host_of_no_help_center_has_no_pages(world: World, name: str, person: str) -> None:
    client = world.client(person, "nobody.example")
    url = world.address(name, "published")[0]
    statuses = {method: ask(client, method, url, VOTE).status for method in METHODS}
    assert statuses == dict.fromkeys(METHODS, 404)


# The admin


@each(MODELS, STAFF)
def test_admin_answers_as_declared(world: World, name: str, person: str) -> None:
    assert_none(
        f"{page.view} {method} {owner}: expected {status}, got {answer.status}"
        for page in pages_of(name)
        for (method, owner), answer in world.admin_answers(page, person).items()
        for status in [page.status(method, person, owner)]
        if answer.status != status
    )


@pytest.mark.parametrize("person", NOT_STAFF)
def test_admin_asks_who_is_no_staff_to_sign_in(world: World, person: str) -> None:
    login = reverse("admin:login")
    assert_none(
        f"{cell}: {answer}"
        for cell, _method, _owner, answer, _nothing in world.admin_cells(person, MODELS)
        if answer.status != 302
        or not answer.headers["Location"].startswith(login)
        or answer.written
        or answer.text
    )


@pytest.mark.parametrize("person", BOUND)
def test_foreign_row_is_answered_like_a_nonexistent_one(world: World, person: str) -> None:
    assert_none(
        f"{cell}: {difference}"
        for cell, _method, owner, answer, nothing in world.admin_cells(person, MODELS)
        if owner not in SCOPES[person] and (difference := answer.difference(nothing))
    )


@pytest.mark.parametrize("person", BOUND)
def test_foreign_row_takes_as_many_queries_as_a_nonexistent_one(world: World, person: str) -> None:
    assert_none(
        f"{cell}: {answer.queries} queries, not {nothing.queries}"
        for cell, _method, owner, answer, nothing in world.admin_cells(person, MODELS)
        if owner not in SCOPES[person] and answer.queries != nothing.queries
    )


@pytest.mark.parametrize("person", BOUND)
def test_admin_names_nothing_of_a_foreign_tenant(world: World, person: str) -> None:
    words = OWNED_WORDS["own" if "foreign" in SCOPES[person] else "foreign"]
    assert_none(
        f"{cell}: {leaked}"
        for cell, _method, _owner, answer, _nothing in world.admin_cells(person, MODELS)
        if (leaked := answer.words(words))
    )


@pytest.mark.parametrize("person", STAFF)
def test_admin_writes_only_rows_that_the_person_works_with(world: World, person: str) -> None:
    assert_none(
        f"{cell}: {sorted(answer.written)}"
        for cell, method, owner, answer, _nothing in world.admin_cells(person, MODELS)
        if answer.written
        and (method != "POST" or owner not in SCOPES[person] or not world.is_of(owner, answer))
    )


@each(
    ["helparticle", "helpcategory", "helptag", "helpredirect", "helpcategoryredirect"],
    ["publisher", "stranger"],
)
def test_confirmed_deletion_of_an_own_row_deletes_it(world: World, name: str, person: str) -> None:
    (owner,) = SCOPES[person]
    delete = next(page for page in pages_of(name) if page.view == "delete")
    written = world.admin_answers(delete, person)["POST", owner].written
    assert (f"help_center_{name}", world.tenant_key(owner)) in written
