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
from django.db.models import Model

from django_helpcenter.choices import SearchMode
from django_helpcenter.conf import trying
from django_helpcenter.exceptions import HelpCenterError
from django_helpcenter.management.database import EXIT_NOTHING_DONE, DatabaseCommand
from django_helpcenter.management.evaluation_report import (
    as_json,
    as_text,
    unknown_documents_warning,
)
from django_helpcenter.management.tried_settings import parse_settings
from django_helpcenter.services.click_judgements import judgements_from_clicks
from django_helpcenter.services.evaluation import (
    Evaluation,
    EvaluationService,
    Judgements,
    Question,
    RunLine,
    judged_documents,
    read_judgements,
    read_questions,
    run_name,
)
from django_helpcenter.services.run_comparison import compare, read_run
from django_helpcenter.services.tenancy import find_tenant

#: The search is worse than was asked for.
EXIT_TOO_LOW = 1


class Command(DatabaseCommand):
    """Write a TREC run, print the figures, and compare them with another run."""

    help = (
        "Run questions through the search of a tenant, write a TREC run file, and print nDCG@10, "
        "recall@5, recall@10, MRR@10 and the milliseconds per query. Records no search history. "
        "Exits 1 when nDCG@10 is below --min-ndcg, 2 when nothing was measured."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--tenant", required=True, help="slug or primary key")
        parser.add_argument("--queries", type=Path, help='JSON lines: {"id": …, "text": …}')
        parser.add_argument(
            "--qrels",
            type=Path,
            help="a header, then query-id, doc-id (front matter id, else path) and grade, by tabs; "
            "without it only times and questions without hits are counted",
        )
        parser.add_argument(
            "--judgements-from-clicks",
            action="store_true",
            help="in place of files: what several people searched for and opened of what was found",
        )
        parser.add_argument(
            "--days", type=int, default=180, help="how far back clicks count (default: 180)"
        )
        parser.add_argument("--run", type=Path, help="the TREC run file to write")
        parser.add_argument("--mode", choices=SearchMode.values, default=SearchMode.HYBRID.value)
        parser.add_argument("--user", help="search as this user name; anonymous when left out")
        parser.add_argument(
            "--with",
            action="append",
            default=[],
            dest="settings_tried",
            metavar="NAME=JSON",
            help="a HELP_CENTER_SEARCH_* setting for this run only; may be repeated",
        )
        parser.add_argument(
            "--compare",
            type=Path,
            metavar="RUN",
            help="an earlier run file: print the paired difference and its standard error",
        )
        parser.add_argument(
            "--worst", type=int, default=0, metavar="N", help="name the N questions that did worst"
        )
        parser.add_argument("--min-ndcg", type=float, help="exit 1 when nDCG@10 is lower")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            tenant = find_tenant(options["tenant"])
            questions, judgements = self._judged_set(tenant, options)
            former = read_run(Path(options["compare"])) if options["compare"] else None
            with trying(parse_settings(options["settings_tried"])):
                result = self._measure(tenant, questions, judgements, options)
            comparison = None
            if former is not None and judgements is not None:
                comparison = compare(result.by_query, former, judgements)
        except (HelpCenterError, OSError) as exc:
            self.refuse(str(exc), options)
        write = as_json if options["format"] == "json" else as_text
        self.stdout.write(write(result, comparison, options["worst"]))
        least, quality = options["min_ndcg"], result.quality
        if least is not None and quality is not None and quality.ndcg_at_10 < least:
            raise CommandError(
                f"nDCG@10 is {quality.ndcg_at_10:.4f}, less than {least}.", returncode=EXIT_TOO_LOW
            )

    def _judged_set(
        self, tenant: Model, options: dict[str, Any]
    ) -> tuple[list[Question], Judgements | None]:
        queries, qrels = options["queries"], options["qrels"]
        if options["judgements_from_clicks"]:
            if queries is not None or qrels is not None:
                self.refuse("Give --judgements-from-clicks or files, not both.", options)
            return judgements_from_clicks(tenant, days=options["days"])
        if queries is None:
            self.refuse("Give --queries, or --judgements-from-clicks.", options)
        if qrels is None:
            self._refuse_what_needs_judgements(options)
            return read_questions(Path(queries)), None
        questions = read_questions(Path(queries))
        judgements = read_judgements(Path(qrels))
        self._warn_of_blanks(judgements)
        return questions, judgements

    def _refuse_what_needs_judgements(self, options: dict[str, Any]) -> None:
        given = {
            "--compare": options["compare"] is not None,
            "--worst": options["worst"] != 0,
            "--min-ndcg": options["min_ndcg"] is not None,
        }
        for option, is_given in given.items():
            if is_given:
                self.refuse(f"{option} needs judged articles: give --qrels.", options)

    def _measure(
        self,
        tenant: Model,
        questions: list[Question],
        judgements: Judgements | None,
        options: dict[str, Any],
    ) -> Evaluation:
        service = EvaluationService(tenant=tenant, user=self._user(options["user"]))
        if judgements is not None:
            self._warn_of_unknown(service.unknown_documents(judgements), judgements)
        mode = SearchMode(options["mode"])
        if options["run"] is None:
            return service.evaluate(questions, judgements, mode=mode)
        with _whole_file(Path(options["run"])) as run:
            return service.evaluate(
                questions, judgements, mode=mode, on_line=lambda line: _write(run, line, mode)
            )

    def _warn_of_blanks(self, judgements: Judgements) -> None:
        names = [*judgements, *(name for judged in judgements.values() for name in judged)]
        odd = next((name for name in names if name != run_name(name)), None)
        if odd is not None:
            warning = f"The judged id {odd!r} matches nothing: a run names it {run_name(odd)!r}."
            self.stderr.write(self.style.WARNING(warning))

    def _warn_of_unknown(self, unknown: list[str], judgements: Judgements) -> None:
        if unknown:
            number = len(judged_documents(judgements))
            warning = unknown_documents_warning(unknown, number)
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
