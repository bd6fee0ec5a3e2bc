"""Searches in a tenant whose articles are in several languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import override_settings

from django_helpcenter.choices import SearchMode
from django_helpcenter.search.ranking import LEAST_PASSAGES
from django_helpcenter.services.search import SearchService
from tests.factories import HASHING, index, make_article, make_category, make_indexed

WORDS = "pump valve filter hose clamp meter gauge seal"


def test_article_in_another_language_does_not_hide_those_in_the_language_of_the_question(
    tenant: Model,
) -> None:
    category = make_category(tenant)
    common = " ".join(WORDS.split()[:5])
    for number in range(40):
        make_article(tenant, f"Part {number}", content=common, category=category)
    make_article(tenant, "Target", content=f"All of them: {WORDS}", category=category)
    make_article(tenant, "部品", content=WORDS, category=category, language="ja")
    index(tenant)
    results = SearchService(tenant=tenant).hybrid_search(
        WORDS, mode=SearchMode.LEXICAL, limit=10, record=False
    )
    titles = [hit.title for hit in results.hits]
    assert titles[0] == "Target"
    assert sum(title.startswith("Part") for title in titles) >= 8


def test_word_of_one_language_is_not_unknown_in_another(tenant: Model) -> None:
    make_article(tenant, "Ventil", content="Das Ventil.", language="de")
    make_indexed(tenant, "Valve", content="Close the valve.")
    results = SearchService(tenant=tenant).hybrid_search("zanzibar valve", record=False)
    assert results.unknown == ("zanzibar",)


@override_settings(HELP_CENTER_EMBEDDINGS=HASHING)
def test_another_language_shapes_no_score_of_this_one(tenant: Model) -> None:
    category = make_category(tenant)
    for number in range(LEAST_PASSAGES):
        make_article(tenant, f"Pump {number}", content="Start the pump.", category=category)
    make_article(tenant, "Crane", content="Park the crane at the dock.")
    make_indexed(tenant, "Valve", content="Close the valve at the dock.")

    def scores() -> list[float]:
        query = "how do I close the valve at the dock"
        results = SearchService(tenant=tenant).hybrid_search(query, record=False)
        return [round(hit.score, 6) for hit in results.hits if hit.language == "en"]

    before = scores()
    make_indexed(tenant, "Ventil", content="Das Ventil zudrehen.", language="de")
    assert scores() == before


@pytest.fixture(params=["of candidates", "of everything"])
def ranking(request: pytest.FixtureRequest, settings: Any) -> None:
    """Rank as large tenants are ranked, and as small ones are."""
    settings.HELP_CENTER_SEARCH_SCAN_LIMIT = 0 if request.param == "of candidates" else 200


def found(tenant: Model, query: str) -> list[str]:
    results = SearchService(tenant=tenant).hybrid_search(query, record=False)
    return [hit.title for hit in results.hits]


@pytest.mark.usefixtures("ranking")
@pytest.mark.parametrize(
    ("language", "text", "query"),
    [
        ("zh", "如果忘记了登录信息，可以在这里重置密码。", "重置密码"),
        ("zh", "个人所得税的计算方法。", "税"),
        ("ja", "ここでパスワードを再設定できます。", "パスワード"),
        ("ja", "ここでﾊﾟｽﾜｰﾄﾞを再設定できます。", "パスワード"),
        ("ko", "여기에서 비밀번호를 재설정합니다.", "비밀번호"),
        ("th", "คุณสามารถรีเซ็ตรหัสผ่านได้ที่นี่", "รหัสผ่าน"),
        ("ar", "يمكنك إعادة تعيين كلمة المرور هنا.", "كلمة المرور"),
        ("ar", "قالت المُدَرِّسَة ذلك.", "مدرسة"),
        ("he", "כאן אפשר לאפס את הסיסמה.", "לאפס הסיסמה"),
        ("he", "שָׁלוֹם לכולם.", "שלום"),
        ("hi", "यहाँ आप पासवर्ड बदल सकते हैं।", "पासवर्ड"),
        ("ru", "Здесь можно изменить пароли.", "пароль"),
        ("el", "Εδώ αλλάζετε τον κωδικό.", "κωδικού"),
    ],
)
def test_words_of_a_language_are_found_in_its_text(
    tenant: Model, language: str, text: str, query: str
) -> None:
    make_article(tenant, "Other", content="Unrelated.", language="en")
    make_indexed(tenant, "Target", content=text, language=language)
    assert found(tenant, query)[:1] == ["Target"]


@pytest.mark.usefixtures("ranking")
def test_phrase_in_a_script_without_spaces_must_occur(tenant: Model) -> None:
    make_article(tenant, "Apart", content="密码在这里重置。", language="zh")
    make_indexed(tenant, "Phrase", content="这里可以重置密码。", language="zh")
    assert found(tenant, "“重置密码”") == ["Phrase"]


@pytest.mark.usefixtures("ranking")
def test_phrase_of_stop_words_in_one_language_hides_no_article_in_it(tenant: Model) -> None:
    make_article(tenant, "Der Dienst", content="Ein Text.", language="de")
    make_indexed(tenant, "Reset the TV")
    assert found(tenant, '"how to" reset TV') == ["Reset the TV"]


def test_ideographs_are_marked_in_a_snippet(tenant: Model) -> None:
    make_indexed(tenant, "Target", content="这里可以重置密码。", language="zh")
    hit = SearchService(tenant=tenant).hybrid_search("重置密码", record=False).hits[0]
    assert hit.snippet == "这里可以<mark>重置密码</mark>。"


@pytest.mark.usefixtures("ranking")
@pytest.mark.parametrize(
    ("language", "text", "query"),
    [
        ("fr", "Ouvrez les réglages.", "reglages"),
        ("fr", "Ouvrez les reglages.", "réglages"),
        ("fr", "Ouvrez les réglages.", "réglage"),
        ("de", "Alle Aufträge der Straße.", "auftrage"),
        ("de", "Alle Aufträge der Straße.", "strasse"),
        ("pt", "As instalações estão prontas.", "instalação"),
        ("vi", "Đặt lại mật khẩu ở đây.", "mat khau"),
        ("pl", "Zmień hasło w ustawieniach łącza.", "haslo lacza"),
        ("tr", "Şifrenizi buradan değiştirin.", "degistirin"),
        ("en", "Meet at the cafe\u0301.", "cafe"),
    ],
)
def test_accents_make_no_difference(tenant: Model, language: str, text: str, query: str) -> None:
    make_article(tenant, "Other", content="Unrelated.", language=language)
    make_indexed(tenant, "Target", content=text, language=language)
    assert found(tenant, query) == ["Target"]


@pytest.mark.usefixtures("ranking")
def test_word_with_its_accent_comes_before_one_without(tenant: Model) -> None:
    make_article(tenant, "Without", content="Ein Schloss aus Holz.", language="de")
    make_article(tenant, "Schon", content="Das ist schon lange so.", language="de")
    make_indexed(tenant, "Schön", content="Das ist schön und gut.", language="de")
    assert found(tenant, "schön")[0] == "Schön"


@pytest.mark.usefixtures("ranking")
@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The log says ERR-1042.", "ERR-1042"),
        ("The log says ERR-1042.", "what is err-1042?"),
        ("Call `api/v2/users/{id}` first.", "api/v2/users"),
        ("Call api/v2/users first.", "api/v2"),
        ("Edit /etc/larch/config.ini as root.", "config.ini"),
        ("Set HELP_CENTER_TENANT_MODEL.", "HELP_CENTER_TENANT_MODEL"),
        ("Fixed in v2.3.1.", "2.3.1"),
        ("Fixed in 2.3.1.", "version 2.3"),
    ],
)
def test_code_is_found_before_what_looks_like_it(tenant: Model, text: str, query: str) -> None:
    alike = (
        "The err of 1042 in api v2, users: config, ini. Help center tenant model, version 2 3 1."
    )
    make_article(tenant, "Alike", content=alike)
    make_indexed(tenant, "Target", content=text)
    assert found(tenant, query)[0] == "Target"


@pytest.mark.usefixtures("ranking")
@pytest.mark.parametrize("query", ["ERR1042", "err 1042", "1042"])
def test_code_is_found_as_people_type_it(tenant: Model, query: str) -> None:
    make_article(tenant, "Other codes", content="ERR-1043 means that ERR-3018 went before.")
    make_indexed(tenant, "Target", content="The log says ERR-1042.")
    assert found(tenant, query)[0] == "Target"


@pytest.mark.parametrize("preferred", ["pt-br", "PT-BR", "pt"])
def test_language_of_the_reader_is_known_by_its_first_part(tenant: Model, preferred: str) -> None:
    make_article(tenant, "Portuguese", content="pump", language="pt")
    make_article(tenant, "English", content="pump", language="en")
    index(tenant)
    results = SearchService(tenant=tenant).hybrid_search(
        "pump", preferred_language=preferred, record=False
    )
    assert results.hits[0].title == "Portuguese"
