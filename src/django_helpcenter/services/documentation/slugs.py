"""Which slug each article of a run gets."""

from __future__ import annotations

import re

from django.db import models

from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpRedirect
from django_helpcenter.services.slugs import SLUG_LENGTH, make_slug

_Address = tuple[str, str]

_NUMBER = re.compile(r"(?:-\d+)?")


class SlugBook:
    """The slugs of a tenant, by language, as they will be after the run.

    A slug that an author chose is theirs or an error; one that is made from a title makes way, and
    leaves alone what former addresses of other articles lead to.
    """

    def __init__(self, tenant: models.Model) -> None:
        self.tenant = tenant
        self.holders = _addresses(HelpArticle.objects.for_tenant(tenant), "pk")
        self.former = _addresses(HelpRedirect.objects.for_tenant(tenant), "article_id")
        self._released: set[_Address] = set()
        self._numbers: dict[_Address, int] = {}

    def release(self, language: str, slug: str) -> None:
        """Give up a slug that its article is about to exchange for one that its author chose."""
        self._released.add((language, slug))

    def choose(self, article: int, language: str, slug: str) -> None:
        """Take the slug that an author chose; raises ContentError when another article keeps it."""
        address = (language, slug)
        holder = self.holders.get(address)
        if holder is not None and holder != article and address not in self._released:
            raise ContentError(
                f"The slug {slug!r} belongs to {self._name(holder)}; choose another one."
            )
        self._released.discard(address)
        self.holders[address] = article

    def derive(self, article: int, language: str, text: str, present: str = "") -> str:
        """Return a slug for a text, numbered when taken; the present one when it still fits."""
        base = make_slug(text)
        is_own = self.holders.get((language, present)) == article
        if is_own and present.startswith(base) and _NUMBER.fullmatch(present[len(base) :]):
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

    def _is_free(self, article: int, address: _Address) -> bool:
        return (
            self.holders.get(address, article) == article
            and self.former.get(address, article) == article
        )

    def _name(self, pk: int) -> str:
        found = HelpArticle.objects.for_tenant(self.tenant).filter(pk=pk)
        for path, title in found.values_list("source_path", "title"):
            return path or f"the article “{title}”"
        return "another file"


def _addresses(rows: models.QuerySet[models.Model], key: str) -> dict[_Address, int]:
    return {
        (language, slug): pk for language, slug, pk in rows.values_list("language", "slug", key)
    }
