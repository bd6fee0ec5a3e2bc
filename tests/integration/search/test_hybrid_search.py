"""What readers find."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, SearchMode
from django_helpcenter.exceptions import SearchUnavailable
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.search import SearchService
from django_helpcenter.types import SYSTEM, SearchResults
from tests.factories import (
    HASHING,
    ONNX,
    index,
    make_article,
    make_category,
    make_indexed,
    make_user,
)


@pytest.fixture(
    autouse=True,
    params=["of candidates", pytest.param("of everything", marks=pytest.mark.thorough)],
)
def ranking(request: pytest.FixtureRequest, settings: Any) -> None:
    """Rank as large tenants are ranked, and as small ones are."""
    settings.HELP_CENTER_SEARCH_SCAN_LIMIT = 0 if request.param == "of candidates" else 200


def search(tenant: Model, query: str, user: Any = None, **options: Any) -> SearchResults:
    return SearchService(tenant=tenant, user=user, visitor_key="v").hybrid_search(query, **options)


def titles(results: SearchResults) -> list[str]:
    return [hit.title for hit in results.hits]


def test_article_is_found_by_a_word_of_its_text(tenant: Model) -> None:
    make_indexed(tenant, "Sites", content="Every site has a postcode.")
    assert titles(search(tenant, "postcode")) == ["Sites"]


def test_article_is_found_by_another_form_of_its_word(tenant: Model) -> None:
    make_indexed(tenant, "Orders", content="Closing an order archives it.")
    assert titles(search(tenant, "archived")) == ["Orders"]


def test_article_is_found_by_its_title_alone(tenant: Model) -> None:
    make_indexed(tenant, "Geofencing", content="A short text.")
    assert titles(search(tenant, "geofencing")) == ["Geofencing"]


def test_one_known_word_of_a_long_question_is_enough(tenant: Model) -> None:
    make_indexed(tenant, "Invoices", content="Download an invoice as PDF.")
    question = "where on earth would I possibly get hold of last month's invoice please"
    assert titles(search(tenant, question)) == ["Invoices"]


def test_rare_word_outweighs_a_common_one(tenant: Model) -> None:
    for number in range(6):
        make_article(tenant, f"Common {number}", content="The order is here. The order is there.")
    make_indexed(tenant, "Rare", content="One order with a torque value.")
    assert titles(search(tenant, "order torque"))[0] == "Rare"


def test_neighbouring_words_outweigh_scattered_ones(tenant: Model) -> None:
    make_article(tenant, "Scattered", content="A dock needs power; then the station is heard. Big")
    make_indexed(tenant, "Together", content="The power dock belongs here; a station is heard. Big")
    assert titles(search(tenant, "power dock"))[0] == "Together"


def test_quoted_phrase_must_occur(tenant: Model) -> None:
    make_article(tenant, "Apart", content="Power the dock.")
    make_indexed(tenant, "Phrase", content="The power dock.")
    assert titles(search(tenant, '"power dock"')) == ["Phrase"]


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_what_is_near_in_meaning_must_have_the_phrase_too(tenant: Model) -> None:
    make_article(tenant, "Apart", content="The dock has power, power has the dock.")
    make_indexed(tenant, "Phrase", content="Some power dock elsewhere.")
    assert titles(search(tenant, 'has the "power dock"')) == ["Phrase"]


def test_all_phrases_must_occur(tenant: Model) -> None:
    make_article(tenant, "One", content="The power dock.")
    make_indexed(tenant, "Both", content="The power dock, the crane gate.")
    assert titles(search(tenant, '"power dock" "crane gate"')) == ["Both"]


def test_best_passage_is_returned_with_its_place(tenant: Model) -> None:
    text = "Hello.\n\n## Batteries\n\nCharge the lithium battery.\n\n## Other\n\nWords."
    make_indexed(tenant, "Manual", content=text)
    hit = search(tenant, "lithium").hits[0]
    assert (hit.heading_path, hit.passage) == (("Batteries",), "Charge the lithium battery.")
    assert hit.anchor


def test_article_with_several_matching_passages_is_one_hit(tenant: Model) -> None:
    text = "\n\n".join(f"## Part {number}\n\nThe valve again." for number in range(5))
    make_indexed(tenant, "Valves", content=text)
    assert titles(search(tenant, "valve")) == ["Valves"]


def test_snippet_marks_what_matched(tenant: Model) -> None:
    make_indexed(tenant, "Sites", content="Every site has a postcode.")
    assert "<mark>postcode</mark>" in search(tenant, "postcode").hits[0].snippet


def test_snippet_of_hostile_text_is_escaped(tenant: Model) -> None:
    make_indexed(tenant, "Code", content="```\n<script>alert('postcode')</script>\n```")
    assert "<script" not in search(tenant, "postcode").hits[0].snippet


def test_hostile_title_is_escaped(tenant: Model) -> None:
    make_indexed(tenant, "<b>Bold</b> postcode", content="Text.")
    assert search(tenant, "postcode").hits[0].title_html == (
        "&lt;b&gt;Bold&lt;/b&gt; <mark>postcode</mark>"
    )


def test_limit_and_offset_page_through_one_order(tenant: Model) -> None:
    for number in range(5):
        make_article(tenant, f"Valve {number}", content="A valve. " * (number + 1))
    index(tenant)
    everything = titles(search(tenant, "valve", limit=5))
    paged = [titles(search(tenant, "valve", limit=1, offset=n))[0] for n in range(5)]
    assert paged == everything


def test_total_counts_beyond_the_page(tenant: Model) -> None:
    for number in range(4):
        make_article(tenant, f"Valve {number}")
    index(tenant)
    assert search(tenant, "valve", limit=2).total == 4


def test_scores_fall(tenant: Model) -> None:
    for number in range(4):
        make_article(tenant, f"Valve {number}", content="valve " * (number + 1) + "pump " * 9)
    index(tenant)
    scores = [hit.score for hit in search(tenant, "valve pump").hits]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 4


def test_category_filter_includes_what_is_below(tenant: Model) -> None:
    top = make_category(tenant, "Top")
    below = make_category(tenant, "Below", parent=top)
    make_article(tenant, "Inside valve", category=below)
    make_indexed(tenant, "Outside valve", category=make_category(tenant, "Elsewhere"))
    assert titles(search(tenant, "valve", category=top)) == ["Inside valve"]


def test_tag_filter_keeps_tagged_articles(tenant: Model) -> None:
    make_article(tenant, "Tagged valve", tags=["Pumps"])
    make_indexed(tenant, "Plain valve")
    assert titles(search(tenant, "valve", tags=["pumps"])) == ["Tagged valve"]


@pytest.mark.parametrize("filters", [{"tags": ["nowhere"]}, {"language": "fr"}])
def test_filter_that_nothing_passes_finds_nothing(tenant: Model, filters: dict[str, Any]) -> None:
    make_indexed(tenant, "Plain valve", tags=["Pumps"])
    assert search(tenant, "valve", **filters).total == 0


def test_language_filter_keeps_one_language(tenant: Model) -> None:
    make_article(tenant, "Ventil prüfen", language="de")
    make_indexed(tenant, "Check the Ventil", language="en")
    assert titles(search(tenant, "Ventil", language="de")) == ["Ventil prüfen"]


def test_each_language_is_stemmed_by_its_own_rules(tenant: Model) -> None:
    make_article(tenant, "Aufträge", content="Alle Aufträge werden gelistet.", language="de")
    make_indexed(tenant, "Orders", content="All orders are listed.", language="en")
    assert titles(search(tenant, "Auftrag")) == ["Aufträge"]


def test_preferred_language_comes_first(tenant: Model) -> None:
    make_article(tenant, "Das Ventil", content="Ventil Ventil.", language="de")
    make_indexed(tenant, "The Ventil", content="It is turned with a key.", language="en")
    found = titles(search(tenant, "Ventil", preferred_language="en"))
    assert found == ["The Ventil", "Das Ventil"]
    assert titles(search(tenant, "Ventil"))[0] == "Das Ventil"


def test_draft_is_not_found(tenant: Model) -> None:
    make_indexed(tenant, "Valve", status=ArticleStatus.DRAFT)
    assert search(tenant, "valve").total == 0


def test_other_tenants_article_is_not_found(tenant: Model, other_tenant: Model) -> None:
    make_indexed(other_tenant, "Valve")
    assert search(tenant, "valve").total == 0


def test_restricted_article_is_not_found_by_the_public(tenant: Model) -> None:
    make_indexed(tenant, "Valve", target_roles=["dispatcher"])
    assert search(tenant, "valve").total == 0


def test_restricted_article_is_found_by_its_role(tenant: Model) -> None:
    make_indexed(tenant, "Valve", target_roles=["dispatcher"])
    assert search(tenant, "valve", make_user(roles=("dispatcher",))).total == 1


def test_article_whose_time_has_not_come_is_not_found(tenant: Model) -> None:
    make_indexed(tenant, "Valve", publish_at=timezone.now() + timedelta(hours=1))
    assert search(tenant, "valve").total == 0


def test_expired_article_is_not_found(tenant: Model) -> None:
    make_indexed(tenant, "Valve", expire_at=timezone.now() - timedelta(hours=1))
    assert search(tenant, "valve").total == 0


def test_archived_article_disappears_at_once(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    KnowledgeService(tenant=tenant, actor=SYSTEM).archive_article(article)
    assert search(tenant, "valve").total == 0


def test_restriction_takes_effect_before_the_index_follows(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
        article, target_roles=["dispatcher"], index=False
    )
    assert search(tenant, "valve").total == 0


def test_restriction_written_past_the_service_holds_too(tenant: Model) -> None:
    article = make_indexed(tenant, "Valve")
    HelpArticle.objects.filter(pk=article.pk).update(target_roles=["dispatcher"])
    assert search(tenant, "valve").total == 0


def test_words_of_restricted_articles_do_not_shape_the_ranking(tenant: Model) -> None:
    make_article(tenant, "Valve", content="valve pump")
    make_indexed(tenant, "Pump", content="pump pump valve")
    before = [(hit.title, hit.score) for hit in search(tenant, "valve pump").hits]
    for number in range(5):
        make_article(tenant, f"Secret {number}", content="valve " * 9, target_roles=["staff"])
    index(tenant)
    after = [hit.title for hit in search(tenant, "valve pump").hits]
    assert after == [title for title, _score in before]


@pytest.mark.parametrize(("field", "hours"), [("publish_at", 1), ("expire_at", -1)])
def test_articles_out_of_their_time_do_not_shape_the_ranking(
    tenant: Model, field: str, hours: int
) -> None:
    make_article(tenant, "Valve", content="valve pump", language="de")
    make_indexed(tenant, "Pump", content="pump pump valve", language="de")
    now = timezone.now()
    query = "valve pump secret"
    before = search(tenant, query)
    for number in range(5):
        text = "A secret valve, at length. " * 9
        when = {field: now + timedelta(hours=hours)}
        make_article(tenant, f"Secret {number}", content=text, language="de", **when)
    index(tenant)
    after = search(tenant, query)
    assert after.unknown == before.unknown == ("secret",)
    scores = [round(hit.score, 6) for hit in before.hits]
    assert [round(hit.score, 6) for hit in after.hits] == scores


@pytest.mark.parametrize(
    "query",
    [
        "the of and is",
        "?!… —",
        "🔑 🧰",
        "如何重置密码",
        "كيف أعيد تعيين كلمة المرور",
        "' OR 1=1; DROP TABLE help_center_helparticle; --",
        "valve & !pump | (dock <-> station):*A",
        "%s %(query)s {passages}",
        "\\ '' \\' \\\\",
        "a" * 100_000,
        "valve " * 500,
        '"" "" "',
        "\x00\ud800valve",
        "<script>alert(1)</script>",
    ],
)
def test_odd_queries_are_answered(tenant: Model, query: str) -> None:
    make_indexed(tenant, "Valve", content="A valve.")
    assert search(tenant, query).total in {0, 1}


def test_backslashes_and_quotes_in_words_match(tenant: Model) -> None:
    make_indexed(tenant, "Paths", content="Open C:\\Users\\o'brien\\config.ini now.")
    assert search(tenant, "o'brien config.ini").total == 1


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_both_sides_take_part(tenant: Model) -> None:
    make_indexed(tenant, "Valve", content="Check the valve.")
    hit = search(tenant, "check the valve").hits[0]
    assert hit.keyword_score == 1
    assert hit.semantic_score == 1
    assert hit.similarity is not None


@pytest.mark.model
@override_settings(HELP_CENTER_EMBEDDINGS=ONNX)
def test_question_without_a_common_word_finds_the_article(tenant: Model) -> None:
    make_article(tenant, "Export invoices", content="Download your bills as PDF files.")
    make_indexed(tenant, "Reset your password", content="Choose a new secret to sign in.")
    assert titles(search(tenant, "can't log into my account"))[:1] == ["Reset your password"]


@pytest.mark.parametrize(("floor", "total"), [(0.99, 0), (-1.0, 1)])
def test_words_that_occur_nowhere_need_a_near_meaning(
    tenant: Model, floor: float, total: int
) -> None:
    with override_settings(
        HELP_CENTER_EMBEDDINGS=HASHING,
        HELP_CENTER_SEARCH_SEMANTIC_FLOOR=-1.0,
        HELP_CENTER_SEARCH_UNCOVERED_FLOOR=floor,
    ):
        make_indexed(tenant, "Valve", content="Check the valve.")
        assert search(tenant, "zzzz qqqq").total == total


@override_settings(
    HELP_CENTER_EMBEDDINGS=HASHING,
    HELP_CENTER_SEARCH_SEMANTIC_FLOOR=-1.0,
    HELP_CENTER_SEARCH_UNCOVERED_FLOOR=0.99,
)
def test_meaning_need_not_be_near_where_words_cover_the_query(tenant: Model) -> None:
    make_article(tenant, "Valve", content="Check the valve.")
    make_indexed(tenant, "Elsewhere", content="Ladders lean at gates.")
    assert titles(search(tenant, "check the valve")) == ["Valve", "Elsewhere"]


@pytest.mark.model
@override_settings(HELP_CENTER_EMBEDDINGS=ONNX)
@pytest.mark.parametrize("query", ["zzzz qqqq", "xkcd qwop"])
def test_nonsense_finds_nothing(tenant: Model, query: str) -> None:
    # Similarities of .27 and .30.
    make_indexed(tenant, "QR labels", content="Print QR labels for your assets.")
    assert search(tenant, query).total == 0


@pytest.mark.model
@override_settings(HELP_CENTER_EMBEDDINGS=ONNX)
def test_unrelated_question_finds_nothing(tenant: Model) -> None:
    make_indexed(tenant, "Reset your password", content="Choose a new secret to sign in.")
    assert search(tenant, "volcanoes of the jurassic").total == 0


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_semantic_mode_leaves_words_out(tenant: Model) -> None:
    make_indexed(tenant, "Valve", content="Check the valve.")
    hit = search(tenant, "check the valve", mode=SearchMode.SEMANTIC).hits[0]
    assert hit.keyword_score == 0


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_lexical_mode_leaves_vectors_out(tenant: Model) -> None:
    make_indexed(tenant, "Valve", content="Check the valve.")
    hit = search(tenant, "check the valve", mode=SearchMode.LEXICAL).hits[0]
    assert hit.similarity is None


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING, HELP_CENTER_SEARCH_EXACT_LIMIT=0)
def test_index_scan_finds_what_the_exact_scan_finds(tenant: Model) -> None:
    make_indexed(tenant, "Valve", content="Check the valve.")
    assert titles(search(tenant, "check the valve", mode=SearchMode.SEMANTIC)) == ["Valve"]


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_vectors_of_restricted_passages_do_not_match_for_the_public(tenant: Model) -> None:
    make_indexed(tenant, "Valve", content="Check the valve.", target_roles=["staff"])
    assert search(tenant, "check the valve", mode=SearchMode.SEMANTIC).total == 0


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING, HELP_CENTER_SEARCH_SEMANTIC_FLOOR=0.999)
def test_dissimilar_passages_stay_below_the_floor(tenant: Model) -> None:
    make_indexed(tenant, "Valve", content="Check the valve.")
    assert search(tenant, "something else", mode=SearchMode.SEMANTIC).total == 0


def test_site_without_a_model_is_not_degraded(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    assert search(tenant, "valve").degraded == ""


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_articles_without_vectors_make_the_search_degraded(tenant: Model) -> None:
    with override_settings(HELP_CENTER_EMBEDDINGS=None):
        make_indexed(tenant, "Valve")
    results = search(tenant, "valve")
    assert (results.degraded, results.total) == ("not-embedded", 1)


def test_missing_model_makes_the_search_degraded(tenant: Model, tmp_path: Any) -> None:
    with override_settings(HELP_CENTER_EMBEDDINGS=HASHING):
        make_indexed(tenant, "Valve")
    missing = {**ONNX, "OPTIONS": {"model_dir": str(tmp_path)}}
    with override_settings(HELP_CENTER_EMBEDDINGS=missing):
        results = search(tenant, "valve")
    assert (results.degraded, results.total) == ("model-missing", 1)


def test_semantic_mode_without_a_model_is_refused(tenant: Model) -> None:
    with pytest.raises(SearchUnavailable, match="HELP_CENTER_EMBEDDINGS is not set"):
        search(tenant, "valve", mode=SearchMode.SEMANTIC)


def test_votes_reorder_equal_articles(tenant: Model) -> None:
    make_article(tenant, "Valve one", content="same")
    make_indexed(tenant, "Valve two", content="same")
    HelpArticle.objects.filter(title="Valve two").update(helpful_count=50)
    assert titles(search(tenant, "valve"))[0] == "Valve two"


def test_votes_do_not_lift_a_poor_match_over_a_good_one(tenant: Model) -> None:
    make_article(tenant, "Valve torque", content="valve torque table")
    make_indexed(tenant, "Other", content="mentions a valve among much else that is said here")
    HelpArticle.objects.filter(title="Other").update(helpful_count=500, view_count=90_000)
    assert titles(search(tenant, "valve torque"))[0] == "Valve torque"


def test_one_vote_moves_little(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    before = search(tenant, "valve").hits[0].quality_score
    HelpArticle.objects.update(helpful_count=1)
    assert 0 < search(tenant, "valve").hits[0].quality_score - before < 0.05


def test_quality_can_be_left_out(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    before = search(tenant, "valve", with_quality=False).hits[0].score
    HelpArticle.objects.update(helpful_count=500, view_count=500)
    assert search(tenant, "valve", with_quality=False).hits[0].score == before


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_search_is_one_statement_beside_its_settings(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    with CaptureQueriesContext(connection) as queries:
        search(tenant, "valve", record=False)
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert ["SET LOCAL" in sql for sql in statements] == [True, False]


def test_number_of_queries_does_not_grow_with_the_hits(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    with CaptureQueriesContext(connection) as few:
        search(tenant, "valve", record=False)
    for number in range(8):
        make_article(tenant, f"Valve {number}")
    index(tenant)
    with CaptureQueriesContext(connection) as many:
        search(tenant, "valve", record=False)
    assert len(few) == len(many)


def test_tenant_without_any_article_finds_nothing(tenant: Model) -> None:
    assert search(tenant, "valve").hits == ()


def test_expired_articles_take_no_places(tenant: Model) -> None:
    past = timezone.now() - timedelta(days=1)
    for number in range(3):
        make_article(tenant, f"Valve {number}", content="valve " * 5, expire_at=past)
    make_indexed(tenant, "Live", content="One valve among much else that is said here.")
    with override_settings(HELP_CENTER_SEARCH_CANDIDATES=2, HELP_CENTER_SEARCH_SCAN_LIMIT=0):
        assert titles(search(tenant, "valve", limit=1)) == ["Live"]


def test_quoted_stop_words_are_no_condition(tenant: Model) -> None:
    make_indexed(tenant, "Reset the TV")
    assert search(tenant, '"how to" reset TV').total == 1


def test_inch_marks_are_no_quotes(tenant: Model) -> None:
    make_indexed(tenant, "Reset the TV")
    assert search(tenant, 'reset 55" TV and 65" TV').total == 1


@override_settings(HELP_CENTER_SEARCH_CANDIDATES=3, HELP_CENTER_SEARCH_SCAN_LIMIT=0)
def test_answer_says_when_there_may_be_more(tenant: Model) -> None:
    for number in range(4):
        make_article(tenant, f"Valve {number}")
    index(tenant)
    assert search(tenant, "valve", limit=1).is_capped
    assert not search(tenant, "2", limit=1).is_capped


def test_snippet_from_the_middle_says_so(tenant: Model) -> None:
    words = [f"word{number}" for number in range(120)]
    text = " ".join([*words[:60], "postcode", *words[60:]])
    make_indexed(tenant, "Sites", content=text)
    snippet = search(tenant, "postcode").hits[0].snippet
    assert (snippet[:2], snippet[-2:]) == ("… ", " …")


def test_database_that_cannot_write_stops_no_search(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        results = search(tenant, "valve")
        transaction.set_rollback(True)
    assert (results.total, results.history_id) == (1, None)
