"""What an answer says about an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from django_helpcenter.backends.link_probe import ProbeResult
from django_helpcenter.choices import LinkReason, LinkState
from django_helpcenter.models import HelpLink
from django_helpcenter.services.links.outcomes import apply_outcome

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TIMEOUT = ProbeResult(reason=LinkReason.TIMEOUT)


def after(*results: ProbeResult, days: float = 1, address: str = "https://x.example/") -> HelpLink:
    """Return a link that got these answers, so many days apart."""
    link = HelpLink(address=address, host="x.example")
    for number, result in enumerate(results):
        apply_outcome(link, result, now=NOON + number * days * DAY)
    return link


@pytest.mark.parametrize("status", [200, 204, 299])
def test_success_is_good(status: int) -> None:
    link = after(ProbeResult(status))
    assert (link.state, link.http_status, link.reason) == (LinkState.GOOD, status, "")
    assert (link.checked_at, link.failures, link.failing_since) == (NOON, 0, None)


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_broken_at_once(status: int) -> None:
    link = after(ProbeResult(status))
    assert (link.state, link.reason) == (LinkState.BROKEN, LinkReason.STATUS)
    assert (link.failures, link.failing_since) == (1, NOON)


@pytest.mark.parametrize(
    "result",
    [
        TIMEOUT,
        ProbeResult(500),
        ProbeResult(503),
        ProbeResult(reason=LinkReason.NAME),
        ProbeResult(reason=LinkReason.REFUSED),
        ProbeResult(reason=LinkReason.TLS),
        ProbeResult(reason=LinkReason.LOOP),
        ProbeResult(reason=LinkReason.ANSWER),
    ],
)
def test_failure_has_to_last_three_days(result: ProbeResult) -> None:
    assert after(result).state == LinkState.FAILING
    assert after(result, result).state == LinkState.FAILING
    link = after(result, result, result)
    assert (link.state, link.failures, link.failing_since) == (LinkState.BROKEN, 3, NOON)


def test_failures_of_one_day_count_once() -> None:
    link = after(*[TIMEOUT] * 5, days=0.05)
    assert (link.state, link.failures) == (LinkState.FAILING, 1)


def test_number_of_days_is_a_setting(settings: Any) -> None:
    settings.HELP_CENTER_LINK_CHECK_FAILURES = 1
    assert after(TIMEOUT).state == LinkState.BROKEN


def test_success_ends_a_row_of_failures() -> None:
    link = after(TIMEOUT, TIMEOUT, ProbeResult(200), TIMEOUT)
    assert (link.state, link.failures) == (LinkState.FAILING, 1)
    assert link.failing_since == NOON + 3 * DAY


@pytest.mark.parametrize("status", [400, 401, 403, 406, 429, 451, 999])
def test_who_does_not_want_us_may_be_there(status: int) -> None:
    link = after(ProbeResult(status), ProbeResult(status), ProbeResult(status))
    assert (link.state, link.failures) == (LinkState.UNSURE, 0)


@pytest.mark.parametrize(
    "reason", [LinkReason.PRIVATE, LinkReason.PORT, LinkReason.HOST, LinkReason.SCHEME]
)
def test_what_is_not_asked_is_not_known(reason: LinkReason) -> None:
    link = after(ProbeResult(reason=reason))
    assert (link.state, link.reason, link.failures) == (LinkState.UNSURE, reason, 0)


def test_address_that_can_be_none_is_broken_like_any() -> None:
    assert after(ProbeResult(reason=LinkReason.ADDRESS)).state == LinkState.FAILING


def test_permanent_redirect_is_a_move() -> None:
    link = after(ProbeResult(200, moved_to="https://y.example/"))
    assert (link.state, link.moved_to) == (LinkState.MOVED, "https://y.example/")
    assert after(ProbeResult(200, moved_to="https://y.example/"), ProbeResult(200)).moved_to == ""


def test_next_check_comes_sooner_for_what_fails() -> None:
    waits = []
    for results in ([ProbeResult(200)], [TIMEOUT], [ProbeResult(404)]):
        link = after(*results)
        assert link.next_check_at is not None
        waits.append(link.next_check_at - NOON)
    good, failing, broken = waits
    assert failing < DAY
    assert 3 * DAY <= broken < 5 * DAY
    assert 7 * DAY <= good < 9 * DAY


def test_checks_of_one_run_come_apart() -> None:
    moments = {
        after(ProbeResult(200), address=f"https://x.example/{number}").next_check_at
        for number in range(50)
    }
    assert len(moments) == 50


@pytest.mark.parametrize("status", [429, 503])
def test_wish_to_be_left_alone_is_honored(status: int) -> None:
    link = after(ProbeResult(status, retry_after=20 * DAY))
    assert link.next_check_at == NOON + 20 * DAY


def test_short_wish_to_be_left_alone_hurries_nothing() -> None:
    link = after(ProbeResult(429, retry_after=timedelta(seconds=1)))
    assert link.next_check_at is not None
    assert link.next_check_at >= NOON + 7 * DAY
