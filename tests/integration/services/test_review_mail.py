"""One digest a week for each owner: to whom, of what, and what happens when it fails."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import QuerySet
from django.utils import timezone

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpArticle, HelpReviewDigest, get_tenant_model
from django_helpcenter.services.ageing import AgeingService
from django_helpcenter.services.review_mail import WEEK, language_of, send_review_reminders
from django_helpcenter.tasks import send_help_review_reminders
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author
from tests.mailing import MoodyBackend, use_mail_backend
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db

SITE = "https://help.example"


def by_name(user: Any) -> QuerySet[Any]:
    """Say who works where: people are named after their help centers."""
    names = user.get_username().split("-")
    return get_tenant_model()._default_manager.filter(**{f"{conf.TENANT_SLUG_FIELD}__in": names})


class ReentrantBackend(EmailBackend):
    """While a mail is on its way, another worker does the same work."""

    def send_messages(self, messages: Any) -> int:
        send_review_reminders()
        return int(super().send_messages(messages))


@pytest.fixture(autouse=True)
def site(settings: Any) -> Iterator[None]:
    settings.HELP_CENTER_ADMIN_TENANTS = f"{__name__}.by_name"
    settings.HELP_CENTER_BASE_URL = f"{SITE}/"
    use_mail_backend(settings, "tests.mailing.MoodyBackend")
    yield
    MoodyBackend.troubles = {}


def make_owner(name: str = "acme", **fields: Any) -> Any:
    person = make_author(name, "change_helparticle")
    for field, value in {"email": f"{name}@example.com", **fields}.items():
        setattr(person, field, value)
    person.save()
    return person


def make_due(tenant: Any, owner: Any, title: str = "Old valve", **fields: Any) -> HelpArticle:
    article = make_article(tenant, title, category=None)
    before = timezone.now() - timedelta(days=200.5)
    HelpArticle.objects.filter(pk=article.pk).update(
        owner=owner, text_changed_at=before, published_date=before, **fields
    )
    return article


def a_week_later() -> None:
    for digest in HelpReviewDigest.objects.all():
        for name in ("claimed_at", "sent_at"):
            moment = getattr(digest, name)
            setattr(digest, name, moment and moment - WEEK)
        digest.save()


def addresses() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


def html_of_first() -> str:
    (part,) = mail.outbox[0].alternatives  # type: ignore[union-attr]
    assert part[1] == "text/html"
    return str(part[0])


def test_owner_is_told_what_is_due(tenant: Any) -> None:
    article = make_due(tenant, make_owner(), view_count=7)
    make_article(tenant, "New valve")
    report = send_review_reminders()
    (message,) = mail.outbox
    assert message.to == ["acme@example.com"]
    assert message.subject == "1 help article to review"
    assert "Old valve (General)" in message.body
    assert "due for 20 days" in message.body
    assert "New valve" not in message.body
    assert f"{SITE}/admin/help_center/helparticle/{article.pk}/change/" in message.body
    assert f"{SITE}/admin/help_center/helparticle/due/?tenant={tenant.pk}" in message.body
    assert [digest.count for digest in report.sent] == [1]


def test_digest_is_told_as_a_page_too(tenant: Any) -> None:
    make_due(tenant, make_owner(), "<b>Old & valve</b>")
    send_review_reminders()
    page = html_of_first()
    assert "&lt;b&gt;Old &amp; valve&lt;/b&gt;</a>" in page
    assert "<b>Old & valve</b>" in mail.outbox[0].body


def test_all_help_centers_of_a_person_are_in_one_digest(tenant: Any, other_tenant: Any) -> None:
    owner = make_owner("acme-globex")
    make_due(tenant, owner, "Ours")
    make_due(other_tenant, owner, "Theirs")
    send_review_reminders()
    (message,) = mail.outbox
    assert message.subject == "2 help articles to review"
    assert message.body.index("Acme") < message.body.index("Ours")
    assert message.body.index("Globex") < message.body.index("Theirs")


def test_help_center_that_a_person_left_is_left_out(tenant: Any, other_tenant: Any) -> None:
    owner = make_owner("acme")
    make_due(tenant, owner, "Ours")
    make_due(other_tenant, owner, "Theirs")
    send_review_reminders()
    (message,) = mail.outbox
    assert "Theirs" not in message.body
    assert "Globex" not in message.body


@pytest.mark.parametrize("why", ["inactive", "no address", "no permission", "left"])
def test_who_is_not_to_be_written_to_gets_nothing(tenant: Any, why: str) -> None:
    fields: dict[str, Any] = {"inactive": {"is_active": False}, "no address": {"email": ""}}
    owner = make_owner("elsewhere" if why == "left" else "acme", **fields.get(why, {}))
    make_due(tenant, owner)
    if why == "no permission":
        owner.user_permissions.clear()
    report = send_review_reminders()
    assert (mail.outbox, report.sent, report.failed) == ([], [], [])
    assert not HelpReviewDigest.objects.exists()


def test_who_owns_nothing_that_is_due_gets_nothing(tenant: Any) -> None:
    article = make_due(tenant, make_owner())
    AgeingService(tenant=tenant, actor=SYSTEM).verify(article)
    send_review_reminders()
    assert mail.outbox == []


def test_second_run_within_a_week_sends_nothing(tenant: Any) -> None:
    make_due(tenant, make_owner())
    send_review_reminders()
    make_due(tenant, HelpArticle.objects.get().owner, "Another")
    send_review_reminders()
    assert len(mail.outbox) == 1


def test_run_a_week_later_sends_again(tenant: Any) -> None:
    make_due(tenant, make_owner())
    send_review_reminders()
    a_week_later()
    send_review_reminders()
    assert len(mail.outbox) == 2


def test_run_at_the_same_time_sends_nothing_twice(tenant: Any, settings: Any) -> None:
    use_mail_backend(settings, f"{__name__}.ReentrantBackend")
    make_due(tenant, make_owner())
    send_review_reminders()
    assert len(mail.outbox) == 1


def test_process_that_is_killed_while_it_sends_leaves_its_claim(tenant: Any) -> None:
    make_due(tenant, make_owner())
    MoodyBackend.troubles = {"everybody": KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        send_review_reminders()
    MoodyBackend.troubles = {}
    send_review_reminders()
    assert mail.outbox == []
    a_week_later()
    send_review_reminders()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        ConnectionRefusedError("refused"),
        TimeoutError("no answer"),
        smtplib.SMTPConnectError(421, b"busy"),
        smtplib.SMTPRecipientsRefused({}),
        RuntimeError("a backend's own"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_mail_that_was_not_taken_is_tried_again(tenant: Any, trouble: Exception) -> None:
    make_due(tenant, make_owner())
    MoodyBackend.troubles = {"everybody": trouble}
    report = send_review_reminders()
    assert len(report.failed) == 1
    assert type(trouble).__name__ in HelpReviewDigest.objects.get().error
    MoodyBackend.troubles = {}
    send_review_reminders()
    send_review_reminders()
    assert addresses() == ["acme@example.com"]
    assert HelpReviewDigest.objects.get().error == ""


def test_failure_in_a_later_week_is_tried_again_too(tenant: Any) -> None:
    make_due(tenant, make_owner())
    send_review_reminders()
    a_week_later()
    MoodyBackend.troubles = {"everybody": ConnectionRefusedError()}
    send_review_reminders()
    MoodyBackend.troubles = {}
    send_review_reminders()
    assert len(mail.outbox) == 2


def test_broken_address_stops_none_of_the_others(tenant: Any) -> None:
    for name in ("acme-a", "acme-b", "acme-c"):
        make_due(tenant, make_owner(name), name)
    MoodyBackend.troubles = {"acme-a@example.com": smtplib.SMTPRecipientsRefused({})}
    report = send_review_reminders()
    assert addresses() == ["acme-b@example.com", "acme-c@example.com"]
    assert len(report.failed) == 1


def test_address_with_a_line_break_stops_none_of_the_others(tenant: Any) -> None:
    make_due(tenant, make_owner("acme-a", email="a@example.com\nBcc: b@example.com"))
    make_due(tenant, make_owner("acme-b"))
    send_review_reminders()
    assert addresses() == ["acme-b@example.com"]


def test_server_that_is_away_is_not_asked_for_each(tenant: Any) -> None:
    for name in ("acme-a", "acme-b"):
        make_due(tenant, make_owner(name), name)
    MoodyBackend.troubles = {"everybody": TimeoutError()}
    assert len(send_review_reminders().failed) == 1


def test_address_that_times_out_does_not_keep_the_others_waiting(tenant: Any) -> None:
    for name in ("acme-a", "acme-b"):
        make_due(tenant, make_owner(name), name)
    MoodyBackend.troubles = {"acme-a@example.com": TimeoutError()}
    send_review_reminders()
    assert addresses() == []
    send_review_reminders()
    assert addresses() == ["acme-b@example.com"]


def test_dry_run_sends_and_writes_nothing(tenant: Any) -> None:
    make_due(tenant, make_owner())
    assert [digest.count for digest in send_review_reminders(dry_run=True).sent] == [1]
    assert mail.outbox == []
    assert not HelpReviewDigest.objects.exists()


def test_long_list_is_cut_and_counted(tenant: Any) -> None:
    owner = make_owner()
    for number in range(28):
        make_due(tenant, owner, f"Valve {number}", view_count=number)
    send_review_reminders()
    assert mail.outbox[0].subject == "28 help articles to review"
    assert "… and 3 more." in mail.outbox[0].body
    assert "Valve 27 " in mail.outbox[0].body
    assert "Valve 2 " not in mail.outbox[0].body


def german(user: Any) -> str:
    return "de"


def test_digest_is_written_in_the_language_of_its_reader(tenant: Any, settings: Any) -> None:
    settings.HELP_CENTER_USER_LANGUAGE = f"{__name__}.german"
    make_due(tenant, make_owner())
    send_review_reminders()
    assert '<html lang="de" dir="ltr">' in html_of_first()


@pytest.mark.parametrize("answer", ["martian", None, "../x"])
def test_unknown_language_is_that_of_the_site(tenant: Any, settings: Any, answer: Any) -> None:
    settings.HELP_CENTER_USER_LANGUAGE = f"{__name__}.odd_language"
    odd_language.answer = answer  # type: ignore[attr-defined]
    make_due(tenant, make_owner())
    send_review_reminders()
    assert '<html lang="en"' in html_of_first()


def odd_language(user: Any) -> Any:
    return odd_language.answer  # type: ignore[attr-defined]


def test_way_to_tell_the_language_that_cannot_be_imported_is_named(
    tenant: Any, settings: Any
) -> None:
    settings.HELP_CENTER_USER_LANGUAGE = "nowhere.at_all"
    make_due(tenant, make_owner())
    with pytest.raises(ConfigurationError, match="HELP_CENTER_USER_LANGUAGE"):
        send_review_reminders()
    assert not HelpReviewDigest.objects.exists()


def test_language_is_that_of_the_users_attribute() -> None:
    assert language_of(SimpleNamespace(language="de")) == "de"
    assert language_of(SimpleNamespace(language=None)) == ""
    assert language_of(SimpleNamespace()) == ""


def test_title_of_several_lines_is_one_in_the_mail(tenant: Any) -> None:
    make_due(tenant, make_owner(), "Old\nvalve")
    send_review_reminders()
    assert "* Old valve (General)" in mail.outbox[0].body


def test_without_the_address_of_the_site_nothing_is_sent(tenant: Any, settings: Any) -> None:
    settings.HELP_CENTER_BASE_URL = None
    make_due(tenant, make_owner())
    with pytest.raises(ConfigurationError, match="HELP_CENTER_BASE_URL"):
        send_review_reminders()


def test_task_sends(tenant: Any) -> None:
    make_due(tenant, make_owner())
    send_help_review_reminders.run()
    assert addresses() == ["acme@example.com"]


def test_task_of_a_site_that_sends_no_mails_does_nothing(tenant: Any, settings: Any) -> None:
    settings.HELP_CENTER_BASE_URL = None
    make_due(tenant, make_owner())
    send_help_review_reminders.run()
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_workers_that_start_together_send_each_digest_once(tenant: Any) -> None:
    names = [f"acme-{letter}" for letter in "abcd"]
    for name in names:
        make_due(tenant, make_owner(name), name)
    run_at_once(*[send_review_reminders] * 4)
    assert addresses() == [f"{name}@example.com" for name in names]
