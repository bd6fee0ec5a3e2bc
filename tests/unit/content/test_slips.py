"""What is a slip of the pen, and what is another word."""

from __future__ import annotations

import pytest

from django_helpcenter.content.slips import is_slip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pasword", "password"),
        ("passsword", "password"),
        ("paswsord", "password"),
        ("passwird", "password"),
        ("calender", "calendar"),
        ("recieve", "receive"),
        ("notifcation", "notification"),
        ("passwors", "passwords"),
        ("anutorize", "autorize"),
        ("éloegs", "éloges"),
        ("пороль", "пароль"),
        ("wsitch", "switch"),
        ("stasions", "stations"),
    ],
)
def test_one_letter_in_the_middle_is_a_slip(typed: str, meant: str) -> None:
    assert is_slip(typed, meant)


@pytest.mark.parametrize(("typed", "other"), [("oassword", "password"), ("awitch", "switch")])
def test_first_letter_is_right(typed: str, other: str) -> None:
    assert not is_slip(typed, other)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("river", "drive"),
        ("world", "would"),
        ("paris", "parts"),
        ("weather", "whether"),
        ("recipe", "recibe"),
        ("cuesta", "cuenta"),
        ("hurts", "hours"),
        ("talk", "take"),
    ],
)
def test_another_word_is_no_slip(typed: str, other: str) -> None:
    assert not is_slip(typed, other)


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("marker", "marked"),
        ("broke", "broken"),
        ("faulty", "fault"),
        ("entrar", "entra"),
        ("ticket", "ticked"),
        ("https", "http"),
    ],
)
def test_form_of_a_word_is_no_slip(typed: str, form: str) -> None:
    assert not is_slip(typed, form)


@pytest.mark.parametrize(("typed", "other"), [("food", "good"), ("mein", "ein"), ("dont", "dot")])
def test_short_word_is_no_slip(typed: str, other: str) -> None:
    assert not is_slip(typed, other)


@pytest.mark.parametrize(("typed", "is_near"), [("swirch", True), ("swivch", False)])
def test_wrong_letter_is_one_of_the_keys_around(typed: str, is_near: bool) -> None:
    assert is_slip(typed, "switch") is is_near


def test_word_is_no_slip_of_itself() -> None:
    assert not is_slip("password", "password")
