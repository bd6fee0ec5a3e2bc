"""Names for people, from the names of files."""

from __future__ import annotations

import pytest

from django_helpcenter.services.documentation.naming import humanize, split_number


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("trouble-signing-in", "Trouble signing in"),
        ("02_getting_started", "Getting started"),
        ("api-reference", "API reference"),
        ("ios-app", "iOS app"),
        ("Émail", "Émail"),
        ("über-uns", "Über uns"),
        ("帮助-中心", "帮助 中心"),
        ("FAQ", "FAQ"),
        ("404", "404"),
        ("2024-01-05-release", "2024 01 05 release"),
    ],
)
def test_name_of_a_file_reads_like_a_title(name: str, wanted: str) -> None:
    assert humanize(name) == wanted


def test_name_without_letters_has_no_human_form() -> None:
    assert humanize("---") == ""


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("01-intro", (1, "intro")),
        ("3. Next steps", (3, "Next steps")),
        ("404", (None, "404")),
        ("2024-report", (None, "2024-report")),
        ("intro", (None, "intro")),
    ],
)
def test_number_before_a_name_is_its_order(name: str, wanted: tuple[int | None, str]) -> None:
    assert split_number(name) == wanted
