"""What axe-core finds wrong with a page for people who use a keyboard or a screen reader."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def accessibility_violations(page: Page, *selectors: str) -> list[str]:
    """Return the rules that parts of a page break, each with the first element that does.

    axe itself makes the browser complain of its styles: look at the policy before.
    """
    pytest.importorskip("axe_playwright_python")
    source = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    # Not a script tag: the page's policy would refuse it.
    page.evaluate(source)
    result: dict[str, Any] = page.evaluate(
        "([include, values]) => axe.run({ include }, { runOnly: { type: 'tag', values } })",
        [[[selector] for selector in selectors], TAGS],
    )
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in result["violations"]]
