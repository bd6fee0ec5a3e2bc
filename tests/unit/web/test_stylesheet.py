"""What the stylesheet keeps to."""

from __future__ import annotations

import re
from pathlib import Path

from django_helpcenter import __file__ as package

FOLDER = Path(package).parent / "static/help_center/css"
PATH = FOLDER / "help-styles.css"
CSS = "".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir()))


def test_stylesheet_is_small() -> None:
    assert PATH.stat().st_size < 21 * 1024


def test_stylesheet_knows_no_left_and_right() -> None:
    physical = re.findall(
        r"[{;]\s*((?:margin|padding|border)-(?:left|right|top|bottom)\b|(?:left|right|top|bottom)\s*:"
        r"|(?:min-|max-)?(?:width|height)\s*:|float\s*:)",
        re.sub(r"@media[^{]*", "", CSS),
    )
    assert physical == []


def test_only_code_is_aligned_to_the_left() -> None:
    lines = [line for line in CSS.splitlines() if re.search(r"text-align: (left|right)", line)]
    assert [line.split(" {")[0] for line in lines] == [".hc-prose pre"]


def test_stylesheet_loads_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face", CSS)


def test_every_rule_is_about_the_help_center() -> None:
    """Any rule without a class of ours would reach into a host's own layout."""
    body = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    for selector in re.findall(r"(?:^|[{}])\s*([^{}@]+?)\s*{", body):
        if selector not in (":where(:root)", "to", "from"):
            assert ".hc-" in selector, selector


def test_every_property_that_is_used_is_defined() -> None:
    used = set(re.findall(r"var\((--[\w-]+)\)", CSS))
    defined = set(re.findall(r"(?<![\w-])(--[\w-]+):", CSS))
    assert used == defined
