"""What is due when."""

from __future__ import annotations

import pytest

from django_helpcenter import tasks
from django_helpcenter.schedule import BEAT_SCHEDULE

NAMES = {
    tasks.sweep_index.name,
    tasks.fold_article_counters.name,
    tasks.send_help_review_reminders.name,
    tasks.check_help_links.name,
}


def test_schedule_names_tasks_that_there_are() -> None:
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} == NAMES


@pytest.mark.parametrize("name", sorted(BEAT_SCHEDULE))
def test_schedule_is_plain_seconds(name: str) -> None:
    assert isinstance(BEAT_SCHEDULE[name]["schedule"], float)
