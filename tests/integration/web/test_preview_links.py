"""Links to texts that are not published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db.models import Model
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from time_machine import TimeMachineFixture

from django_helpcenter.models import HelpArticle
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.preview_links import preview_token
from tests.factories import make_article, make_author

NOT_FOUND = "We could not find that page"


def page(client: Client, token: str) -> Any:
    return client.get(reverse("help_center:preview", args=[token]))


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("status", ["DRAFT", "REVIEW", "PUBLISHED", "ARCHIVED"])
def test_whoever_has_the_link_sees_the_text(tenant: Model, reader: Client, status: str) -> None:
    article = make_article(tenant, "Valve", content="Close *it*.", status=status)
    response = page(reader, preview_token(article))
    assert response.status_code == 200
    assert "Close <em>it</em>." in text(response)
    assert "This text is not published" in text(response)


def test_link_to_a_draft_shows_the_draft(tenant: Model, reader: Client) -> None:
    article = make_article(tenant, "Valve", content="Old.")
    author = make_author("ana", "change_helparticle")
    draft = DraftService(tenant=tenant, actor=author).save(article, DraftText("Valves", "", "New."))
    shown = text(page(reader, preview_token(article, draft)))
    assert "Valves" in shown
    assert "New." in shown
    assert "Old." not in shown


def test_page_is_kept_by_nobody(tenant: Model, reader: Client) -> None:
    response = page(reader, preview_token(make_article(tenant, status="DRAFT")))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_links_in_it_lead_only_where_its_reader_may_go(tenant: Model, reader: Client) -> None:
    hidden = make_article(tenant, "Zanzibar", target_roles=["manager"])
    article = make_article(tenant, content=f"[here](article:{hidden.pk})", status="DRAFT")
    shown = text(page(reader, preview_token(article)))
    assert "here" in shown
    assert hidden.slug not in shown


def test_link_of_another_tenant_is_like_none(
    tenant: Model, other_tenant: Model, reader: Client
) -> None:
    response = page(reader, preview_token(make_article(other_tenant)))
    assert (response.status_code, NOT_FOUND in text(response)) == (404, True)


def test_link_to_what_is_gone_is_like_none(tenant: Model, reader: Client) -> None:
    article = make_article(tenant, status="DRAFT")
    token = preview_token(article)
    HelpArticle.objects.all().delete()
    assert page(reader, token).status_code == 404


def test_link_to_a_discarded_draft_is_like_none(tenant: Model, reader: Client) -> None:
    article = make_article(tenant)
    service = DraftService(tenant=tenant, actor=make_author("ana", "change_helparticle"))
    draft = service.save(article, DraftText("Valves", "", "New."))
    token = preview_token(article, draft)
    service.discard(draft)
    assert page(reader, token).status_code == 404


@pytest.mark.parametrize("change", [lambda token: token[:-2], lambda token: "x", str.upper])
def test_forged_link_is_like_none(tenant: Model, reader: Client, change: Any) -> None:
    token = preview_token(make_article(tenant, status="DRAFT"))
    assert page(reader, change(token)).status_code == 404


def test_signature_made_for_something_else_opens_nothing(tenant: Model, reader: Client) -> None:
    article = make_article(tenant, status="DRAFT")
    assert page(reader, signing.dumps([article.pk, None], salt="other")).status_code == 404


@override_settings(HELP_CENTER_PREVIEW_LINK_HOURS=1)
@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 404)])
def test_link_ends_after_its_time(
    tenant: Model, reader: Client, time_machine: TimeMachineFixture, minutes: int, status: int
) -> None:
    token = preview_token(make_article(tenant, status="DRAFT"))
    time_machine.move_to(timezone.now() + timedelta(minutes=minutes))
    assert page(reader, token).status_code == status
