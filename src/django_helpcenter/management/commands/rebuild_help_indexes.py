"""Bring the search index in step with the articles, or report where it is not."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.db import models

from django_helpcenter.exceptions import (
    EmbeddingError,
    EmbeddingUnavailable,
    HelpCenterError,
)
from django_helpcenter.management.database import DatabaseCommand
from django_helpcenter.models import get_tenant_model
from django_helpcenter.services.drift import measure_drift
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.tenancy import find_tenant

#: The index is out of step, or a rebuild has left vectors out.
EXIT_DRIFT = 1


class Command(DatabaseCommand):
    """Rebuild or check the index of one tenant or of all."""

    help = (
        "Bring passages, vectors, word counts, vote counters and statistics in step with the "
        "articles. Run it after installing or changing the embedding model, or after writing "
        "articles past the help center. It may be interrupted; the next run goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--tenant", help="slug or primary key; all tenants when left out")
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 if anything is off"
        )
        parser.add_argument(
            "--all",
            action="store_true",
            dest="everything",
            help="cut every article anew instead of only what is out of step",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            tenants = self._tenants(options["tenant"])
            if options["check"]:
                self._check(tenants)
            else:
                self._rebuild_all(tenants, everything=options["everything"])
        except HelpCenterError as exc:
            self.refuse(str(exc), options)

    def _tenants(self, reference: str | None) -> list[models.Model]:
        if reference:
            return [find_tenant(reference)]
        return list(get_tenant_model()._default_manager.order_by("pk"))

    def _rebuild_all(self, tenants: list[models.Model], *, everything: bool) -> None:
        troubles: dict[str, None] = {}
        for tenant in tenants:
            try:
                self._rebuild(tenant, everything=everything)
            except EmbeddingError as exc:
                # The words are indexed by then; the other tenants' are still to come.
                troubles[str(exc)] = None
        if troubles:
            raise CommandError(
                f"The words are indexed, the vectors are not: {' '.join(troubles)}",
                returncode=EXIT_DRIFT,
            )

    def _rebuild(self, tenant: models.Model, *, everything: bool) -> None:
        report = IndexingService(tenant=tenant).rebuild(
            everything=everything, progress=self._progress
        )
        self.stdout.write(
            f"{tenant}: {report.articles} articles indexed, {report.passages} passages written, "
            f"{report.embedded} embedded."
        )
        for article_id, reason in report.failures:
            self.stderr.write(f"Article {article_id} cannot be indexed: {reason}")
        if report.unavailable:
            raise EmbeddingUnavailable(report.unavailable)

    def _check(self, tenants: list[models.Model]) -> None:
        is_sound = True
        for tenant in tenants:
            drift = measure_drift(tenant)
            is_sound = is_sound and drift.is_none
            found = [
                f"{name.replace('_', ' ')}: {count}"
                for name, count in asdict(drift).items()
                if count
            ]
            self.stdout.write(f"{tenant}: {', '.join(found) or 'in step'}")
        if not is_sound:
            raise CommandError(
                "The index is out of step. Run rebuild_help_indexes.", returncode=EXIT_DRIFT
            )

    def _progress(self, step: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= total else "\r"
            self.stderr.write(f"{step}: {done}/{total}", ending=end)
