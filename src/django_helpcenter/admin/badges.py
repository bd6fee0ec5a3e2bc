"""Small colored labels; colors come from the stylesheet, so that they follow light and dark."""

from __future__ import annotations

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString

from django_helpcenter.choices import ArticleStatus, IndexState

STATUS_TONES: dict[str, str] = {
    ArticleStatus.DRAFT: "neutral",
    ArticleStatus.REVIEW: "attention",
    ArticleStatus.PUBLISHED: "good",
    ArticleStatus.ARCHIVED: "muted",
}

INDEX_TONES: dict[str, str] = {
    IndexState.STALE: "attention",
    IndexState.FRESH: "good",
    IndexState.FAILED: "bad",
}

#: Ratios of helpful votes from which on an article counts as good or as fair.
GOOD_RATIO, FAIR_RATIO = 0.7, 0.4

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def badge(tone: str, label: object) -> SafeString:
    """Return a label in one of the tones good, attention, bad, neutral, muted."""
    return format_html('<span class="hc-badge hc-badge--{}">{}</span>', tone, label)


def ratio_badge(ratio: float | None, votes: int) -> SafeString | str:
    """Return a ratio of 0 to 1 as a percentage with the number of votes behind it."""
    if ratio is None:
        return "–"
    tone = "good" if ratio >= GOOD_RATIO else "attention" if ratio >= FAIR_RATIO else "bad"
    return badge(tone, f"{ratio:.0%} ({votes})")


def color_badge(color: str, label: object) -> SafeString:
    """Return a label with a dot of this ``#rrggbb`` color in front of it."""
    if not _COLOR.fullmatch(color):
        return badge("neutral", label)
    # An SVG attribute, because a strict content security policy drops style attributes.
    return format_html(
        '<span class="hc-badge hc-badge--neutral"><svg class="hc-dot" viewBox="0 0 10 10" '
        'aria-hidden="true"><circle cx="5" cy="5" r="5" fill="{}"/></svg>{}</span>',
        color,
        label,
    )
