"""Articles as CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_helpcenter.admin.csv_export import safe_cell
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.review_intervals import NEVER
from django_helpcenter.services.translating import TranslationService
from tests.integration.admin.conftest import MakeArticle


def export(client: Client, *articles: HelpArticle) -> list[list[str]]:
    data = {"action": "export_articles", "_selected_action": [each.pk for each in articles]}
    response = client.post(reverse("admin:help_center_helparticle_changelist"), data)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_selected_articles_are_in_the_file(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    article, _other = make_article(tenant, 'A "quoted", title'), make_article(tenant, "Other")
    header, row = export(editor_client, article)
    assert header[:6] == ["ID", "title", "slug", "language", "category", "status"]
    assert row[:6] == [
        str(article.pk), 'A "quoted", title', "a-quoted-title", "en", "Devices", "DRAFT",
    ]  # fmt: skip


def test_file_has_owner_due_date_and_state_of_the_translation(
    editor_client: Client, editor: Any, tenant: Model, make_article: MakeArticle
) -> None:
    original = make_article(tenant, status="PUBLISHED")
    published = datetime(2030, 1, 2, 12, tzinfo=UTC)
    HelpArticle.objects.update(published_date=published, owner=editor, review_interval_days=10)
    translating = TranslationService(tenant=tenant, actor=editor)
    french, german = (translating.start(original, code) for code in ("fr", "de"))
    HelpArticle.objects.filter(pk=german.pk).update(translated_version=0)
    lone = make_article(tenant, "Lone", status="PUBLISHED")
    HelpArticle.objects.filter(pk=lone.pk).update(review_interval_days=NEVER)
    header, *rows = export(editor_client, original, french, german, lone)
    assert header[-3:] == ["owner", "due", "translation"]
    assert [row[-3:] for row in rows] == [
        ["editor", "2030-01-12 12:00:00+00:00", "Original"],
        ["", "", "Up to date"],
        ["", "", "Outdated"],
        ["", "", ""],
    ]


def test_due_date_in_the_file_is_that_of_the_category(
    editor_client: Client, tenant: Model, make_article: MakeArticle, make_category: Any
) -> None:
    category = make_category(tenant, review_interval_days=30)
    article = make_article(tenant, status="PUBLISHED", category=category)
    due = HelpArticle.objects.get(pk=article.pk).due_at
    assert export(editor_client, article)[1][-2] == str(safe_cell(due))


def test_foreign_article_is_not_in_the_file(
    editor_client: Client, tenant: Model, other_tenant: Model, make_article: MakeArticle
) -> None:
    own, foreign = make_article(tenant), make_article(other_tenant, "Globex secret")
    assert [row[1] for row in export(editor_client, own, foreign)[1:]] == ["Pair a scanner"]


def test_file_takes_the_same_queries_for_more_rows(
    editor_client: Client, tenant: Model, make_article: MakeArticle
) -> None:
    articles = [make_article(tenant, f"Article {number}") for number in range(12)]
    counts = []
    for some in (articles[:2], articles):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(export(editor_client, *some)) == len(some) + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_text_that_begins_like_a_formula_is_none(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-3, -3),
        (0.5, 0.5),
        (None, ""),
        ("a=b", "a=b"),
        ("", ""),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02 03:04:05+00:00"),
    ],
)
def test_other_values_stand_as_they_are(value: Any, cell: Any) -> None:
    assert safe_cell(value) == cell
