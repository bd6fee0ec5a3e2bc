"""A judged set of questions from what readers searched for and opened."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import timedelta

from django.db import models
from django.utils import timezone

from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpSearchHistory
from django_helpcenter.services.evaluation import Question, run_name

#: People who opened an article after a search, and the grade that this gives it. Fewer give none:
#: one person's search is theirs.
GRADES = ((10, 3), (5, 2), (2, 1))


def judgements_from_clicks(
    tenant: models.Model, *, days: int
) -> tuple[list[Question], dict[str, dict[str, int]]]:
    """Return the searches of the last days and what several people opened after them.

    Searches that differ in case and white space are one. Raises ContentError when no two people
    opened the same article after the same search.
    """
    rows = HelpSearchHistory.objects.for_tenant(tenant).filter(
        created_at__gte=timezone.now() - timedelta(days=days), clicked_article__isnull=False
    )
    people: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    columns = ("query", "user_id", "visitor_key", "clicked_article__source_id",
               "clicked_article__slug")  # fmt: skip
    for query, user_id, visitor_key, source_id, slug in rows.values_list(*columns):
        person = f"user {user_id}" if user_id else f"visitor {visitor_key}"
        people[_normal(query)][run_name(source_id or slug)].add(person)
    judgements: dict[str, dict[str, int]] = {}
    questions: list[Question] = []
    for text, opened in sorted(people.items()):
        grades = {document: _grade(len(who)) for document, who in opened.items()}
        if any(grades.values()):
            question = Question(id=hashlib.sha256(text.encode()).hexdigest()[:12], text=text)
            questions.append(question)
            judgements[question.id] = {name: grade for name, grade in grades.items() if grade}
    if not questions:
        raise ContentError(
            f"In the last {days} days no two people opened the same article after the same search."
        )
    return questions, judgements


def _normal(query: str) -> str:
    return " ".join(query.casefold().split())


def _grade(people: int) -> int:
    return next((grade for number, grade in GRADES if people >= number), 0)
