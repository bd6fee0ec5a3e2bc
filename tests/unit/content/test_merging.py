"""Merging what two people wrote."""

from __future__ import annotations

import random

import pytest

from django_helpcenter.content.merging import Merge, has_conflict_marks, merge_texts

BASE = "# Pumps\n\nStart it.\n\nStop it.\n"


def test_changes_in_different_places_are_both_taken() -> None:
    merge = merge_texts(
        BASE, BASE.replace("Start it.", "Start it slowly."), BASE.replace("Stop", "Halt")
    )
    assert merge == Merge("# Pumps\n\nStart it slowly.\n\nHalt it.\n", 0)


def test_same_change_of_both_is_taken_once() -> None:
    changed = BASE.replace("Stop", "Halt")
    assert merge_texts(BASE, changed, changed) == Merge(changed, 0)


@pytest.mark.parametrize("changed", ["", "All new.\n", BASE + "More.\n", "First.\n" + BASE])
def test_change_of_one_alone_is_taken(changed: str) -> None:
    assert merge_texts(BASE, changed, BASE) == Merge(changed, 0)
    assert merge_texts(BASE, BASE, changed) == Merge(changed, 0)


def test_different_changes_of_one_line_stand_one_below_the_other() -> None:
    merge = merge_texts("Stop it.", "Halt it.", "End it.", my_name="you", their_name="Ana")
    assert merge.conflicts == 1
    assert merge.text == "<<<<<<< you\nHalt it.\n=======\nEnd it.\n>>>>>>> Ana\n"


def test_removed_here_and_changed_there_is_a_conflict() -> None:
    assert merge_texts("a\nb\nc\n", "a\nc\n", "a\nB\nc\n").conflicts == 1


def test_additions_at_one_place_are_a_conflict() -> None:
    assert merge_texts("a\n", "a\nmine\n", "a\ntheirs\n").conflicts == 1


def test_nothing_is_lost_whatever_is_merged() -> None:
    draw = random.Random(11)
    for _ in range(500):
        base = [f"{draw.randrange(6)}\n" for _ in range(draw.randrange(8))]
        mine, theirs = list(base), list(base)
        mine.insert(draw.randrange(len(mine) + 1), "mine\n")
        theirs.insert(draw.randrange(len(theirs) + 1), "theirs\n")
        merge = merge_texts("".join(base), "".join(mine), "".join(theirs))
        assert merge.text.count("mine\n") >= 1
        assert merge.text.count("theirs\n") >= 1


def test_lines_around_a_conflict_are_recognized() -> None:
    assert has_conflict_marks(merge_texts("a", "b", "c").text)


@pytest.mark.parametrize("text", ["", "=======", "Title\n=======\n", "a >>>>>>> b", "<<<<<<<<< x"])
def test_other_texts_have_no_conflict(text: str) -> None:
    assert not has_conflict_marks(text)


def test_texts_of_very_many_equal_lines_are_merged() -> None:
    base = "x\n" * 300_000
    assert merge_texts(base, base + "mine\n", "theirs\n" + base).conflicts == 0
