"""Words that a tenant says mean the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.choices import SearchMode
from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpSynonym
from django_helpcenter.services.search import SearchService
from django_helpcenter.services.search_rules import SearchRuleService
from django_helpcenter.types import SYSTEM, SearchResults
from tests.factories import make_author, make_indexed, make_user


def found(tenant: Model, query: str, user: Any = None) -> SearchResults:
    service = SearchService(tenant=tenant, user=user)
    return service.hybrid_search(query, mode=SearchMode.LEXICAL, record=False)


def titles(results: SearchResults) -> list[str]:
    return [hit.title for hit in results.hits]


def means(tenant: Model, *terms: str, also: tuple[str, ...] = (), language: str = "") -> Any:
    rules = SearchRuleService(tenant=tenant, actor=SYSTEM)
    return rules.add_synonym(terms="\n".join(terms), meanings="\n".join(also), language=language)


@pytest.fixture(params=[200, 0], ids=["small", "large"])
def size(request: Any) -> Any:
    """Rank all of a small tenant, and candidates of a large one."""
    with override_settings(HELP_CENTER_SEARCH_SCAN_LIMIT=request.param):
        yield


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("wifi", "Network"),
        ("my WiFi!", "Network"),
        ("wireless network is slow", "Hotspots"),
        ("wireless networks", "Hotspots"),
    ],
)
def test_terms_mean_each_other(tenant: Model, query: str, title: str) -> None:
    make_indexed(tenant, "Network", content="Join a wireless network.")
    make_indexed(tenant, "Hotspots", content="The wifi of the office.")
    means(tenant, "wifi", "wireless network")
    assert title in titles(found(tenant, query))


@pytest.mark.usefixtures("size")
def test_what_was_asked_comes_before_what_means_the_same(tenant: Model) -> None:
    make_indexed(tenant, "Said", content="The laptop of the office.")
    make_indexed(tenant, "Meant", content="The notebook of the office.")
    means(tenant, "laptop", "notebook")
    assert titles(found(tenant, "laptop")) == ["Said", "Meant"]
    assert titles(found(tenant, "notebook")) == ["Meant", "Said"]


@pytest.mark.usefixtures("size")
def test_meaning_goes_one_way(tenant: Model) -> None:
    make_indexed(tenant, "Devices", content="Pair a device.")
    make_indexed(tenant, "Phones", content="Charge the phone.")
    means(tenant, "phone", "tablet", also=("device",))
    assert titles(found(tenant, "phone")) == ["Phones", "Devices"]
    assert titles(found(tenant, "tablet")) == ["Devices"]
    assert titles(found(tenant, "device")) == ["Devices"]


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize("query", ["wireless", "network wireless", "wire"])
def test_part_of_a_phrase_is_not_the_phrase(tenant: Model, query: str) -> None:
    make_indexed(tenant, "Hotspots", content="The wifi of the office.")
    means(tenant, "wifi", "wireless network")
    assert titles(found(tenant, query)) == []


@pytest.mark.usefixtures("size")
def test_codes_and_scripts_without_spaces_have_synonyms(tenant: Model) -> None:
    make_indexed(tenant, "Door", content="The sensor of the door fails.")
    make_indexed(tenant, "返金", content="返金の手続き。", language="ja")
    means(tenant, "ERR-1042", also=("door sensor", "sensor door", "door"))
    means(tenant, "払い戻し", "返金", language="ja")
    assert titles(found(tenant, "err-1042")) == ["Door"]
    assert titles(found(tenant, "払い戻し")) == ["返金"]


def test_synonyms_are_of_one_language(tenant: Model) -> None:
    make_indexed(tenant, "Gift", content="A present for you.")
    make_indexed(tenant, "Gifte", content="Achtung, Gift.", language="de")
    means(tenant, "poison", "gift", language="de")
    assert titles(found(tenant, "poison")) == ["Gifte"]


def test_synonyms_are_of_one_tenant(tenant: Model, other_tenant: Model) -> None:
    make_indexed(tenant, "Network", content="Join a wireless network.")
    means(other_tenant, "wifi", "wireless network")
    assert titles(found(tenant, "wifi")) == []


def test_word_with_a_meaning_is_not_unknown(tenant: Model) -> None:
    make_indexed(tenant, "Network", content="Join a wireless network.")
    assert found(tenant, "wifi now").unknown == ("wifi",)
    means(tenant, "wifi", "wireless network")
    assert found(tenant, "wifi now").unknown == ()


def test_meaning_that_a_reader_may_not_see_is_none(tenant: Model) -> None:
    make_indexed(tenant, "Network", content="Join a wireless network.", target_roles=["ops"])
    make_indexed(tenant, "Other", content="Nothing.")
    means(tenant, "wifi", "wireless network")
    assert found(tenant, "wifi").unknown == ("wifi",)
    assert titles(found(tenant, "wifi", make_user(roles=("ops",)))) == ["Network"]


def test_snippet_marks_the_meaning(tenant: Model) -> None:
    make_indexed(tenant, "Network", content="Join a wireless network.")
    means(tenant, "wifi", "wireless network")
    snippet = found(tenant, "wifi").hits[0].snippet
    assert snippet == "Join a <mark>wireless</mark> <mark>network</mark>."


def test_change_takes_effect_with_the_next_search(tenant: Model) -> None:
    make_indexed(tenant, "Network", content="Join a wireless network.")
    rules = SearchRuleService(tenant=tenant, actor=SYSTEM)
    synonym = means(tenant, "wifi", "wlan")
    rules.change_synonym(synonym, terms="wifi\nwireless", meanings="", language="en")
    assert titles(found(tenant, "wifi")) == ["Network"]
    rules.delete(synonym)
    assert titles(found(tenant, "wifi")) == []


@pytest.mark.parametrize(
    ("terms", "meanings", "message"),
    [
        ("wifi", "", "second word"),
        (" \n ", "network", "Give a word"),
        ("", "", "blank"),
        ("wifi\n!!!", "", "no letter"),
        ("wifi\n" + "x" * 101, "", "too long"),
        ("\n".join(f"w{number}" for number in range(31)), "", "at most 30 lines"),
        ("wifi", "***", "no letter"),
    ],
)
def test_synonym_that_says_nothing_is_refused(
    tenant: Model, terms: str, meanings: str, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        means(tenant, terms, also=(meanings,))


def test_lines_are_kept_once_and_clean(tenant: Model) -> None:
    synonym = means(tenant, "  wifi ", "", "wireless   network", "wifi", also=("wlan ",))
    assert (synonym.terms, synonym.meanings) == ("wifi\nwireless network", "wlan")
    assert str(synonym) == "wifi, wireless network → wlan"


@pytest.mark.parametrize("terms", ["'\\:*&|!<->()", "a'b\nc\\d", "x | y & !z\nfoo:*"])
def test_hostile_synonyms_break_no_search(tenant: Model, terms: str) -> None:
    make_indexed(tenant, "Network", content="a'b c\\d x y z foo")
    HelpSynonym.objects.create(tenant_id=tenant.pk, terms=terms)
    for query in terms.splitlines():
        assert found(tenant, query).total <= 1


def test_only_who_may_changes_synonyms(tenant: Model, other_tenant: Model) -> None:
    author = make_author("author", "add_helpsynonym")
    rules = SearchRuleService(tenant=tenant, actor=author)
    synonym = rules.add_synonym(terms="wifi\nwlan")
    with pytest.raises(PermissionRefused):
        rules.change_synonym(synonym, terms="wifi\nlan", meanings="", language="en")
    with pytest.raises(PermissionRefused):
        rules.delete(synonym)
    with pytest.raises(PermissionRefused):
        SearchRuleService(tenant=other_tenant, actor=SYSTEM).delete(synonym)
