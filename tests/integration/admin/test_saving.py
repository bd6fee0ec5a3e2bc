"""Refusals of services in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from django_helpcenter.admin.articles import HelpArticleAdmin
from django_helpcenter.admin.badges import color_badge
from django_helpcenter.admin.saving import refusal_text
from django_helpcenter.exceptions import ArticleConflict, ConfigurationError, PermissionRefused
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.tags import TagService


@pytest.mark.parametrize(
    ("exc", "text"),
    [
        (ValidationError({"slug": ["Taken."], "name": ["Blank."]}), "Taken. Blank."),
        (PermissionRefused("You may not."), "You may not."),
        (IntegrityError("duplicate key"), "Somebody else saved the same name or slug"),
    ],
)
def test_refusal_is_told_in_words(exc: Exception, text: str) -> None:
    assert refusal_text(exc).startswith(text)


def test_two_who_save_the_same_name_at_once_do_not_fail(
    editor_client: Client, tenant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = TagService.create

    def be_slower(self: TagService, **names: Any) -> Any:
        create(self, name="Other", slug="power")
        # The check has passed, and now the row of the other person is there.
        raise IntegrityError("duplicate key")

    monkeypatch.setattr(TagService, "create", be_slower)
    response = editor_client.post(reverse("admin:help_center_helptag_add"), {"name": "Power"})
    assert "Somebody else saved the same name or slug" in response.content.decode()


def test_article_deleted_between_reading_and_locking_is_a_conflict(
    tenant: Any, make_article: Any
) -> None:
    article = make_article(tenant)
    HelpArticle.objects.all().delete()
    article_admin = HelpArticleAdmin(HelpArticle, admin.site)
    with pytest.raises(ArticleConflict, match="deleted"):
        article_admin._lock_as_seen(article, "")


@pytest.mark.parametrize("page", ["changelist", "add"])
def test_wrong_policy_is_an_error_of_the_site_and_not_of_the_person(
    editor_client: Client, settings: Any, page: str
) -> None:
    settings.HELP_CENTER_ADMIN_TENANTS = "nowhere.policy"
    with pytest.raises(ConfigurationError, match="HELP_CENTER_ADMIN_TENANTS"):
        editor_client.get(reverse(f"admin:help_center_helptag_{page}"))


def test_color_that_is_none_is_not_drawn() -> None:
    assert "<svg" not in color_badge('"/><script>', "<b>")
    assert "&lt;b&gt;" in color_badge("", "<b>")
