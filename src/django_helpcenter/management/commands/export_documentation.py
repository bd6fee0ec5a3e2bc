"""Export the help center of a tenant as a folder of Markdown."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.management.base import CommandError

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import HelpCenterError
from django_helpcenter.management.database import DatabaseCommand
from django_helpcenter.management.naming import named_or_sole_tenant, plain
from django_helpcenter.services.documentation.export import DocumentationExport, ExportReport

EXIT_INTERRUPTED = 130

_FIGURES = ("articles", "written", "unchanged", "removed", "images", "failed", "skipped")


class Command(DatabaseCommand):
    """Export a help center, and exit 0 (all is out), 1 (some is not) or 2 (nothing was done)."""

    help = (
        "Export a help center as a folder of Markdown that sync_documentation reads: categories "
        "become folders, articles become files, links between articles become links between files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("path", help="the folder: new, empty, or an earlier export of the same")
        parser.add_argument(
            "--tenant", help="slug or primary key; may be left out where there is only one tenant"
        )
        parser.add_argument(
            "--source", default="", help="only the articles that were imported under this name"
        )
        parser.add_argument(
            "--status",
            action="append",
            type=str.lower,
            choices=[str(status).lower() for status in ArticleStatus.values],
            help="only articles with this status; may be repeated (default: all)",
        )
        parser.add_argument(
            "--force",
            action="store_true",
            help="write into a folder that holds other files; those of the same names are lost",
        )
        parser.add_argument(
            "--format",
            choices=("text", "json"),
            default="text",
            help="json: one line with one object on standard output, all else on standard error",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        report = ExportReport()
        try:
            DocumentationExport(tenant=named_or_sole_tenant(options["tenant"])).export(
                options["path"],
                source=options["source"],
                statuses=[status.upper() for status in options["status"] or ()],
                force=options["force"],
                report=report,
            )
        except KeyboardInterrupt:
            report.fail("", "Interrupted. Run the command again to complete the export.")
            self._present(report, options, returncode=EXIT_INTERRUPTED)
        except HelpCenterError as exc:
            self.refuse(str(exc), options)
        else:
            self._present(report, options)

    def refuse(self, reason: str, options: dict[str, Any]) -> NoReturn:
        """Raise CommandError, with the line of JSON when that is the format."""
        if options["format"] == "json":
            report = ExportReport()
            report.fail(plain(options["path"]), reason)
            self.stdout.write(json.dumps(report.as_dict()))
        super().refuse(plain(reason), options)

    def _present(
        self, report: ExportReport, options: dict[str, Any], *, returncode: int = 0
    ) -> None:
        self._complain("warning", report.warnings)
        self._complain("skipped", report.skips)
        self._complain("failed", report.failures)
        if options["format"] == "json":
            self.stdout.write(json.dumps(report.as_dict()))
        else:
            figures = ", ".join(f"{name} {getattr(report, name)}" for name in _FIGURES)
            self.stdout.write(f"{figures}; {report.seconds:.1f} s")
        returncode = returncode or report.exit_code
        if returncode:
            raise CommandError(f"Not exported: {report.failed} failed.", returncode=returncode)

    def _complain(self, kind: str, notices: Iterable[object]) -> None:
        style = self.style.ERROR if kind == "failed" else self.style.WARNING
        for notice in notices:
            self.stderr.write(f"{kind}: {plain(str(notice))}", style_func=style)
