"""Signals that services send after the transaction has been committed.

Every signal is sent with ``sender`` = the model class. Receivers get ids and primitive values, so
that they can hand them to a queue as they are.
"""

from __future__ import annotations

from django.dispatch import Signal

#: The index of an article is out of step. Arguments: ``article_id``, ``tenant_id``.
article_index_stale = Signal()

#: An article became visible or changed while visible.
#: Arguments: ``article_id``, ``tenant_id``, ``version``.
article_published = Signal()

#: An article is no longer visible. Arguments: ``article_id``, ``tenant_id``.
article_unpublished = Signal()

#: An article went from one status to another. Arguments: ``article_id``, ``tenant_id``, ``before``,
#: ``after``, ``actor_id`` (``None``: the system), ``note``.
article_transitioned = Signal()

#: Somebody found an article still right. Arguments: ``article_id``, ``tenant_id``, ``actor_id``
#: (``None``: the system), ``note``.
article_verified = Signal()

#: An article was given to somebody, or to nobody. Arguments: ``article_id``, ``tenant_id``,
#: ``owner_id`` and ``former_owner_id`` (``None``: nobody), ``actor_id`` (``None``: the system),
#: ``note``.
article_owner_changed = Signal()

#: The index of an article is in step again. Arguments: ``article_id``, ``tenant_id``, and
#: ``space``, the embedding space of its vectors, "" without vectors.
article_indexed = Signal()

#: A snippet changed that published articles name, whose index is out of step.
#: Arguments: ``tenant_id``, ``key``, ``article_ids``.
snippet_changed = Signal()

#: A search was recorded. Arguments: ``history_id``, ``tenant_id``, ``results_count``.
search_recorded = Signal()

#: A reader opened an article. Arguments: ``article_id``, ``tenant_id``.
article_viewed = Signal()

#: An article was begun, linked, unlinked or confirmed as a translation, or became an original.
#: Arguments: ``article_id``, ``tenant_id``, ``action`` (``started``, ``linked``, ``unlinked``,
#: ``confirmed``, ``made_original``), ``version`` (of the original that it says, 0: none) and
#: ``actor_id`` (``None``: the system).
article_translation_changed = Signal()
