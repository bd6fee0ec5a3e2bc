"""The reference of the settings says what the code does."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from django_helpcenter import conf
from django_helpcenter.conf import PREFIX, HelpCenterSettings, setting_names

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "settings.md"
ROW = re.compile(r"^\| `(HELP_CENTER_\w+)` \| `(.+?)` \| `(.+?)` \| (.+) \|$", re.MULTILINE)


class Row(NamedTuple):
    """What the page says of a setting."""

    name: str
    type: str
    default: object


def documented() -> list[Row]:
    """Return every row of the page."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [
        Row(name, kind.replace("\\|", "|"), ast.literal_eval(default))
        for name, kind, default, _ in rows
    ]


def class_body() -> list[ast.stmt]:
    """Return the statements of the class that holds the defaults."""
    module = ast.parse(Path(conf.__file__).read_text(encoding="utf-8"))
    (found,) = [node for node in module.body if isinstance(node, ast.ClassDef)]
    return found.body


def test_every_setting_has_one_row() -> None:
    assert sorted(row.name for row in documented()) == sorted(setting_names())


def test_rows_give_the_defaults() -> None:
    defaults = vars(HelpCenterSettings)
    wrong = {
        row.name: row.default
        for row in documented()
        if defaults.get(row.name.removeprefix(PREFIX)) != row.default
    }
    assert wrong == {}


def test_rows_give_the_types() -> None:
    types = {
        PREFIX + ast.unparse(node.target): ast.unparse(node.annotation)
        for node in class_body()
        if isinstance(node, ast.AnnAssign)
    }
    assert {row.name: row.type for row in documented()} == types


@pytest.mark.parametrize("name", [name.removeprefix(PREFIX) for name in setting_names()])
def test_every_setting_says_what_it_means(name: str) -> None:
    body = class_body()
    targets = [ast.unparse(node.target) if isinstance(node, ast.AnnAssign) else "" for node in body]
    following = body[targets.index(name) + 1]
    assert isinstance(following, ast.Expr)
    assert isinstance(following.value, ast.Constant)
    assert str(following.value.value).endswith(".")
