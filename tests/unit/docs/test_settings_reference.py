"""The reference of the settings says what the code does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django_helpcenter.conf import PREFIX, HelpCenterSettings, setting_names

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "settings.md"
ROW = re.compile(r"^\| `(HELP_CENTER_\w+)` \| `(.+?)` \| (.+) \|$", re.MULTILINE)


def documented() -> list[tuple[str, object]]:
    """Return name and default of every row."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [(name, ast.literal_eval(default)) for name, default, _ in rows]


def test_every_setting_has_one_row() -> None:
    assert sorted(name for name, _ in documented()) == sorted(setting_names())


def test_rows_give_the_defaults() -> None:
    defaults = vars(HelpCenterSettings)
    wrong = {
        name: default
        for name, default in documented()
        if defaults.get(name.removeprefix(PREFIX)) != default
    }
    assert wrong == {}
