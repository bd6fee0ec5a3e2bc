"""What an answer says about an address, and when it is asked again."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from django.utils import timezone

from django_helpcenter.backends.link_probe import ProbeResult
from django_helpcenter.choices import LinkReason, LinkState
from django_helpcenter.conf import conf
from django_helpcenter.models import HelpLink

#: What an outcome changes.
FIELDS = (
    "state", "reason", "http_status", "moved_to", "checked_at", "failing_since", "failed_at",
    "failures", "next_check_at",
)  # fmt: skip

#: No second opinion is needed.
GONE = frozenset({404, 410})
#: They say who asks is not wanted, not that there is nothing. LinkedIn answers 999 to all machines.
NOT_FOR_US = frozenset({401, 402, 403, 407, 429, 451, 999})
#: We do not ask, so we do not know.
NOT_ASKED = frozenset({LinkReason.PRIVATE, LinkReason.PORT, LinkReason.SCHEME, LinkReason.HOST})

AFTER_SUCCESS = timedelta(days=7)
AFTER_FAILURE = timedelta(days=1)
#: What has been broken for a while is seldom mended at the other end.
WHILE_BROKEN = timedelta(days=3)
#: What is asked in the same run today comes apart by so much until the next time.
SPREAD = timedelta(days=2)


def apply_outcome(link: HelpLink, result: ProbeResult, *, now: datetime) -> None:
    """Set on a link what a check has found; saves nothing."""
    link.checked_at, link.moved_to = now, result.moved_to
    link.http_status, link.reason = result.status, result.reason or ""
    state = _state(result)
    if state == LinkState.FAILING:
        _count_failure(link, now)
        is_enough = link.failures >= conf.LINK_CHECK_FAILURES or result.status in GONE
        state = LinkState.BROKEN if is_enough else LinkState.FAILING
    else:
        link.failures, link.failing_since, link.failed_at = 0, None, None
    if state in (LinkState.FAILING, LinkState.BROKEN, LinkState.UNSURE) and result.status:
        link.reason = LinkReason.STATUS
    link.state = state
    link.next_check_at = now + max(_wait(link), result.retry_after or timedelta())


def _state(result: ProbeResult) -> LinkState:
    """Return the state, FAILING for whatever is broken when it lasts."""
    if result.reason is not None:
        return LinkState.UNSURE if result.reason in NOT_ASKED else LinkState.FAILING
    status = result.status or 0
    if status in GONE or 500 <= status < 600:
        return LinkState.FAILING
    if status in NOT_FOR_US or status >= 400:
        return LinkState.UNSURE
    return LinkState.MOVED if result.moved_to else LinkState.GOOD


def _count_failure(link: HelpLink, now: datetime) -> None:
    """Count a failure once a day: several on one day may have one cause."""
    link.failing_since = link.failing_since or now
    if link.failed_at is None or _day(link.failed_at) != _day(now):
        link.failures += 1
    link.failed_at = now


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()


def _wait(link: HelpLink) -> timedelta:
    if link.state == LinkState.FAILING:
        # Not a full day: a run that is a little early must not wait for the next one.
        return AFTER_FAILURE - timedelta(hours=1)
    wait = WHILE_BROKEN if link.state == LinkState.BROKEN else AFTER_SUCCESS
    return wait + SPREAD * (zlib.crc32(link.address.encode()) / 2**32)
