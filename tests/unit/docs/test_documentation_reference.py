"""The pages about importing documentation name what there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from django.core.management import load_command_class

from django_helpcenter.services.documentation.metadata import Metadata
from django_helpcenter.services.documentation.report import SyncReport

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
#: Fields that are made of several names.
DERIVED = {"short_title", "slug_hint", "addresses"}


def section() -> str:
    """Return what the page of the commands says about the import."""
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    return page.split("## `sync_documentation`")[1].split("\n## ")[0]


def test_every_option_is_listed() -> None:
    parser = load_command_class("django_helpcenter", "sync_documentation").create_parser("m", "s")
    common = load_command_class("django.core", "check").create_parser("m", "s")
    ours = {option for action in parser._actions for option in action.option_strings}
    theirs = {option for action in common._actions for option in action.option_strings}
    documented = set(re.findall(r"^\| `(--[a-z-]+)", section(), re.MULTILINE))
    assert documented == ours - theirs - {"--skip-checks"}


def test_every_figure_is_listed() -> None:
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", section(), re.MULTILINE)
    assert re.findall(r"[a-z_]+", " ".join(rows)) == list(SyncReport().as_dict())


def test_every_name_of_the_front_matter_is_listed() -> None:
    page = (REFERENCE / "front-matter.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", page, re.MULTILINE)
    listed = set(re.findall(r"[a-z_]+", " ".join(rows)))
    assert listed == {field.name for field in fields(Metadata)} - DERIVED
