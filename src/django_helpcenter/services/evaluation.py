"""Measuring search on a tenant's own questions."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import models

from django_helpcenter.choices import SearchMode
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ContentError, EmbeddingError, SearchUnavailable
from django_helpcenter.models import HelpArticle
from django_helpcenter.search.metrics import QueryMeasures, mean, measure_query, percentile
from django_helpcenter.services.search import MODEL_FAILED, TOO_SLOW, SearchService
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
class JudgedQuery:
    """What a run did with one question: its measures, the first ten hits, what is relevant."""

    question: Question
    measures: QueryMeasures
    found: tuple[str, ...]
    relevant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the judged queries."""

    ndcg_at_10: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a run: over all that was asked, and milliseconds per query.

    ``quality`` is ``None`` where nothing was judged.
    """

    queries: int
    without_hits: int
    p50_ms: float
    p95_ms: float
    quality: Quality | None = None
    by_query: tuple[JudgedQuery, ...] = ()

    @property
    def judged(self) -> int:
        """Number of the queries that ``quality`` is of."""
        return len(self.by_query)


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

        ``on_query`` gets each question with its milliseconds. Raises SearchUnavailable when the
        mode needs a model and there is none: a run is never silently lexical.
        """
        if mode != SearchMode.LEXICAL:
            self._warm_up(mode)
        names = self._document_ids()
        for question in questions:
            started = time.perf_counter()
            results = self.search.hybrid_search(
                question.text,
                limit=HITS_PER_QUERY,
                mode=mode,
                record=False,
                with_quality=False,
            )
            elapsed = (time.perf_counter() - started) * 1000
            if results.degraded == TOO_SLOW:
                raise SearchUnavailable(
                    f"The question {question.id!r} took longer than HELP_CENTER_SEARCH_TIMEOUT_MS "
                    f"({conf.SEARCH_TIMEOUT_MS}). Set it higher while you measure."
                )
            if results.degraded:
                raise _no_model(mode, results.degraded)
            if on_query is not None:
                on_query(question, elapsed)
            yield from _lines(question, results, names)

    def evaluate(
        self,
        questions: Iterable[Question],
        judgements: Judgements | None = None,
        *,
        mode: SearchMode = SearchMode.HYBRID,
        on_line: Callable[[RunLine], None] | None = None,
    ) -> Evaluation:
        """Run the questions and measure them; ``on_line`` gets each hit, for a run file.

        Without judgements, times and questions without hits are all that is measured.
        """
        times: list[float] = []
        ranked: dict[str, list[str]] = defaultdict(list)
        asked: list[Question] = list(questions)
        for line in self.run(asked, mode=mode, on_query=lambda _q, ms: times.append(ms)):
            ranked[line.query_id].append(line.document_id)
            if on_line is not None:
                on_line(line)
        by_query = _judged(asked, ranked, judgements or {})
        return Evaluation(
            queries=len(asked),
            without_hits=sum(question.id not in ranked for question in asked),
            p50_ms=percentile(times, 0.5),
            p95_ms=percentile(times, 0.95),
            quality=_quality(by_query),
            by_query=by_query,
        )

    def _warm_up(self, mode: SearchMode) -> None:
        """Load the model before a question is timed: a site loads it once, not for each reader."""
        if self.search.is_lexical_only():
            raise _no_model(mode, "none that fits the index of this tenant")
        try:
            self.search.warm_up()
        except EmbeddingError as exc:
            raise _no_model(mode, MODEL_FAILED) from exc

    def unknown_documents(self, judgements: Judgements) -> list[str]:
        """Return the judged documents that no article of the tenant has.

        Raises ContentError when no article has any of them: no figure would mean anything.
        """
        known = set(self._document_ids().values())
        judged = judged_documents(judgements)
        unknown = [name for name in judged if name not in known]
        if judged and len(unknown) == len(judged):
            example = f"{min(known)!r}, for example" if known else "no articles"
            raise ContentError(
                f"The judgements are about other articles: none of the {len(judged)} documents is "
                f"here. They name {judged[0]!r}; this help center has {example}. An article is "
                "named by the `id` of its front matter, else its path in the folder, else its slug."
            )
        return unknown

    def _document_ids(self) -> dict[int, str]:
        """Return how judgements name each article: by its id in the source, else its slug."""
        rows = HelpArticle.objects.for_tenant(self.tenant).values_list("pk", "source_id", "slug")
        return {pk: run_name(source_id or slug) for pk, source_id, slug in rows}


def judged_documents(judgements: Judgements) -> list[str]:
    """Return the documents that are judged, each once."""
    return list(dict.fromkeys(name for judged in judgements.values() for name in judged))


def run_name(name: str) -> str:
    """Return an id as a run file can hold it: its columns are separated by white space."""
    return "_".join(name.split())


def read_questions(path: Path) -> list[Question]:
    """Read questions from JSON lines with ``id`` and ``text``.

    Raises ContentError with the line.
    """
    questions: dict[str, Question] = {}
    for number, line in _lines_of(path):
        try:
            row = json.loads(line)
            question = Question(id=run_name(str(row["id"])), text=str(row["text"]))
            question.id.encode()
            if not question.id:
                raise ValueError
        except (ValueError, KeyError, TypeError, RecursionError) as exc:
            raise ContentError(
                f'{path}:{number}: expected an object such as {{"id": "q1", "text": "How …?"}}, '
                "its id not empty.",
                line=number,
            ) from exc
        if question.id in questions:
            raise ContentError(
                f"{path}:{number}: the id {question.id!r} stands here a second time.", line=number
            )
        questions[question.id] = question
    return list(questions.values())


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements: a header, then query, document, grade, separated by tabs.

    Raises ContentError with the line.
    """
    judgements: dict[str, dict[str, int]] = defaultdict(dict)
    header, *rows = list(_lines_of(path)) or [(1, "")]
    if _grade(header[1]) is not None:
        raise ContentError(
            f"{path}:{header[0]}: expected a header line, such as query-id, doc-id, grade.",
            line=header[0],
        )
    for number, line in rows:
        grade = _grade(line)
        if grade is None:
            raise ContentError(
                f"{path}:{number}: expected query-id, doc-id and a whole grade, separated by tabs.",
                line=number,
            )
        query, document = line.split("\t")[:2]
        judgements[query][document] = grade
    if not any(grade > 0 for judged in judgements.values() for grade in judged.values()):
        raise ContentError(f"{path} calls no document relevant (a grade of 1 or more).")
    return dict(judgements)


def _grade(line: str) -> int | None:
    """Return the grade of a judgement, ``None`` for a line that is not one."""
    try:
        _query, _document, grade = line.split("\t")[:3]
        return int(grade)
    except ValueError:
        return None


def _lines_of(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ContentError(f"{path} cannot be read: {exc}") from exc
    # Not splitlines(): JSON may hold other line separators as they are.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _lines(
    question: Question, results: SearchResults, names: Mapping[int, str]
) -> Iterator[RunLine]:
    """Give each hit a score below the one before, so that readers of the run keep the order."""
    previous = float("inf")
    seen: set[str] = set()
    for hit in results.hits:
        # Without a name: written after the run began. A name twice: two sources use one id.
        name = names.get(hit.article_id)
        if name is None or name in seen:
            continue
        seen.add(name)
        previous = min(round(hit.score, 9), previous - 1e-9)
        yield RunLine(question.id, name, len(seen), previous)


def _judged(
    asked: Iterable[Question], ranked: Mapping[str, list[str]], judgements: Judgements
) -> tuple[JudgedQuery, ...]:
    """Measure the questions that have a relevant document, also those that were not asked."""
    texts = {question.id: question for question in asked}
    return tuple(
        JudgedQuery(
            question=texts.get(query_id, Question(query_id, "")),
            measures=measured,
            found=tuple(ranked.get(query_id, [])[:10]),
            relevant=tuple(document for document, grade in judged.items() if grade > 0),
        )
        for query_id, judged in judgements.items()
        if (measured := measure_query(ranked.get(query_id, []), judged)) is not None
    )


def _quality(by_query: Sequence[JudgedQuery]) -> Quality | None:
    if not by_query:
        return None
    measures = [query.measures for query in by_query]
    return Quality(
        ndcg_at_10=mean([measured.ndcg_at_10 for measured in measures]),
        recall_at_5=mean([measured.recall_at_5 for measured in measures]),
        recall_at_10=mean([measured.recall_at_10 for measured in measures]),
        mrr_at_10=mean([measured.reciprocal_rank_at_10 for measured in measures]),
    )


def _no_model(mode: SearchMode, reason: str) -> SearchUnavailable:
    return SearchUnavailable(
        f"The {mode} mode needs an embedding model ({reason}). Set HELP_CENTER_EMBEDDINGS, install "
        "a model with install_help_model and run rebuild_help_indexes, or evaluate with --mode "
        "lexical."
    )
