"""Snippets are safe HTML."""

from __future__ import annotations

from django_helpcenter.search.fusion import MARK_START, MARK_STOP
from django_helpcenter.search.snippets import LEAD_LENGTH, lead, mark_matches


def test_matches_are_marked() -> None:
    assert mark_matches(f"a {MARK_START}word{MARK_STOP}") == "a <mark>word</mark>"


def test_markup_of_the_text_is_escaped() -> None:
    assert mark_matches("<script>alert(1)</script>") == ("&lt;script&gt;alert(1)&lt;/script&gt;")


def test_markup_inside_a_match_is_escaped() -> None:
    marked = mark_matches(f"{MARK_START}<img onerror=x>{MARK_STOP}")
    assert marked == "<mark>&lt;img onerror=x&gt;</mark>"


def test_lead_is_escaped() -> None:
    assert lead("<b>") == "&lt;b&gt;"


def test_long_lead_is_cut_between_words() -> None:
    text = lead("word " * 200)
    assert text.endswith("word …")
    assert len(text) <= LEAD_LENGTH + 2


def test_lead_cannot_smuggle_marks_in() -> None:
    assert lead(f"a{MARK_START}b{MARK_STOP}") == "ab"
