"""Two runs of the same questions, in pairs."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django_helpcenter.exceptions import ContentError
from django_helpcenter.search.metrics import mean, measure_query
from django_helpcenter.services.evaluation import JudgedQuery, Judgements

#: Columns of a line of a run: query, Q0, document, rank, score, name.
_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Change:
    """A question and its nDCG@10 before and now."""

    query: JudgedQuery
    before: float

    @property
    def difference(self) -> float:
        """What the question gained."""
        return self.query.measures.ndcg_at_10 - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """How nDCG@10 differs from another run, over the judged questions.

    ``standard_error`` is that of the mean of the paired differences, their standard deviation over
    the square root of their number: twice as much is what chance alone seldom does.
    """

    queries: int
    difference: float
    standard_error: float
    better: int
    worse: int
    changes: tuple[Change, ...]


def read_run(path: Path) -> dict[str, list[str]]:
    """Read a TREC run: the documents of each query, best score first.

    Raises ContentError with the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ContentError(f"{path} cannot be read: {exc}") from exc
    scored: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for number, line in enumerate(text.splitlines(), 1):
        columns = line.split()
        if not columns:
            continue
        try:
            if len(columns) != _COLUMNS:
                raise ValueError
            scored[columns[0]].append((float(columns[4]), columns[2]))
        except ValueError as exc:
            raise ContentError(
                f"{path}:{number}: expected query, Q0, document, rank, score and name, separated "
                "by spaces.",
                line=number,
            ) from exc
    return {
        query: [document for _, document in sorted(found, key=lambda pair: -pair[0])]
        for query, found in scored.items()
    }


def compare(
    queries: Sequence[JudgedQuery], former: Mapping[str, Sequence[str]], judgements: Judgements
) -> Comparison:
    """Compare what a run found with what a former run did.

    A question that the former run does not have found nothing there: a run file says nothing of it.
    Raises ContentError when the runs are of different questions.
    """
    if not any(query.question.id in former for query in queries):
        raise ContentError("The two runs have no judged question in common.")
    changes = []
    for query in queries:
        id_ = query.question.id
        before = measure_query(former.get(id_, []), judgements[id_])
        changes.append(Change(query, before.ndcg_at_10 if before else 0.0))
    differences = [change.difference for change in changes]
    return Comparison(
        queries=len(changes),
        difference=mean(differences),
        standard_error=_standard_error(differences),
        better=sum(difference > 0 for difference in differences),
        worse=sum(difference < 0 for difference in differences),
        changes=tuple(sorted(changes, key=lambda change: change.difference)),
    )


def _standard_error(values: Sequence[float]) -> float:
    if len(values) == 1:
        return 0.0
    middle = mean(values)
    variance = sum((value - middle) ** 2 for value in values) / (len(values) - 1)
    return math.sqrt(variance / len(values))
