"""Which language suits a reader."""

from __future__ import annotations

from django_helpcenter.services.translations import language_rank


def best(codes: list[str], *wanted: str) -> str:
    return min(codes, key=lambda code: language_rank(code, *wanted))


def test_wanted_languages_count_in_their_order() -> None:
    assert best(["de", "fr"], "fr", "de") == "fr"


def test_exact_language_comes_before_a_related_one() -> None:
    assert best(["pt", "pt-br"], "pt-br") == "pt-br"
    assert best(["pt-br", "pt"], "pt") == "pt"


def test_language_comes_before_its_other_regions() -> None:
    assert best(["pt-br", "pt"], "pt-pt") == "pt"


def test_case_does_not_matter() -> None:
    assert best(["pt", "pt-BR"], "pt-br") == "pt-BR"


def test_language_of_the_site_comes_before_any_other() -> None:
    assert best(["de", "en"], "fr", "") == "en"
