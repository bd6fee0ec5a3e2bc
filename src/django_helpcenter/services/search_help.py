"""What helps somebody who searches: corrections, suggestions, and what is near."""

from __future__ import annotations

import re
from functools import partial

from django.db import OperationalError, router
from pgvector.django import CosineDistance

from django_helpcenter.conf import conf
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpArticleQuerySet,
    HelpPassage,
)
from django_helpcenter.models.roles import roles_of
from django_helpcenter.search.related import related_queries
from django_helpcenter.search.spelling import corrections
from django_helpcenter.search.statement import Scope
from django_helpcenter.search.suggest import suggestions
from django_helpcenter.services.base import TenantService
from django_helpcenter.services.search_database import fetch_in_time, is_timeout, search_settings
from django_helpcenter.types import SearchResults, Suggestion

_WORD = re.compile(r"[^\W\d_]+")


class SearchHelp(TenantService):
    """The part of the search service that goes by what was typed, found or read already."""

    def did_you_mean(self, results: SearchResults) -> str:
        """Return a query with its mistyped words put right, "" when there are none.

        A word is put right when no article that the reader may see has it in any form, and one of
        them has a word like it.
        """
        if not results.unknown:
            return ""
        meant = corrections(
            _WORD.findall(results.query.lower()),
            results.unknown,
            reader=self._reader(),
            run=partial(fetch_in_time, self._read_alias()),
        )
        if not meant:
            return ""
        return _WORD.sub(lambda word: meant.get(word[0].lower(), word[0]), results.query)

    def related_articles(self, article: HelpArticle, *, limit: int = 5) -> list[HelpArticle]:
        """Return the articles nearest in meaning, or of the same category without vectors."""
        visible = (
            HelpArticle.objects.using(self._read_alias())
            .visible_to(self.tenant, self.user)
            .filter(language=article.language)
            .exclude(pk=article.pk)
            .light()
        )
        vectors = HelpArticleEmbedding.objects.using(self._read_alias()).for_tenant(self.tenant)
        own = vectors.filter(article=article).first()
        related = [] if own is None else self._near(own, visible, limit)
        # Asked for always: the cost of a page must not tell how much there is.
        others = visible.filter(category=article.category_id).order_by("-view_count", "pk")
        known = {found.pk for found in related}
        related += [other for other in others[: 2 * limit] if other.pk not in known]
        return related[:limit]

    def _near(
        self, own: HelpArticleEmbedding, visible: HelpArticleQuerySet, limit: int
    ) -> list[HelpArticle]:
        """Return the articles nearest to a vector, none when that takes too long."""
        distance = CosineDistance("embedding__embedding", own.embedding)
        near = visible.filter(embedding__space=own.space).order_by(distance, "pk")
        try:
            with search_settings(self._read_alias()):
                return list(near[:limit])
        except OperationalError as exc:
            if not is_timeout(exc):
                raise
            return []

    def suggest(
        self, typed: str, *, limit: int = 8, language: str | None = None
    ) -> list[Suggestion]:
        """Return what may be meant by what is typed so far; of articles, ``language`` comes first.

        Searches of other readers are among it only when this reader knows all of their words.
        """
        return suggestions(
            typed[: conf.SEARCH_QUERY_MAX_LENGTH],
            reader=self._reader(),
            run=partial(fetch_in_time, self._read_alias()),
            limit=limit,
            language=language or "",
        )

    def related_searches(self, query: str, *, limit: int = 5) -> list[str]:
        """Return what people also asked who asked this, in words that this reader knows."""
        run = partial(fetch_in_time, self._read_alias())
        return related_queries(query, reader=self._reader(), run=run, limit=limit)

    def _reader(self) -> Scope:
        return Scope(tenant_id=self.tenant.pk, roles=roles_of(self.user, self.tenant))

    def _read_alias(self) -> str:
        return self.using or router.db_for_read(HelpPassage)
