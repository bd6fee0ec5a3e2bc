"""What the demo says about its import."""

from __future__ import annotations

from django_helpcenter.services.documentation import SyncReport
from larchwork.demo_report import report_lines


def test_import_is_told_in_one_line() -> None:
    report = SyncReport(created=2, updated=1, unchanged=72, embedded=9)
    report.skip("index.md", "It holds nothing but a title.")
    assert report_lines(report) == ["2 new, 1 changed, 72 as before, 9 passages embedded"]


def test_article_that_was_changed_by_hand_is_named() -> None:
    report = SyncReport(unchanged=74)
    report.conflict("devices/pumps.md", "Changed by hand.")
    assert report_lines(report)[1:] == [
        "kept your version of devices/pumps.md: it was changed in the admin"
    ]
