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
    _load(page)
    result: dict[str, Any] = page.evaluate(
        "([include, values]) => axe.run({ include }, { runOnly: { type: 'tag', values } })",
        [[[selector] for selector in selectors], TAGS],
    )
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in result["violations"]]


#: Keeps what stands in our own parts: Django's admin around them is Django's to mend.
_OWN = """
async ([own, values]) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values } });
  const found = [];
  for (const { id, nodes } of violations) {
    for (const { target, html } of nodes) {
      if (target.length > 1) continue;
      const node = document.querySelector(target[0]);
      if (node?.closest(own)) found.push(`${id}: ${html.slice(0, 200)}`);
    }
  }
  return found;
}
"""


def own_violations(page: Page, own: str) -> list[str]:
    """Return the rules that elements within ``own``, a CSS selector, break on the whole page."""
    _load(page)
    found: list[str] = page.evaluate(_OWN, [own, TAGS])
    return found


def _load(page: Page) -> None:
    pytest.importorskip("axe_playwright_python")
    # Not a script tag: the page's policy would refuse it.
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
