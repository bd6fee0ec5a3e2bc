"""Searches in a tenant whose articles are in several languages."""

from __future__ import annotations

from django.db.models import Model

from django_helpcenter.choices import SearchMode
from django_helpcenter.services.search import SearchService
from tests.factories import index, make_article, make_category

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
