"""Which requests count."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from django_helpcenter.web.visitors import may_record

BROWSERS = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
]
ROBOTS = [
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0)",
    "facebookexternalhit/1.1",
    "python-requests/2.32",
    "curl/8.5.0",
    "",
]


@pytest.mark.parametrize("agent", BROWSERS)
def test_browser_counts(rf: RequestFactory, agent: str) -> None:
    assert may_record(rf.get("/", headers={"user-agent": agent}))


@pytest.mark.parametrize("agent", ROBOTS)
def test_robot_does_not_count(rf: RequestFactory, agent: str) -> None:
    assert not may_record(rf.get("/", headers={"user-agent": agent}))


def test_refusal_to_be_tracked_is_respected_and_its_opposite_too(rf: RequestFactory) -> None:
    headers = {"user-agent": BROWSERS[0]}
    assert may_record(rf.get("/", headers={**headers, "dnt": "0"}))
    assert not may_record(rf.get("/", headers={**headers, "dnt": "1"}))
    assert not may_record(rf.get("/", headers={**headers, "sec-gpc": "1"}))
