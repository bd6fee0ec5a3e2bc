"""What every page keeps to, and what a host may change."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from tests.factories import make_article, make_category, make_indexed

CODE = '```python\nprint("hello")\n```\n\n| A | B |\n| - | -: |\n| 1 | 2 |\n\n> [!NOTE]\n> Look.\n'


@pytest.fixture
def pages(reader: Client, tenant: Model) -> dict[str, str]:
    """Return the markup of every page, by address."""
    category = make_category(tenant, slug="devices", color="#a0b1c2", icon="bell")
    make_indexed(
        tenant,
        "Pair",
        slug="pair",
        category=category,
        content=f"## A\n\n{CODE}\n## B\n",
        tags=["setup"],
    )
    urls = ["/help/", "/help/c/devices/", "/help/t/setup/", "/help/a/pair/", "/help/a/nothing/"]
    urls += ["/help/search/", "/help/search/?q=pair", "/help/search/?q=xyzzy"]
    return {url: reader.get(url).content.decode() for url in urls}


def test_pages_work_under_the_strictest_content_security_policy(pages: dict[str, str]) -> None:
    for url, html in pages.items():
        assert not re.search(r"<(style|iframe|object)\b|\sstyle=|\son\w+=", html), url
        scripts = re.findall(r"<script\b.*?</script>", html, re.DOTALL)
        own = r'<script type="module" src="/[^"]+"></script>'
        # Data, which no browser runs.
        own += r'|<script type="application/ld\+json">[^<]*</script>'
        assert all(re.fullmatch(own, script) for script in scripts), url


def test_pages_load_nothing_from_elsewhere(pages: dict[str, str]) -> None:
    for url, html in pages.items():
        loaded = re.findall(r'<(?:link|img|source|script)\b[^>]*(?:href|src)="([^"]*)"', html)
        assert all(address.startswith(("/", "http://testserver/")) for address in loaded), url


def test_pages_have_one_first_heading(pages: dict[str, str]) -> None:
    for url, html in pages.items():
        assert html.count("<h1") == 1, url


def test_headings_leave_out_no_level(pages: dict[str, str]) -> None:
    for url, html in pages.items():
        levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), (url, levels)


def test_ids_are_unique(pages: dict[str, str]) -> None:
    for url, html in pages.items():
        ids = re.findall(r'\sid="([^"]*)"', html)
        assert len(ids) == len(set(ids)), url


def test_pages_have_landmarks(pages: dict[str, str]) -> None:
    for url, html in pages.items():
        for landmark in (
            "<header",
            '<main class="hc-main" id="hc-content"',
            "<footer",
            'role="search"',
        ):
            assert html.count(landmark) >= 1, (url, landmark)
        assert html.count("<main") == 1


def test_markup_is_closed(pages: dict[str, str]) -> None:
    void = {"meta", "link", "input", "br", "img", "hr", "path", "circle", "rect", "!doctype"}
    for url, html in pages.items():
        stack: list[str] = []
        for closing, name, ending in re.findall(r"<(/?)([a-z!][a-z0-9]*)[^>]*?(/?)>", html):
            if name in void or ending:
                continue
            if closing:
                assert stack.pop() == name, (url, name)
            else:
                stack.append(name)
        assert stack == [], url


def test_host_may_override_blocks_of_the_frame(
    reader: Client, tenant: Model, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "help_center").mkdir()
    (tmp_path / "help_center" / "base.html").write_text(
        '{% extends "help_center/base.html" %}'
        '{% block html_attributes %} data-theme="dark"{% endblock %}'
        "{% block footer %}<footer>Ours</footer>{% endblock %}",
        encoding="utf-8",
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    make_article(tenant, "Pair", slug="pair")
    page = reader.get("/help/a/pair/").content.decode()
    assert '<html class="hc-page" lang="en" dir="ltr" data-theme="dark">' in page
    assert "<footer>Ours</footer>" in page
    assert "Pair</h1>" in page


def test_host_may_bring_the_whole_frame(
    reader: Client, tenant: Model, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "help_center").mkdir()
    (tmp_path / "help_center" / "base.html").write_text(
        "<html><body><nav>Host</nav>{% block content %}{% endblock %}</body></html>",
        encoding="utf-8",
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    page = reader.get("/help/").content.decode()
    assert "<nav>Host</nav>" in page
    assert "How can we help?" in page


def test_host_may_add_an_icon(reader: Client, tenant: Model, settings: Any, tmp_path: Path) -> None:
    icons = tmp_path / "help_center" / "icons"
    icons.mkdir(parents=True)
    (icons / "crane.svg").write_text('<svg data-ours="{{ color }}"></svg>', encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    make_article(tenant, category=make_category(tenant, icon="crane"))
    assert '<svg data-ours="currentColor">' in reader.get("/help/").content.decode()
