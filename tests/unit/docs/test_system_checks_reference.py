"""The reference of the system checks lists what the code can say."""

from __future__ import annotations

import re
from pathlib import Path

import django_helpcenter

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "system-checks.md"
ROW = re.compile(r"^\| `(help_center\.[EW]\d{3})` \| .+ \| .+ \|$", re.MULTILINE)
#: An identifier, also one whose letter depends on where the check runs.
IDENTIFIER = re.compile(r"help_center\.(?:([EW])|\{'([EW])' if \w+ else '([EW])'\})(\d{3})\b")


def documented() -> list[str]:
    """Return the identifiers of all rows."""
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


def in_code() -> set[str]:
    """Return every identifier in the package."""
    found: set[str] = set()
    for file in Path(django_helpcenter.__file__).parent.rglob("*.py"):
        for *letters, number in IDENTIFIER.findall(file.read_text(encoding="utf-8")):
            found |= {f"help_center.{letter}{number}" for letter in letters if letter}
    return found


def test_every_check_has_one_row() -> None:
    assert sorted(documented()) == sorted(in_code())


def test_no_number_has_two_meanings() -> None:
    # E052 is W052 under ``check --deploy``.
    numbers = [identifier[-3:] for identifier in documented()]
    assert {number for number in numbers if numbers.count(number) > 1} == {"052"}
