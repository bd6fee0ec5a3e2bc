"""Searching a tenant's articles as one reader."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import OperationalError, connections, router, transaction
from pgvector.django import CosineDistance

from django_helpcenter.choices import SearchMode, search_config
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import EmbeddingError, SearchUnavailable
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpArticleQuerySet,
    HelpCategory,
    HelpIndexState,
    HelpPassage,
)
from django_helpcenter.models.articles import default_language
from django_helpcenter.models.roles import roles_of
from django_helpcenter.search import fusion, lexical, semantic
from django_helpcenter.search.query import ParsedQuery, parse_query
from django_helpcenter.search.statement import Lane, Scope, combine
from django_helpcenter.services.base import TenantService
from django_helpcenter.services.search_hits import make_hit
from django_helpcenter.services.search_log import SearchLog
from django_helpcenter.services.spaces import serving_backend
from django_helpcenter.types import SearchResults

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from django_helpcenter.backends.embeddings.base import Vector

logger = logging.getLogger("help_center.search")

#: Why a search has no semantic side, beside the reasons of ``spaces``.
MODEL_FAILED = "model-failed"
TOO_SLOW = "timeout"

#: PostgreSQL's code of a statement that ran into ``statement_timeout``.
QUERY_CANCELED = "57014"

#: Articles of one answer at the most.
MAX_LIMIT = 100
#: Passages a side that a long list of articles needs, for each of them: several are of one article.
CANDIDATES_PER_ARTICLE = 3

#: Rows, how many articles match, and whether there may be more.
_Page = tuple[list[tuple[Any, ...]], int, bool]


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked for beside the query."""

    limit: int
    offset: int
    language: str | None
    preferred_language: str | None
    category: HelpCategory | None
    tags: Sequence[str]
    mode: SearchMode
    with_snippets: bool
    with_quality: bool

    @property
    def candidates(self) -> int:
        """Return how many passages each side may bring."""
        longest = CANDIDATES_PER_ARTICLE * MAX_LIMIT
        wanted = min(CANDIDATES_PER_ARTICLE * (self.offset + self.limit), longest)
        return max(conf.SEARCH_CANDIDATES, wanted)

    @property
    def filters(self) -> dict[str, Any]:
        """Return the filters that are set, as the history keeps them."""
        filters = {
            "category": self.category.pk if self.category else None,
            "tags": list(self.tags),
        }
        return {key: value for key, value in filters.items() if value}


class SearchService(TenantService):
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
        with_snippets: bool = True,
        with_quality: bool = True,
    ) -> SearchResults:
        """Return a page of the articles that answer a query best.

        ``tags`` are slugs, ``category`` includes what is below it; ``language`` keeps one language,
        ``preferred_language`` only puts it first. Without a model the search is
        lexical and says so in ``degraded``; ``mode=SEMANTIC`` raises SearchUnavailable then.
        """
        request = _Request(
            limit=max(1, min(limit, MAX_LIMIT)),
            offset=max(0, offset),
            language=language,
            preferred_language=preferred_language,
            category=category,
            tags=tags,
            mode=mode,
            with_snippets=with_snippets,
            with_quality=with_quality,
        )
        parsed = parse_query(query)
        if parsed.is_empty:
            results = SearchResults(query=parsed.text, mode=mode, hits=(), total=0)
        else:
            results = self._search(parsed, request)
        if not record or not conf.SEARCH_HISTORY or not results.query:
            return results
        history_id = self._log().record(
            results, filters=request.filters, language=language or "", session_id=session_id
        )
        return replace(results, history_id=history_id)

    def is_lexical_only(self) -> bool:
        """Tell whether searches of this tenant go by words alone, by choice or for lack of more."""
        return serving_backend(self._index_state().embedding_space)[0] is None

    def record_click(self, history_id: int, article_id: int, position: int) -> bool:
        """Note which result a person opened; tells whether the search was theirs.

        ``position`` counts from 1.
        """
        return self._log().click(history_id, article_id, position)

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
        related: list[HelpArticle] = []
        if own is not None:
            distance = CosineDistance("embedding__embedding", own.embedding)
            with self._settings():
                near = visible.filter(embedding__space=own.space).order_by(distance, "pk")
                related = list(near[:limit])
        # Asked for always: the cost of a page must not tell how much there is.
        others = visible.filter(category=article.category_id).order_by("-view_count", "pk")
        known = {found.pk for found in related}
        related += [other for other in others[: 2 * limit] if other.pk not in known]
        return related[:limit]

    def _search(self, parsed: ParsedQuery, request: _Request) -> SearchResults:
        started = time.perf_counter()
        state = self._index_state()
        vector, degraded = self._query_vector(parsed, state, request.mode)
        embedded = time.perf_counter()
        try:
            rows, total, is_capped = self._page(parsed, request, state, vector)
        except OperationalError as exc:
            if not _is_timeout(exc):
                raise
            logger.warning("A search took over %s ms.", conf.SEARCH_TIMEOUT_MS)
            if request.mode == SearchMode.SEMANTIC:
                raise SearchUnavailable("The search took too long.") from exc
            degraded = TOO_SLOW
            rows, total, is_capped = self._answer_in_words(parsed, request, state)
        searched = time.perf_counter()
        return SearchResults(
            query=parsed.text,
            mode=request.mode,
            hits=tuple(make_hit(row) for row in rows),
            total=total,
            is_capped=is_capped,
            degraded=degraded,
            timings_ms={
                "embed": (embedded - started) * 1000,
                "database": (searched - embedded) * 1000,
            },
        )

    def _page(
        self,
        parsed: ParsedQuery,
        request: _Request,
        state: HelpIndexState,
        vector: Vector | None,
    ) -> _Page:
        """Return the rows of a page, how many articles there are, and whether there may be more."""
        rows = self._execute(self._statement(parsed, request, state, vector))
        if rows or not request.offset:
            return rows, *_counts(rows)
        # Behind the last page no row tells how many there are.
        first = replace(request, offset=0, limit=1, with_snippets=False)
        return [], *_counts(self._execute(self._statement(parsed, first, state, vector)))

    def _answer_in_words(
        self, parsed: ParsedQuery, request: _Request, state: HelpIndexState
    ) -> _Page:
        """Return the lexical page, or an empty one when that takes too long too."""
        try:
            return self._page(parsed, request, state, None)
        except OperationalError as exc:
            if not _is_timeout(exc):
                raise
            return [], 0, False

    def _statement(
        self,
        parsed: ParsedQuery,
        request: _Request,
        state: HelpIndexState,
        vector: Vector | None,
    ) -> Lane:
        scope = self._scope(request)
        lanes = [
            *scope.lanes(),
            self._terms(parsed, state, scope, request.language),
            *self._keyword_search(scope, request),
            *self._semantic_search(scope, request, vector, state),
            *self._rerank_results(parsed, request, vector),
        ]
        return combine(lanes, fusion.page_select(has_headlines=request.with_snippets))

    # The three steps of a search; each returns its part of the one statement.

    def _keyword_search(self, scope: Scope, request: _Request) -> list[Lane]:
        if request.mode == SearchMode.SEMANTIC:
            return []
        return [lexical.candidates_lane(scope=scope, limit=request.candidates)]

    def _semantic_search(
        self, scope: Scope, request: _Request, vector: Vector | None, state: HelpIndexState
    ) -> list[Lane]:
        if vector is None:
            return []
        return [
            semantic.candidates_lane(
                vector,
                state.embedding_space,
                scope=scope,
                limit=request.candidates,
                floor=conf.SEARCH_SEMANTIC_FLOOR,
                is_exact=state.vectors <= conf.SEARCH_EXACT_LIMIT,
            )
        ]

    def _rerank_results(
        self, parsed: ParsedQuery, request: _Request, vector: Vector | None
    ) -> list[Lane]:
        has_lexical = request.mode != SearchMode.SEMANTIC
        weights = conf.SEARCH_WEIGHTS
        return [
            fusion.pool_lane(has_lexical=has_lexical, has_semantic=vector is not None),
            lexical.scores_lane() if has_lexical else lexical.no_scores_lane(),
            semantic.scores_lane() if vector is not None else semantic.no_scores_lane(),
            fusion.balance_lane(
                weights,
                conf.SEARCH_COVERAGE_SHIFT,
                has_both_sides=has_lexical and vector is not None,
            ),
            fusion.fused_lane(
                weights["quality"] * conf.SEARCH_QUALITY_BAND if request.with_quality else 0.0,
                conf.SEARCH_QUALITY_WEIGHTS,
                limit=request.limit,
                offset=request.offset,
                phrases=parsed.phrases,
                preferred_language=request.preferred_language,
            ),
        ]

    def _terms(
        self, parsed: ParsedQuery, state: HelpIndexState, scope: Scope, language: str | None
    ) -> Lane:
        configs = state.configs or {search_config(default_language()): state.passages}
        if language:
            config = search_config(language)
            configs = {config: configs.get(config, state.passages)}
        return lexical.terms_lane(
            parsed.text, configs, scope=scope, average_length=state.average_length
        )

    def _scope(self, request: _Request) -> Scope:
        visible = HelpArticle.objects.using(self._read_alias()).visible_to(self.tenant, self.user)
        language, category = request.language, request.category
        if language:
            visible = visible.filter(language=language)
        if category is not None:
            visible = visible.filter(
                category__path__startswith=category.path, category__tenant_id=self.tenant.pk
            )
        for tag in request.tags:
            tagged = HelpArticle.tags.through.objects.filter(
                helptag__slug=tag, helptag__tenant_id=self.tenant.pk
            )
            visible = visible.filter(pk__in=tagged.values("helparticle_id"))
        articles: HelpArticleQuerySet = HelpArticle.objects.using(self._read_alias())
        return Scope(
            tenant_id=self.tenant.pk,
            roles=roles_of(self.user, self.tenant),
            visible=visible,
            hidden=articles.out_of_window(self.tenant),
            is_filtered=bool(language or category or request.tags),
        )

    def _query_vector(
        self, parsed: ParsedQuery, state: HelpIndexState, mode: SearchMode
    ) -> tuple[Vector | None, str]:
        """Return the vector of a query in the serving space, else why there is none."""
        if mode == SearchMode.LEXICAL:
            return None, ""
        backend, reason = serving_backend(state.embedding_space)
        if backend is not None:
            try:
                return backend.embed_query(parsed.text), ""
            except EmbeddingError as exc:
                logger.warning("Search is lexical: %s", exc)
                reason = MODEL_FAILED
        if mode == SearchMode.SEMANTIC:
            raise SearchUnavailable(
                f"There is no semantic search here ({reason or 'HELP_CENTER_EMBEDDINGS is not set'}"
                "). Install a model with install_help_model and run rebuild_help_indexes."
            )
        return None, reason

    def _execute(self, statement: Lane) -> list[tuple[Any, ...]]:
        with self._settings() as cursor:
            cursor.execute(statement.sql, dict(statement.params))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    @contextmanager
    def _settings(self) -> Iterator[CursorWrapper]:
        """Set what a search needs of the server, for as long as the block lasts.

        The settings last for one transaction only, so a pooler in transaction mode may serve it.
        """
        alias = self._read_alias()
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),"
                " set_config('hnsw.ef_search', %s, true), set_config('jit', 'off', true),"
                " set_config('statement_timeout',"
                " coalesce(nullif(%s, '0'), current_setting('statement_timeout')), true)",
                [str(conf.SEARCH_HNSW_EF), str(conf.SEARCH_TIMEOUT_MS)],
            )
            yield cursor
            # Nothing was written: rolling back takes them away from a caller's transaction too.
            transaction.set_rollback(True, using=alias)

    def _index_state(self) -> HelpIndexState:
        states = HelpIndexState.objects.using(self._read_alias())
        return states.filter(tenant_id=self.tenant.pk).first() or HelpIndexState(
            tenant_id=self.tenant.pk
        )

    def _read_alias(self) -> str:
        return self.using or router.db_for_read(HelpPassage)

    def _log(self) -> SearchLog:
        return SearchLog(tenant=self.tenant, user=self.user, visitor_key=self.visitor_key)


def _is_timeout(error: OperationalError) -> bool:
    """Tell whether the server gave up; its message is in the server's language, its code is not."""
    return getattr(error.__cause__, "sqlstate", "") == QUERY_CANCELED


def _counts(rows: list[tuple[Any, ...]]) -> tuple[int, bool]:
    """Return how many articles match, and whether there may be more."""
    return (int(rows[0][-2]), bool(rows[0][-1])) if rows else (0, False)
