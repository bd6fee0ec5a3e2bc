"""Measure search on questions with known answers."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from django_helpcenter.choices import SearchMode
from django_helpcenter.exceptions import HelpCenterError
from django_helpcenter.management.database import EXIT_NOTHING_DONE, DatabaseCommand
from django_helpcenter.services.evaluation import (
    EvaluationService,
    Judgements,
    RunLine,
    read_judgements,
    read_questions,
    run_name,
)
from django_helpcenter.services.tenancy import find_tenant


class Command(DatabaseCommand):
    """Write a TREC run and print the figures."""

    help = (
        "Run questions through the search of a tenant, write a TREC run file, and print nDCG@10, "
        "recall@5, recall@10, MRR@10 and the milliseconds per query. Records no search history."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--tenant", required=True, help="slug or primary key")
        parser.add_argument(
            "--queries", required=True, type=Path, help='JSON lines: {"id": …, "text": …}'
        )
        parser.add_argument(
            "--qrels",
            required=True,
            type=Path,
            help="a header, then query-id, doc-id (front matter id, else path) and grade, by tabs",
        )
        parser.add_argument("--run", required=True, type=Path, help="the TREC run file to write")
        parser.add_argument("--mode", choices=SearchMode.values, default=SearchMode.HYBRID.value)
        parser.add_argument("--user", help="search as this user name; anonymous when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            service = EvaluationService(
                tenant=find_tenant(options["tenant"]), user=self._user(options["user"])
            )
            questions = read_questions(Path(options["queries"]))
            judgements = read_judgements(Path(options["qrels"]))
            self._warn_of_blanks(judgements)
            mode = SearchMode(options["mode"])
            with _whole_file(Path(options["run"])) as run:
                result = service.evaluate(
                    questions, judgements, mode=mode, on_line=lambda line: _write(run, line, mode)
                )
        except (HelpCenterError, OSError) as exc:
            self.refuse(str(exc), options)
        self.stdout.write(
            f"queries {result.queries}, judged {result.judged}, "
            f"without hits {result.without_hits}\n"
            f"nDCG@10 {result.ndcg_at_10:.4f}\n"
            f"recall@5 {result.recall_at_5:.4f}\n"
            f"recall@10 {result.recall_at_10:.4f}\n"
            f"MRR@10 {result.mrr_at_10:.4f}\n"
            f"p50 {result.p50_ms:.1f} ms, p95 {result.p95_ms:.1f} ms per query"
        )

    def _warn_of_blanks(self, judgements: Judgements) -> None:
        names = [*judgements, *(name for judged in judgements.values() for name in judged)]
        odd = next((name for name in names if name != run_name(name)), None)
        if odd is not None:
            warning = f"The judged id {odd!r} matches nothing: a run names it {run_name(odd)!r}."
            self.stderr.write(self.style.WARNING(warning))

    def _user(self, name: str | None) -> Any:
        if name is None:
            return None
        users = get_user_model()._default_manager
        user = users.filter(**{get_user_model().USERNAME_FIELD: name}).first()
        if user is None:
            raise CommandError(f"There is no user {name!r}.", returncode=EXIT_NOTHING_DONE)
        return user


@contextmanager
def _whole_file(path: Path) -> Iterator[TextIO]:
    """Open a file for writing that takes its name when all of it is written, and else is gone."""
    if path.exists() and not path.is_file():
        # Such as /dev/null: nothing that could be put in its place.
        with path.open("w", encoding="utf-8") as stream:
            yield stream
        return
    # Beside its place, so that renaming stays within one file system.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(run: TextIO, line: RunLine, mode: str) -> None:
    name = f"help-center-{mode}"
    run.write(f"{line.query_id} Q0 {line.document_id} {line.rank} {line.score:.9f} {name}\n")
