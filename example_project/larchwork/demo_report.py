"""What the demo says about the import of its articles."""

from __future__ import annotations

from django_helpcenter.services.documentation import SyncReport


def report_lines(report: SyncReport) -> list[str]:
    """Return what an import did in one line, then what was left as it is and why."""
    summary = (
        f"{report.created} new, {report.updated} changed, {report.unchanged} as before, "
        f"{report.embedded} passages embedded"
    )
    kept = [
        f"kept your version of {notice.path}: it was changed in the admin"
        for notice in report.conflict_notices
    ]
    return [summary, *kept, *(f"note: {notice}" for notice in report.warnings)]
