"""Slugs that are free."""

from __future__ import annotations

from django.db import models
from django.utils.text import slugify

from django_helpcenter.models import (
    HelpArticle,
    HelpCategory,
    HelpCategoryRedirect,
    HelpRedirect,
)

#: Characters of the slug columns.
SLUG_LENGTH = 255


def make_slug(text: str) -> str:
    """Make a slug of a text in any script; ``item`` when nothing is left of it."""
    return slugify(text, allow_unicode=True)[:SLUG_LENGTH].strip("-_") or "item"


def free_slug(wanted: str, taken: set[str]) -> str:
    """Return a slug, with a number behind it when it is taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while True:
        suffix = f"-{number}"
        candidate = wanted[: SLUG_LENGTH - len(suffix)] + suffix
        if candidate not in taken:
            return candidate
        number += 1


def free_article_slug(tenant: models.Model, language: str, title: str) -> str:
    """Return a slug for a title that no article or redirect of this language has."""
    wanted = make_slug(title)
    # Long slugs lose their end to the suffix, so look at a prefix that survives it.
    start = wanted[: SLUG_LENGTH - 8]
    articles = HelpArticle.objects.for_tenant(tenant).filter(
        language=language, slug__startswith=start
    )
    redirects = HelpRedirect.objects.for_tenant(tenant).filter(
        language=language, slug__startswith=start
    )
    taken = set(articles.values_list("slug").union(redirects.values_list("slug")))
    return free_slug(wanted, {slug for (slug,) in taken})


def free_category_slug(tenant: models.Model, name: str) -> str:
    """Return a slug for a category name that no category or redirect of the tenant has."""
    wanted = make_slug(name)
    start = wanted[: SLUG_LENGTH - 8]
    categories = HelpCategory.objects.for_tenant(tenant).filter(slug__startswith=start)
    redirects = HelpCategoryRedirect.objects.for_tenant(tenant).filter(slug__startswith=start)
    taken = {*categories.values_list("slug", flat=True), *redirects.values_list("slug", flat=True)}
    return free_slug(wanted, taken)
