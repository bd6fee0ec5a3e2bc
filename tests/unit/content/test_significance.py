"""How much a change matters where nobody has said so."""

from __future__ import annotations

import pytest

from django_helpcenter.choices import Significance
from django_helpcenter.content.significance import guess_significance
from tests.growth import LIMIT, growth


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hold the button.", "Hold  the\nbutton"),
        ("hold the button", "Hold the Button!"),
        ("Hold the “button”.", "Hold the 'button'."),
        ("Hold - the button", "Hold — the button"),
        ("Hold **the** button", "Hold the button"),
        ("按住按钮。", "按住按钮"),
        ("", ""),
    ],
)
def test_change_of_blanks_punctuation_or_case_is_minor(before: str, after: str) -> None:
    assert guess_significance([before], [after]) == Significance.MINOR


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hold the button.", "Press the button."),
        ("Hold the button.", ""),
        ("Wait 1.5 seconds", "Wait 15 seconds"),
        ("Wait 1.5 seconds", "Wait 1,5 seconds"),
        ("Set it to 5", "Set it to -5"),
        ("Less than: x < 5", "Less than: x > 5"),
        ("Give 5 %", "Give 5"),
        ("Run `tar -x`", "Run `tar -X`"),
        ("```\nrm a b\n```", "```\nrm ab\n```"),
        ("See [it](article:4)", "See [it](article:5)"),
        ("See [it](/Help)", "See [it](/help)"),
        ("See https://a.example/A", "See https://a.example/a"),
    ],
)
def test_change_of_what_is_said_is_normal(before: str, after: str) -> None:
    assert guess_significance([before], [after]) == Significance.NORMAL


def test_change_of_any_of_the_texts_counts() -> None:
    assert guess_significance(["A", "b", "c"], ["a", "b", "d"]) == Significance.NORMAL


@pytest.mark.soak
@pytest.mark.parametrize("piece", ["`", "](", "](a", "<", "a", "a:/", "```", "~~~", "-", "1,"])
def test_cost_to_guess_grows_with_the_length_of_a_hostile_text(piece: str) -> None:
    def guess(text: str) -> None:
        guess_significance([text], [f"{text}x"])

    assert growth(guess, lambda size: piece * 5_000 * size) < LIMIT
