"""The actor of commands and background work."""

from __future__ import annotations

from django_helpcenter.types import SYSTEM, SearchResults


def test_system_is_nobody_who_can_sign_in() -> None:
    assert (SYSTEM.is_authenticated, SYSTEM.pk) == (False, None)


def test_system_is_named_in_messages() -> None:
    assert str(SYSTEM) == "SYSTEM"


def test_results_are_values() -> None:
    first = SearchResults(query="valve", mode="hybrid", hits=(), total=0)  # type: ignore[arg-type]
    again = SearchResults(query="valve", mode="hybrid", hits=(), total=0)  # type: ignore[arg-type]
    assert first == again
