"""Import a folder of Markdown into the help center of a tenant."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError
from django.db import connections, models, router, transaction
from django.db.migrations.executor import MigrationExecutor

from django_helpcenter.exceptions import DocumentationError, HelpCenterError, TenantNotFound
from django_helpcenter.management.database import EXIT_NOTHING_DONE
from django_helpcenter.management.naming import named_or_sole_tenant, plain
from django_helpcenter.management.reporting import (
    EXIT_INTERRUPTED,
    ReportingCommand,
    add_format_argument,
)
from django_helpcenter.models import HelpArticle, get_tenant_model
from django_helpcenter.services.documentation import DocumentationService, SyncReport
from django_helpcenter.services.documentation.scan import scan_documents
from django_helpcenter.services.tenancy import create_tenant

#: Articles without a file that are named.
NAMED_PATHS = 20

_FIGURES = ("created", "updated", "unchanged", "archived", "failed", "skipped", "conflicts")


class Command(ReportingCommand):
    """Import a folder, report, and exit 0 (all is in), 1 (some is not) or 2 (nothing was done)."""

    report_class = SyncReport
    help = (
        "Import a folder of Markdown: folders become categories, files become articles, links "
        "between files become links between articles. Only what changed since the last run is "
        "written and embedded. A file that cannot be imported is reported and stops nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("path", help="the folder")
        self.add_tenant_argument(parser)
        parser.add_argument(
            "--create-tenant", action="store_true", help="create the tenant when it is missing"
        )
        parser.add_argument(
            "--source", help="a name that keeps several folders apart (default: the folder's name)"
        )
        parser.add_argument(
            "--archive-missing",
            action="store_true",
            help="archive the articles of this source whose file is gone",
        )
        parser.add_argument(
            "--force", action="store_true", help="archive even more than half of the articles"
        )
        parser.add_argument("--dry-run", action="store_true", help="change nothing, print the plan")
        add_format_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        self.is_json = options["format"] == "json"
        report = SyncReport(dry_run=options["dry_run"])
        try:
            self._sync(options, report)
        except KeyboardInterrupt:
            report.fail("", "Interrupted. Run the command again to complete the import.")
            self._present(report, returncode=EXIT_INTERRUPTED)
        except HelpCenterError as exc:
            self.refuse(str(exc), options)
        else:
            self._present(report)

    def _sync(self, options: dict[str, Any], report: SyncReport) -> None:
        # A folder that is none is what to tell of first.
        scan_documents(options["path"])
        tenant = _tenant(options, report)
        if tenant is None:
            return
        DocumentationService(tenant=tenant).sync(
            options["path"],
            source=options["source"],
            dry_run=options["dry_run"],
            archive_missing=options["archive_missing"],
            force=options["force"],
            progress=self._progress,
            report=report,
        )

    def _present(self, report: SyncReport, *, returncode: int = 0) -> None:
        if report.dry_run:
            for action, path in sorted(report.plan, key=lambda item: item[1]):
                self._say(f"{action:9} {plain(path)}")
        self.complain("warning", report.warnings)
        self.complain("skipped", report.skips)
        self.complain("conflict", report.conflict_notices)
        self.complain("failed", report.failures)
        if report.unavailable:
            self.complain("warning", [f"Nothing was embedded: {report.unavailable}"])
        self._name("missing", report.missing)
        if not report.dry_run:
            self._name("archived", report.archived_paths)
        if self.is_json:
            self.write_json(report)
        else:
            self.stdout.write(_summary(report))
        returncode = returncode or report.exit_code
        if returncode:
            raise CommandError(
                f"Not imported: {report.failed} failed, {report.conflicts} in conflict.",
                returncode=returncode,
            )

    def _say(self, line: str) -> None:
        if self.is_json:
            self.stderr.write(line, style_func=str)
        else:
            self.stdout.write(line)

    def _name(self, what: str, paths: Sequence[str]) -> None:
        more = len(paths) - NAMED_PATHS
        names = [*map(plain, paths[:NAMED_PATHS]), *([f"and {more} more"] if more > 0 else [])]
        for name in names:
            self.stderr.write(f"{what}: {name}", style_func=str)

    def _progress(self, step: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= total else "\r"
            self.stderr.write(f"{step}: {done}/{total}", style_func=str, ending=end)


def _tenant(options: dict[str, Any], report: SyncReport) -> models.Model | None:
    """Return the tenant; ``None``: none was created, for the reasons that the report has now."""
    reference = options["tenant"]
    try:
        return named_or_sole_tenant(reference, hint="--create-tenant creates it")
    except TenantNotFound:
        if reference is None or not options["create_tenant"]:
            raise
        if options["dry_run"]:
            raise TenantNotFound(
                f"There is no tenant {reference!r}, and a dry run does not create it."
            ) from None
        return _created_tenant(options, report)


def _created_tenant(options: dict[str, Any], report: SyncReport) -> models.Model | None:
    """Create the tenant, unless a rehearsal of the import fails or has nothing to import.

    An import commits file by file, so a tenant cannot be taken back later, with all that a host
    may have made for it.
    """
    rehearsal = SyncReport(dry_run=True)
    alias = router.db_for_write(get_tenant_model())
    _require_migrations(alias)
    with transaction.atomic(using=alias):
        tenant = create_tenant(options["tenant"])
        DocumentationService(tenant=tenant).sync(
            options["path"], source=options["source"], dry_run=True, report=rehearsal
        )
        if rehearsal.exit_code != EXIT_NOTHING_DONE:
            return tenant
        transaction.set_rollback(True, using=alias)
    report.failures += rehearsal.failures
    report.skips += rehearsal.skips
    report.warnings += rehearsal.warnings
    return None


def _require_migrations(alias: str) -> None:
    """Raise DocumentationError where a migration is missing: a rehearsal reads only some tables."""
    executor = MigrationExecutor(connections[alias])
    label = HelpArticle._meta.app_label
    targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] == label]
    plan = executor.migration_plan(targets)
    if plan:
        first, _ = plan[0]
        raise DocumentationError(f"The database lacks {first}. Run migrate.")


def _summary(report: SyncReport) -> str:
    figures = ", ".join(f"{name} {getattr(report, name)}" for name in _FIGURES)
    mode = "Dry run, nothing was changed: " if report.dry_run else ""
    return (
        f"{mode}{figures}; passages {report.passages}, embedded {report.embedded}; "
        f"{report.seconds:.1f} s"
    )
