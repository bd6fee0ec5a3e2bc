"""Languages and their text search configurations."""

from __future__ import annotations

import pytest

from django_helpcenter.choices import InteractionType, search_config


@pytest.mark.parametrize(
    ("language", "config"),
    [
        ("en", "english"),
        ("pt-br", "portuguese"),
        ("pt_BR", "portuguese"),
        ("DE", "german"),
        ("nn", "simple"),
        ("zh-hans", "simple"),
        ("", "simple"),
    ],
)
def test_language_has_a_configuration(language: str, config: str) -> None:
    assert search_config(language) == config


def test_every_kind_of_interaction_fits_its_column() -> None:
    assert max(len(value) for value in InteractionType.values) <= 30
