"""The words of a title in an index that all tenants share."""

from __future__ import annotations

from typing import Any

from django_helpcenter.content.title_words import title_words


def words_of_title(tenant_id: Any, title: str) -> list[str]:
    """Return the words that a title is found by, each behind the key of its tenant.

    What is asked of the index is then asked of one tenant: the beginning of a word too.
    """
    return [owned_word(tenant_id, word) for word in title_words(title)]


def owned_word(tenant_id: Any, word: str) -> str:
    """Return a word, or the beginning of one, behind the key of a tenant."""
    return f"{tenant_id} {word}"
