"""Measuring search on a tenant's own questions."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import models

from django_helpcenter.choices import SearchMode
from django_helpcenter.exceptions import ContentError, SearchUnavailable
from django_helpcenter.models import HelpArticle
from django_helpcenter.search.metrics import mean, measure_query, percentile
from django_helpcenter.services.search import SearchService
from django_helpcenter.types import SearchResults

if TYPE_CHECKING:
    from django_helpcenter.types import Reader

#: Articles of a run per query.
HITS_PER_QUERY = 100

Judgements = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its id."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """One hit of a run: scores of a query fall strictly."""

    query_id: str
    document_id: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a run: means over the judged queries, and milliseconds per query."""

    queries: int
    judged: int
    ndcg_at_10: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    without_hits: int
    p50_ms: float
    p95_ms: float


class EvaluationService:
    """Runs questions through the search of a tenant as one reader; records no history."""

    def __init__(self, *, tenant: models.Model, user: Reader = None) -> None:
        self.tenant = tenant
        self.search = SearchService(tenant=tenant, user=user)

    def run(
        self,
        questions: Iterable[Question],
        *,
        mode: SearchMode = SearchMode.HYBRID,
        on_query: Callable[[Question, float], None] | None = None,
    ) -> Iterator[RunLine]:
        """Yield the hits of each question, quality neutral.

        ``on_query`` gets each question with its milliseconds. Raises SearchUnavailable when the mode needs
        a model and there is none: a run is never silently lexical.
        """
        names = self._document_ids()
        for question in questions:
            started = time.perf_counter()
            results = self.search.hybrid_search(
                question.text,
                limit=HITS_PER_QUERY,
                mode=mode,
                record=False,
                with_snippets=False,
                with_quality=False,
            )
            elapsed = (time.perf_counter() - started) * 1000
            self._require_model(results, mode)
            if on_query is not None:
                on_query(question, elapsed)
            yield from _lines(question, results, names)

    def evaluate(
        self,
        questions: Iterable[Question],
        judgements: Judgements,
        *,
        mode: SearchMode = SearchMode.HYBRID,
        on_line: Callable[[RunLine], None] | None = None,
    ) -> Evaluation:
        """Run the questions and measure them; ``on_line`` gets each hit, for a run file."""
        times: list[float] = []
        ranked: dict[str, list[str]] = defaultdict(list)
        asked: list[Question] = list(questions)
        for line in self.run(asked, mode=mode, on_query=lambda _q, ms: times.append(ms)):
            ranked[line.query_id].append(line.document_id)
            if on_line is not None:
                on_line(line)
        measures = [
            (measured, not ranked.get(query_id))
            for query_id, judged in judgements.items()
            if (measured := measure_query(ranked.get(query_id, []), judged)) is not None
        ]
        return Evaluation(
            queries=len(asked),
            judged=len(measures),
            ndcg_at_10=mean([measured.ndcg_at_10 for measured, _ in measures]),
            recall_at_5=mean([measured.recall_at_5 for measured, _ in measures]),
            recall_at_10=mean([measured.recall_at_10 for measured, _ in measures]),
            mrr_at_10=mean([measured.reciprocal_rank_at_10 for measured, _ in measures]),
            without_hits=sum(is_empty for _, is_empty in measures),
            p50_ms=percentile(times, 0.5),
            p95_ms=percentile(times, 0.95),
        )

    def _require_model(self, results: SearchResults, mode: SearchMode) -> None:
        if mode == SearchMode.LEXICAL or not results.query:
            return
        if results.degraded or self.search.is_lexical_only():
            raise SearchUnavailable(
                f"The {mode} mode needs an embedding model ({results.degraded or 'none is set'}). "
                "Set HELP_CENTER_EMBEDDINGS, install a model with install_help_model and run "
                "rebuild_help_indexes, or evaluate with --mode lexical."
            )

    def _document_ids(self) -> dict[int, str]:
        """Return how judgements name each article: by its id in the source, else its slug."""
        rows = HelpArticle.objects.for_tenant(self.tenant).values_list("pk", "source_id", "slug")
        return {pk: source_id or slug for pk, source_id, slug in rows}


def read_questions(path: Path) -> list[Question]:
    """Read questions from JSON lines with ``id`` and ``text``. Raises ContentError with the line."""
    questions = []
    for number, line in _lines_of(path):
        try:
            row = json.loads(line)
            questions.append(Question(id=str(row["id"]), text=str(row["text"])))
        except (ValueError, KeyError, TypeError) as exc:
            raise ContentError(
                f'{path}:{number}: expected an object such as {{"id": "q1", "text": "How …?"}}.',
                line=number,
            ) from exc
    return questions


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements: a header, then query, document, grade, separated by tabs.

    Raises ContentError with the line.
    """
    judgements: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in list(_lines_of(path))[1:]:
        try:
            query, document, grade = line.split("\t")[:3]
            judgements[query][document] = int(grade)
        except ValueError as exc:
            raise ContentError(
                f"{path}:{number}: expected query-id, doc-id and a whole grade, separated by tabs.",
                line=number,
            ) from exc
    return dict(judgements)


def _lines_of(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ContentError(f"{path} cannot be read: {exc}") from exc
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line


def _lines(
    question: Question, results: SearchResults, names: Mapping[int, str]
) -> Iterator[RunLine]:
    """Give each hit a score below the one before, so that readers of the run keep the order."""
    previous = float("inf")
    for rank, hit in enumerate(results.hits, 1):
        score = min(round(hit.score, 9), previous - 1e-9)
        previous = score
        yield RunLine(question.id, names[hit.article_id], rank, score)
