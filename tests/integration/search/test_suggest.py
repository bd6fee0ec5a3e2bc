"""What is suggested while a reader types."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, product
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, SuggestionKind
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.search.statement import Sql
from django_helpcenter.search.suggest import LOOKED_AT
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.search import SearchService
from django_helpcenter.services.search_database import fetch_in_time
from django_helpcenter.types import SYSTEM, Suggestion
from tests.factories import index, make_article, make_category, make_indexed, make_user
from tests.integration.search.searches import refined, searched
from tests.server_work import analyze, rows_of, scans_of


def suggested(tenant: Model, typed: str, user: Any = None, **options: Any) -> list[Suggestion]:
    return SearchService(tenant=tenant, user=user).suggest(typed, **options)


def texts(tenant: Model, typed: str, user: Any = None, **options: Any) -> list[str]:
    return [found.text for found in suggested(tenant, typed, user, **options)]


def test_suggestion_says_what_an_address_needs(tenant: Model) -> None:
    article = make_article(tenant, "Reset it", slug="reset", category=make_category(tenant, "Keys"))
    assert suggested(tenant, "res") == [
        Suggestion(SuggestionKind.ARTICLE, "Reset it", "reset", "en", article.pk, "Keys")
    ]


@pytest.mark.parametrize(
    "typed",
    ["r", "RE", "reset", "Reset your", "password", "pass", "your pass", "password reset", "pass  "],
)
def test_all_typed_words_stand_in_the_title(tenant: Model, typed: str) -> None:
    make_article(tenant, "Reset your password")
    make_article(tenant, "Something else")
    assert texts(tenant, typed) == ["Reset your password"]


@pytest.mark.parametrize("typed", ["passwords of", "res your", "eset", "word"])
def test_whole_words_are_whole_and_beginnings_are_beginnings(tenant: Model, typed: str) -> None:
    make_article(tenant, "Reset your password")
    assert texts(tenant, typed) == []


def test_title_that_begins_with_it_comes_first(tenant: Model) -> None:
    make_article(tenant, "About the reset")
    HelpArticle.objects.update(view_count=100)
    make_article(tenant, "Reset it")
    assert texts(tenant, "res") == ["Reset it", "About the reset"]


@pytest.mark.parametrize("typed", ["a", "alarm"])
def test_what_is_read_more_comes_first(tenant: Model, typed: str) -> None:
    make_article(tenant, "Alarm one")
    second = make_article(tenant, "Alarm two")
    HelpArticle.objects.filter(pk=second.pk).update(view_count=5)
    assert texts(tenant, typed) == ["Alarm two", "Alarm one"]


def test_one_letter_finds_later_words_of_what_is_read_most(tenant: Model) -> None:
    make_article(tenant, "Reset the valve")
    assert texts(tenant, "v") == ["Reset the valve"]


def test_own_language_comes_first(tenant: Model) -> None:
    make_article(tenant, "Alarm A", language="en")
    make_article(tenant, "Alarm B", language="de")
    assert texts(tenant, "alarm", language="de") == ["Alarm B", "Alarm A"]


def test_own_language_is_any_variety_of_it(tenant: Model) -> None:
    make_article(tenant, "Alarm A", language="en")
    make_article(tenant, "Alarm B", language="pt")
    assert texts(tenant, "alarm", language="PT-br") == ["Alarm B", "Alarm A"]


def test_of_translations_one_is_suggested(tenant: Model) -> None:
    first = make_article(tenant, "Alarm A", language="en")
    make_article(tenant, "Alarm B", language="de", translation_group=first.translation_group)
    assert texts(tenant, "alarm", language="de") == ["Alarm B"]


def test_limit_is_kept(tenant: Model) -> None:
    for number in range(12):
        make_article(tenant, f"Alarm {number}")
    assert len(suggested(tenant, "alarm")) == 8
    assert len(suggested(tenant, "alarm", limit=3)) == 3
    assert len(suggested(tenant, "alarm", limit=0)) == 1


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Réglages du café", "reglages"),
        ("Réglages du café", "RÉGL"),
        ("Reglages", "régla"),
        ("Straße sperren", "strasse"),
        ("パスワードを再設定する", "パスワ"),
        ("パスワードを再設定する", "再設定"),
        ("パスワードを再設定する", "パ"),
        ("重置您的密码", "密码"),
        ("重置您的密码", "密"),
        ("วิธีรีเซ็ตรหัสผ่าน", "รหัส"),
        ("비밀번호를 재설정하는 방법", "비밀"),
        ("كيف أعيد تعيين كلمة المرور", "كلمة المر"),
        ("כיצד לאפס את הסיסמה", "לאפס"),
        ("पासवर्ड कैसे रीसेट करें", "पासवर्ड"),
        ("What ERR-1042 means", "err-10"),
        ("Use api/v2/users", "api/v2"),
        ("Set HELP_CENTER_TENANT", "help_cen"),
        ("ＡＢＣ for all", "abc"),
        ("Don't panic", "don't p"),
        ("Reset 重置 now", "reset 重置"),
        ("重置 password", "重置 pass"),
    ],
)
def test_scripts_accents_and_codes(tenant: Model, title: str, typed: str) -> None:
    make_article(tenant, title)
    make_article(tenant, "Other")
    assert texts(tenant, typed) == [title]


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "\x00", "%", "_", "%%", "\\", "'", "''", "&", "!", ":*", "( | )", "🦉", "\ud800",
     "^", "<->", "\u200b", "--", "\U0010ffff"],
)  # fmt: skip
def test_what_has_no_letters_brings_nothing(tenant: Model, typed: str) -> None:
    make_article(tenant, "Reset")
    assert texts(tenant, typed) == []


@pytest.mark.parametrize(
    "typed",
    ["reset & !it:*", "re'; DROP TABLE x; --", "x" * 10_000, "reset " * 2_000, "reset\x00", "٣",
     "a" * 64 + " b", "reset\\", "'reset'", "密" * 300, "é" * 700, "%s %(tenant)s"],
)  # fmt: skip
def test_odd_text_is_answered(tenant: Model, typed: str) -> None:
    make_indexed(tenant, "Reset")
    assert set(texts(tenant, typed)) <= {"Reset"}


# Who sees what


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ArticleStatus.DRAFT},
        {"status": ArticleStatus.REVIEW},
        {"status": ArticleStatus.ARCHIVED},
        {"publish_at": timezone.now() + timedelta(hours=1)},
        {"expire_at": timezone.now() - timedelta(hours=1)},
        {"target_roles": ["manager"]},
    ],
    ids=["draft", "review", "archived", "scheduled", "expired", "restricted"],
)
@pytest.mark.parametrize("typed", ["z", "zan", "zanzibar", "zanzibr"])
def test_hidden_article_and_its_category_are_not_suggested(
    tenant: Model, fields: dict[str, Any], typed: str
) -> None:
    make_article(tenant, "Zanzibar", category=make_category(tenant, "Zanzibars"), **fields)
    index(tenant)
    assert texts(tenant, typed) == []


def many_articles(tenant: Model, title: str, number: int = 300, **fields: Any) -> None:
    """Write articles whose titles begin alike, each with another word like ``zanzibar``."""
    # Without their x, these come before it in the order of the index.
    words = [f"zanzxba{''.join(end)}" for end in product("abcdefgh", "abcdefgh", "ijklm")]
    category = fields.pop("category", None) or make_category(tenant, "Many")
    status = fields.pop("status", ArticleStatus.PUBLISHED)
    articles = [
        HelpArticle(
            tenant_id=tenant.pk, category=category, title=f"{title} {place}",
            slug=f"many-{place}", status=status, view_count=1_000, content=text, **fields,
        )
        for place, text in zip(range(number), cycle(words), strict=False)
    ]  # fmt: skip
    for article in articles:
        article.refresh_index_fields()
    HelpArticle.objects.bulk_create(articles)


HIDDEN: dict[str, dict[str, Any]] = {
    "draft": {"status": ArticleStatus.DRAFT},
    "archived": {"status": ArticleStatus.ARCHIVED},
    "scheduled": {"publish_at": timezone.now() + timedelta(days=1)},
    "expired": {"expire_at": timezone.now() - timedelta(hours=1)},
    "restricted": {"target_roles": ["manager"]},
}


@pytest.mark.parametrize("fields", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("typed", ["z", "zanzibar", "about zanzibar", "zanzba"])
def test_hidden_articles_do_not_crowd_out_a_visible_one(
    tenant: Model, fields: dict[str, Any], typed: str
) -> None:
    title = "About Zanzibar" if typed.startswith("about") else "Zanzibar"
    many_articles(tenant, title, **fields)
    make_indexed(tenant, title, content="About Zanzibar.")
    assert texts(tenant, typed) == [title]


def test_categories_without_anything_visible_do_not_crowd_out_another(tenant: Model) -> None:
    for number in range(30):
        make_category(tenant, f"Billing {number}")
    make_article(tenant, "Text", category=make_category(tenant, "Billing of all"))
    assert texts(tenant, "billing") == ["Billing of all"]


@pytest.mark.parametrize("typed", ["z", "zanzibar"])
def test_number_of_hidden_articles_that_are_looked_at_is_bounded(tenant: Model, typed: str) -> None:
    many_articles(tenant, "Zanzibar", LOOKED_AT + 500, target_roles=["manager"])
    analyze(HelpArticle)
    with rows_of(HelpArticle) as looked:
        assert texts(tenant, typed) == []
    # Titles that begin with it, and titles that have it or are read most.
    assert looked.at <= 2 * LOOKED_AT


@pytest.mark.parametrize("names", [1, 4])
def test_number_of_articles_that_categories_are_seen_through_is_bounded(
    tenant: Model, names: int
) -> None:
    category = None
    for number in range(names):
        category = make_category(tenant, f"Group {number}", parent=category)
    many_articles(tenant, "Zanzibar", LOOKED_AT + 500, target_roles=["manager"], category=category)
    analyze(HelpArticle)
    with rows_of(HelpArticle) as looked:
        assert texts(tenant, "group") == []
    assert looked.at <= LOOKED_AT


def test_number_of_categories_below_that_are_looked_at_is_bounded(tenant: Model) -> None:
    top = make_category(tenant, "Group 0")
    for _ in range(2):
        top = make_category(tenant, f"{top.name} 0", parent=top)
    below = [
        HelpCategory(
            tenant_id=tenant.pk, name=f"Part {number}", slug=f"part-{number}", depth=top.depth + 1,
            path=top._get_path(top.path, top.depth + 1, number + 1),
        )
        for number in range(LOOKED_AT + 500)
    ]  # fmt: skip
    HelpCategory.objects.bulk_create(below)
    analyze(HelpCategory)
    with rows_of(HelpCategory) as looked:
        assert texts(tenant, "group") == []
    # All names are compared.
    assert looked.at <= HelpCategory.objects.count() + LOOKED_AT


@pytest.mark.parametrize("typed", ["z", "zanzibar", "zanzibr"])
def test_restricted_article_is_suggested_to_its_role(tenant: Model, typed: str) -> None:
    make_indexed(tenant, "Zanzibar", target_roles=["manager"])
    assert texts(tenant, typed, make_user(roles=("manager",))) == ["Zanzibar"]


@pytest.mark.parametrize("typed", ["z", "zanzibar", "zanzibr"])
def test_other_tenants_are_not_suggested(tenant: Model, other_tenant: Model, typed: str) -> None:
    make_indexed(other_tenant, "Zanzibar", category=make_category(other_tenant, "Zanzibars"))
    make_indexed(tenant, "Ours")
    assert texts(tenant, typed) == []


# Categories


def test_category_is_suggested_after_articles(tenant: Model) -> None:
    category = make_category(tenant, "Billing", slug="money")
    make_article(tenant, "Bills", category=category)
    assert suggested(tenant, "bil")[1] == Suggestion(
        SuggestionKind.CATEGORY, "Billing", "money", object_id=category.pk
    )


def test_category_is_seen_through_what_is_below_it(tenant: Model) -> None:
    top = make_category(tenant, "Billing")
    make_category(tenant, "Billing elsewhere")
    make_article(tenant, "Text", category=make_category(tenant, "Invoices", parent=top))
    assert texts(tenant, "billing") == ["Billing"]


def test_renamed_category_is_found_by_its_new_name(tenant: Model) -> None:
    category = make_category(tenant, "Billing")
    make_article(tenant, "Text", category=category)
    category.name = "Payments"
    category.save(update_fields=["name"])
    assert (texts(tenant, "bill"), texts(tenant, "paym")) == ([], ["Payments"])


def test_articles_keep_half_of_the_places(tenant: Model) -> None:
    for number in range(6):
        category = make_category(tenant, f"Alarm topic {number}")
        make_article(tenant, f"Alarm {number}", category=category)
    kinds = [found.kind for found in suggested(tenant, "alarm", limit=3)]
    assert kinds == ["article", "article", "category"]


# Mistyped words


@pytest.mark.parametrize(
    "typed",
    ["pasw", "passwrd", "pasword", "passsword", "pazsword", "passwrod", "paswsord", "passworf",
     "reset your pasw", "rest your password", "rseet your pasw", "instal notifcation pasword"],
)  # fmt: skip
def test_mistyped_words_find_what_was_meant(tenant: Model, typed: str) -> None:
    make_article(tenant, "Reset your password", content="Reset it.")
    make_article(tenant, "Install notification password", content="Text.")
    index(tenant)
    wanted = "Install notification password" if "instal" in typed else "Reset your password"
    assert wanted in texts(tenant, typed)


def test_mistyped_word_with_accents_finds_what_was_meant(tenant: Model) -> None:
    make_indexed(tenant, "Réglages")
    assert texts(tenant, "réglqges") == ["Réglages"]


@pytest.mark.parametrize("typed", ["xyzzy", "reset xyzzy", "passx", "zzz", "resets of a pasword"])
def test_what_is_like_nothing_brings_nothing(tenant: Model, typed: str) -> None:
    make_indexed(tenant, "Reset your password")
    assert texts(tenant, typed) == []


def test_mistyped_name_of_a_category_finds_it(tenant: Model) -> None:
    make_indexed(
        tenant, "Text", content="About billing.", category=make_category(tenant, "Billing")
    )
    assert texts(tenant, "biling") == ["Billing"]


def test_word_that_only_others_know_is_not_meant(tenant: Model) -> None:
    make_article(tenant, "Secret", content="zanzibar", target_roles=["manager"])
    article = make_indexed(tenant, "Island")
    # In step again a moment later: until then the word is not this reader's.
    HelpArticle.objects.filter(pk=article.pk).update(
        title="Zanzibar", title_words=[f"{tenant.pk} zanzibar"]
    )
    assert texts(tenant, "zanzibr") == []
    assert texts(tenant, "zanzibr", make_user(roles=("manager",))) == ["Zanzibar"]


@pytest.mark.parametrize(
    ("typed", "hidden"),
    [("cxon", "cona"), ("conecto", "conexctoa"), ("cxnnect", "cannecta")],
    ids=["letter too much", "letter missing", "letter wrong"],
)
def test_words_that_only_others_know_do_not_crowd_out_what_was_meant(
    tenant: Model, typed: str, hidden: str
) -> None:
    words = [hidden + "".join(end) for end in product("abcdefgh", "ijklm", "nopqr")]
    make_article(tenant, "Secret", content=" ".join(words), target_roles=["manager"])
    make_indexed(tenant, "Connector", content="Connector.")
    assert texts(tenant, typed) == ["Connector"]


def test_many_words_are_not_guessed(tenant: Model) -> None:
    make_indexed(tenant, "Reset your password")
    assert texts(tenant, "reset your pasword " * 3) == []


# How


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("typed", "statements"), [("reset", 1), ("rset", 2)])
def test_mistyped_words_take_a_second_statement(
    tenant: Model, django_assert_num_queries: Any, typed: str, statements: int
) -> None:
    make_indexed(tenant, "Reset your password")
    with django_assert_num_queries(statements):
        assert texts(tenant, typed)


def test_title_is_found_by_its_new_words_at_once(tenant: Model) -> None:
    article = make_indexed(tenant, "Old name")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, title="Fresh name")
    assert (texts(tenant, "old"), texts(tenant, "fresh")) == ([], ["Fresh name"])


def test_indexing_brings_the_words_of_titles_in_step(tenant: Model) -> None:
    article = make_article(tenant, "Name")
    HelpArticle.objects.filter(pk=article.pk).update(title_words=[])
    index(tenant)
    assert texts(tenant, "name") == ["Name"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_inside", [False, True])
def test_statement_that_takes_too_long_brings_nothing(settings: Any, is_inside: bool) -> None:
    settings.HELP_CENTER_SEARCH_TIMEOUT_MS = 20
    slow = Sql("SELECT pg_sleep(2)")
    if not is_inside:
        assert fetch_in_time("default", slow) == []
        return
    with transaction.atomic():
        assert fetch_in_time("default", slow) == []
        assert not HelpCategory.objects.exists()


@pytest.fixture
def bound_on_the_server() -> Iterator[str]:
    """Return the alias of a connection whose server binds the parameters: a replica, say."""
    bound = connection.copy("bound")
    options = {**connection.settings_dict["OPTIONS"], "server_side_binding": True}
    bound.settings_dict["OPTIONS"] = options
    connections["bound"] = bound
    yield "bound"
    bound.close()
    del connections["bound"]


@pytest.mark.django_db(transaction=True)
def test_another_database_is_asked_even_if_it_binds_parameters(
    tenant: Model, bound_on_the_server: str, django_assert_num_queries: Any
) -> None:
    article = make_indexed(tenant, "Valve leak", category=make_category(tenant, "Valves"))
    searched(tenant, "valve leak", opened=article)
    refined(tenant, "valve", "valve leak")
    service = SearchService(tenant=tenant, using=bound_on_the_server)
    with django_assert_num_queries(0):
        for typed in ("v", "valv", "vlave leak"):
            assert service.suggest(typed)
        assert len(service.suggest("valv")) == 3
        assert service.related_searches("valve") == ["valve leak"]


@pytest.mark.django_db(transaction=True)
def test_other_failure_of_the_database_is_raised(bound_on_the_server: str) -> None:
    killed = Sql("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(OperationalError):
        fetch_in_time(bound_on_the_server, killed)


def test_titles_are_found_by_their_index(tenant: Model, other_tenant: Model) -> None:
    category = make_category(other_tenant)
    HelpArticle.objects.bulk_create(
        HelpArticle(
            tenant_id=other_tenant.pk,
            category=category,
            title=f"Alarm {number}",
            slug=f"a-{number}",
            status=ArticleStatus.PUBLISHED,
            title_words=[f"{other_tenant.pk} alarm", f"{other_tenant.pk} {number}"],
        )
        for number in range(2_000)
    )
    make_article(tenant, "Alarm")
    analyze(HelpArticle)
    index_scans = scans_of("help_article_title_words_idx")
    with rows_of(HelpArticle) as looked:
        assert texts(tenant, "ala") == ["Alarm"]
    assert scans_of("help_article_title_words_idx") - index_scans == 2
    assert looked.at < 20


@pytest.mark.parametrize("typed", ["z", "zanzibar"])
def test_unpublished_articles_are_not_looked_at(tenant: Model, typed: str) -> None:
    many_articles(tenant, "Zanzibar", status=ArticleStatus.ARCHIVED)
    analyze(HelpArticle)
    with rows_of(HelpArticle) as looked:
        texts(tenant, typed)
    assert looked.at < 20
