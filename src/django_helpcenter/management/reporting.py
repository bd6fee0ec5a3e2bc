"""Commands that bring a folder and a tenant together, and report in text or in one line of JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, NoReturn

from django_helpcenter.management.database import DatabaseCommand
from django_helpcenter.management.naming import plain
from django_helpcenter.services.documentation.export import ExportReport
from django_helpcenter.services.documentation.report import SyncReport

EXIT_INTERRUPTED = 130


def add_format_argument(parser: ArgumentParser) -> None:
    """Declare ``--format``."""
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="json: one line with one object on standard output, all else on standard error",
    )


class ReportingCommand(DatabaseCommand):
    """What the import and the export of a folder share; ``report_class`` is what they fill."""

    report_class: type[SyncReport | ExportReport]

    def add_tenant_argument(self, parser: ArgumentParser) -> None:
        """Declare ``--tenant``."""
        parser.add_argument(
            "--tenant", help="slug or primary key; may be left out where there is only one tenant"
        )

    def refuse(self, reason: str, options: dict[str, Any]) -> NoReturn:
        """Raise CommandError, with the line of JSON when that is the format."""
        if options["format"] == "json":
            report = self.report_class()
            report.fail(plain(options["path"]), reason)
            self.write_json(report)
        super().refuse(plain(reason), options)

    def write_json(self, report: SyncReport | ExportReport) -> None:
        """Write the one line that scripts read."""
        self.stdout.write(json.dumps(report.as_dict()))

    def complain(self, kind: str, notices: Iterable[object]) -> None:
        """Write notices to standard error, a line each."""
        style = self.style.ERROR if kind == "failed" else self.style.WARNING
        for notice in notices:
            self.stderr.write(f"{kind}: {plain(str(notice))}", style_func=style)
