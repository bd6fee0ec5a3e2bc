"""The reference of the reader pages says what there is."""

from __future__ import annotations

import re
from pathlib import Path

from django_helpcenter import __file__ as package
from django_helpcenter.templatetags.help_center import register
from django_helpcenter.web.urls import urlpatterns

SOURCE = Path(package).parent
TEMPLATES = SOURCE / "templates" / "help_center"
REFERENCE = (Path(__file__).parents[3] / "docs" / "reference" / "templates-and-urls.md").read_text(
    encoding="utf-8"
)


def section(title: str) -> str:
    """Return a section of the reference."""
    return REFERENCE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> dict[str, list[str]]:
    """Return the rows of a section's table: first cell without backticks → the other cells."""
    found = re.findall(r"^\| `([^`]+)` \|(.*)\|$", section(title), re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in found}


def test_every_address_is_listed_with_its_methods() -> None:
    methods = {
        str(pattern.name): getattr(pattern.callback, "view_class").http_method_names  # noqa: B009
        for pattern in urlpatterns
    }
    expected = {
        name: ", ".join(f"`{method.upper()}`" for method in allowed)
        for name, allowed in methods.items()
    }
    listed = {name: cells[1] for name, cells in rows("Addresses").items()}
    assert listed == expected


def test_every_template_is_listed_with_its_blocks() -> None:
    expected = {
        path.name: set(re.findall(r"{% block (\w+) %}", path.read_text(encoding="utf-8")))
        for path in TEMPLATES.glob("*.html")
    }
    base = expected["base.html"]
    for name, blocks in expected.items():
        if name != "base.html":
            blocks -= base
    listed = {
        name: set(re.findall(r"`(\w+)`", cells[1])) for name, cells in rows("Templates").items()
    }
    assert listed == expected


def test_every_shared_part_is_named() -> None:
    named = re.findall(r"`(\w+\.html)`", section("Templates").partition("includes/")[2])
    assert sorted(named) == sorted(path.name for path in (TEMPLATES / "includes").iterdir())


def test_every_tag_is_listed() -> None:
    assert set(re.findall(r"help_\w+", section("Template tags"))) - {"help_center"} == {
        *register.tags,
        *register.filters,
    }


def test_every_custom_property_is_listed() -> None:
    css = (SOURCE / "static/help_center/css/help-styles.css").read_text(encoding="utf-8")
    defined = set(re.findall(r"^  (--hc-[\w-]+):", css, re.MULTILINE))
    assert set(re.findall(r"`(--hc-[\w-]+)`", section("Custom properties"))) == defined
