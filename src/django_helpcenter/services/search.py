"""Searching a tenant's articles as one reader."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import OperationalError, connections, router, transaction
from django.utils import timezone
from pgvector.django import CosineDistance

from django_helpcenter import signals
from django_helpcenter.choices import SearchMode, search_config
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import EmbeddingError, SearchUnavailable
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpCategory,
    HelpIndexState,
    HelpPassage,
    HelpSearchHistory,
)
from django_helpcenter.models.articles import default_language
from django_helpcenter.models.roles import roles_of
from django_helpcenter.search import fusion, lexical, semantic
from django_helpcenter.search.query import ParsedQuery, parse_query
from django_helpcenter.search.snippets import lead, mark_matches
from django_helpcenter.search.statement import Lane, Scope, combine
from django_helpcenter.services.base import TenantService
from django_helpcenter.services.passages import heading_parts
from django_helpcenter.services.spaces import serving_backend
from django_helpcenter.types import SearchHit, SearchResults

if TYPE_CHECKING:
    from django_helpcenter.backends.embeddings.base import Vector

logger = logging.getLogger("help_center.search")

#: Why a search has no semantic side, beside the reasons of ``spaces``.
MODEL_FAILED = "model-failed"
TOO_SLOW = "timeout"

#: Articles of one answer at the most.
MAX_LIMIT = 100
#: A search this soon after another of the same person refines it.
REFINEMENT_WINDOW = timedelta(minutes=10)


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
        started = time.perf_counter()
        parsed = parse_query(query)
        if parsed.is_empty:
            return self._finish(
                SearchResults(query=parsed.text, mode=mode, hits=(), total=0),
                filters={},
                record=record,
                session_id=session_id,
            )
        state = self._index_state()
        vector, space, degraded = self._query_vector(parsed, state, mode)
        embedded = time.perf_counter()
        scope = self._scope(language=language, category=category, tags=tags)
        page = (max(1, min(limit, MAX_LIMIT)), max(0, offset))

        def run(with_vector: Vector | None) -> list[tuple[Any, ...]]:
            lanes = [
                scope.visible_lane(),
                self._terms(parsed, state, scope, language),
                *self._keyword_search(scope, mode),
                *self._semantic_search(scope, with_vector, space, state),
                *self._rerank_results(
                    parsed,
                    page,
                    mode,
                    with_vector,
                    with_quality=with_quality,
                    preferred_language=preferred_language,
                ),
            ]
            return self._execute(combine(lanes, fusion.page_select(has_headlines=with_snippets)))

        try:
            rows = run(vector)
        except OperationalError as exc:
            if vector is None or mode != SearchMode.HYBRID or "timeout" not in str(exc):
                raise
            logger.warning("A hybrid search took over %s ms.", conf.SEARCH_TIMEOUT_MS)
            degraded, vector = TOO_SLOW, None
            rows = run(None)
        searched = time.perf_counter()
        results = SearchResults(
            query=parsed.text,
            mode=mode,
            hits=tuple(_hit(row) for row in rows),
            total=int(rows[0][-1]) if rows else 0,
            is_capped=bool(rows) and int(rows[0][-1]) >= conf.SEARCH_CANDIDATES,
            degraded=degraded,
            timings_ms={
                "embed": (embedded - started) * 1000,
                "database": (searched - embedded) * 1000,
            },
        )
        filters = {"category": category.pk if category else None, "tags": list(tags)}
        return self._finish(
            results,
            filters={key: value for key, value in filters.items() if value},
            record=record,
            session_id=session_id,
            language=language or "",
        )

    def is_lexical_only(self) -> bool:
        """Tell whether searches of this tenant have no semantic side, by choice or for want of one."""
        return serving_backend(self._index_state().embedding_space)[0] is None

    def record_click(self, history_id: int, article_id: int, position: int) -> bool:
        """Note which result a person opened; tells whether the search was theirs.

        ``position`` counts from 1.
        """
        if (
            not HelpArticle.objects.visible_to(self.tenant, self.user)
            .filter(pk=article_id)
            .exists()
        ):
            return False
        changed = (
            self._own_history()
            .filter(pk=history_id, clicked_article__isnull=True)
            .update(
                clicked_article_id=article_id,
                click_position=max(1, min(position, 10_000)),
                clicked_at=timezone.now(),
            )
        )
        return bool(changed)

    def related_articles(self, article: HelpArticle, *, limit: int = 5) -> list[HelpArticle]:
        """Return the articles nearest in meaning, or of the same category without vectors."""
        visible = (
            HelpArticle.objects.using(self._read_alias())
            .visible_to(self.tenant, self.user)
            .filter(language=article.language)
            .exclude(pk=article.pk)
            .light()
        )
        own = HelpArticleEmbedding.objects.filter(article=article).first()
        if own is None:
            return list(
                visible.filter(category=article.category_id).order_by("-view_count", "pk")[:limit]
            )
        near = visible.filter(embedding__space=own.space).order_by(
            CosineDistance("embedding__embedding", own.embedding), "pk"
        )
        return list(near[:limit])

    # The three steps of a search; each returns its part of the one statement.

    def _keyword_search(self, scope: Scope, mode: SearchMode) -> list[Lane]:
        if mode == SearchMode.SEMANTIC:
            return []
        return [lexical.candidates_lane(scope=scope, limit=conf.SEARCH_CANDIDATES)]

    def _semantic_search(
        self, scope: Scope, vector: Vector | None, space: str, state: HelpIndexState
    ) -> list[Lane]:
        if vector is None:
            return []
        return [
            semantic.candidates_lane(
                vector,
                space,
                scope=scope,
                limit=conf.SEARCH_CANDIDATES,
                floor=conf.SEARCH_SEMANTIC_FLOOR,
                is_exact=state.vectors <= conf.SEARCH_EXACT_LIMIT,
            )
        ]

    def _rerank_results(
        self,
        parsed: ParsedQuery,
        page: tuple[int, int],
        mode: SearchMode,
        vector: Vector | None,
        *,
        with_quality: bool,
        preferred_language: str | None,
    ) -> list[Lane]:
        has_lexical = mode != SearchMode.SEMANTIC
        return [
            fusion.pool_lane(has_lexical=has_lexical, has_semantic=vector is not None),
            lexical.scores_lane() if has_lexical else lexical.no_scores_lane(),
            semantic.scores_lane() if vector is not None else semantic.no_scores_lane(),
            fusion.fused_lane(
                conf.SEARCH_WEIGHTS,
                conf.SEARCH_QUALITY_WEIGHTS,
                band=conf.SEARCH_QUALITY_BAND if with_quality else 0.0,
                limit=page[0],
                offset=page[1],
                phrases=parsed.phrases,
                preferred_language=preferred_language,
            ),
        ]

    def _terms(
        self, parsed: ParsedQuery, state: HelpIndexState, scope: Scope, language: str | None
    ) -> Lane:
        configs = [search_config(language)] if language else state.configs
        return lexical.terms_lane(
            parsed.text,
            configs or [search_config(default_language())],
            scope=scope,
            passages=state.passages,
            average_length=state.average_length,
        )

    def _scope(
        self, *, language: str | None, category: HelpCategory | None, tags: Sequence[str]
    ) -> Scope:
        visible = HelpArticle.objects.using(self._read_alias()).visible_to(self.tenant, self.user)
        if language:
            visible = visible.filter(language=language)
        if category is not None:
            visible = visible.filter(
                category__path__startswith=category.path, category__tenant=self.tenant
            )
        for tag in tags:
            visible = visible.filter(
                pk__in=HelpArticle.tags.through.objects.filter(
                    helptag__slug=tag, helptag__tenant=self.tenant
                ).values("helparticle_id")
            )
        return Scope(
            tenant_id=self.tenant.pk,
            roles=roles_of(self.user, self.tenant),
            visible=visible,
            is_filtered=bool(language or category or tags),
        )

    def _query_vector(
        self, parsed: ParsedQuery, state: HelpIndexState, mode: SearchMode
    ) -> tuple[Vector | None, str, str]:
        if mode == SearchMode.LEXICAL:
            return None, "", ""
        backend, reason = serving_backend(state.embedding_space)
        vector: Vector | None = None
        if backend is not None:
            try:
                vector = backend.embed_query(parsed.text)
            except EmbeddingError as exc:
                logger.warning("Search is lexical: %s", exc)
                reason = MODEL_FAILED
        if vector is None and mode == SearchMode.SEMANTIC:
            raise SearchUnavailable(
                f"There is no semantic search here ({reason or 'HELP_CENTER_EMBEDDINGS is not set'}). "
                "Install a model with install_help_model and run rebuild_help_indexes."
            )
        return vector, state.embedding_space, reason

    def _execute(self, statement: Lane) -> list[tuple[Any, ...]]:
        alias = self._read_alias()
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            # Settings last for this transaction only, so a pooler in transaction mode may serve it.
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),"
                " set_config('hnsw.ef_search', %s, true), set_config('jit', 'off', true),"
                " set_config('statement_timeout',"
                " coalesce(nullif(%s, '0'), current_setting('statement_timeout')), true)",
                [str(conf.SEARCH_HNSW_EF), str(conf.SEARCH_TIMEOUT_MS)],
            )
            cursor.execute(statement.sql, dict(statement.params))
            return cursor.fetchall()

    def _index_state(self) -> HelpIndexState:
        states = HelpIndexState.objects.using(self._read_alias()).filter(tenant=self.tenant)
        return states.first() or HelpIndexState(tenant_id=self.tenant.pk)

    def _read_alias(self) -> str:
        return self.using or router.db_for_read(HelpPassage)

    def _finish(
        self,
        results: SearchResults,
        *,
        filters: dict[str, Any],
        record: bool,
        session_id: UUID | None,
        language: str = "",
    ) -> SearchResults:
        if not record or not conf.SEARCH_HISTORY or not results.query:
            return results
        user_id = self.user.pk if self.user is not None and self.user.is_authenticated else None
        history = HelpSearchHistory.objects.create(
            tenant=self.tenant,
            user_id=user_id,
            visitor_key=self.visitor_key if user_id is None else "",
            session_id=session_id,
            query=results.query,
            language=language,
            mode=results.mode,
            filters=filters,
            results_count=results.total,
            degraded=results.degraded,
            refined_from=self._refined(results.query),
        )
        signals.search_recorded.send(
            HelpSearchHistory,
            history_id=history.pk,
            tenant_id=history.tenant_id,
            results_count=history.results_count,
        )
        return replace(results, history_id=history.pk)

    def _refined(self, query: str) -> HelpSearchHistory | None:
        """Return the person's search just before this one, when nothing of it was opened."""
        since = timezone.now() - REFINEMENT_WINDOW
        last = self._own_history().filter(created_at__gte=since).first()
        if last is None or last.clicked_article_id or last.query == query:
            return None
        return last

    def _own_history(self) -> Any:
        history = HelpSearchHistory.objects.for_tenant(self.tenant)
        if self.user is not None and self.user.is_authenticated:
            return history.filter(user=self.user)
        if not self.visitor_key:
            return history.none()
        return history.filter(user__isnull=True, visitor_key=self.visitor_key)


def _hit(row: tuple[Any, ...]) -> SearchHit:
    (
        article_id, slug, language, title, summary, category_id, category_name, updated_at,
        passage_id, heading_path, anchor, text, headline, title_headline,
        score, keyword, semantic_score, quality, similarity, _total,
    ) = row  # fmt: skip
    return SearchHit(
        article_id=article_id,
        slug=slug,
        language=language,
        title=title,
        summary=summary,
        category_id=category_id,
        category_name=category_name,
        passage_id=passage_id,
        heading_path=heading_parts(heading_path),
        anchor=anchor,
        passage=text,
        snippet=mark_matches(headline)
        if headline and fusion.MARK_START in headline
        else lead(text),
        title_html=mark_matches(title_headline or title),
        updated_at=updated_at,
        score=float(score),
        keyword_score=float(keyword),
        semantic_score=float(semantic_score),
        quality_score=float(quality),
        similarity=None if similarity is None else float(similarity),
    )
