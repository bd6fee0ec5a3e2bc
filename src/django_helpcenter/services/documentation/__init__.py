"""A folder of Markdown becomes categories and articles, and stays in step with them.

Read in this order: ``service`` (the run), ``scan`` and ``reading`` (files), ``metadata`` and
``folders`` (what a file says and where it stands), ``matching`` (which article is which file's),
``planning`` (what to do), ``addresses``, ``linking``, ``rewriting``, ``images`` (slugs, links,
pictures), ``categories`` and ``writing`` (the database), ``report``.
"""

from __future__ import annotations

from django_helpcenter.services.documentation.report import Failure, Notice, SyncReport
from django_helpcenter.services.documentation.service import DocumentationService

__all__ = ["DocumentationService", "Failure", "Notice", "SyncReport"]
