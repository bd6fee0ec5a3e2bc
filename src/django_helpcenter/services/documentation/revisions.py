"""What an article is like, as one fingerprint, so that changes by hand are seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable


def article_revision(
    *,
    content_hash: str,
    slug: str,
    category: int | None,
    difficulty_level: str,
    display_order: int,
    tags: Iterable[int],
) -> str:
    """Return the fingerprint of all that an import writes to an article; ``tags`` are keys."""
    parts = [content_hash, slug, category, difficulty_level, display_order, sorted(tags)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
