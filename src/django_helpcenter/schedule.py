"""When background work is due, as a plain dictionary that any scheduler can read.

With Celery: ``app.conf.beat_schedule = {**BEAT_SCHEDULE, …}``.
"""

from __future__ import annotations

from typing import Any

#: name → task, seconds between two runs.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "help_center.sweep_index": {"task": "help_center.sweep_index", "schedule": 60.0},
    "help_center.fold_article_counters": {
        "task": "help_center.fold_article_counters",
        "schedule": 60.0,
    },
    "help_center.check_help_links": {
        "task": "help_center.check_help_links",
        "schedule": 3_600.0,
    },
    # More often than mails are sent: a person gets one a week, and a failed one is tried again.
    "help_center.send_review_reminders": {
        "task": "help_center.send_review_reminders",
        "schedule": 3_600.0,
    },
}
