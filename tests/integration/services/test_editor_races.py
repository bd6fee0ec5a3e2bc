"""Two editors who save the same article again and again at the same time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.knowledge import KnowledgeService
from tests.factories import make_article, make_author
from tests.threads import run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

SAVES = 100
PERMISSIONS = ("change_helparticle", "publish_helparticle")


def lines(article: HelpArticle) -> list[str]:
    return [line for line in article.content.splitlines() if line]


def assert_nothing_is_lost(article: HelpArticle) -> None:
    article.refresh_from_db()
    wanted = {f"{name} {number}" for name in ("ana", "ben") for number in range(SAVES)}
    assert set(lines(article)) == {"Start", *wanted}
    numbers = list(article.versions.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, article.version + 1))


def test_saves_of_two_editors_lose_nothing_and_number_versions_without_gaps(
    tenant: Model,
) -> None:
    article = make_article(tenant, content="Start\n")
    editors = {name: make_author(name, *PERMISSIONS) for name in ("ana", "ben")}

    def save_all(name: str) -> Any:
        def run() -> None:
            service = KnowledgeService(tenant=tenant, actor=editors[name])
            for number in range(SAVES):
                while True:
                    seen = HelpArticle.objects.get(pk=article.pk)
                    text = f"{seen.content}{name} {number}\n"
                    try:
                        service.update_article(
                            seen, expected_hash=seen.content_hash, content=text, index=False
                        )
                    except ArticleConflict:
                        continue
                    break

        return run

    run_at_once(save_all("ana"), save_all("ben"))
    assert_nothing_is_lost(article)
    assert article.version == 1 + 2 * SAVES


def test_drafts_of_two_editors_are_merged_and_lose_nothing(tenant: Model) -> None:
    article = make_article(tenant, content="Start\n")
    editors = {name: make_author(name, *PERMISSIONS) for name in ("ana", "ben")}

    def publish_all(name: str) -> Any:
        def run() -> None:
            service = DraftService(tenant=tenant, actor=editors[name])
            for number in range(SAVES):
                seen = HelpArticle.objects.get(pk=article.pk)
                # One writes above, the other below, so that no line is changed by both.
                own = f"{name} {number}\n"
                text = own + seen.content if name == "ana" else seen.content + own
                draft = service.save(seen, DraftText(seen.title, "", text), base=base_of(seen))
                while True:
                    try:
                        service.publish(draft)
                    except ArticleConflict:
                        draft, _merged = service.merge(draft)
                        continue
                    break

        return run

    run_at_once(publish_all("ana"), publish_all("ben"))
    assert_nothing_is_lost(article)


def base_of(article: HelpArticle) -> DraftText:
    return DraftText(article.title, article.summary, article.content)
