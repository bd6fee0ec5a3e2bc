"""A folder of Markdown becomes categories and articles, and stays in step with them.

Read in this order: ``service`` (the run), ``scan`` and ``reading`` (files), ``metadata`` and
``folders`` (what a file says and where it stands), ``matching`` (which article is which file's),
``translations`` and ``originals`` (which file says the same as which), ``planning`` (what to do),
``slugs``, ``linking``, ``rewriting``, ``local_files`` (links, pictures), ``snippets``,
``categories``, ``writing`` and ``upkeep`` (the database), ``report``.
"""

from __future__ import annotations

from django_helpcenter.services.documentation.report import Failure, Notice, SyncReport
from django_helpcenter.services.documentation.service import DocumentationService

__all__ = ["DocumentationService", "Failure", "Notice", "SyncReport"]
