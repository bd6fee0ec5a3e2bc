"""Who changes a snippet and who writes a text that names it take turns.

Otherwise each would be judged by what the other has not committed yet: a snippet is deleted that an
article names a moment later, or changed without the permission that its publishing asks for.

These locks come before those of rows. Many articles are written at once; only snippets wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django_helpcenter.content.snippets import named_keys
from django_helpcenter.models.locks import take_turns_for_all
from django_helpcenter.services.base import write_alias

#: Locks of a tenant. A text may name thousands of snippets, and has room for these in any case.
_BUCKETS = 32


def hold_snippets_of(tenant_id: Any, contents: Iterable[str]) -> None:
    """Keep the snippets that texts name as they are until the end of the transaction.

    No query when they name none.
    """
    keys = {key for content in contents for key in named_keys(content)}
    _hold(tenant_id, keys, is_shared=True)


def hold_texts_of(tenant_id: Any, keys: Iterable[str]) -> None:
    """Let no text that names one of these snippets be written until the transaction ends."""
    _hold(tenant_id, keys, is_shared=False)


def _hold(tenant_id: Any, keys: Iterable[str], *, is_shared: bool) -> None:
    take_turns_for_all(
        f"snippets.{tenant_id}", keys, buckets=_BUCKETS, is_shared=is_shared, using=write_alias()
    )
