"""The pages about importing and exporting documentation name what there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.management import load_command_class

from django_helpcenter.services.documentation.export import ExportReport
from django_helpcenter.services.documentation.metadata import Metadata
from django_helpcenter.services.documentation.report import SyncReport

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
#: Fields that are made of several names.
DERIVED = {"short_title", "slug_hint", "addresses", "has_no_summary"}


COMMANDS = {"sync_documentation": SyncReport, "export_documentation": ExportReport}


def section(command: str) -> str:
    """Return what the page of the commands says about one."""
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    return page.split(f"## `{command}`")[1].split("\n## ")[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_listed(command: str) -> None:
    parser = load_command_class("django_helpcenter", command).create_parser("m", "s")
    common = load_command_class("django.core", "check").create_parser("m", "s")
    ours = {option for action in parser._actions for option in action.option_strings}
    theirs = {option for action in common._actions for option in action.option_strings}
    documented = set(re.findall(r"^\| `(--[a-z-]+)", section(command), re.MULTILINE))
    assert documented == ours - theirs - {"--skip-checks"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_figure_is_listed(command: str) -> None:
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", section(command), re.MULTILINE)
    assert re.findall(r"[a-z_]+", " ".join(rows)) == list(COMMANDS[command]().as_dict())


def test_every_name_of_the_front_matter_is_listed() -> None:
    page = (REFERENCE / "front-matter.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", page, re.MULTILINE)
    listed = set(re.findall(r"[a-z_]+", " ".join(rows)))
    assert listed == {field.name for field in fields(Metadata)} - DERIVED
