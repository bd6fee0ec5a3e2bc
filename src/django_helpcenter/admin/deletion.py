"""What a deletion takes along, in figures.

Django's own summary loads every row that goes, vectors and all, and asks for a permission on each
kind; here the rows of the index and the records of readers simply go with what they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst

from django_helpcenter.models import (
    HelpArticle,
    HelpArticleInteraction,
    HelpArticleTemplate,
    HelpArticleVersion,
    HelpCategory,
    HelpCategoryRedirect,
    HelpDraft,
    HelpFile,
    HelpPassage,
    HelpRedirect,
    HelpReview,
    HelpSavedFilter,
    HelpSearchHistory,
    HelpSnippet,
    HelpTag,
    HelpTransition,
)

#: What ``ModelAdmin.get_deleted_objects`` returns.
Summary = tuple[list[str], dict[Any, int], set[str], list[str]]

WITH_ARTICLE: tuple[type[Model], ...] = (
    HelpArticleVersion,
    HelpDraft,
    HelpTransition,
    HelpReview,
    HelpPassage,
    HelpArticleInteraction,
    HelpRedirect,
)
WITH_TENANT: tuple[type[Model], ...] = (
    HelpArticle,
    HelpCategory,
    HelpTag,
    HelpCategoryRedirect,
    *WITH_ARTICLE,
    HelpFile,
    HelpSnippet,
    HelpArticleTemplate,
    HelpSavedFilter,
    HelpSearchHistory,
)


def summarize(objs: Iterable[Any], lookup: str, models: tuple[type[Model], ...]) -> Summary:
    """Count what goes with these rows; ``lookup`` is the field that points at them."""
    rows = list(objs)
    counts: dict[Any, int] = {}
    if rows:
        counts[rows[0]._meta.verbose_name_plural] = len(rows)
    for model in models:
        count = model._default_manager.filter(**{f"{lookup}__in": rows}).count()
        if count:
            counts[model._meta.verbose_name_plural] = count
    return [f"{capfirst(row._meta.verbose_name)}: {row}" for row in rows], counts, set(), []
