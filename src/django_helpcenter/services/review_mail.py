"""Reminding owners by mail of what is due: one digest a week for each person.

A person gets one mail for all their help centers, because it is the person who has the time; what
is in it is asked for each article and each help center at the moment of sending. A mail that was
not taken is tried again by the next run. A process that is killed while it sends leaves its claim:
better no reminder for a week than two, and what is due then is still due.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import ngettext

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpArticle, HelpReviewDigest
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.review_digests import Digest, make_digest

logger = logging.getLogger("help_center.review_mail")

#: Time between two digests of a person.
WEEK = timedelta(days=7)

#: The server, not an address, is at fault: the others of this run would meet the same.
_SERVER_ERRORS = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


@dataclass(slots=True)
class MailReport:
    """What a run has done: digests that were sent (or would be), and why others were not."""

    sent: list[Digest] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def send_review_reminders(*, dry_run: bool = False) -> MailReport:
    """Send each owner what is due, unless they had a digest within a week.

    ``dry_run`` says to whom, and sends and writes nothing. Raises ConfigurationError without
    ``HELP_CENTER_BASE_URL``.
    """
    if not conf.BASE_URL:
        raise ConfigurationError(
            "HELP_CENTER_BASE_URL is not set: the mails could not link to the articles. Set it to "
            "where the site is, such as 'https://example.com'."
        )
    report = MailReport()
    for person in _people_to_remind(timezone.now()):
        digest = make_digest(person)
        if digest is None:
            continue
        if dry_run:
            report.sent.append(digest)
        elif not _deliver(digest, report):
            break
    return report


def language_of(user: Any) -> str:
    """Return the language that a user's attribute ``language`` names, "" for an unknown one.

    The default of ``HELP_CENTER_USER_LANGUAGE``.
    """
    language = getattr(user, "language", "")
    return language if isinstance(language, str) else ""


def _people_to_remind(now: datetime) -> Iterator[Any]:
    """Yield the owners of what is due who had no digest within a week, refused ones last.

    An address whose server never answers must not keep the others waiting each time.
    """
    due = HelpArticle.objects.filter(owner__isnull=False).due(now)
    owners = set(due.values_list("owner", flat=True).order_by().distinct())
    digests = HelpReviewDigest.objects.filter(owner__in=owners)
    recent = set(digests.filter(claimed_at__gt=now - WEEK).values_list("owner", flat=True))
    refused = set(digests.exclude(error="").values_list("owner", flat=True))
    keys = sorted(owners - recent, key=lambda key: (key in refused, str(key)))
    for key in keys:
        person = get_user_model()._default_manager.filter(pk=key).first()
        if person is not None:
            yield person


def _deliver(digest: Digest, report: MailReport) -> bool:
    """Send a digest if nobody else does; tells whether it makes sense to go on."""
    message = _message(digest)
    now = timezone.now()
    if not _claim(digest.person.pk, now):
        return True
    mine = HelpReviewDigest.objects.using(write_alias()).filter(
        owner_id=digest.person.pk, claimed_at=now
    )
    try:
        message.send()
    except Exception as exc:  # noqa: BLE001 - each mail backend has errors of its own
        # Its address stays out of the log.
        reason = f"The digest of user {digest.person.pk} was not sent: {type(exc).__name__}"
        mine.update(claimed_at=F("sent_at"), error=f"{type(exc).__name__}: {exc}"[:1000])
        logger.warning("%s", reason)
        report.failed.append(reason)
        return not _is_server_at_fault(exc)
    mine.update(sent_at=now, error="")
    report.sent.append(digest)
    return True


def _claim(owner_id: Any, now: datetime) -> bool:
    """Take the digest of a person for this process; whoever else tries meanwhile gets nothing."""
    digests = HelpReviewDigest.objects.using(write_alias())
    try:
        digests.bulk_create([HelpReviewDigest(owner_id=owner_id)], ignore_conflicts=True)
    except IntegrityError:
        return False  # The person was deleted at this moment.
    is_free = Q(claimed_at__isnull=True) | Q(claimed_at__lte=now - WEEK)
    return bool(digests.filter(is_free, owner_id=owner_id).update(claimed_at=now))


def _message(digest: Digest) -> EmailMultiAlternatives:
    with translation.override(_language(digest.person)):
        count = digest.count
        subject = ngettext("%d help article to review", "%d help articles to review", count) % count
        context = {"digest": digest}
        message = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("help_center/mail/review_digest.txt", context),
            to=[digest.address],
            # Out-of-office answers help nobody.
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(
            render_to_string("help_center/mail/review_digest.html", context), "text/html"
        )
    return message


def _language(person: Any) -> str:
    try:
        found = import_string(conf.USER_LANGUAGE)(person)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_USER_LANGUAGE is {conf.USER_LANGUAGE!r}, which cannot be imported: {exc}"
        ) from exc
    try:
        return translation.get_supported_language_variant(str(found or ""))
    except LookupError:
        return settings.LANGUAGE_CODE


def _is_server_at_fault(exc: Exception) -> bool:
    if isinstance(exc, _SERVER_ERRORS):
        return True
    return isinstance(exc, OSError) and not isinstance(exc, smtplib.SMTPException)
