"""What scripts read."""

from __future__ import annotations

import pytest

from django_helpcenter.services.documentation.report import Action, SyncReport


def report(**figures: object) -> SyncReport:
    found = SyncReport()
    for name, value in figures.items():
        setattr(found, name, value)
    return found


def test_names_that_scripts_rely_on_do_not_change() -> None:
    assert list(SyncReport().as_dict()) == [
        "created",
        "updated",
        "unchanged",
        "archived",
        "failed",
        "skipped",
        "conflicts",
        "passages",
        "embedded",
        "seconds",
        "dry_run",
        "failures",
    ]


def test_failure_is_given_with_path_line_and_reason() -> None:
    found = SyncReport()
    found.fail("a.md", "Broken.", line=3)
    assert found.as_dict()["failures"] == [{"path": "a.md", "line": 3, "reason": "Broken."}]
    assert found.as_dict()["failed"] == 1
    assert str(found.failures[0]) == "a.md:3: Broken."


def test_every_action_is_counted() -> None:
    found = SyncReport()
    for action in (Action.CREATE, Action.UPDATE, Action.UNCHANGED, Action.ARCHIVE):
        found.count(action, "a.md")
    found.skip("b.md", "why")
    found.conflict("c.md", "why")
    figures = found.as_dict()
    names = ("created", "updated", "unchanged", "archived", "skipped", "conflicts")
    assert [figures[name] for name in names] == [1] * 6
    assert len(found.plan) == 6


def test_notice_without_a_place_is_its_reason() -> None:
    found = SyncReport()
    found.warn("", "Beware.")
    assert str(found.warnings[0]) == "Beware."


def test_clean_run_exits_0() -> None:
    assert report(created=1).exit_code == 0


def test_run_with_only_skipped_files_exits_0() -> None:
    found = report(unchanged=1)
    found.skip("a.md", "why")
    assert found.exit_code == 0


@pytest.mark.parametrize("figure", ["created", "updated", "unchanged", "archived"])
def test_run_in_which_some_failed_exits_1(figure: str) -> None:
    found = report(**{figure: 1})
    found.fail("a.md", "why")
    assert found.exit_code == 1


def test_conflict_exits_1() -> None:
    found = SyncReport()
    found.conflict("a.md", "why")
    assert found.exit_code == 1


def test_run_in_which_all_failed_exits_2() -> None:
    found = SyncReport()
    found.fail("a.md", "why")
    assert found.exit_code == 2
