"""Rows of the ranked statement as what a result page shows."""

from __future__ import annotations

from typing import Any

from django_helpcenter.search.snippets import Marker
from django_helpcenter.services.passages import heading_parts
from django_helpcenter.types import SearchHit


def make_hit(row: tuple[Any, ...], marker: Marker) -> SearchHit:
    """Return a row of the ranked statement as a hit."""
    (
        article_id, slug, language, title, summary, category_id, category_name, updated_at,
        passage_id, heading_path, anchor, text,
        score, keyword, semantic_score, quality, similarity, pin, *_about_all,
    ) = row  # fmt: skip
    return SearchHit(
        article_id=article_id,
        slug=slug,
        language=language,
        title=title,
        summary=summary,
        category_id=category_id,
        category_name=category_name,
        passage_id=passage_id,
        heading_path=heading_parts(heading_path),
        anchor=anchor,
        passage=text,
        updated_at=updated_at,
        score=float(score),
        keyword_score=float(keyword),
        semantic_score=float(semantic_score),
        quality_score=float(quality),
        similarity=None if similarity is None else float(similarity),
        is_pinned=pin is not None,
        marker=marker,
    )
