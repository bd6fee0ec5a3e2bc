"""Real documentation trees, read as an author would import them (``HELP_CENTER_CORPORA_DIR``)."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from django_helpcenter.content.document import parse_document
from django_helpcenter.content.foreign import reduce_foreign_markup
from django_helpcenter.content.front_matter import parse_front_matter
from django_helpcenter.content.markdown import render_markdown
from django_helpcenter.content.passages import split_passages
from django_helpcenter.content.titles import first_heading, first_paragraph
from tests.markdown_links import images_in, links_in
from tests.unit.content.hostile import find_faults

CORPORA = os.environ.get("HELP_CENTER_CORPORA_DIR", "")
pytestmark = [
    pytest.mark.scale,
    pytest.mark.skipif(not CORPORA, reason="HELP_CENTER_CORPORA_DIR names no folder"),
]

CODE = re.compile(r"<pre.*?</pre>|<code>.*?</code>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
#: Component and element tags, Liquid, attribute lists, and Markdown that was not understood.
LEFTOVER = re.compile(r".*(?:</?[A-Za-z]|\{%|\{:|:::|!\[|\]\().*")


def bodies() -> Iterator[tuple[Path, str, str]]:
    for path in sorted(Path(CORPORA).rglob("*.md*")):
        parts = parse_front_matter(path.read_text(encoding="utf-8"))
        body = reduce_foreign_markup(parts.body, is_mdx=path.suffix == ".mdx")
        yield path, str(parts.metadata.get("title", path.stem)), body


def test_every_file_is_read_without_an_error() -> None:
    count = 0
    for _, title, body in bodies():
        count += bool(split_passages(body, title=title))
        # None of these may raise.
        links_in(body)
        images_in(body)
        first_heading(body)
        assert "\n" not in first_paragraph(parse_document(body), 300)
    assert count > 200


def test_no_raw_markup_is_shown_to_readers() -> None:
    shown = {}
    for path, _, body in bodies():
        text = html.unescape(TAG.sub("", CODE.sub("", render_markdown(body).html)))
        if leftovers := LEFTOVER.findall(text):
            shown[path.name] = leftovers
    assert shown == {}


def test_pages_are_safe_and_their_anchors_are_unique() -> None:
    for path, title, body in bodies():
        page = render_markdown(body, drop_title=title).html
        anchors = re.findall(r'id="([^"]*)"', page)
        assert find_faults(page) == [], path
        assert len(anchors) == len(set(anchors)), path
        wanted = {passage.anchor for passage in split_passages(body, title=title)} - {""}
        assert wanted <= set(anchors), path
