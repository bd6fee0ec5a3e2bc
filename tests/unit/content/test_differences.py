"""What changed between two texts."""

from __future__ import annotations

import random

import pytest

from django_helpcenter.content.differences import (
    Change,
    ChangeKind,
    compare_words,
    folded,
)

SAME, REMOVED, ADDED = ChangeKind.SAME, ChangeKind.REMOVED, ChangeKind.ADDED


def texts_of(changes: list[Change]) -> tuple[str, str]:
    before = "".join(change.text for change in changes if change.kind != ADDED)
    after = "".join(change.text for change in changes if change.kind != REMOVED)
    return before, after


def test_changed_word_is_shown_within_its_sentence() -> None:
    assert compare_words("Close the valve now.", "Close the pump now.") == [
        Change(SAME, "Close the "),
        Change(REMOVED, "valve"),
        Change(ADDED, "pump"),
        Change(SAME, " now."),
    ]


def test_equal_texts_are_one_piece() -> None:
    assert compare_words("One\n\nTwo\n", "One\n\nTwo\n") == [Change(SAME, "One\n\nTwo\n")]


@pytest.mark.parametrize(("before", "after", "kind"), [("", "new", ADDED), ("old", "", REMOVED)])
def test_text_out_of_nothing_is_added_and_into_nothing_removed(
    before: str, after: str, kind: ChangeKind
) -> None:
    assert compare_words(before, after) == [Change(kind, before or after)]


def test_two_empty_texts_have_no_pieces() -> None:
    assert compare_words("", "") == []


def test_line_that_moved_is_removed_and_added() -> None:
    changes = compare_words("a b\nc d\n", "c d\na b\n")
    assert {change.kind for change in changes} == {SAME, REMOVED, ADDED}


def test_pieces_make_both_texts_again() -> None:
    draw = random.Random(7)
    words = ["a", "b", " ", "\n", "\r\n", "é", "，", "<b>", "``", "…"]
    for _ in range(300):
        before = "".join(draw.choices(words, k=draw.randrange(40)))
        after = "".join(draw.choices(words, k=draw.randrange(40)))
        assert texts_of(compare_words(before, after)) == (before, after)


def test_very_long_line_without_a_mark_in_it_is_replaced_as_a_whole() -> None:
    before, after = "x y " * 2_000, "y z " * 2_000
    changes = compare_words(before, after)
    assert texts_of(changes) == (before, after)
    assert len(changes) < 5


def test_long_text_with_a_few_changes_shows_these_alone() -> None:
    lines = [f"This is line {number} of a text.\n" for number in range(5_000)]
    after = list(lines)
    after[2_500] = "This is the line 2500 of a text.\n"
    del after[4_000]
    changed = [each for each in compare_words("".join(lines), "".join(after)) if each.kind != SAME]
    assert [(each.kind, each.text) for each in changed] == [
        (ADDED, "the "),
        (REMOVED, "This is line 4000 of a text.\n"),
    ]


def test_what_is_far_from_a_change_is_folded() -> None:
    lines = [f"Line {number}\n" for number in range(20)]
    after = [*lines[:10], "New\n", *lines[10:]]
    shown = folded(compare_words("".join(lines), "".join(after)), context=1)
    assert shown == [
        None,
        Change(SAME, "Line 9\n"),
        Change(ADDED, "New\n"),
        Change(SAME, "Line 10\n"),
        None,
    ]


def test_what_is_near_a_change_is_not_folded() -> None:
    changes = compare_words("a\nb\n", "a\nc\n")
    assert folded(changes) == changes


def test_text_of_very_many_equal_lines_is_compared() -> None:
    before, after = "a\n" * 300_000, "b\n" * 300_000
    assert texts_of(compare_words(before, after)) == (before, after)
