"""Export the help center of a tenant as a folder of Markdown."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import HelpCenterError
from django_helpcenter.management.naming import named_or_sole_tenant
from django_helpcenter.management.reporting import (
    EXIT_INTERRUPTED,
    ReportingCommand,
    add_format_argument,
)
from django_helpcenter.services.documentation.export import DocumentationExport, ExportReport

_FIGURES = ("articles", "written", "unchanged", "removed", "images", "failed", "skipped")


class Command(ReportingCommand):
    """Export a help center, and exit 0 (all is out), 1 (some is not) or 2 (nothing was done)."""

    report_class = ExportReport
    help = (
        "Export a help center as a folder of Markdown that sync_documentation reads: categories "
        "become folders, articles become files, links between articles become links between files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("path", help="the folder: new, empty, or an earlier export of the same")
        self.add_tenant_argument(parser)
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
        add_format_argument(parser)

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

    def _present(
        self, report: ExportReport, options: dict[str, Any], *, returncode: int = 0
    ) -> None:
        self.complain("warning", report.warnings)
        self.complain("skipped", report.skips)
        self.complain("failed", report.failures)
        if options["format"] == "json":
            self.write_json(report)
        else:
            figures = ", ".join(f"{name} {getattr(report, name)}" for name in _FIGURES)
            self.stdout.write(f"{figures}; {report.seconds:.1f} s")
        returncode = returncode or report.exit_code
        if returncode:
            raise CommandError(f"Not exported: {report.failed} failed.", returncode=returncode)
