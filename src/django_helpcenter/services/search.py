"""Searching a tenant's articles as one reader."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import OperationalError

from django_helpcenter.choices import SearchMode, search_config
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import EmbeddingError, SearchUnavailable
from django_helpcenter.models import (
    HelpArticle,
    HelpCategory,
    HelpIndexState,
)
from django_helpcenter.models.roles import roles_of
from django_helpcenter.search.query import ParsedQuery, parse_query
from django_helpcenter.search.ranking import (
    Found,
    keyword_params,
    options,
    ranked_statement,
    semantic_params,
)
from django_helpcenter.search.snippets import Marker
from django_helpcenter.search.statement import Scope
from django_helpcenter.services.facets import count_facets
from django_helpcenter.services.search_database import (
    fetch,
    is_timeout,
)
from django_helpcenter.services.search_help import SearchHelp
from django_helpcenter.services.search_hits import make_hit
from django_helpcenter.services.search_log import SearchLog
from django_helpcenter.services.spaces import expected_space, remember_space, serving_backend
from django_helpcenter.types import SearchFacets, SearchResults

if TYPE_CHECKING:
    from django_helpcenter.backends.embeddings.base import EmbeddingBackend, Vector

logger = logging.getLogger("help_center.search")

#: Why a search has no semantic side, beside the reasons of ``spaces``.
MODEL_FAILED = "model-failed"
TOO_SLOW = "timeout"
#: The site is lexical by choice, which degrades no search.
NO_EMBEDDINGS = "no-embeddings"


#: Articles of one answer at the most.
MAX_LIMIT = 100
#: Passages a side that a long list of articles needs, for each of them: several are of one article.
CANDIDATES_PER_ARTICLE = 3


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked for."""

    parsed: ParsedQuery
    limit: int
    offset: int
    language: str | None
    preferred_language: str | None
    category: HelpCategory | None
    tags: Sequence[str]
    mode: SearchMode
    with_quality: bool
    with_facets: bool

    @property
    def candidates(self) -> int:
        """Return how many passages each side may bring: the same for each page of a list."""
        return max(conf.SEARCH_CANDIDATES, CANDIDATES_PER_ARTICLE * self.limit)

    @property
    def filters(self) -> dict[str, Any]:
        """Return the filters that are set, as the history keeps them."""
        filters = {
            "category": self.category.pk if self.category else None,
            "tags": list(self.tags),
        }
        return {key: value for key, value in filters.items() if value}


@dataclass(frozen=True, slots=True)
class _Answer:
    """Rows of a page, how many articles match, and why the semantic side did not take part.

    ``matched`` are the keys of these articles, where facets were asked for.
    """

    rows: Sequence[tuple[Any, ...]]
    total: int
    found: Found
    degraded: str
    matched: Sequence[int] = ()


class SearchService(SearchHelp):
    """Finds articles that a reader may see, by words and by meaning."""

    def hybrid_search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        language: str | None = None,
        preferred_language: str | None = None,
        category: HelpCategory | None = None,
        tags: Sequence[str] = (),
        mode: SearchMode = SearchMode.HYBRID,
        record: bool = True,
        session_id: UUID | None = None,
        with_quality: bool = True,
        with_facets: bool = False,
    ) -> SearchResults:
        """Return a page of the articles that answer a query best.

        ``tags`` are slugs, ``category`` includes what is below it; ``language`` keeps one language,
        ``preferred_language`` only puts it first. Without a model the search is
        lexical and says so in ``degraded``; ``mode=SEMANTIC`` raises SearchUnavailable then.
        ``with_facets`` counts categories, tags and languages of what was found.
        """
        request = _Request(
            parsed=parse_query(query),
            limit=max(1, min(limit, MAX_LIMIT)),
            offset=max(0, offset),
            language=language,
            preferred_language=preferred_language,
            category=category,
            tags=tags,
            mode=mode,
            with_quality=with_quality,
            with_facets=with_facets,
        )
        if request.parsed.is_empty:
            nothing = SearchFacets() if with_facets else None
            results = SearchResults(
                query=request.parsed.text, mode=mode, hits=(), total=0, facets=nothing
            )
        else:
            results = self._search(request)
        if not record or not conf.SEARCH_HISTORY or not results.query:
            return results
        history_id = self._log().record(
            results, filters=request.filters, language=language or "", session_id=session_id
        )
        return replace(results, history_id=history_id)

    def is_lexical_only(self) -> bool:
        """Tell whether searches of this tenant go by words alone, by choice or for lack of more."""
        return self._backend() is None

    def warm_up(self) -> None:
        """Load the model that queries are embedded with, so that the first one does not wait.

        Raises EmbeddingError.
        """
        backend = self._backend()
        if backend is not None:
            # A query would stay in the query cache.
            backend.embed_documents(["warm up"])

    def record_click(self, history_id: int, article_id: int, position: int) -> bool:
        """Note which result a person opened; tells whether the search was theirs.

        ``position`` counts from 1.
        """
        return self._log().click(history_id, article_id, position)

    def _search(self, request: _Request) -> SearchResults:
        timings = {"embed": 0.0, "database": 0.0}
        space = expected_space(self._read_alias(), self.tenant.pk)
        answer = self._answer(request, space, timings)
        if request.mode != SearchMode.LEXICAL and answer.found.space != space:
            # The model has changed, or this process has not searched here before.
            space = answer.found.space
            remember_space(self._read_alias(), self.tenant.pk, space)
            answer = self._answer(request, space, timings)
        if request.mode == SearchMode.SEMANTIC and answer.degraded:
            raise _unavailable(answer.degraded)
        marker = Marker(answer.found.words)
        return SearchResults(
            query=request.parsed.text,
            mode=request.mode,
            hits=tuple(make_hit(row, marker) for row in answer.rows),
            total=answer.total,
            is_capped=answer.found.is_capped,
            degraded="" if answer.degraded == NO_EMBEDDINGS else answer.degraded,
            unknown=answer.found.unknown,
            facets=self._facets(answer) if request.with_facets else None,
            timings_ms=timings,
        )

    def _answer(self, request: _Request, space: str, timings: dict[str, float]) -> _Answer:
        """Return the ranked page, by words alone where there is no vector in this space."""
        started = time.perf_counter()
        vector, degraded = self._query_vector(request, space)
        embedded = time.perf_counter()
        try:
            answer = self._rank(request, space, vector, degraded)
        except OperationalError as exc:
            if not is_timeout(exc):
                raise
            logger.warning("A search took over %s ms.", conf.SEARCH_TIMEOUT_MS)
            answer = self._rank_words(request, space)
        timings["embed"] += (embedded - started) * 1000
        timings["database"] += (time.perf_counter() - embedded) * 1000
        return answer

    def _rank_words(self, request: _Request, space: str) -> _Answer:
        """Return the lexical page, or an empty one when that takes too long too."""
        try:
            return self._rank(request, space, None, TOO_SLOW)
        except OperationalError as exc:
            if not is_timeout(exc):
                raise
            return _Answer((), 0, Found({}, space=space), TOO_SLOW)

    def _rank(self, request: _Request, space: str, vector: Vector | None, degraded: str) -> _Answer:
        params = {
            **self._keyword_search(request),
            **self._semantic_search(vector, space),
            **self._rerank_results(request, is_lexical=vector is None),
        }
        statement = ranked_statement(
            self._scope(request),
            params,
            preferred=request.preferred_language,
            limit=request.limit,
            offset=request.offset,
            with_matched=request.with_facets,
        )
        rows = fetch(self._read_alias(), statement)
        if not rows:
            # Nothing was ever indexed here.
            return _Answer((), 0, Found({}), degraded)
        *_, total, matched, found = rows[0]
        return _Answer(
            rows[1:], int(total), Found.read(found), degraded, [pk for pk in matched or () if pk]
        )

    def _facets(self, answer: _Answer) -> SearchFacets:
        visible = HelpArticle.objects.using(self._read_alias()).visible_to(self.tenant, self.user)
        return count_facets(visible, answer.matched)

    # The three steps of a search; each returns its part of the one statement.

    def _keyword_search(self, request: _Request) -> dict[str, Any]:
        if request.mode == SearchMode.SEMANTIC:
            return keyword_params(ParsedQuery("", key=request.parsed.key), None)
        config = search_config(request.language) if request.language else None
        return keyword_params(request.parsed, config)

    def _semantic_search(self, vector: Vector | None, space: str) -> dict[str, Any]:
        return semantic_params(vector, space)

    def _rerank_results(self, request: _Request, *, is_lexical: bool) -> dict[str, Any]:
        return {
            "options": options(
                candidates=request.candidates,
                is_lexical=is_lexical,
                with_quality=request.with_quality,
            )
        }

    def _scope(self, request: _Request) -> Scope:
        roles = roles_of(self.user, self.tenant)
        if not (request.language or request.category or request.tags):
            return Scope(tenant_id=self.tenant.pk, roles=roles)
        visible = HelpArticle.objects.using(self._read_alias()).visible_to_roles(self.tenant, roles)
        if request.language:
            visible = visible.filter(language=request.language)
        if request.category is not None:
            visible = visible.filter(
                category__path__startswith=request.category.path,
                category__tenant_id=self.tenant.pk,
            )
        for tag in request.tags:
            tagged = HelpArticle.tags.through.objects.filter(
                helptag__slug=tag, helptag__tenant_id=self.tenant.pk
            )
            visible = visible.filter(pk__in=tagged.values("helparticle_id"))
        return Scope(tenant_id=self.tenant.pk, roles=roles, filtered=visible)

    def _query_vector(self, request: _Request, space: str) -> tuple[Vector | None, str]:
        """Return the vector of a query in the serving space, else why there is none."""
        if request.mode == SearchMode.LEXICAL:
            return None, ""
        backend, reason = serving_backend(space)
        if backend is None:
            return None, reason or NO_EMBEDDINGS
        try:
            return backend.embed_query(request.parsed.text), ""
        except EmbeddingError as exc:
            logger.warning("Search is lexical: %s", exc)
            return None, MODEL_FAILED

    def _backend(self) -> EmbeddingBackend | None:
        return serving_backend(self._index_state().embedding_space)[0]

    def _index_state(self) -> HelpIndexState:
        states = HelpIndexState.objects.using(self._read_alias())
        return states.filter(tenant_id=self.tenant.pk).first() or HelpIndexState(
            tenant_id=self.tenant.pk
        )

    def _log(self) -> SearchLog:
        return SearchLog(tenant=self.tenant, user=self.user, visitor_key=self.visitor_key)


def _unavailable(reason: str) -> SearchUnavailable:
    if reason == TOO_SLOW:
        return SearchUnavailable("The search took too long.")
    why = "HELP_CENTER_EMBEDDINGS is not set" if reason == NO_EMBEDDINGS else reason
    return SearchUnavailable(
        f"There is no semantic search here ({why}). Install a model with install_help_model and "
        "run rebuild_help_indexes."
    )
