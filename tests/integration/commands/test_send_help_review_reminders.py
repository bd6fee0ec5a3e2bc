"""What the command says and when it fails."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from django_helpcenter.models import HelpArticle
from tests.factories import make_article
from tests.mailing import MoodyBackend, use_mail_backend

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(tenant: Any, settings: Any) -> HelpArticle:
    settings.HELP_CENTER_BASE_URL = "https://help.example"
    use_mail_backend(settings, "tests.mailing.MoodyBackend")
    owner = get_user_model().objects.create_superuser("root", email="root@example.com")
    before = timezone.now() - timedelta(days=400)
    article = make_article(tenant)
    HelpArticle.objects.filter(pk=article.pk).update(
        owner=owner, text_changed_at=before, published_date=before
    )
    return article


def run(*options: str) -> str:
    out = StringIO()
    call_command("send_help_review_reminders", *options, stdout=out)
    return out.getvalue()


def test_command_says_who_got_a_mail(due: HelpArticle) -> None:
    assert run() == "root <root@example.com>: 1 due.\n1 sent, 0 failed.\n"
    assert len(mail.outbox) == 1


def test_dry_run_says_who_would(due: HelpArticle) -> None:
    assert run("--dry-run") == "root <root@example.com>: 1 due.\n1 would be sent, 0 failed.\n"
    assert mail.outbox == []


def test_command_fails_when_a_mail_was_not_taken(
    due: HelpArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MoodyBackend, "troubles", {"everybody": ConnectionRefusedError()})
    with pytest.raises(CommandError, match="was not sent"):
        run()


def test_command_names_the_setting_that_is_missing(due: HelpArticle, settings: Any) -> None:
    settings.HELP_CENTER_BASE_URL = None
    with pytest.raises(CommandError, match="HELP_CENTER_BASE_URL"):
        run()
