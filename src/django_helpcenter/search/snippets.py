"""Snippets that are safe to show: escaped first, marked after.

PostgreSQL's headlines are not safe HTML, so matches are marked with private-use characters, which
are taken out of the text beforehand.
"""

from __future__ import annotations

from django.utils.html import escape

from django_helpcenter.search.fusion import MARK_START, MARK_STOP

#: Characters that tell whether a snippet begins or ends where its passage does.
EDGE_LENGTH = 20
#: Characters of a passage that are shown when no word of the query is in it.
LEAD_LENGTH = 220


def mark_matches(headline: str) -> str:
    """Return a headline as safe HTML whose only tags are ``<mark>``."""
    safe = escape(" ".join(headline.split()))
    return safe.replace(MARK_START, "<mark>").replace(MARK_STOP, "</mark>")


def snippet(headline: str | None, text: str) -> str:
    """Return what a result shows of a passage: around its matches, else its beginning."""
    if not headline or MARK_START not in headline:
        return lead(text)
    plain = _flat(headline)
    whole = _flat(text)
    before = "" if whole.startswith(plain[:EDGE_LENGTH]) else "… "
    after = "" if whole.endswith(plain[-EDGE_LENGTH:]) else " …"
    return before + mark_matches(headline.replace(" | ", " · ")) + after


def lead(text: str) -> str:
    """Return the beginning of a passage as safe HTML, cut between words."""
    flat = _flat(text).replace(" | ", " · ")
    if len(flat) <= LEAD_LENGTH:
        return escape(flat)
    return escape(flat[:LEAD_LENGTH].rsplit(" ", 1)[0] + " …")


def _flat(text: str) -> str:
    return " ".join(text.replace(MARK_START, "").replace(MARK_STOP, "").split())
