"""Which slug each article of a run gets."""

from __future__ import annotations

import re

from django.db import models

from django_helpcenter.models import HelpArticle, HelpRedirect
from django_helpcenter.services.slugs import SLUG_LENGTH, make_slug

_Address = tuple[str, str]

_NUMBER = re.compile(r"(?:-\d+)?")


class SlugBook:
    """The slugs of a tenant, by language, as they will be after the run.

    A slug that an author chose is theirs; one that is made from a title makes way, and
    leaves alone what former addresses of other articles lead to.
    """

    def __init__(self, tenant: models.Model, source: str) -> None:
        self.tenant = tenant
        self.source = source
        self.holders = _addresses(HelpArticle.objects.for_tenant(tenant), "pk")
        # What is gone for good makes way.
        redirects = HelpRedirect.objects.for_tenant(tenant).filter(article__isnull=False)
        self.former = _addresses(redirects, "article_id")
        self._numbers: dict[_Address, int] = {}

    def holder(self, language: str, slug: str) -> int:
        """Return the article that has a slug, 0 when none has."""
        return self.holders.get((language, slug), 0)

    def choose(self, article: int, language: str, slug: str) -> None:
        """Take the slug that an author chose; the caller knows that it is free, or will be."""
        self.holders[language, slug] = article

    def refusal(self, language: str, slug: str) -> str:
        """Say whose slug it is."""
        found = HelpArticle.objects.for_tenant(self.tenant).filter(language=language, slug=slug)
        for path, source, title in found.values_list("source_path", "source", "title"):
            if source and source != self.source:
                return (
                    f"The slug {slug!r} belongs to {path} of the source {source!r}; "
                    f"bring this folder in with --source {source}, or choose another slug."
                )
            owner = path or f"the article “{title}”"
            return f"The slug {slug!r} belongs to {owner}; choose another one."
        return f"The slug {slug!r} is taken; choose another one."

    def derive(self, article: int, language: str, text: str, present: str = "") -> str:
        """Return a slug for a text, numbered when taken; the present one when it still fits."""
        base = make_slug(text)
        if self.fits(article, language, text, present):
            return present
        number = self._numbers.get((language, base), 1)
        while True:
            suffix = f"-{number}" if number > 1 else ""
            slug = base[: SLUG_LENGTH - len(suffix)] + suffix
            number += 1
            if self._is_free(article, (language, slug)):
                self._numbers[language, base] = number
                self.holders[language, slug] = article
                return slug

    def fits(self, article: int, language: str, text: str, present: str) -> bool:
        """Tell whether the slug that an article has is one that ``derive`` makes of a text."""
        is_own = self.holders.get((language, present)) == article
        return is_own and is_made_from(present, text)

    def _is_free(self, article: int, address: _Address) -> bool:
        return (
            self.holders.get(address, article) == article
            and self.former.get(address, article) == article
        )


def is_made_from(slug: str, text: str) -> bool:
    """Tell whether a slug is what a text makes, with or without a number."""
    base = make_slug(text)
    return slug.startswith(base) and bool(_NUMBER.fullmatch(slug[len(base) :]))


def _addresses(rows: models.QuerySet[models.Model], key: str) -> dict[_Address, int]:
    return {
        (language, slug): pk for language, slug, pk in rows.values_list("language", "slug", key)
    }
